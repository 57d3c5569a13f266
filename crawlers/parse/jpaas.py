"""Reads the columns of the Hanweb jpaas system (MIIT, MOFCOM, the communications administrations).

A column page is a shell whose `script[queryData]` names a unit call; the call answers JSON that
holds the rows as HTML (RSSHub lib/routes/gov/miit). The ids and the spelling of `parseType`
(`buildstatic`, `bulidstatic`) are copied from the page, never typed. Never fetches.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup, Tag

from crawlers.article import Entry
from crawlers.errors import Malformed, Refused, SourceError
from crawlers.parse import gone, listing, prose, urls
from crawlers.parse.charset import decode, scrub
from crawlers.parse.page import soup, tags

BEIJING = ZoneInfo("Asia/Shanghai")

# {'parseType':'buildstatic','tagId':'右侧内容'} : a Python-like dict in a double-quoted attribute
_PAIR = re.compile(r"[\"']?(\w+)[\"']?\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|([^,}'\"\s]+))")
_UNIT = "front/page/build/unit"
# Where a page has several units, the list is called one of these; the rest are banners and menus.
_LISTS = ("右侧内容", "当前栏目_list", "分页列表", "内容区域")
_LISTED = re.compile(r"列表|list|内容|栏目", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shell:
    """The unit call that a column page names. `params` are sent as they stand."""

    unit_url: str
    params: Mapping[str, str]
    referer: str

    def address(self, last: Page | None = None, number: int = 1) -> str:
        """The address of the first page of rows, or of page `number` as `last` describes paging."""
        params = self.params if last is None else next_params(last, number)
        joint = "&" if "?" in self.unit_url else "?"
        return f"{self.unit_url}{joint}{urlencode(params, quote_via=quote)}"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows. `count` is the rows of all pages (0: not said), `size` those of a full one."""

    entries: tuple[Entry, ...]
    pages_params: Mapping[str, str]
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


def next_params(page: Page, number: int) -> dict[str, str]:
    """The query of page `number`, as the site's page.js makes it: the pager's own, and paramJson."""
    paging = {"pageNo": number, "pageSize": page.size}
    return {**page.pages_params, "paramJson": json.dumps(paging, separators=(",", ":"))}


# --- the shell ---------------------------------------------------------------------------------------
def shell(body: bytes, url: str) -> Shell:
    """The unit call of the column page at `url`.

    Raises Missing (`moved`) for a page that only leads elsewhere, Malformed (`no-unit`) for one that
    names no unit.
    """
    html = decode(body, kind="html")
    units = [unit for tag in tags(soup(html, ["script"]), "script") if (unit := _unit(tag, url)) is not None]
    if units:
        return max(units, key=_likeness)
    moved = gone.moved(html, url)
    if moved is not None:
        raise moved
    raise Malformed(
        "no-unit", f"{url} names no list (no script with queryData)", "Has the column been rebuilt?"
    )


def _unit(tag: Tag, url: str) -> Shell | None:
    query = tag.get("querydata") or tag.get("queryData")
    if not isinstance(query, str) or not query.strip():
        return None
    params = _pairs(query)
    address = tag.get("url") or tag.get("uniturl") or ""
    if not params or not isinstance(address, str):
        return None
    try:
        return Shell(
            urls.fetchable(address or f"/api-gateway/jpaas-publish-server/{_UNIT}", url), params, url
        )
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
    return {
        m[1]: m[2] if m[2] is not None else m[3] if m[3] is not None else m[4] for m in _PAIR.finditer(text)
    }


# --- the rows ----------------------------------------------------------------------------------------
def rows(body: bytes, shell: Shell, url: str, *, zone: ZoneInfo = BEIJING) -> Page:
    """The rows of a unit answer; links are relative to the column at `url`.

    Raises SourceError (`unit-refused`) for `success: false`, which this system answers, with 200, to
    a call that comes cold, and Malformed (`not-json`, `no-html`).
    """
    fragment = _html(body, url)
    tree = soup(fragment, listing.PLACES)
    return _page(tree, listing.entries(tree, url, zone), shell)


def _html(body: bytes, url: str) -> str:
    text = decode(body, kind="json")
    try:
        answer: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed(
            "not-json", f"the list of {url} did not answer JSON", "Open the column by hand."
        ) from None
    if not isinstance(answer, dict):
        raise Malformed(
            "not-json", f"the list of {url} answered JSON of another shape", "Open the column by hand."
        )
    success, code = answer.get("success"), str(answer.get("code", "200"))
    if success in (False, "false") or (success is None and code not in {"200", "0"}):
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


# --- paging ------------------------------------------------------------------------------------------
def _page(tree: BeautifulSoup, entries: tuple[Entry, ...], shell: Shell) -> Page:
    # MOFCOM's pager has no query of its own: the shell's serves, without editType (as page.js sends it).
    own = {key: value for key, value in shell.params.items() if key != "editType"}
    pager = next(iter(listing.pagers(tree)), None)
    if pager is None:
        return Page(entries, own, 0, len(entries), 1)
    query = pager.get("querydata")
    numbers = [_number(tag.get("data-page")) for tag in tags(pager, "a")]
    return Page(
        entries,
        (_pairs(query) if isinstance(query, str) else {}) or own,
        count=_number(pager.get("count")),
        size=_number(pager.get("rows")) or len(entries),
        page=_number(pager.get("pageno")) or 1,
        last=max(numbers, default=0),
    )


def _number(text: object) -> int:
    """A small natural number of an attribute, 0 for anything else."""
    said = text.strip() if isinstance(text, str) else ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
