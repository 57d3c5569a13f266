"""Finds the days that a text names, in Chinese and English, each at its place.

Reads 2026年12月24日, 二〇二六年十二月二十四日, 12月24日 (the year from what stands before or from the
publication), 元月一日, 2018年3月底, 3月至12月, 下月15日, 2026-12-24, 24 December 2026, Dec. 24th, the end of
March 2018, the end of this month. A day that does not exist (2月30日) is none. Says nothing about what
happens on the day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pipelines.numerals import NUMERAL, number

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{0}>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?"
)
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?"
_TIME = (
    # `（星期四）`, `17:00`, `下午5时30分`, `24时`
    r"(?:\s*[（(](?:星期|周|週|礼拜)[一二三四五六日天][）)])?"
    r"(?:\s*(?:北京时间|上午|中午|下午|晚上?|凌晨)?\s*\d{1,2}\s*(?:[:：]\s*\d{2}|[时時点點](?:\s*\d{1,2}\s*分|整)?))?"
    r"(?:\s*零时)?"
)
_N = rf"(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})"

# `2026年12月24日17:00`, `二〇二六年十二月二十四日`, `明年3月底`, `2027年1月` (before 起), `2026年底`
_CHINESE = re.compile(
    rf"(?:(?P<y>(?:19|20|１９|２０)\d\d|[{NUMERAL}]{{4}})\s*年|(?P<rel>[今本明去次])年)?\s*"
    rf"(?P<m>(?<!\d){_N}|元)\s*月\s*(?:份\s*)?"
    rf"(?:(?P<d>{_N})\s*[日号號]|(?P<end>月?底|末)|(?P<first>(?=起|开始|開始|[至到]\s*\d|\s*[-—－~～]+\s*\d))){_TIME}"
    rf"|(?:(?P<yy>(?:19|20)\d\d)\s*年|(?P<rel2>[今本明])年)\s*(?:年)?(?:底|末){_TIME}"
    rf"|(?P<bare>(?<=[至到于前在])年[底末]){_TIME}"
)
# `至24日` after a day of the same month: `12月1日至24日`
_SAME_MONTH = re.compile(rf"\s*(?:至|到|[-—－~～–])\s*(?P<d>{_N})\s*日{_TIME}")
# `至12月` after the month in which something begins: `3月至12月`, `3月至2027年1月`; not `3月至12月24日`
_MONTH_END = re.compile(
    rf"\s*(?:至|到|[-—－~～–]+)\s*(?:(?P<y>(?:19|20)\d\d)\s*年\s*)?(?P<m>{_N})\s*月(?:份|底|末)?(?!\s*(?:底|末|[\d{NUMERAL}]))"
)
# `本月底`, `下月15日`, `下个月` (before 起); counted from the publication
_THIS_MONTH = re.compile(
    rf"(?P<which>[本这下])个?月(?:份)?\s*(?:(?P<d>{_N})\s*[日号號]|(?P<end>月?底|末)|(?=起|开始|開始)){_TIME}"
)
# `the end of this month`, `the start of next month`
_THIS_MONTH_ENGLISH = re.compile(
    r"\b(?:the\s+)?(?:(?P<end>end)|start|beginning)\s+of\s+(?P<which>this|next|the)\s+month\b", re.IGNORECASE
)
# `2026-12-24`, `2026/12/24`, `2026.12.24 17:00`; not a part of a longer number or of an IP address
_NUMERIC = re.compile(
    r"(?<![\d.\-/])(?P<y>(?:19|20)\d\d)\s?[-/.．－]\s?(?P<m>\d{1,2})\s?[-/.．－]\s?(?P<d>\d{1,2})"
    rf"(?![\d]|[.\-/]\d){_TIME}"
)
# `24 December 2026`, `the 31st of March, 2018`, `Thursday, Dec. 24th`, `the end of March 2018`, `end-2026`
_ENGLISH = re.compile(
    rf"(?:\bthe\s+)?\b{_WEEKDAY}(?:"
    rf"(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:day\s+)?(?:of\s+)?{_MONTH.format('m1')}(?:,?\s+(?P<y1>(?:19|20)\d\d)\b)?"
    rf"|{_MONTH.format('m2')}\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*%|:\d|,\d)(?:,?\s+(?P<y2>(?:19|20)\d\d)\b)?"
    rf"|end(?:\s+of\s+|[- ]){_MONTH.format('m3')}(?:,?\s+(?P<y3>(?:19|20)\d\d)\b)?"
    r"|end(?:\s+of\s+|-)(?P<y4>(?:19|20)\d\d)\b)",
    re.IGNORECASE,
)


_FORMS = (_CHINESE, _NUMERIC, _ENGLISH, _THIS_MONTH, _THIS_MONTH_ENGLISH)


@dataclass(frozen=True, slots=True)
class Day:
    """A day named at code points [start, end) of the text."""

    date: date
    start: int
    end: int


def days(text: str, published: date | None = None) -> tuple[Day, ...]:
    """The days that a sentence or a paragraph names, in order.

    A day without a year takes it from the day before it in the text, else it is the one that lies
    nearest after 120 days before `published`; without either it is left out. A `datetime` counts as its day.
    """
    if isinstance(published, datetime):
        published = published.date()
    found: list[Day] = []
    place = 0
    while match := _next(text, place):
        place = match.end()
        day = _read(match, found[-1].date if found else None, published)
        if day is None:
            continue
        found.append(Day(day, match.start() + len(match.group()) - len(match.group().lstrip()), match.end()))
        if (same := _SAME_MONTH.match(text, place)) and "月" in match.group():
            if later := _date(day.year, day.month, number(same["d"])):
                start = same.start("d")
                found.append(Day(later, start, same.end()))
            place = same.end()
        elif (last := _MONTH_END.match(text, place)) and match.groupdict().get("first") is not None:
            if end := _date(int(last["y"] or day.year), number(last["m"]) or 0, None):
                found.append(Day(end, last.start("y" if last["y"] else "m"), last.end()))
            place = last.end()
    return tuple(found)


def later(day: date, count: int, unit: str) -> date:
    """The day `count` days (日, day), weeks (周, week) or months (月, month) later."""
    if unit in ("月", "month"):
        year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return day + timedelta(days=count * (7 if unit in ("周", "week") else 1))


def _next(text: str, place: int) -> re.Match[str] | None:
    """The first day from `place` on; of two that begin together the longer one."""
    matches = (pattern.search(text, place) for pattern in _FORMS)
    return min((m for m in matches if m), key=lambda m: (m.start(), -m.end()), default=None)


def _read(match: re.Match[str], before: date | None, published: date | None) -> date | None:
    part = match.groupdict()
    if match.re is _NUMERIC:
        return _date(int(part["y"]), int(part["m"]), int(part["d"]))
    if match.re in (_THIS_MONTH, _THIS_MONTH_ENGLISH):
        return _in_month(part, published)
    if match.re is _ENGLISH:
        return _in_english(part, before, published)
    relative = {"今": 0, "本": 0, "明": 1, "次": 1, "去": -1}.get(part["rel"] or part["rel2"] or "")
    year = number(part["y"] or part["yy"]) if part["y"] or part["yy"] else None
    if relative is not None:
        base = before if part["rel"] == "次" and before else published
        if base is None:
            return None
        year = base.year + relative
    if not part["m"]:
        return _complete(year, 12, 31, before, published)
    day = (
        1
        if part["first"] is not None and not part["d"] and not part["end"]
        else number(part["d"])
        if part["d"]
        else None
    )
    return _complete(year, 1 if part["m"] == "元" else number(part["m"]) or 0, day, before, published)


def _in_english(part: dict[str, Any], before: date | None, published: date | None) -> date | None:
    if part["y4"]:
        return date(int(part["y4"]), 12, 31)
    name = part["m1"] or part["m2"] or part["m3"]
    year, day = part["y1"] or part["y2"] or part["y3"], part["d1"] or part["d2"]
    month = _MONTHS.index(name[:3].lower()) + 1
    return _complete(int(year) if year else None, month, int(day) if day else None, before, published)


def _in_month(part: dict[str, str | None], published: date | None) -> date | None:
    """A day of the month of publication or of the next: the one named, the last, or (before 起) the first."""
    if published is None:
        return None
    months = published.year * 12 + published.month - 1 + (part["which"] in ("下", "next", "Next"))
    year, month = months // 12, months % 12 + 1
    if part["end"]:
        return _date(year, month, None)
    return _date(year, month, number(day) if (day := part.get("d")) else 1)


def _complete(
    year: int | None, month: int, day: int | None, before: date | None, published: date | None
) -> date | None:
    """A date of its parts: no day is the month's last, no year is taken from near by."""
    if not 1 <= month <= 12:
        return None
    if year is not None:
        return _date(year, month, day)
    if before is not None:
        same = _date(before.year, month, day)
        return same if same and same >= before else _date(before.year + 1, month, day)
    if published is None:
        return None
    early = published - timedelta(days=120)
    options = (_date(published.year + shift, month, day) for shift in (-1, 0, 1))
    return next((option for option in options if option and option >= early), None)


def _date(year: int, month: int, day: int | None) -> date | None:
    try:
        return date(year, month, monthrange(year, month)[1] if day is None else day)
    except ValueError:  # a month 13 or a 30 February: not a date
        return None
