"""One channel's queue, and the sender that holds it: one delivery at a time, in order, each once.

A delivery is marked before its attempt; whatever may have arrived is looked for before it is tried again.
Never waits: each step says how long to leave the channel alone, so that others go on meanwhile.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from alerts import earlier, holder
from alerts.alert import CSV, TELLINGS
from alerts.attach import Attaching, Rows
from alerts.draft import AS_PLAIN, PLAIN, RESTORED, Translate, draft, marked, may_be_old
from alerts.message import Message
from alerts.outcome import Ambiguous, Editor, Outcome, Place, Rejected, Retry, Sent, Transport, Unreadable
from alerts.past import Past
from alerts.settings import AlertSettings
from alerts.stubborn import Stubborn
from pipelines.store.outbox import Outbox
from pipelines.store.queue import Head

log = logging.getLogger(__name__)
_BLIND = "%s: its history cannot be read (%s); what may have arrived will be sent again"


class Lane:
    """The sender of one channel. `since` is the store's birth, `restored` when it was last restored."""

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        settings: AlertSettings,
        channel: str,
        name: str,
        now: Callable[[], datetime],
        *,
        since: float,
        restored: datetime | None,
        note: Callable[[Outcome], None] | None = None,
        translate: Translate | None = None,
        rows: Rows | None = None,
    ) -> None:
        self._outbox = outbox
        self._attaching = Attaching(outbox, transport, rows)
        self._transport = transport
        self._settings = settings
        self._timing = settings.timing
        self._channel = channel
        self._name = name
        self._now = now
        self._since = since
        self._restored = restored
        self._note = note or (lambda _: None)
        self._translate = translate
        self._gap = 1 / settings.pace if transport.paced and settings.pace > 0 else 0.0
        self._token: int | None = None
        self._kept_at = self.began = 0.0  # `began`: when it last tried, monotonic
        self._place: Place | None = None
        self._past: Past | None = None
        self._remembered = False
        self._blind = ""
        self._tried: dict[str, float] = {}
        self._stubborn = Stubborn(readable=transport.threads)
        self._failures = 0
        self._parked_at: float | None = None
        self.trouble: Rejected | None = None
        """Why nothing goes to this channel; None while something can."""
        self.sent = 0
        self.held = 0

    # --- one step ----------------------------------------------------------------------------------
    def step(self) -> float | None:
        """Do what can be done now; the seconds until there may be more, or None with nothing waiting."""
        if self._parked_at is not None:
            left = self._parked_at + self._timing.parked - time.monotonic()
            if left > 0:
                return left
            self._parked_at = None
        if not self._ours():
            return self._timing.poll
        head = self._outbox.head(self._channel, self._stubborn.aside) or self._outbox.head(self._channel)
        if head is None or head.wait > 0:
            return None if head is None else head.wait
        place = self._where(head)
        return self._go(head, place) if isinstance(place, Place) else place

    def _go(self, head: Head, place: Place) -> float:
        """Its turn has come: it is there already, or may not go, or is sent."""
        thread = head.parent_ts if self._transport.threads and head.parent_state == "sent" else ""
        if self._past is not None:
            self._past.watch()
        asked = time.monotonic()
        wait = self._read(head, place, thread)
        if wait is not None:
            return wait
        if self._past is not None and not self._blind:
            if (found := earlier.there(self._outbox, self._past, head, self._now())) is not None:
                message = self._word(head, thread) if earlier.itself(head, found) else None
                self._note(there := Sent(found.ts, found.permalink))
                self._done(head, there, message, found=True)
                return 0.0
            if head.state == "sending" and (left := self._doubt(head, thread, asked)) > 0:
                self._again(head, "sending", head.reason, after=left)
                return left
        if why := self._stubborn.given_up(head):
            return self._lay_aside(head, why)
        hidden = bool(self._blind) and self._transport.public
        before = self._restored if hidden else None
        if before is not None and may_be_old(head, before, self._outbox.members(head.id)):
            self.held += 1
            self._outbox.set_aside(head, "held", self._now(), RESTORED)
            return 0.0
        return self._send(head, place, thread)

    def leave(self) -> None:
        """Let others send to the channel."""
        if self._token is not None:
            self._outbox.give_back(self._channel, self._token)
            self._token = None

    def _ours(self) -> bool:
        """Hold the channel, or take it; a new hold knows nothing of the past yet."""
        now = time.monotonic()
        if self._token is not None and now - self._kept_at > self._timing.lease / 3:
            if not self._outbox.keep(self._channel, self._token, self._timing.lease):
                self._token = None
            self._kept_at = now
        if self._token is None:
            self._token = self._outbox.hold(self._channel, self._name, self._timing.lease, holder.dead)
            self._kept_at = now
            self._past = None
        return self._token is not None

    def _where(self, head: Head) -> Place | float:
        """The channel as Slack knows it; looked up once and kept in the store."""
        if self._place is None:
            found = self._transport.resolve(self._channel, head.channel_id)
            if not isinstance(found, Place):
                self._note(found)
            if isinstance(found, Rejected):
                return self._park(found)
            if isinstance(found, Retry):
                self._again(head, head.state, found.reason)
                return self._put_off(found)
            if found.id not in {head.channel_id, self._channel}:
                self._outbox.describe(self._channel, channel_id=found.id)
            self._place = found
            self._remembered = bool(head.channel_id)
        if self._past is None:
            self._past = Past(self._transport, self._place, self._timing)
        return self._place

    # --- what is there already ---------------------------------------------------------------------
    def _read(self, head: Head, place: Place, thread: str) -> float | None:
        """Read the channel and the thread where that is due; how long to wait where it failed."""
        past = self._past or Past(self._transport, place, self._timing)
        again = self._restored is not None
        for scope, parent in earlier.scopes(self._outbox, past, head, thread, restored=again):
            if (self._blind or past.knows(scope)) and head.state != "sending":
                continue  # in doubt even what could not be read is tried: a scope may be there by now
            confirmed = self._outbox.newest(self._channel, parent)
            oldest = float(scope or confirmed or self._since) - self._timing.margin
            trouble = past.read(scope, oldest=oldest, confirmed=confirmed)
            if isinstance(trouble, Unreadable):
                if not self._blind and self._transport.public and self._transport.threads:
                    log.warning(_BLIND, self._channel, trouble.reason)
                self._blind = trouble.reason
                return None
            if trouble is not None:
                self._note(trouble)
                return self._park(trouble) if isinstance(trouble, Rejected) else self._put_off(trouble)
            self._blind = ""
        return None

    def _doubt(self, head: Head, thread: str, asked: float) -> float:
        """The seconds until an attempt that was not found when `asked` for surely did not arrive.

        Another process's attempt may be as young as our first sight of it, or still be on its way.
        """
        tried = self._tried.setdefault(head.id, asked)
        if head.kind == CSV:  # Slack shows a file later than it says
            return max(0.0, self._timing.lag - (asked - tried))
        return self._past.left(thread, asked - tried) if self._past is not None else 0.0

    # --- sending -----------------------------------------------------------------------------------
    def _send(self, head: Head, place: Place, thread: str) -> float:
        message = self._word(head, thread)
        if message is None:
            return self._lay_aside(head, "it cannot be worded; the log has the reason")
        file = self._attaching.upload(head, self._now()) if head.kind == CSV else ""
        if not isinstance(file, str):
            return self._after(head, file, message, thread)
        began = time.monotonic()
        if self._token is None or not self._outbox.begin(
            head, self._token, self._now(), lease=self._timing.lease, gap=self._gap
        ):
            self._token = None
            return 0.0
        self._kept_at, self.began = began, time.monotonic()
        if self.began - began > self._timing.lease / 2:
            return 0.0  # frozen in between: another may have the channel by now; it is found in `sending`
        if file:
            blind = bool(self._blind)
            outcome = self._attaching.show(head, place, file, thread, self._now(), blind=blind)
        else:
            outcome = self._transport.post(place, message, thread_ts=thread, broadcast=head.broadcast)
        self._tried[head.id] = time.monotonic()
        return self._after(head, outcome, message, thread)

    def _word(self, head: Head, thread: str) -> Message | None:
        """The message as it will stand there; None where its row makes no sense."""
        repeated = bool(self._blind) and head.state == "sending" and self._transport.public
        material = self._outbox.material(head.id)
        told = self._settings.speaking(self._channel, heard=self._outbox.listened())
        given = self._translate
        return draft(material, head, told, threaded=bool(thread), repeated=repeated, translate=given)

    def _after(self, head: Head, outcome: Outcome, message: Message, thread: str) -> float:
        """Write down what came of an attempt; how long to leave the channel alone."""
        self._note(outcome)
        plain = self._stubborn.note(head, outcome)
        match outcome:
            case Sent():
                self._done(head, outcome, message, found=False)
                if self._past is not None:
                    self._past.posted(thread, outcome.ts, self.began)
                return 0.0
            case Ambiguous(reason):
                wait = self._back_off() if self._blind else max(self._timing.look, self._back_off())
                kept = f"{PLAIN} ({reason})" if plain else marked(head, reason)
                self._outbox.again(head, state="sending", reason=kept, after=wait, channel_after=self._gap)
                log.info("%s: %s; looking whether %s arrived", self._channel, reason, head.id)
                return wait
            case Retry():
                return self._put_off(outcome, head)
            case Rejected():
                return self._refused(head, outcome, thread)

    def _refused(self, head: Head, outcome: Rejected, thread: str) -> float:
        plain = head.reason.startswith(PLAIN)
        if outcome.scope == "thread" and thread:
            self._again(head, self._state(head), outcome.reason, own=True)
            return 0.0
        if outcome.scope == "format" and not plain:
            reason = f"{PLAIN} ({outcome.reason})"
            self._outbox.again(head, state=self._state(head), reason=reason, channel_after=self._gap)
            log.warning("%s: %s %s", self._channel, head.id, reason)
            return self._gap
        if outcome.scope in {"channel", "all"}:
            self._again(head, self._state(head), outcome.reason)
            if outcome.scope == "channel" and self._remembered:
                # the id was found in an earlier run; the name may belong to another channel by now
                self._outbox.describe(self._channel, channel_id="")
                self._place = self._past = None
                return 0.0
            return self._park(outcome)
        if outcome.scope == "file":
            self.held += 1
            self._outbox.no_file(head, outcome.told, self._now())
            log.warning("%s: no file is attached: %s", self._channel, outcome.told)
            return self._gap
        told = outcome.told if outcome.scope != "format" else f"{outcome.reason}. {AS_PLAIN}"
        return self._lay_aside(head, told)

    def _lay_aside(self, head: Head, reason: str) -> float:
        """Not to be tried again until an operator asks for it."""
        log.error("%s: %s is laid aside: %s", self._channel, head.id, reason)
        self._tried.pop(head.id, None)
        self._stubborn.forget(head)
        self._outbox.reject(head, self._now(), reason)
        return self._gap

    def _again(self, head: Head, state: str, reason: str, **more: Any) -> None:
        """It is tried again; that it is to be plain, or was asked for, stays known meanwhile."""
        self._outbox.again(head, state=state, reason=marked(head, reason), **more)

    def _done(self, head: Head, sent: Sent, message: Message | None, *, found: bool) -> None:
        self._failures = 0
        self._tried.pop(head.id, None)
        self._stubborn.forget(head)
        changeable = head.kind in TELLINGS and isinstance(self._transport, Editor)
        if self._outbox.sent(
            head,
            self._now(),
            ts=sent.ts,
            permalink=sent.permalink,
            text=message.text if message is not None else "",
            gap=0.0 if found else self._gap,
            found=found,
            blocks=message.blocks if message is not None and changeable else None,
            line=None if found and self._restored is not None else "",
        ):
            self.sent += 1
        self.trouble = None

    def _state(self, head: Head) -> str:
        """The state of what was surely not accepted: on a blind road an earlier doubt remains."""
        return "sending" if self._blind and head.state == "sending" else "pending"

    def _put_off(self, retry: Retry, head: Head | None = None) -> float:
        """The whole channel waits: as long as was asked for, or longer each time."""
        wait = retry.after if retry.after is not None else self._back_off()
        log.info("%s: %s; again in %.0f s", self._channel, retry.reason, wait)
        if head is None:
            self._outbox.wait_channel(self._channel, wait)
        else:
            self._again(head, self._state(head), retry.reason, channel_after=wait)
        return wait

    def _back_off(self) -> float:
        self._failures += 1
        return float(min(self._timing.most, self._timing.first * 2 ** min(max(self._failures - 2, 0), 16)))

    def _park(self, trouble: Rejected) -> float:
        """Nothing goes to this channel for a while; its queue stays as it is."""
        self.trouble = trouble
        self._parked_at = time.monotonic()
        self._place = None
        ours = self._channel in self._settings.serves  # else it was given up, and its alerts go elsewhere
        self._outbox.broken(
            self._channel, trouble.told, self._now(), tell=ours and trouble.scope == "channel"
        )
        log.error("%s: nothing can be posted: %s %s", self._channel, trouble.reason, trouble.remedy)
        return self._timing.parked
