"""Reads the rows of a list in HTML where CSS selectors say they are.

What a source does not name (link, title, date) is found inside the row as in every other list. Never
fetches.
"""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from bs4 import Tag

from crawlers.parse import gone, listing, prose
from crawlers.parse.charset import decode
from crawlers.parse.expressions import css
from crawlers.parse.page import soup
from crawlers.parse.rows import NoRows, Parts, Rows, address, gathered


def rows(body: bytes, url: str, selectors: dict[str, str], zone: ZoneInfo, *, content_type: str = "") -> Rows:
    """The rows in the order of the list; links are relative to the page at `url`.

    Raises Missing (`moved`) for a page that only leads elsewhere, NoRows, and Malformed (`selector`) as
    `rows.gathered`.
    """
    html = decode(body, declared=content_type, kind="html")
    tree = soup(html)
    found = _innermost(css(selectors["row"]).select(tree))
    if not found:
        raise gone.moved(html, url) or NoRows(selectors["row"], url, "matches nothing")
    following = css(selectors["next"]).select_one(tree) if "next" in selectors else None
    for row in found:
        row.extract()  # soupsieve looks at all that is above a row, each time: quadratic in a deep page
    shown = f"the first says {prose.line(found[0].get_text())[:80]!r}"
    page = gathered([_parts(row, selectors, url, zone) for row in found], selectors, url, zone, shown=shown)
    return replace(page, further=address(_href(following), url))


def _innermost(found: list[Tag]) -> list[Tag]:
    """The rows that hold no other row."""
    rows = {id(row) for row in found}
    outer: set[int] = set()
    seen: set[int] = set()
    for row in found:
        for parent in row.parents:
            if id(parent) in seen:
                break  # whatever is above it was looked at with an earlier row
            seen.add(id(parent))
            if id(parent) in rows:
                outer.add(id(parent))
    return [row for row in found if id(row) not in outer]


def _parts(row: Tag, selectors: dict[str, str], url: str, zone: ZoneInfo) -> Parts:
    usual = listing.entry(row, url, zone)
    places = {name: css(text).select_one(row) for name, text in selectors.items() if name in _PLACES}
    link, title, date = places.get("link"), places.get("title"), places.get("date")
    named = listing.title(link) if link is not None else usual.title if usual else ""
    return Parts(
        link=_href(link) if "link" in places else usual.url if usual else "",
        title=(listing.title(title) if title is not None else "") if "title" in places else named,
        date=_date(date) if "date" in places else (usual.published if usual else None) or "",
        summary=_words(places.get("summary")),
        number=_words(places.get("number")),
        issuer=_words(places.get("issuer")),
        markup=False,
    )


_PLACES = frozenset({"link", "title", "date", "summary", "number", "issuer"})


def _href(tag: Tag | None) -> str:
    """Where an element leads: itself, or the first link in it."""
    inner = tag if tag is None or tag.has_attr("href") else tag.find("a", href=True)
    href = inner.get("href") if isinstance(inner, Tag) else None
    return href if isinstance(href, str) else ""


def _date(tag: Tag | None) -> str:
    """<time datetime="2026-11-05T10:00+08:00">, or the words."""
    stated = tag.get("datetime") if tag is not None else None
    return stated if isinstance(stated, str) and stated.strip() else _words(tag)


def _words(tag: Tag | None) -> str:
    return prose.line(tag.get_text()) if tag is not None else ""
