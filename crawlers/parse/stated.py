"""When a page of an unknown template says that it was published.

Looks where pages say it: in the lines above the text, in metas and JSON-LD, in the lines below, in the
page's own script, and last in its address. Pure; never asks the clock, knows no site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from crawlers.article import Moment
from crawlers.parse import prose
from crawlers.parse.dates import read_moment

# <meta property="article:published_time" content="…">  <meta content="…" itemprop="datePublished">
_META = re.compile(r"<meta\b[^<>]{0,400}>", re.IGNORECASE)
_META_NAME = re.compile(
    r"(?:name|property|itemprop|http-equiv)\s*=\s*[\"']?\s*[\w.:-]*(?:published_?time|datepublished|pub_?date|publish_?date"
    r"|publish_?time|(?:article|news|release|issue)_?date|create_at|firstpublishedtime|dc\.date|pubtime)\b",
    re.IGNORECASE,
)
_META_SAID = re.compile(r"content\s*=\s*(?:\"([^\"]{6,40})\"|'([^']{6,40})')", re.IGNORECASE)
# "datePublished": "2026-09-11T10:00:00+08:00"  |  publish_time: '1789…'  |  var pubDate = "2026-09-11 10:00"
# var ct = "1789…"  (WeChat)
_SCRIPT = re.compile(
    r"[\"']?\b(?:var ct|datePublished|pub_?date|publish(?:ed)?_?(?:time|date|at|date_?time)|pub_?time"
    r"|create_?time|ctime|newsTime|oriCreateTime)"
    r"[\"']?\s*[:=]\s*[\"']?([\d][^\"'<>\n,;]{7,34})",
    re.IGNORECASE,
)
# /2026-09/11/ | /2026/0911/ | /20260911/ | /202609/t20260911_ | /2026/09/11/
_ADDRESS = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/_]?(\d\d)[-/_]?(\d\d)(?!\d)")
# 2026-09-11 | 2026年9月11日 | September 11, 2026 | 11 Sep, 2026
_DAY = re.compile(
    r"(?<![\d.])(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?!\d)"
    r"|\b[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?, (?:19|20)\d\d"
    r"|\b\d{1,2} [A-Z][a-z]{2,8}\.?,? (?:19|20)\d\d"
)
_LABEL = re.compile(
    r"(?:发布|發布|发表|發表|更新|刊登|时间|時間|日期|来源|來源|稿源|作者|编辑|編輯|记者|責任|责任|字号|浏览|阅读|点击|评论|posted|published|updated|\bby\b)",
    re.IGNORECASE,
)
_POSTED = re.compile(r"发布(?:于|时间)|發布|发表(?:于|时间|[。.]?$)|發表|posted|published", re.IGNORECASE)
# 发布时间：10-08 | 发表于 9月3日
_YEARLESS = re.compile(
    r"(?:发布|發布|发表|發表)(?:时间|時間|于|於|日期)?\s*[：:]?\s*(\d{1,2})[-/.月](\d\d|\d(?!\d))(?![-/.年])"
)
_META_DATED = re.compile(
    r"content\s*=\s*[\"']((?:19|20)\d\d[-/]\d\d?[-/]\d\d?[^\"']{0,20})[\"']", re.IGNORECASE
)
_CODE = re.compile(r"<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_BETWEEN = re.compile(r">([^<>]{8,160})<")
_ABOVE, _WITHIN, _BELOW = 14, 4, 8
"""So many lines above the text, of its first ones and below it are looked at."""
_FAR = 400_000
_LONGEST = 160
_BESIDE = 12
"""So much may stand beside a date that is a line of its own."""
_SENTENCE = 25
_STOP = re.compile(r"[。！？，；]|[,.!?] ")


def read(html: str, url: str, lines: Sequence[str], zone: ZoneInfo) -> Moment | None:
    """The moment that the page states, or None. `lines` are the paragraphs of its text."""
    page = prose.plain(html).split("\n")
    first, last = _place(page, lines)
    begin = max(0, first - _ABOVE)
    near = [*reversed(page[begin:first]), *page[first : min(first + _WITHIN, last)]]
    above = _nearest(near, zone) or _nearest(reversed(page[:begin]), zone)
    if above is not None and above.day is None:
        return above
    machine = _first(_metas(html), zone)
    return (
        _finer(above, machine)
        or _nearest(page[last : last + _BELOW], zone, labelled=True)
        or _signed(page[first:], zone)
        or _first((found[1] for found in _SCRIPT.finditer(html)), zone)
        or _without_year(page, html, zone)
        or _in_boxes(html, lines, zone)
        or _address(url, zone)
    )


def _without_year(page: Sequence[str], html: str, zone: ZoneInfo) -> Moment | None:
    """The moment of any meta whose month and day are those that a label shows without a year."""
    shown = {(int(found[1]), int(found[2])) for line in page for found in _YEARLESS.finditer(line[:_LONGEST])}
    said = (found[1] for tag in _META.finditer(html[:200_000]) for found in _META_DATED.finditer(tag[0]))
    for moment in (read_moment(text, zone) for text in said if shown):
        if moment is not None and _month_and_day(moment, zone) in shown:
            return moment
    return None


def _month_and_day(moment: Moment, zone: ZoneInfo) -> tuple[int, int]:
    local = moment.at.astimezone(zone)
    return local.month, local.day


def _in_boxes(html: str, lines: Sequence[str], zone: ZoneInfo) -> Moment | None:
    """What stands above the text in a box that is no prose (of buttons to share, say)."""
    end = html.find(lines[0][:12]) if lines else -1
    above = _CODE.sub(" ", html[: max(0, min(end, _FAR))])
    return _nearest([prose.line(found[1]) for found in _BETWEEN.finditer(above)][::-1], zone)


def _signed(page: Sequence[str], zone: ZoneInfo) -> Moment | None:
    """The minute of a short line within or below the text that says when it was posted (as boards do)."""
    lines = (
        line for line in page if len(line) <= _LONGEST // 2 and _POSTED.search(line) and _DAY.search(line)
    )
    moments = (read_moment(line[found.start() :], zone) for line in lines if (found := _DAY.search(line)))
    return next((moment for moment in moments if moment is not None and moment.day is None), None)


def _finer(shown: Moment | None, machine: Moment | None) -> Moment | None:
    """The day that is shown, or the minute of the very same day that a meta names."""
    if shown is None or machine is None:
        return shown or machine
    same = abs((machine.at - shown.at).total_seconds()) < 86_400
    return machine if same else shown


def _place(page: Sequence[str], lines: Sequence[str]) -> tuple[int, int]:
    """Where the text begins and ends among the lines of the page."""
    if not lines:
        return min(len(page), 40), len(page)
    opening = next((line for line in lines if len(line) >= _SENTENCE and _STOP.search(line)), lines[0])
    begin = next((number for number, line in enumerate(page) if _alike(line, opening)), None)
    if begin is None:
        begin = next((number for number, line in enumerate(page) if len(line) > 60), min(len(page), 20))
    end = next(
        (number for number in range(len(page) - 1, begin, -1) if _alike(page[number], lines[-1])), begin
    )
    return begin, end


def _alike(one: str, other: str) -> bool:
    return one[:16] == other[:16]


def _nearest(lines: Iterable[str], zone: ZoneInfo, *, labelled: bool = False) -> Moment | None:
    """The moment of the first of these lines with a time of day, else with a label, else of its own.

    With `labelled`, a line without a label says nothing.
    """
    found: list[tuple[int, Moment]] = []
    for line in lines:
        if len(line) > _LONGEST or "。" in line:
            continue  # a sentence of the text, or of another one
        label = _LABEL.search(line) is not None
        for said in _DAY.finditer(line):
            moment = read_moment(line[said.start() :], zone)
            alone = len(line) - len(said[0]) < _BESIDE
            if moment is None or not (label or (not labelled and (alone or moment.day is None))):
                continue
            found.append((0 if moment.day is None else 1 if label else 2, moment))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _metas(html: str) -> Iterator[str]:
    for tag in _META.finditer(html[:200_000]):
        said = _META_SAID.search(tag[0]) if _META_NAME.search(tag[0]) else None
        if said is not None:
            yield said[1] or said[2]
    for found in re.finditer(r"\"datePublished\"\s*:\s*\"([^\"]{8,40})\"", html):
        yield found[1]
    for found in re.finditer(
        r"<time\b[^<>]{0,200}?datetime\s*=\s*[\"']([^\"']{8,40})[\"']", html, re.IGNORECASE
    ):
        yield found[1]


def _first(texts: Iterator[str], zone: ZoneInfo) -> Moment | None:
    return next((moment for text in texts if (moment := read_moment(text, zone)) is not None), None)


def _address(url: str, zone: ZoneInfo) -> Moment | None:
    for found in _ADDRESS.finditer(url.split("?", 1)[0]):
        moment = read_moment(f"{found[1]}-{found[2]}-{found[3]}", zone)
        if moment is not None:
            return moment
    return None
