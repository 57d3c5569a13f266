"""From what was found at a row's places to entries: shared by lists in HTML and lists in JSON.

A row without link or title (a divider, a heading) is left out. Where a selector gives nothing in any
row, it is named. Never looks into an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from crawlers.article import Attachment, Entry, Moment
from crawlers.errors import Malformed, Refused
from crawlers.parse import labels, prose, urls
from crawlers.parse.dates import read_moment


class NoRows(Malformed):
    """What `selectors.row` names is not in the answer."""

    def __init__(self, selector: str, url: str, found: str) -> None:
        super().__init__(
            "no-rows",
            f"selectors.row {selector!r} {found} in the answer of {url}",
            "Has the list been rebuilt? Open it by hand, then correct selectors.row.",
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands at a row's places, as it stands there; empty where nothing does.

    `markup` says that title, summary and text may hold HTML.
    """

    link: str = ""
    title: str = ""
    date: str | Moment = ""
    summary: str = ""
    text: str = ""
    number: str = ""
    issuer: str = ""
    publisher: str = ""
    guid: str = ""
    files: tuple[tuple[str, str], ...] = ()
    markup: bool = True


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of a list. `more` says whether there is another, `further` its address where that is named.

    `lost` is what the page owes besides its rows (a date in none of them): told once they are read.
    """

    entries: tuple[Entry, ...]
    further: str = ""
    more: bool = False
    lost: Malformed | None = None


def gathered(
    found: Sequence[Parts], selectors: dict[str, str], url: str, zone: ZoneInfo, *, shown: str
) -> Rows:
    """The rows as entries; links are relative to `url`, `shown` says what a row holds.

    Raises Malformed (`selector`) where no row has a link, or none has a title.
    """
    for name in ("link", "title"):
        if found and not any(getattr(parts, name) for parts in found):
            raise _nothing(name, selectors, len(found), url, shown)
    made = [entry for parts in found if (entry := _entry(parts, url, zone)) is not None]
    if found and not made:
        raise _nothing("link", selectors, len(found), url, shown)
    dated = not made or not selectors.get("date") or any(entry.published for entry in made)
    return Rows(apart(made), lost=None if dated else _nothing("date", selectors, len(found), url, shown))


def apart(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Each entry once; where one address stands under two titles, the title is part of the later's key."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if found.setdefault(entry.key, entry).title != entry.title:
            key = f"{entry.key}#{entry.title}"
            found.setdefault(key, replace(entry, key=key))
    return tuple(found.values())


def address(link: str, url: str) -> str:
    """The address that a link leads to; empty for none that is followed."""
    if not link.strip() or link.strip().startswith("#"):
        return ""
    try:
        return urls.fetchable(link, url)
    except Refused:
        return ""  # javascript:void(0), mailto: and the like lead to no article


def _entry(parts: Parts, url: str, zone: ZoneInfo) -> Entry | None:
    target, title = address(parts.link, url), prose.title(parts.title, html=parts.markup)
    if not target or not title:
        return None
    block = (("发文机关", prose.line(parts.issuer)), (labels.NUMBER[0], prose.line(parts.number)))
    offered = ((prose.title(name), address(link, url)) for name, link in parts.files)
    return Entry(
        key=urls.key(target),
        url=target,
        title=title,
        published=read_moment(parts.date, zone) if isinstance(parts.date, str) else parts.date,
        guid=prose.line(parts.guid),
        summary=prose.plain(parts.summary, html=parts.markup),
        text=prose.plain(parts.text, html=parts.markup),
        publisher=prose.line(parts.publisher),
        labels=tuple((name, said) for name, said in block if said),
        attachments=tuple(Attachment(name or link, link) for name, link in offered if link),
    )


def _nothing(name: str, selectors: dict[str, str], count: int, url: str, shown: str) -> Malformed:
    what = {"link": "no address", "title": "no title", "date": "no date"}[name]
    return Malformed(
        "selector",
        f"selectors.{name} {_quoted(selectors.get(name))} gives {what} in any of the {count} rows of {url}"
        + (f" ({shown})" if shown else ""),
        f"Has the list changed? Correct selectors.{name}.",
    )


def _quoted(selector: str | None) -> str:
    return repr(selector) if selector else "(not given)"
