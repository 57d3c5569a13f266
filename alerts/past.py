"""What stands in a channel and its threads already, as far as it was read, and how far that is sure.

Slack shows a new message in the history after a delay that it does not document. So the delay is measured
on the first message posted, and a message that is not there is believed to be missing only once the delay
has passed and the reading shows the last one that surely is there. Keeps Slack's own times (`ts`), never
a worker's. Never posts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from alerts.alert import CSV, TELLINGS
from alerts.outcome import Found, Place, Reading, Rejected, Retry, Transport, Unreadable
from alerts.settings import Timing
from pipelines.store.digests import file_name
from pipelines.store.gathered import Member
from pipelines.store.queue import Head

_OVERLAP = 60.0
"""Seconds read again at each look, for messages that became visible out of order."""


@dataclass(slots=True)
class _Scope:
    """The channel itself (`""`) or one thread: since when it was read, and what surely is in it."""

    oldest: float
    newest: float = 0.0
    confirmed: str = ""
    shown: bool = True


@dataclass(slots=True)
class _Probe:
    """A message just posted, watched until it shows. `due` is its age at the next look for it."""

    scope: str
    ts: str
    at: float
    due: float = 0.0


class Past:
    """One channel's past during one sender's hold of it."""

    def __init__(self, transport: Transport, place: Place, timing: Timing) -> None:
        self._transport = transport
        self._place = place
        self._timing = timing
        self._scopes: dict[str, _Scope] = {}
        self._by_alert: dict[str, Found] = {}
        self._by_subject: dict[str, Found] = {}
        self._probe: _Probe | None = None
        self._delay: float | None = None
        self._hidden = 0.0

    def knows(self, thread_ts: str) -> bool:
        """Whether this thread (empty: the channel) was read."""
        return thread_ts in self._scopes

    def read(
        self, thread_ts: str, *, oldest: float, confirmed: str = ""
    ) -> Retry | Rejected | Unreadable | None:
        """Read the thread (empty: the channel), the first time since `oldest`; None when it was done.

        `confirmed` is the newest message that the store knows to be there.
        """
        scope = self._scopes.get(thread_ts) or _Scope(oldest, confirmed=confirmed)
        since = scope.oldest
        if scope.newest:
            known = [scope.newest, *([float(scope.confirmed)] if scope.confirmed else [])]
            since = max(since, min(known) - _OVERLAP)
        began = time.monotonic()
        outcome = self._transport.read(self._place, oldest=since, thread_ts=thread_ts)
        if isinstance(outcome, Rejected) and outcome.scope == "thread":
            outcome = Reading()  # the thread is gone, and with it all that was in it; posting will tell
        if not isinstance(outcome, Reading):
            return outcome
        self._scopes[thread_ts] = scope
        scope.newest = max([scope.newest, *(float(ts) for ts in outcome.stamps if ts)])
        scope.shown = not scope.confirmed or scope.confirmed in outcome.stamps
        for found in outcome.found:
            self._by_alert[found.alert] = found
            if found.kind in TELLINGS:
                self._by_subject[found.subject] = found
            for alert in found.members:
                self._by_alert.setdefault(alert, found)
            for article in found.articles:
                self._by_subject.setdefault(article, found)
        self._measure(thread_ts, outcome.stamps, began)
        return None

    def continued(self) -> dict[str, str]:
        """The threads in which digests go on, each with the digest's alert id."""
        return {one.ts: one.alert for one in self._by_alert.values() if one.continued}

    def find(self, head: Head | Member) -> Found | None:
        """The message of this delivery, or the one that told of the same article otherwise.

        That may be under another kind, or in a digest.
        """
        if head.kind == CSV:
            return self._by_alert.get(file_name(head.subject))
        if (found := self._by_alert.get(head.id)) is not None:
            return found
        return self._by_subject.get(head.subject) if head.kind in TELLINGS else None

    def left(self, thread_ts: str, elapsed: float) -> float:
        """The seconds until what was not found, `elapsed` after its attempt, is surely missing."""
        if elapsed >= self._timing.lag:
            return 0.0  # whatever is waited for to show must have been deleted
        scope = self._scopes.get(thread_ts)
        if scope is None or not scope.shown:
            return self._timing.look
        needed = self._timing.settle if self._delay is None else self._delay
        if self._hidden:
            needed = max(needed, self._hidden + self._timing.look)
        return max(0.0, needed - elapsed)

    def posted(self, thread_ts: str, ts: str, began: float | None = None) -> None:
        """A message of ours is surely there. A thread that it may open has nothing in it yet.

        `began`: when its attempt did, by the monotonic clock. Its answer may have been long on the way,
        and the delay must not be thought shorter than it is.
        """
        scope = self._scopes.get(thread_ts)
        if scope is None or not ts:
            return
        scope.confirmed = ts
        if not thread_ts:
            self._scopes.setdefault(ts, _Scope(float(ts), newest=float(ts)))
        if self._delay is None and self._probe is None:
            self._probe = _Probe(thread_ts, ts, time.monotonic() if began is None else began)
        self.watch()

    def watch(self) -> None:
        """Measure the delay, while it is not known: look for the message that is watched, ever less often.

        A reading that fails is left alone; the delay is then measured later.
        """
        if self._probe is not None and time.monotonic() - self._probe.at >= self._probe.due:
            self._probe.due = max(self._timing.look, self._probe.due * 2)
            self.read(self._probe.scope, oldest=0.0)

    def _measure(self, thread_ts: str, stamps: frozenset[str], began: float) -> None:
        probe = self._probe
        if probe is None or probe.scope != thread_ts:
            return
        age = began - probe.at
        if probe.ts in stamps:
            self._delay, self._probe = max(age, 0.0), None
        elif age >= self._timing.lag:
            self._probe = None  # deleted, it seems; the next one is watched
        else:
            self._hidden = max(self._hidden, age)
