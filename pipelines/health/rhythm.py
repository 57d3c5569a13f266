"""Whether a source that answers well has fallen silent: measured by its own rhythm, in working days.

`stale` is a suspicion worth a message: a page that is read well but never changes may be a copy nobody
keeps up. A Chinese authority's days are working days, so that neither the National Day week nor a Spring
Festival makes it stale, and a make-up Saturday counts. The days are `chinesecalendar`'s. It ends with the
last year whose arrangement the State Council has published (each November); beyond it every stretch is
given a holiday week more. (`holidays` knows the same days from 2010 to 2026, all of them, and guesses the
feasts of later years; it is 150 times as large and would hold python-dateutil back.) Pure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise

import chinese_calendar

from pipelines.facts import BEIJING

TIMES = 3
"""Silent for more than so many usual gaps is stale."""

DAYS = 14
WORKING_DAYS = 10
"""And for more than 14 days, of which a Chinese office works ten."""

FEWEST = 4
"""With fewer gaps than this a source has no rhythm yet."""

HOLIDAY = 6
"""The most working days that one Chinese holiday takes, weekends and make-up days set off."""

FIRST_YEAR = 2004
_FAR = 400
_SATURDAY = 5
_MEMORY = 4096


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a source's list moves. `usual` and `silent` are days: working days where `working`.

    `usual` is the gap that four of five are no longer than; None where too little is known.
    """

    state: str
    newest: datetime | None = None
    usual: int | None = None
    silent: int = 0
    working: bool = False


def judge(moments: Iterable[datetime], now: datetime, *, chinese: bool) -> Rhythm:
    """`ok`, `quiet` or `stale`, from when the source's newest items appeared (in any order)."""
    known = sorted(moments)
    if not known:
        return Rhythm("ok")
    days = sorted({moment.astimezone(BEIJING).date() for moment in known})
    today = now.astimezone(BEIJING).date()
    silent = _between(days[-1], today, chinese=chinese)
    gaps = sorted(_between(one, other, chinese=chinese) for one, other in pairwise(days))
    if len(gaps) < FEWEST:
        return Rhythm("ok", known[-1], None, silent, chinese)
    usual = max(1, gaps[math.ceil(0.8 * len(gaps)) - 1])
    state = "ok"
    if silent > 2 * usual and silent > 2:
        state = "quiet"
    sure = silent - (HOLIDAY if chinese and today.year > last_year() else 0)
    least = WORKING_DAYS if chinese else DAYS
    if sure > TIMES * usual and sure > least and today - days[-1] > timedelta(DAYS):
        state = "stale"
    return Rhythm(state, known[-1], usual, silent, chinese)


@lru_cache(_MEMORY)
def working_day(day: date) -> bool:
    """Whether a Chinese office works on this day, make-up days included; in unknown years, on weekdays."""
    if not FIRST_YEAR <= day.year <= last_year():
        return day.weekday() < _SATURDAY
    return bool(chinese_calendar.is_workday(day))


@cache
def last_year() -> int:
    """The last year whose arrangement of holidays is known."""
    return int(max(chinese_calendar.constants.holidays).year)


def _between(one: date, other: date, *, chinese: bool) -> int:
    """Days after `one` up to and with `other`: working days where Chinese."""
    length = (other - one).days
    if not chinese or length <= 0:
        return max(0, length)
    if length > _FAR:  # a pinned item of years ago: nobody needs to know exactly
        return length * 5 // 7
    return sum(working_day(one + timedelta(number)) for number in range(1, length + 1))
