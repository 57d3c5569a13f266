"""When a channel wants to hear: its hours, its days, its holidays, in its own time zone.

Pure. `now` is an argument; nothing is known of alerts here.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ALL_DAYS = frozenset(range(7))
_FAR = 40
"""Days ahead that are looked at: the longest run of holidays and weekends is a quarter of it."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From `opens` to `closes` on these `days` (Monday is 0); across midnight where `closes` is earlier.

    Equal times are a whole day. `worked` are days off that are worked all the same: China makes up for its
    long holidays on the weekends beside them.
    """

    zone: ZoneInfo
    opens: time = time(0)
    closes: time = time(0)
    days: frozenset[int] = ALL_DAYS
    holidays: Container[date] = ()
    worked: Container[date] = ()

    def works(self, day: date) -> bool:
        """Whether this is a working day of the channel."""
        return (day.weekday() in self.days and day not in self.holidays) or day in self.worked

    @property
    def any_day(self) -> Hours:
        """The same hours, on every day."""
        return Hours(self.zone, self.opens, self.closes)

    def next_open(self, now: datetime) -> datetime | None:
        """None while the channel hears; else when it hears next, in UTC. `now` is aware."""
        today = now.astimezone(self.zone).date()
        for ahead in range(-1, _FAR):
            day = today + timedelta(days=ahead)
            if not self.works(day):
                continue
            begins, ends = self._at(day, self.opens), self._at(day, self.closes)
            if self.closes <= self.opens:
                ends = self._at(day + timedelta(days=1), self.closes)
            if now < begins:
                return begins
            if now < ends:
                return None
        return now + timedelta(days=_FAR)  # a calendar without a working day: better late than never

    def next_at(self, at: time, weekday: int | None, after: datetime) -> datetime:
        """The first time after `after` that is `at` o'clock on that weekday (None: on any), in UTC.

        Where that is no working day, on the next one.
        """
        day = after.astimezone(self.zone).date() - timedelta(days=_FAR // 2)
        for _ in range(2 * _FAR):
            if weekday is None or day.weekday() == weekday:
                moved = day
                while not self.works(moved) and moved < day + timedelta(days=_FAR):
                    moved += timedelta(days=1)
                if (found := self._at(moved, at)) > after:
                    return found
            day += timedelta(days=1)
        return after + timedelta(days=7)

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)
