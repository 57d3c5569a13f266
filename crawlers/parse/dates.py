"""Reads a moment as sites write it, exactly as precise as it stands there.

A date without a time stays a day; a time without a zone is in the zone given. Never asks the clock:
whether a date lies in the future is judged against a `now` that the caller has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from crawlers.article import Moment

_LONGEST = 200
_FIRST_YEAR, _LAST_YEAR = 1971, 2199  # 1970 is what a site without a date says (0 seconds)

# 2026-09-30 | 2026/4/30 | 2026.08.01 | 2026年11月23日 | 2026 年 1 月 2 日
_NUMERIC = re.compile(r"(?<![\d.])(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s*[日号]?")
# 二〇二六年十一月二十三日
_HAN = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
# 20260930, 20260930T162700Z
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?)?(?!\d)")
# Fri, 25 Sep 2026 | 25-Sep-26 | 25 September, 2026
_DAY_FIRST = re.compile(
    r"(?<![\d:])(\d{1,2})(?:st|nd|rd|th)?[\s-]+([A-Za-z]{3,9})\.?,?[\s-]+(\d{4}|\d{2})(?!\d)"
)
# September 25, 2026 | Sep 25 2026
_MONTH_FIRST = re.compile(r"\b([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
# Wed Sep 23 10:00:00 CST 2026
_UNIX = re.compile(
    r"\b([A-Za-z]{3})\s+(\d{1,2})\s+(\d{2}:\d{2}(?::\d{2})?(?:\s+[A-Z]{1,5})?)\s+(\d{4})(?!\d)"
)
# 16:27 | T16:27:05.123+08:00 | -10:00:00 | 星期三 下午4时27分 | , 10:00 AM
_TIME = re.compile(
    r"[\sT,，\-]*(?:at\s+)?(?:[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?\s*)?(上午|下午|晚上|凌晨|中午)?\s*"
    r"(\d{1,2})\s*[:时点]\s*(\d{1,2})\s*分?(?:\s*[:]?\s*(\d{1,2})(?:[.,]\d{1,9})?\s*秒?)?\s*([AaPp]\.?[Mm]\b\.?)?"
)
# Z | GMT | +0800 | +08:00 | UTC+8 | EST
_ZONE = re.compile(r"\s*(?:(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})?(?!\d)|\(?([A-Za-z]{1,5})\b)")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DIGITS = {character: number for number, character in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0}
# Hours from Greenwich of the names that feeds use.
_NAMES = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "MSK": 3,
    "ICT": 7, "HKT": 8, "SGT": 8, "BJT": 8, "AWST": 8, "PHT": 8, "MYT": 8, "JST": 9, "KST": 9, "AEST": 10,
    "AEDT": 11, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip


def read_moment(text: str, zone: ZoneInfo) -> Moment | None:
    """The first moment in a short text, or None where none can be read.

    Reads ISO 8601, RFC 822, Chinese and English dates, seconds and milliseconds since 1970. What has
    no zone is in `zone`; what has no time is a day (`Moment.day`).
    """
    text = unicodedata.normalize("NFKC", text[:_LONGEST]).strip()
    if text.isascii() and text.isdigit() and len(text) in {10, 13}:
        return _epoch(int(text[:10]))
    found = _unix(text) or _dated(text)
    if found is None:
        return None
    day, clock, name_or_offset = found
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return None
    if clock is None:
        return Moment(datetime.combine(day, time(), zone).astimezone(UTC), day)
    at = datetime.combine(day, time(), _zone(name_or_offset, zone, day)) + clock
    return Moment(at.astimezone(UTC))


def sane(moment: Moment | None, now: datetime) -> Moment | None:
    """The moment, or None where it lies more than a day after `now`: such a date is a mistake."""
    if moment is None or moment.at > now + timedelta(days=1):
        return None
    return moment


_Found = tuple[date, timedelta | None, str]


def _epoch(seconds: int) -> Moment | None:
    at = datetime.fromtimestamp(seconds, UTC)
    return Moment(at) if _FIRST_YEAR <= at.year <= _LAST_YEAR else None


def _unix(text: str) -> _Found | None:
    found = _UNIX.search(text)
    if found is None:
        return None
    day = _date(int(found[4]), _month(found[1]), int(found[2]))
    clock, rest = _clock(found[3])
    return (day, clock, rest) if day else None


def _dated(text: str) -> _Found | None:
    """The first date in the text, and the time right behind it."""
    for pattern, build in _BUILDERS:
        for found in pattern.finditer(text):
            day = build(found)
            if day is not None:
                return (day, *_clock(text[found.end() :]))
    compact = _COMPACT.search(text)
    day = _date(int(compact[1]), int(compact[2]), int(compact[3])) if compact else None
    if compact is None or day is None:
        return None
    if compact[4] is None:
        return (day, None, "")
    return (day, _span(int(compact[4]), int(compact[5]), int(compact[6] or 0)), text[compact.end() :])


def _clock(rest: str) -> tuple[timedelta | None, str]:
    """The time that follows a date, as time since midnight, and what follows the time."""
    found = _TIME.match(rest)
    if found is None:
        return None, ""
    hour, half = int(found[2]), (found[5] or "").lower()[:1]
    if hour < 12 and (half == "p" or found[1] in {"下午", "晚上"}):
        hour += 12
    elif hour == 12 and (half == "a" or found[1] == "凌晨"):
        hour = 0
    return _span(hour, int(found[3]), int(found[4] or 0)), rest[found.end() :]


def _span(hour: int, minute: int, second: int) -> timedelta | None:
    """24:00 is the next midnight, a leap second the second before it; anything odder is no time."""
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def _zone(rest: str, zone: ZoneInfo, day: date) -> tzinfo:
    found = _ZONE.match(rest)
    if found is None:
        return zone
    if found[1]:
        digits = found[2] + (found[3] or "")
        hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        if hours > 14 or minutes > 59:
            return zone
        offset = timedelta(hours=hours, minutes=minutes)
        return timezone(-offset if found[1] == "-" else offset)
    name = found[4].upper()
    # CST is China's in China and Chicago's elsewhere.
    if name not in _NAMES or name == datetime.combine(day, time(12), zone).tzname():
        return zone
    return timezone(timedelta(hours=_NAMES[name]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(name: str) -> int:
    short = name[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _year(digits: str) -> int:
    """Two digits as RFC 2822 reads them: 00-49 are this century's."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 50 else 1900)


def _han_year(text: str) -> int:
    return int("".join(str(_DIGITS[character]) for character in text))


def _han(text: str) -> int:
    """十, 十一, 二十, 三十一, 九 as a number."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS.get(ones, 0) if len(ones) == 1 else 0
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)


_BUILDERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], date | None]], ...] = (
    (_NUMERIC, lambda found: _date(int(found[1]), int(found[2]), int(found[3]))),
    (_DAY_FIRST, lambda found: _date(_year(found[3]), _month(found[2]), int(found[1]))),
    (_MONTH_FIRST, lambda found: _date(int(found[3]), _month(found[1]), int(found[2]))),
    (_HAN, lambda found: _date(_han_year(found[1]), _han(found[2]), _han(found[3]))),
)
