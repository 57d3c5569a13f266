"""What a page could be watched as: bytes and an address in, proposals out, the best first.

A feed, a column of the jpaas system, the feeds that a page names, a list in JSON, a list in HTML. What is
proposed are the keys of a source that say where its list stands; whether it answers well is for a turn to
find out. Never fetches.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from bs4 import Tag

from crawlers.errors import Malformed, Missing, Refused, SourceError
from crawlers.parse import feed, gone, jpaas, prose, repeating, repeating_json, urls
from crawlers.parse.charset import decode
from crawlers.parse.page import Page, soup, tags

FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
)
_COMMENTS = re.compile(r"comment|评论|評論|oembed", re.IGNORECASE)
_WORDPRESS = re.compile(
    r"/wp-(?:content|includes|json)/|name=[\"']generator[\"'][^<>]{0,20}WordPress", re.IGNORECASE
)
_SITE = ("ColumnName", "SiteName", "og:site_name")

Kind = Literal["jpaas", "listing", "json_list", "feed"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to watch. `keys` are what the kind needs besides; `why` says what was seen."""

    kind: Kind
    url: str
    name: str
    why: str
    lang: str = ""
    keys: Mapping[str, Any] = field(default_factory=dict)


def proposals(body: bytes, url: str, *, content_type: str = "", zone: ZoneInfo) -> list[Proposal]:
    """Every way in which this answer could be watched, the best first.

    Raises Missing (`moved`) for a page that only leads elsewhere, Malformed (`no-list`) where there is
    nothing that repeats.
    """
    own = _feed(body, url, content_type, zone)
    if own is not None:
        return [own]
    if body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        found = _json(body, url)
    else:
        found = _page(body, url)
    if not found:
        raise Malformed(
            "no-list",
            f"{url} shows no list: no feed, and no rows that repeat with links and dates",
            "Try the page that lists the articles, not the home page. What a script fetches stands in a"
            " browser's network log: add that address.",
        )
    return found


def _feed(body: bytes, url: str, content_type: str, zone: ZoneInfo) -> Proposal | None:
    try:
        found = feed.parse(body, url, content_type=content_type, zone=zone)
    except SourceError:
        return None
    if not found.entries:
        return None
    return Proposal("feed", url, found.title, f"a feed of {len(found.entries)} entries")


def _json(body: bytes, url: str) -> list[Proposal]:
    try:
        answer = json.loads(decode(body, kind="json"))
    except (ValueError, RecursionError):
        return []
    return [
        Proposal(
            "json_list",
            url,
            "",
            f"{rows.count} objects with address and title, {rows.dated} with a date",
            keys={"selectors": dict(rows.selectors)},
        )
        for rows in repeating_json.lists(answer, url)[:3]
    ]


def _page(body: bytes, url: str) -> list[Proposal]:
    html = decode(body, kind="html")
    moved = gone.moved(html, url)
    if moved is not None:
        raise moved
    page = Page(html)
    name, lang = _name(page), _lang(html)
    found = [*_shell(body, url, name, lang), *_named_feeds(html, url, name, lang)]
    if not any(one.kind == "feed" for one in found) and _WORDPRESS.search(html):
        found.append(
            Proposal(
                "feed", urljoin(url, "/feed/"), name, "the page is WordPress, whose feed stands there", lang
            )
        )
    for rows in repeating.lists(page.soup, url)[:3]:
        why = f"{rows.count} rows that repeat, {rows.dated} with a date"
        found.append(Proposal("listing", url, name, why, lang, {"selectors": dict(rows.selectors)}))
    return found


def _shell(body: bytes, url: str, name: str, lang: str) -> list[Proposal]:
    try:
        jpaas.shell(body, url)
    except (Malformed, Missing):
        return []
    return [Proposal("jpaas", url, name, "a column of the jpaas system (script with queryData)", lang)]


def _named_feeds(html: str, url: str, name: str, lang: str) -> list[Proposal]:
    """The feeds that the page's head names, those of comments left out."""
    found: dict[str, Proposal] = {}
    for link in tags(soup(html, ["link"]), "link"):
        relations = {str(word).lower() for word in link.get("rel") or ()}
        kind = str(link.get("type") or "").lower().partition(";")[0].strip()
        if "alternate" not in relations or kind not in FEED_TYPES:
            continue
        title = prose.title(str(link.get("title") or ""))
        target = _address(link, url)
        if not target or _COMMENTS.search(f"{title} {target}"):
            continue
        found.setdefault(target, Proposal("feed", target, title or name, "the page names it", lang))
    return list(found.values())


def _address(link: Tag, url: str) -> str:
    try:
        return urls.fetchable(str(link.get("href") or ""), url)
    except Refused:
        return ""


def _name(page: Page) -> str:
    title = page.at("title")
    said = prose.title(title.get_text()) if title is not None else ""
    known = [found for name in _SITE if (found := prose.title(page.meta(name)))]
    return said or " ".join(known)


def _lang(html: str) -> str:
    """The language that the page declares, as a source says it; empty where it declares none."""
    found = re.search(r"<html[^<>]{0,300}?\blang\s*=\s*[\"']?([A-Za-z-]{2,12})", html[:5000], re.IGNORECASE)
    said = found[1].lower() if found else ""
    if said.startswith("zh"):
        return "zh-Hant" if any(part in said for part in ("hant", "tw", "hk", "mo")) else "zh-Hans"
    return said.partition("-")[0]
