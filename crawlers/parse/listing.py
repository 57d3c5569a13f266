"""Reads the rows of a list of articles out of HTML: link, whole title, date, however it is laid out.

List items (MIIT `li.cf`, MOFCOM `ul.txtList_01 > li`), table rows (rule collections) or bare links
with words between them. Never judges whether there are enough rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from crawlers.article import Entry, Moment
from crawlers.parse import prose, urls
from crawlers.parse.dates import read_moment
from crawlers.parse.page import tags
from crawlers.parse.rows import address, apart

_ROWS = ("li", "tr")
PLACES = [*_ROWS, "ul", "table", "div", "a", "span"]
"""What a list's HTML is strained to."""

# 2026-09-30 | [2026-09-29] | 2026年11月5日 | 2026/11/05 10:00
DAY = re.compile(
    r"(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?:\s*日)?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
)
_CUT = ("...", "…", "..")


@dataclass(frozen=True, slots=True)
class _Row:
    """The links of a row, and its words that are no link's."""

    links: list[Tag]
    texts: list[str]


def entries(tree: BeautifulSoup, url: str, zone: ZoneInfo) -> tuple[Entry, ...]:
    """The rows in the order of the list, each once; links are relative to the page at `url`.

    Where one address stands under two titles, the title is part of the later one's key.
    """
    return apart(found for row in _rows(tree) if (found := _entry(row, url, zone)) is not None)


def entry(row: Tag, url: str, zone: ZoneInfo) -> Entry | None:
    """One row as an entry: its likeliest link, whole title and date; None for a divider or a heading."""
    return _entry(_Row([row] if row.name == "a" else list(tags(row, "a")), _unlinked(row)), url, zone)


def title(tag: Tag) -> str:
    """What an element is called: its words, or its title attribute where those are cut."""
    said = prose.title(_words(tag), html=False)
    full = tag.get("title")
    name = prose.title(full) if isinstance(full, str) else ""
    # The text is cut to the column's width, the title attribute is whole.
    if not name or (len(said) > len(name) and not said.endswith(_CUT)):
        return said or name
    return name


def pagers(tree: BeautifulSoup) -> list[Tag]:
    """The boxes that lead to the list's other pages."""
    return [tag for tag in tags(tree, "div", "ul", "nav") if "pagination" in (tag.get("class") or ())]


def _rows(tree: BeautifulSoup) -> list[_Row]:
    """Every innermost list item or table row; where a list has neither, its links."""
    inside = {id(tag) for pager in pagers(tree) for tag in tags(pager)}
    found = [row for row in tags(tree, *_ROWS) if id(row) not in inside]
    outer = {id(next((parent for parent in row.parents if parent.name in _ROWS), None)) for row in found}
    if found:
        return [_Row(list(tags(row, "a")), _unlinked(row)) for row in found if id(row) not in outer]
    return _bare(tree, inside)


def _unlinked(row: Tag) -> list[str]:
    return [
        str(child) for child in row.descendants if isinstance(child, NavigableString) and not _linked(child)
    ]


def _linked(text: NavigableString) -> bool:
    return any(parent.name == "a" for parent in islice(text.parents, 6))


def _bare(tree: BeautifulSoup, inside: set[int]) -> list[_Row]:
    """Links that stand in no list, each with the words up to the next."""
    found: list[_Row] = []
    for node in tree.descendants:
        if isinstance(node, Tag):
            if node.name == "a" and id(node) not in inside:
                found.append(_Row([node], []))
        elif isinstance(node, NavigableString) and found and not _linked(node):
            found[-1].texts.append(str(node))
    return found


def _entry(row: _Row, url: str, zone: ZoneInfo) -> Entry | None:
    """The row as an entry; None for a divider, a heading, a link that is no address."""
    links = [(link, found) for link in row.links if (found := _address(link, url))]
    if not links:
        return None
    link, target = max(links, key=lambda pair: _weight(pair[0]))
    name = title(link)
    if not name:
        return None
    return Entry(urls.key(target), target, name, _date(row.texts, zone))


def _weight(link: Tag) -> tuple[bool, bool, int]:
    """How much a link looks like the row's article and not like its column's name; of equals the first."""
    return "fl" in (link.get("class") or ()), bool(link.get("title")), len(_words(link))


def _words(link: Tag) -> str:
    """A link's text; of a link that swallowed half the page (left open), the beginning."""
    parts: list[str] = []
    waiting: list[PageElement] = [link]
    for _ in range(100):  # not .descendants, which looks for the last one first
        node = waiting.pop() if waiting else None
        if isinstance(node, Tag):
            waiting.extend(reversed(node.contents[:100]))
        elif isinstance(node, NavigableString):
            parts.append(node)
    return "".join(parts)


def _address(link: Tag, url: str) -> str:
    href = link.get("href")
    return address(href, url) if isinstance(href, str) else ""


def _date(texts: list[str], zone: ZoneInfo) -> Moment | None:
    """The date beside the link: the last one in the row's own words."""
    # A cell at a time, the last first; then all together, for a date that markup cuts in two.
    for text in (*reversed(texts), "".join(texts)):
        for found in reversed(DAY.findall(text[:300])):
            moment = read_moment(found, zone)
            if moment is not None:
                return moment
    return None
