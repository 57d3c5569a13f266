"""Keeps the line below each matter's first message true: who carries it, its stage, who said what.

Below a message in a thread stands only who marked that article itself.

One change at a time, at Slack's pace; what happens within seconds is one change. A change that may have
arrived is made again, which does no harm. Where the blocks are refused, the message shows its text alone,
with the line, until the next change; what can never be changed is given up, with the reason. Never posts,
never changes what a message said, never waits.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from alerts import holder
from alerts.outcome import Editor, Outcome, Place, Rejected, Retry, Sent, Transport
from alerts.settings import AlertSettings
from alerts.wording.status_line import below, posted, status_line
from alerts.wording.words import words
from pipelines.store.queue import Opened
from pipelines.store.showing import Showing, Shown
from pipelines.store.standing import marked, standing_of

log = logging.getLogger(__name__)

_AT_ONCE = 50
_TRIES = 3
"""So often a round that is about to end tries in vain: what is left is done by the next."""
_AFTER = 1.0
"""Seconds after the end of a silence that its line is looked at: by then it is over by any clock."""

# "https://team.slack.com/archives/C0123ABCD/p1485187200000100": a channel may have got another id since
_CHANNEL = re.compile(r"/archives/([CGD][A-Z0-9]{7,})/p\d")


class Updates:
    """The one who changes messages, over all channels. `name` is this process, as holds know it."""

    def __init__(
        self,
        store: Opened,
        transport: Transport | None,
        settings: AlertSettings,
        name: str,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._showing = Showing(store)
        self._transport = transport
        self._settings = settings
        self._timing = settings.timing
        self._name = name
        self._now = now
        self._gap = max(self._timing.edits, 1 / settings.pace if settings.pace > 0 else 0.0)
        self._token: int | None = None
        self._held_until = 0.0
        self._looked = float("-inf")
        self._rest_until = 0.0
        self._parked: dict[str, float] = {}
        self._plain: dict[str, str] = {}
        self._failures = 0

    def step(self, *, ending: bool) -> float | None:
        """Do what can be done now; the seconds until there may be more, or None with nothing to do.

        `ending`: nothing more is coming, so nothing waits for what may come with it.
        """
        road = self._transport
        if not isinstance(road, Editor):
            return None
        now = time.monotonic()
        if self._looked + self._timing.poll > now and not ending:
            return self._looked + self._timing.poll - now
        self._looked = now
        self._showing.look(self._timing.gather)
        self._parked = {channel: until for channel, until in self._parked.items() if until > now}
        them = self._showing.due(_AT_ONCE, self._parked, self._timing.gather if ending else 0.0)
        if not them or (ending and self._failures >= _TRIES):
            return None
        if self._rest_until > now:
            return self._rest_until - now
        return self._work(them, road)

    def _work(self, them: Sequence[Shown], road: Editor) -> float | None:
        """The first of these that shows what is not so any more is changed."""
        if not self._ours():
            return None
        right: list[tuple[Shown, float | None]] = []
        for one in them:
            line, lasts = self._line(one)
            if line != one.line:
                self._showing.right(right)
                return self._change(one, line, lasts, road)
            right.append((one, lasts))
        self._showing.right(right)
        return 0.0

    def leave(self) -> None:
        """Let others do it."""
        if self._token is not None:
            self._showing.give_back(self._token)
            self._token = None

    def _ours(self) -> bool:
        now = time.monotonic()
        if self._token is None or now > self._held_until:
            self._token = self._showing.hold(self._name, self._timing.lease, holder.dead)
            self._held_until = now + self._timing.lease / 2
        return self._token is not None

    def _line(self, one: Shown) -> tuple[str, float | None]:
        """What is to stand below the message now, and for how many seconds where that is known.

        These are longer than a round that ends looks ahead, or it would look again and again.
        """
        speaking = self._settings.speaking(one.channel)
        now = self._now()
        with self._store.reading() as connection:
            if one.parent is not None:
                standing = marked(connection, one.article)
            else:
                standing = standing_of(connection, one.article, one.sent, now)
        until = standing.silent_until
        lasts = None if until is None else (until - now).total_seconds() + self._timing.gather + _AFTER
        return status_line(standing, speaking.names, speaking.zone, words(speaking.language)), lasts

    def _change(self, one: Shown, line: str, lasts: float | None, road: Editor) -> float:
        place = self._where(one, road)
        if not isinstance(place, Place):
            return self._after(one, line, lasts, place)
        began = time.monotonic()
        if self._token is None or not self._showing.begin(one, self._token, self._timing.lease):
            self._token = None
            return 0.0
        self._held_until = began + self._timing.lease / 2
        if time.monotonic() > self._held_until:
            return 0.0  # frozen in between: another may be at it by now
        message = below(posted(one.alert, one.text, one.blocks), line)
        if one.alert in self._plain:
            message = replace(message, blocks=())
        return self._after(one, line, lasts, road.update(place, one.ts, message))

    def _where(self, one: Shown, road: Editor) -> Place | Retry | Rejected:
        """Slack's own id of the channel that the message stands in: only by it can it be changed."""
        found = _CHANNEL.search(one.permalink)
        return Place(found[1], one.channel) if found else road.resolve(one.channel, one.channel_id)

    def _after(self, one: Shown, line: str, lasts: float | None, outcome: Outcome) -> float:
        """Write down what came of it; how long to leave Slack alone."""
        if isinstance(outcome, Sent):
            self._failures = 0
            self._showing.done(one, line, lasts, self._now(), self._plain.pop(one.alert, ""))
            self._rest_until = time.monotonic() + self._gap
            return 0.0  # whether there is more is seen at once: else a round rests for nothing at its end
        if isinstance(outcome, Rejected):
            wait = self._refused(one, outcome)
        else:
            asked = outcome.after if isinstance(outcome, Retry) else None
            wait = max(self._gap, self._back_off() if asked is None else asked)
            log.info("%s: changing %s: %s; again in %.0f s", one.channel, one.alert, outcome.reason, wait)
        self._rest_until = time.monotonic() + wait
        return wait

    def _refused(self, one: Shown, outcome: Rejected) -> float:
        remedy = "" if outcome.scope in {"format", "thread"} else outcome.remedy  # those are of posting
        why = f"{outcome.reason} {remedy}".strip()
        if outcome.scope == "all":
            self._failures = _TRIES
            log.error("what messages show cannot be changed: %s", why)
            return self._timing.parked
        if outcome.scope == "channel":
            self._parked[one.channel] = time.monotonic() + self._timing.parked
            log.warning("%s: what messages show cannot be changed now: %s", one.channel, why)
            return self._gap
        if outcome.scope == "format" and one.blocks and one.alert not in self._plain:
            self._plain[one.alert] = why
            log.warning(
                "%s: %s is changed in plain words, its blocks were refused: %s", one.channel, one.alert, why
            )
            return self._gap
        log.warning("%s: %s stays as it is: %s", one.channel, one.alert, why)
        self._plain.pop(one.alert, None)
        self._showing.abandon(one, self._now(), why)
        return self._gap

    def _back_off(self) -> float:
        self._failures += 1
        return float(min(self._timing.most, self._timing.first * 2 ** min(self._failures - 1, 16)))
