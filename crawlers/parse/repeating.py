"""Finds the list in a page that nobody described: rows that repeat, each with a link, most with a date.

The answer is selectors for the kind `listing`, tried on the page itself. Menus repeat too, but without
dates. Never fetches, never reads an article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bs4 import BeautifulSoup, Tag

from crawlers.errors import Refused
from crawlers.parse import listing, prose, urls
from crawlers.parse.page import tags

_HIGHEST = 5
"""How far above its link a row may begin."""

_MOST_LINKS = 3000
_FEWEST = 3
# The words of a row, as far as they are looked at.
_LONGEST = 400
_TITLE = 6
"""Letters of the usual title, at least; those of a menu are shorter (a Chinese character counts for two)."""

_NAME = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff-]{0,60}")
_NUMBERED = re.compile(r"\d{3,}|^[0-9a-f-]{16,}$")
# Classes that say how a box looks or where it stands, not what it is.
_LOOKS = re.compile(
    r"(?:cf|clear(?:fix)?|f[lr]|on|cur(?:rent)?|active|first|last|odd|even|hover|show|hide|line|row\d*|col.*"
    r"|w\d+.*|m[tblrxy]?-?\d+|p[tblrxy]?-?\d+|center|left|right|wow|animated|container|main|content|box)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rows:
    """Where a list stands: `selectors` for the kind `listing`, how many rows they give, how many dated."""

    selectors: Mapping[str, str]
    count: int
    dated: int


@dataclass(frozen=True, slots=True)
class _Group:
    score: float
    selector: str


def lists(tree: BeautifulSoup, url: str) -> list[Rows]:
    """The lists of the page at `url`, the likeliest first; empty where nothing repeats with dates."""
    sums: Counter[str] = Counter()
    for group in _groups(tree, url):
        sums[group.selector] += int(group.score * 100)
    found = []
    for selector, _ in sums.most_common(8):
        rows = tree.select(selector)
        score = _score(rows, url)
        if score > 0:
            found.append((score, _described(selector, rows)))
    found.sort(key=lambda pair: -pair[0])
    return [rows for _, rows in found]


def _groups(tree: BeautifulSoup, url: str) -> Iterator[_Group]:
    """Boxes whose children repeat, each child with a link to an article."""
    boxes: dict[tuple[int, str], tuple[Tag, dict[int, Tag]]] = {}
    for number, link in enumerate(tags(tree, "a")):
        if number >= _MOST_LINKS:
            break
        if not _leads(link, url):
            continue
        row = link
        for _ in range(_HIGHEST):
            box = row.parent
            if box is None or row.name in {"body", "html", "[document]"}:
                break
            boxes.setdefault((id(box), row.name), (box, {}))[1][id(row)] = row
            row = box
    for (_, name), (box, rows) in boxes.items():
        found = list(rows.values())
        score = _score(found, url) if len(found) >= 2 else 0
        if score > 0:
            yield _Group(score, _selector(box, name, found))


def _leads(link: Tag, url: str) -> str:
    """The address of a link to a page; empty for a button, a picture, a way to the top."""
    href = link.get("href")
    if not isinstance(href, str) or not href.strip() or href.strip().startswith("#") or not _said(link):
        return ""
    try:
        return urls.fetchable(href, url)
    except Refused:
        return ""


def _said(link: Tag) -> str:
    """What a link says: its text or its title attribute, whichever is longer."""
    title = link.get("title")
    return max(prose.line(link.get_text()[:_LONGEST]), title if isinstance(title, str) else "", key=len)


def _width(text: str) -> int:
    return sum(2 if letter >= "\u2e80" else 1 for letter in text)


def _score(rows: Sequence[Tag], url: str) -> float:
    """How much these rows look like a list of articles; 0 for what is none."""
    links = [[link for link in _own_links(row) if _leads(link, url)] for row in rows]
    dates = [len(listing.DAY.findall(row.get_text(" ")[:_LONGEST])) for row in rows]
    dated = sum(1 for found, count in zip(links, dates, strict=True) if found and count)
    linked = [found for found in links if found]
    if dated < max(2, len(linked) * 0.5) or not linked:
        return 0
    titles = median(max(_width(_said(link)) for link in found) for found in linked)
    targets = {_leads(max(found, key=lambda link: _width(_said(link))), url) for found in linked}
    if titles < _TITLE or len(targets) < len(linked) * 0.6:
        return 0
    # A box of several lists has many links and dates in each "row".
    crowd = max(1.0, median(map(len, linked)) - 1) * max(1.0, median(count for count in dates if count)) ** 2
    share = dated / len(rows)
    return dated * min(titles, 40) * share / crowd


def _own_links(row: Tag) -> list[Tag]:
    return [row] if row.name == "a" else list(tags(row, "a"))


# --- from rows to a selector -----------------------------------------------------------------------
def _selector(box: Tag, name: str, rows: Sequence[Tag]) -> str:
    """A selector for these rows: the nearest box with a name of its own, and the way down from it."""
    parts = [name if name in {"li", "tr", "dd", "dt"} else name + _common_class(rows)]
    node: Tag | None = box
    while node is not None and node.name not in {"body", "html", "[document]"}:
        anchor = _anchor(node)
        parts.insert(0, anchor or node.name)
        if anchor:
            break
        node = node.parent
    return " > ".join(parts)


def _anchor(node: Tag) -> str:
    identity = node.get("id")
    if isinstance(identity, str) and _NAME.fullmatch(identity) and not _NUMBERED.search(identity):
        return f"{node.name}#{identity}"
    classes = [name for name in node.get("class") or () if _telling(name)]
    return f"{node.name}.{classes[0]}" if classes else ""


def _telling(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and not _NUMBERED.search(name) and not _LOOKS.fullmatch(name)


def _common_class(rows: Sequence[Tag]) -> str:
    shared = set.intersection(*({*(row.get("class") or ())} for row in rows))
    named = sorted(name for name in shared if _telling(name))
    return f".{named[0]}" if named else ""


def _described(selector: str, rows: Sequence[Tag]) -> Rows:
    dated = [row for row in rows if listing.DAY.search(row.get_text(" ")[:_LONGEST])]
    place = _date_place(dated)
    selectors = {"row": selector} | ({"date": place} if place else {})
    return Rows(selectors, len(rows), len(dated))


def _date_place(rows: Sequence[Tag]) -> str:
    """A selector for the date inside a row, where one holds for nearly all; else empty."""
    places: Counter[str] = Counter()
    for row in rows:
        holder = next(
            (tag for tag in reversed(list(tags(row))) if tag.name != "a" and listing.DAY.search(_short(tag))),
            None,
        )
        if holder is not None:
            classes = [name for name in holder.get("class") or () if _NAME.fullmatch(name)]
            places[f"{holder.name}.{classes[0]}" if classes else holder.name] += 1
    for place, _ in places.most_common(3):
        first = [row.select_one(place) for row in rows]
        if sum(1 for tag in first if tag and listing.DAY.search(_short(tag))) >= len(rows) * 0.8:
            return place
    return ""


def _short(tag: Tag) -> str:
    """The text of a small element; empty for one that holds much more than a date."""
    text = tag.get_text(" ").strip()
    return text if len(text) <= 60 else ""
