"""Reads the columns of the Hanweb jpaas system (MIIT, MOFCOM, the communications administrations).

A column page is a shell whose `script[queryData]` names a unit call; the call answers JSON that
holds the rows as HTML (RSSHub lib/routes/gov/miit). The ids and the spelling of `parseType`
(`buildstatic`, `bulidstatic`) are copied from the page, never typed. Never fetches.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup, Tag

from crawlers.article import Entry, Moment
from crawlers.errors import Malformed, Missing, Refused, SourceError
from crawlers.parse import gone, prose, urls
from crawlers.parse.charset import decode, scrub
from crawlers.parse.dates import read_moment
from crawlers.parse.page import soup

BEIJING = ZoneInfo("Asia/Shanghai")

# {'parseType':'buildstatic','tagId':'右侧内容'} : a Python-like dict in a double-quoted attribute
_PAIR = re.compile(r"[\"']?(\w+)[\"']?\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|([^,}'\"\s]+))")
_UNIT = "front/page/build/unit"
# Where a page has several units, the list is called one of these; the rest are banners and menus.
_LISTS = ("右侧内容", "当前栏目_list", "分页列表", "内容区域")
_LISTED = re.compile(r"列表|list|内容|栏目", re.IGNORECASE)
_ROWS = ("li", "tr")
_DAY = re.compile(r"(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?:\s*日)?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
_CUT = ("...", "…", "..")


@dataclass(frozen=True, slots=True)
class Shell:
    """The unit call that a column page names. `params` are sent as they stand."""

    unit_url: str
    params: Mapping[str, str]
    referer: str

    def address(self, last: Page | None = None, number: int = 1) -> str:
        """The address of the first page of rows, or of page `number` as `last` describes paging."""
        params = self.params if last is None else next_params(last, number, self)
        joint = "&" if "?" in self.unit_url else "?"
        return f"{self.unit_url}{joint}{urlencode(params, quote_via=quote)}"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows. `count` is the rows of all pages (0: not said), `size` those of a full one."""

    entries: tuple[Entry, ...]
    pages_params: Mapping[str, str] | None
    count: int
    size: int
    page: int
    last: int = 0

    @property
    def more(self) -> bool:
        """True where a later page should hold rows."""
        if not self.entries:
            return False
        return self.page * self.size < self.count if self.count else self.page < self.last


def next_params(page: Page, number: int, shell: Shell | None = None) -> dict[str, str]:
    """The query of page `number`, as the site's page.js makes it: the pager's own, and paramJson."""
    own = page.pages_params or {key: value for key, value in (shell.params if shell else {}).items() if key != "editType"}
    paging = {"pageNo": number, "pageSize": page.size}
    return {**own, "paramJson": json.dumps(paging, separators=(",", ":"))}


# --- the shell ---------------------------------------------------------------------------------------
def shell(body: bytes, url: str) -> Shell:
    """The unit call of the column page at `url`.

    Raises Missing (`moved`) for a page that only leads elsewhere, Malformed (`no-unit`) for one that
    names no unit.
    """
    html = decode(body, kind="html")
    scripts = soup(html, "script").find_all("script")
    units = [unit for tag in scripts if (unit := _unit(tag, url)) is not None]
    if units:
        return max(units, key=_likeness)
    moved = gone.moved(html, url)
    if moved is not None:
        raise moved
    raise Malformed("no-unit", f"{url} names no list (no script with queryData)", "Has the column been rebuilt?")


def _unit(tag: Tag, url: str) -> Shell | None:
    query = tag.get("querydata") or tag.get("queryData")
    if not isinstance(query, str) or not query.strip():
        return None
    params = _pairs(query)
    address = tag.get("url") or tag.get("uniturl") or ""
    if not params or not isinstance(address, str):
        return None
    try:
        return Shell(urls.fetchable(address or f"/api-gateway/jpaas-publish-server/{_UNIT}", url), params, url)
    except Refused:
        return None  # a unit at javascript: or the like is none


def _likeness(unit: Shell) -> tuple[bool, bool, bool, bool]:
    """How much a unit looks like the column's list; of equals the first wins."""
    tag = unit.params.get("tagId", "")
    return (
        tag in _LISTS,
        _LISTED.search(tag) is not None,
        unit.params.get("pageType") == "column",
        unit.unit_url.endswith(_UNIT),
    )


def _pairs(text: str) -> dict[str, str]:
    return {m[1]: m[2] if m[2] is not None else m[3] if m[3] is not None else m[4] for m in _PAIR.finditer(text)}


# --- the rows ----------------------------------------------------------------------------------------
def rows(body: bytes, shell: Shell, url: str, *, zone: ZoneInfo = BEIJING) -> Page:
    """The rows of a unit answer; links are relative to the column at `url`.

    Raises SourceError (`unit-refused`) for `success: false`, which this system answers, with 200, to
    a call that comes cold, and Malformed (`not-json`, `no-html`).
    """
    fragment = _html(body, url)
    tree = soup(fragment, [*_ROWS, "ul", "table", "div"])
    entries: dict[str, Entry] = {}
    for row in _rows(tree):
        entry = _entry(row, url, zone)
        if entry is None or entries.get(entry.key, entry).title == entry.title:
            if entry is not None:
                entries.setdefault(entry.key, entry)
            continue
        key = f"{entry.key}#{entry.title}"  # one address under two titles: two entries
        entries.setdefault(key, Entry(key, entry.url, entry.title, entry.published))
    return _page(tree, tuple(entries.values()))


def _html(body: bytes, url: str) -> str:
    text = decode(body, kind="json")
    try:
        answer: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("not-json", f"the list of {url} did not answer JSON", "Open the column by hand.") from None
    if not isinstance(answer, dict):
        raise Malformed("not-json", f"the list of {url} answered JSON of another shape", "Open the column by hand.")
    success, code = answer.get("success"), str(answer.get("code", "200"))
    if success in {False, "false"} or (success is None and code not in {"200", "0"}):
        said = prose.line(str(answer.get("message") or ""))[:200]
        raise SourceError(
            "unit-refused",
            f"the list of {url} answered success: false{f' ({said})' if said else ''}",
            "The column page must be fetched first, with the same session; if it was, try later.",
        )
    data = answer.get("data")
    fragment = data.get("html") if isinstance(data, dict) else None
    if not isinstance(fragment, str):
        raise Malformed("no-html", f"the list of {url} answered without data.html", "Has the system changed?")
    return scrub(fragment)


def _rows(tree: BeautifulSoup) -> Iterator[Tag]:
    """Every innermost list item or table row; where a list has neither, its links' parents."""
    pagers = {id(tag) for pager in tree.find_all(class_="pagination") for tag in pager.find_all(True)}
    found = [row for row in tree.find_all(_ROWS) if id(row) not in pagers and row.find(_ROWS) is None]
    if found:
        yield from found
        return
    seen: set[int] = set()
    for link in tree.find_all("a", href=True):
        parent = link.parent
        if parent is not None and id(link) not in pagers and id(parent) not in seen:
            seen.add(id(parent))
            yield parent


def _entry(row: Tag, url: str, zone: ZoneInfo) -> Entry | None:
    """The row as an entry; None for a divider, a heading, a link that is no address."""
    links = [(link, address) for link in row.find_all("a") if (address := _address(link, url))]
    if not links:
        return None
    link, address = max(links, key=lambda pair: "fl" in (pair[0].get("class") or ()))
    said = prose.title(link.get_text(), html=False)
    full = link.get("title")
    name = prose.title(full) if isinstance(full, str) else ""
    # The text is cut to the column's width, the title attribute is whole.
    if not name or (len(said) > len(name) and not said.endswith(_CUT)):
        name = said or name
    if not name:
        return None
    return Entry(urls.canonical(address), address, name, _date(row, link, zone))


def _address(link: Tag, url: str) -> str:
    href = link.get("href")
    if not isinstance(href, str) or not href.strip() or href.strip().startswith("#"):
        return ""
    try:
        return urls.fetchable(href, url)
    except Refused:
        return ""  # javascript:void(0), mailto: and the like lead to no article


def _date(row: Tag, link: Tag, zone: ZoneInfo) -> Moment | None:
    """The date beside the link: in a cell of its own, else the last one in the row's text."""
    inside = {id(link), *(id(tag) for tag in link.find_all(True))}
    cells = (tag for tag in row.find_all(("span", "td", "em", "i", "b", "p", "div", "time", "font")))
    texts = [tag.get_text() for tag in cells if id(tag) not in inside and tag.find("a") is None]
    for text in (*reversed(texts), _rest(row, link)):
        for found in reversed(_DAY.findall(text[:300])):
            moment = read_moment(found, zone)
            if moment is not None:
                return moment
    return None


def _rest(row: Tag, link: Tag) -> str:
    """The row's text without the link's."""
    return row.get_text(" ").replace(link.get_text(" "), " ", 1)


# --- paging ------------------------------------------------------------------------------------------
def _page(tree: BeautifulSoup, entries: tuple[Entry, ...]) -> Page:
    pager = tree.find(class_="pagination")
    if not isinstance(pager, Tag):
        return Page(entries, None, 0, len(entries), 1)
    query = pager.get("querydata")
    params = _pairs(query) if isinstance(query, str) else {}
    numbers = [_number(tag.get("data-page")) for tag in pager.find_all("a")]
    return Page(
        entries,
        params or None,
        count=_number(pager.get("count")),
        size=_number(pager.get("rows")) or len(entries),
        page=_number(pager.get("pageno")) or 1,
        last=max(numbers, default=0),
    )


def _number(text: object) -> int:
    """A small natural number of an attribute, 0 for anything else."""
    said = text.strip() if isinstance(text, str) else ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
