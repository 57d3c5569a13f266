"""Days by name: of the week, and of the public holidays of a country. Never reads a file or the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def weekdays(text: str) -> frozenset[int]:
    """`mon-fri` or `sun,mon` as numbers, Monday 0; empty where it is neither."""
    found: set[int] = set()
    for part in text.lower().split(","):
        first, _, last = part.strip().partition("-")
        if first not in WEEK or (last and last not in WEEK):
            return frozenset()
        start, end = WEEK.index(first), WEEK.index(last or first)
        found.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(found)


def calendar_of(name: str) -> HolidayBase:
    """The public holidays of a country (DE) or a part of one (US-NY). Raises ValueError."""
    import holidays  # noqa: PLC0415  # a large package, for those who name a calendar

    country, _, part = name.upper().partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        raise ValueError(f"no holidays are known of {name!r}: write a country such as DE, or US-NY") from None


class WorkedDays:
    """The weekend days that are worked to make up for holidays in a country (CN). Raises ValueError."""

    def __init__(self, name: str) -> None:
        self._calendar = calendar_of(name)

    def __contains__(self, day: object) -> bool:
        # the calendar fills a year when it is first asked about a day of it
        return day not in self._calendar and day in self._calendar.weekend_workdays
