"""What stands in a channel and its threads already, as far as it was read, and how far that is sure.

Slack shows a new message in the history after an unknown delay. So a message that is not there is only
believed to be missing when the reading shows the last one that surely is. Keeps Slack's own times
(`ts`), never a worker's. Never posts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from alerts.alert import TELLINGS
from alerts.outcome import Found, Place, Reading, Rejected, Retry, Transport, Unreadable
from alerts.settings import Timing
from pipelines.store.queue import Head

_OVERLAP = 60.0
"""Seconds read again at each look, for messages that became visible out of order."""


@dataclass(slots=True)
class _Scope:
    """The channel itself (`""`) or one thread: since when it was read, and what surely is in it."""

    oldest: float
    newest: float = 0.0
    confirmed: str = ""
    confirmed_at: float = 0.0
    shown: bool = True


class Past:
    """One channel's past during one sender's hold of it."""

    def __init__(self, transport: Transport, place: Place, timing: Timing) -> None:
        self._transport = transport
        self._place = place
        self._timing = timing
        self._scopes: dict[str, _Scope] = {}
        self._by_alert: dict[str, Found] = {}
        self._by_subject: dict[str, Found] = {}
        self._lag = 0.0

    def knows(self, thread_ts: str) -> bool:
        """Whether this thread (empty: the channel) was read."""
        return thread_ts in self._scopes

    def read(self, thread_ts: str, *, oldest: float, confirmed: str) -> Retry | Rejected | Unreadable | None:
        """Read the thread (empty: the channel), the first time since `oldest`; None when it was done.

        `confirmed` is the newest message that the store knows to be there.
        """
        now = time.monotonic()
        scope = self._scopes.get(thread_ts) or _Scope(oldest, confirmed=confirmed, confirmed_at=now)
        since = scope.oldest
        if scope.newest:
            known = [scope.newest, *([float(scope.confirmed)] if scope.confirmed else [])]
            since = max(since, min(known) - _OVERLAP)
        outcome = self._transport.read(self._place, oldest=since, thread_ts=thread_ts)
        if isinstance(outcome, Rejected) and outcome.scope == "thread":
            outcome = Reading()  # the thread is gone, and with it all that was in it; posting will tell
        if not isinstance(outcome, Reading):
            return outcome
        self._scopes[thread_ts] = scope
        scope.newest = max([scope.newest, *(float(ts) for ts in outcome.stamps if ts)])
        scope.shown = not scope.confirmed or scope.confirmed in outcome.stamps
        if not scope.shown:
            self._lag = max(self._lag, min(now - scope.confirmed_at, self._timing.lag))
        for found in outcome.found:
            self._by_alert[found.alert] = found
            if found.kind in TELLINGS:
                self._by_subject[found.subject] = found
        return None

    def find(self, head: Head) -> Found | None:
        """The message of this delivery, or the one that told of the same article under another kind."""
        if (found := self._by_alert.get(head.id)) is not None:
            return found
        return self._by_subject.get(head.subject) if head.kind in TELLINGS else None

    def sure(self, thread_ts: str, elapsed: float) -> bool:
        """Whether what was not found `elapsed` seconds after its attempt is not there."""
        if elapsed >= self._timing.lag:
            return True  # the last one we know of must have been deleted
        scope = self._scopes.get(thread_ts)
        if scope is None or not scope.shown:
            return False
        return elapsed >= self._lag + (self._timing.look if self._lag else 0.0)

    def posted(self, thread_ts: str, ts: str) -> None:
        """A message of ours is surely there. A thread that it may open has nothing in it yet."""
        scope = self._scopes.get(thread_ts)
        if scope is not None and ts:
            scope.confirmed, scope.confirmed_at = ts, time.monotonic()
        if not thread_ts and ts:
            self._scopes.setdefault(ts, _Scope(float(ts), newest=float(ts)))
