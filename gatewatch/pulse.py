"""What the service's keeper remembers between two looks: whether the first round is over, and things move.

Only looks and says; what follows from it (a summary, a heartbeat) is `serve`'s. Never writes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from crawlers.lease import LEASE_SECONDS
from pipelines.store.baseline import told, unread

if TYPE_CHECKING:
    from gatewatch.watch import Watch
    from pipelines.store import Store

WAITING_SECONDS = 600.0
"""The first round's summary waits so long for sources whose turn is given back again and again."""

STILL_SECONDS = 1800.0
"""No turn ended, or no alert left, for so long although there was one to: something hangs.

Longer than the longest wait of a turn for its seat, and than a Slack that is down for a while."""

Clock = Callable[[], float]


class FirstRound:
    """Whether it is time to sum up the first round. `missing` is how many sources it goes without."""

    def __init__(self, watch: Watch, clock: Clock = time.monotonic) -> None:
        self._watch = watch
        self._clock = clock
        self._told = False
        self._since: float | None = None

    def over(self, wanted: Collection[str]) -> int | None:
        """None while it goes on, else how many of these sources were not read. Speaks SQL.

        A turn that was given back (Retry-After, a budget) is not waited for for good: it may always be.
        """
        self._told = self._told or told(self._watch.store)
        if self._told:
            return 0  # one source's summary waits for no other source
        missing = unread(self._watch.store, wanted)
        if not missing:
            return 0
        if not self._given_back(missing):
            self._since = None
            return None
        self._since = self._clock() if self._since is None else self._since
        return len(missing) if self._clock() - self._since >= WAITING_SECONDS else None

    def _given_back(self, missing: Collection[str]) -> bool:
        """True where each was tried by us, or was put off by another beyond what a lease lasts."""
        untried = [identity for identity in missing if identity not in self._watch.turns]
        if not untried:
            return True
        schedule = self._watch.schedule
        due = schedule.next_due(untried)
        return due is not None and due > schedule.now() + LEASE_SECONDS


class Pulse:
    """Whether the service does what it is for: turns end, alerts leave."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._seen = (-1, -1)
        self._moved = [clock(), clock()]

    def beats(self, store: Store, wanted: Collection[str], ended: int) -> bool:
        """False where nothing moves. `ended` counts the turns that ended until now. Speaks SQL."""
        counts = store.outbox.counts()
        sent = counts.get("sent", 0)
        due = store.schedule.next_due(wanted)
        idle = (
            due is None or due > store.schedule.now(),
            not counts.get("pending", 0) and not counts.get("sending", 0),
        )
        now = self._clock()
        for place, (count, seen) in enumerate(zip((ended, sent), self._seen, strict=True)):
            if idle[place] or count != seen:
                self._moved[place] = now
        self._seen = (ended, sent)
        return all(now - moved < STILL_SECONDS for moved in self._moved)
