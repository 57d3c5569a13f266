"""Sends what waits for Slack by a second road, once Slack has taken nothing for long.

Each thing once, marked in the store before the attempt; many at once become one letter. Slack stays the
record: what went here is posted there too when that works again. Never raises for what a network does.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from alerts import holder
from alerts.alert import Alert
from alerts.draft import Translate
from alerts.gather import gather
from alerts.opened import Opened
from alerts.outcome import Ambiguous, Outcome, Rejected, Sent
from alerts.route import alert_id
from alerts.second.letter import Letter, letter, summary
from alerts.second.reach import Down, Reach
from alerts.settings import AlertSettings
from pipelines.store import holds
from pipelines.store import second_road as marks
from pipelines.store.second_road import Candidate

log = logging.getLogger(__name__)

MOST = 20
"""Letters an hour that tell of one alert; beyond that one letter tells of all that wait."""

_HOUR = timedelta(hours=1)
_APART = timedelta(minutes=10)
"""Between two letters that tell of many."""
_TRIES = 5
"""Attempts with an unknown end: each may have arrived."""
_LEASE = 300.0
_TASK = "second road"
_FIRST, _LONGEST = 5.0, 300.0
_UNWORDED = Rejected("it cannot be worded; the log has the reason")


class Road(Protocol):
    """A way to people beside Slack. No method raises for what a network or a service may do."""

    @property
    def name(self) -> str:
        """`mail` or `webhook`."""

    def post(self, letter: Letter) -> Outcome:
        """Send once, without any repeat."""

    def reach(self) -> Outcome:
        """Whether it can be reached; sends nothing."""


@dataclass(frozen=True, slots=True)
class Second:
    """The second road, how long Slack must have taken nothing before it is used, and where it leads."""

    road: Road
    after: timedelta
    where: str = ""


class SecondRoad:
    """The sender of the second road; one process of a store at a time does it."""

    def __init__(
        self,
        store: Opened,
        second: Second,
        reach: Reach,
        settings: AlertSettings,
        now: Callable[[], datetime],
        name: str,
        translate: Translate | None = None,
    ) -> None:
        self._store = store
        self._road = second.road
        self._after = second.after
        self._reach = reach
        self._settings = settings
        self._now = now
        self._name = name
        self._translate = translate
        self._rests_until = self._looks_at = float("-inf")
        self._failures = 0
        self._told_why = ""
        self._owes = True

    def turn(self, *, ending: bool) -> bool:
        """Do one thing that is to be done now; False where there is none. `ending`: nobody looks later."""
        down = self._reach.down()
        self._owes = self._owes or down is not None
        moment = time.monotonic()
        if not self._owes or moment < self._rests_until or (moment < self._looks_at and not ending):
            return False
        if down is not None and not down.told:
            if not self._store.outbox.queues():
                self._reach.forget()
                return False
            if self._now() - down.since < self._after:
                return False
            self._reach.begins(down, self._road.name)
            return True
        return self._send(down)

    def _send(self, down: Down | None) -> bool:
        now = self._now()
        with self._store.writing() as connection:  # read under the hold: another may have told of it just now
            token = holds.take(connection, _TASK, self._name, _LEASE, holder.dead)
            if token is None:
                self._rest(self._settings.timing.heed)
                return False
            waiting = marks.candidates(connection, down.began if down else "")
            lately = marks.recent(connection, now - _HOUR)
            identity, told = _next(waiting, lately, now)
            if told:
                marks.begin(connection, told, identity, self._road.name, now)
            else:
                holds.give_back(connection, _TASK, token)
        if not told:
            self._owes = down is not None or self._store.outbox.loose()
            self._looks_at = time.monotonic() + self._settings.timing.heed
            return False
        worded = self._word(told, identity, down)
        outcome = _UNWORDED if worded is None else self._road.post(worded)
        self._after_attempt(outcome, told, identity, token)
        return time.monotonic() >= self._rests_until

    def _word(self, told: list[Candidate], identity: str, down: Down | None) -> Letter | None:
        try:
            alerts = [self._alert(one) for one in told]
            since = down.since if down else None
            if len(alerts) > 1 and since is not None:
                return summary(alerts, identity, since)
            alert = self._translate(alerts[0]) if self._translate else alerts[0]
            return letter(alert, identity, since)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            log.exception("second road: %s cannot be worded", told[0].alert)
            return None

    def _alert(self, one: Candidate) -> Alert:
        material = self._store.outbox.material(one.alert)
        return gather(material, self._settings, threaded=False, repeated=bool(one.letter))

    def _after_attempt(self, outcome: Outcome, told: list[Candidate], identity: str, token: int) -> None:
        at = self._now()
        with self._store.writing() as connection:
            holds.give_back(connection, _TASK, token)
            match outcome:
                case Sent():
                    marks.sent(connection, told, identity, self._road.name, at)
                    self._failures, self._told_why = 0, ""
                    return
                case Ambiguous(reason) if told[0].attempts + 1 >= _TRIES:
                    reason = f"{reason}; tried {_TRIES} times, it may have arrived"
                    marks.rejected(connection, told, identity, reason, at)
                case Ambiguous(reason):
                    marks.not_sent(connection, identity, reason, doubtful=True)
                case Rejected(reason, "message", _):
                    marks.rejected(connection, told, identity, reason, at)
                    log.error("second road: %s was refused: %s", told[0].alert, reason)
                    return
                case _:
                    marks.not_sent(connection, identity, outcome.reason, doubtful=False)
        self._failures += 1
        self._rest(min(_LONGEST, _FIRST * 2 ** min(self._failures - 1, 8)))
        remedy = outcome.remedy if isinstance(outcome, Rejected) else ""
        if outcome.reason != self._told_why:
            self._told_why = outcome.reason
            log.error("second road (%s): %s %s", self._road.name, outcome.reason, remedy)

    def _rest(self, seconds: float) -> None:
        self._rests_until = time.monotonic() + seconds


def _next(
    waiting: list[Candidate], lately: list[tuple[str, int, datetime]], now: datetime
) -> tuple[str, list[Candidate]]:
    """The next letter: its id, and what it tells of; nothing where that has to wait.

    What may have arrived goes again as it was, after the new where it was tried often.
    """
    fresh = [one for one in waiting if not one.letter]
    tried = sorted((one for one in waiting if one.letter), key=lambda one: one.attempts)
    if tried and (not fresh or tried[0].attempts < _TRIES - 2):
        return tried[0].letter, [one for one in tried if one.letter == tried[0].letter]
    if not fresh:
        return "", []
    first = fresh[0]
    singles = sum(1 for _, count, _ in lately if count == 1)
    if first.kind == marks.KIND or singles + len(fresh) <= MOST:
        return alert_id(_TASK, first.kind, first.subject), [first]
    if any((count > 1 or singles > MOST) and at > now - _APART for _, count, at in lately):
        return "", []
    return alert_id(_TASK, "summary", "\n".join(str(one.intent) for one in fresh)), fresh
