"""Since when Slack takes nothing at all, known to every process of a store.

Down is where every attempt ends in no answer, a fault of Slack's or a refusal of everything (a token
revoked); a refusal of one message or one channel, or a wish for time, shows that it works. Never posts,
never decides what follows from it.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from alerts.opened import Opened
from alerts.outcome import Outcome, Rejected, Retry, Sent
from pipelines.store import second_road

log = logging.getLogger(__name__)

KEPT = "slack_down"
"""The fact in the store."""


@dataclass(frozen=True, slots=True)
class Down:
    """An outage: when its first attempt failed (ISO 8601), why, and whether the second road is used."""

    began: str
    why: str = ""
    told: bool = False

    @property
    def since(self) -> datetime:
        """When the first attempt failed."""
        return datetime.fromisoformat(self.began)


class Reach:
    """Whether Slack takes anything. What others noted is read anew after `heed` seconds."""

    def __init__(self, store: Opened, now: Callable[[], datetime], heed: float) -> None:
        self._store = store
        self._now = now
        self._heed = heed
        self._down: Down | None = None
        self._read_at = float("-inf")

    def down(self) -> Down | None:
        """The outage that goes on, or None."""
        if time.monotonic() - self._read_at >= self._heed:
            kept = self._store.meta.get(KEPT)
            self._down = Down(**json.loads(kept)) if kept else None
            self._read_at = time.monotonic()
        return self._down

    def note(self, outcome: Outcome) -> None:
        """What came of an attempt."""
        down = self.down()
        if _works(outcome):
            if down is not None:
                self._over(down)
            return
        why = "" if isinstance(outcome, Sent) else outcome.reason
        remedy = outcome.remedy if isinstance(outcome, Rejected) else ""
        why = f"{why}. {remedy}" if remedy else why
        if down is None:
            self._keep(Down(self._now().isoformat(), why))
        elif down.why != why:
            self._keep(replace(down, why=why))

    def begins(self, down: Down, road: str) -> None:
        """The second road is used from now on: people are to hear of it."""
        with self._store.writing() as connection:
            second_road.begun(connection, down.began, self._now(), {"road": road, "why": down.why})
        self._keep(replace(down, told=True))
        log.error("Slack has accepted nothing since %s: alerts go by the second road (%s)", down.began, road)

    def forget(self) -> None:
        """Nothing waits any more, so that nobody knows how long it lasts."""
        self._keep(None)

    def _over(self, down: Down) -> None:
        if (
            down.told
        ):  # first the word, then the fact: after a kill between the two it is said once all the same
            with self._store.writing() as connection:
                second_road.ended(connection, down.began, self._now())
            log.warning("Slack accepts messages again; it accepted none since %s", down.began)
        self._keep(None)

    def _keep(self, down: Down | None) -> None:
        self._store.meta.set(KEPT, json.dumps(asdict(down)) if down else "")
        self._down, self._read_at = down, time.monotonic()


def _works(outcome: Outcome) -> bool:
    match outcome:
        case Sent():
            return True
        case Retry():
            return outcome.slow
        case Rejected():
            return outcome.scope != "all"
        case _:
            return False
