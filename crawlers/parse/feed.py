"""Reads a feed: RSS 0.9x, 1.0, 2.0, Atom and JSON Feed. Every entry came from feedparser.

feedparser is given a stream (bytes could be taken for a file's name) of UTF-8 that we decoded,
because its strict pass refuses GB2312; entities of a DOCTYPE are refused before it. Never fetches,
never judges whether there are enough entries.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import feedparser

from crawlers.article import Entry, Moment
from crawlers.errors import Malformed, Refused
from crawlers.parse import envelope, google_news, prose, urls
from crawlers.parse.dates import read_moment

_REMEDY = "Open the address by hand; if the feed has moved, correct url:."
# What a text ends with that is only the beginning of one.
_CUT = re.compile(
    r"(?:\[\s*(?:…|\.{3})\s*\]|…|\.{3}|continue reading.{0,80}|read (?:more|on|the full .{0,40})"
    r"|阅读(?:更多|全文|原文)|查看(?:更多|全文|原文)|点击.{0,6}(?:查看|阅读).{0,10}|閱讀(?:更多|全文))\s*[.…»→>]*\s*$",
    re.IGNORECASE,
)
# "The post … appeared first on …." closes each text of a WordPress feed.
_POST = re.compile(r"^The post .{1,300} (?:appeared first|first appeared) on .{1,100}$", re.IGNORECASE)
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WHOLE = 300
_WHOLE_SUMMARY = 900
"""From this length on a text is the whole article: a Chinese character counts for three."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's name and its entries, in the feed's order."""

    title: str
    entries: tuple[Entry, ...]


def parse(body: bytes, url: str, *, content_type: str = "", zone: ZoneInfo) -> Feed:
    """The feed in `body`, which came from `url`; zoneless dates are in `zone`.

    Raises Malformed: `undecodable`, `not-a-feed` (a page, say), `entities` (a DOCTYPE that declares
    some: never needed, and how bombs and file thefts are made), `truncated`, `broken-feed`.
    """
    document = envelope.open_feed(body, url, content_type)
    parsed = _feedparser(document, url)
    if parsed.get("bozo") and not parsed.get("entries") and not parsed.get("version"):
        raise Malformed("broken-feed", f"the feed at {url} is not well-formed", _REMEDY)
    about: Mapping[str, Any] = parsed.get("feed", {})
    name = prose.title(_said(about, "title"))
    atom = str(parsed.get("version", "")).startswith("atom")
    made = [entry for raw in parsed.get("entries", ()) if (entry := _entry(raw, name, url, zone, atom=atom))]
    return Feed(name, tuple(_apart(made)))


def _feedparser(document: str, url: str) -> Mapping[str, Any]:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        # Sanitising is for showing HTML; ours becomes plain text. It is half of feedparser's time.
        parsed: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(document.encode("utf-8")),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        kind = type(error).__name__
        raise Malformed("broken-feed", f"the feed at {url} cannot be read ({kind})", _REMEDY) from error
    return parsed


def _apart(entries: list[Entry]) -> Iterator[Entry]:
    """Each entry once; where several share an address, the title tells them apart."""
    titles: dict[str, set[str]] = {}
    for entry in entries:
        titles.setdefault(entry.key, set()).add(entry.title)
    seen: set[str] = set()
    for entry in entries:
        key = f"{entry.key}#{entry.title}" if len(titles[entry.key]) > 1 else entry.key
        if key not in seen:
            seen.add(key)
            yield replace(entry, key=key)


def _entry(raw: Mapping[str, Any], feed_name: str, url: str, zone: ZoneInfo, *, atom: bool) -> Entry | None:
    """One item; None where it has neither title nor text."""
    link = _link(raw, url)
    title = _title(raw, atom=atom)
    title, publisher = _publisher(raw, title, feed_name)
    summary, text = _texts(raw, atom=atom)
    held = google_news.identity(link)
    if held:
        summary = text = ""  # the headline again, or a cluster of other papers' headlines
    title = title or _first_words(summary or text)
    if not title:
        return None
    if summary.startswith(title) and len(summary) <= len(title) + len(publisher) + 4:
        summary = ""  # Google News repeats title and publisher
    if not link:
        # Nothing to fetch: what the feed says is all there is.
        text = text or summary or title
    place = link or urls.fetchable(url)
    key = urls.key(place)
    if held and (target := _target(held)):
        place, key = target, urls.key(target)
    elif held:
        key = f"https://{google_news.HOST}/rss/articles/{held}"  # whatever the query added
    return Entry(
        key=key if link else f"{key}#{title}",
        url=place,
        title=title,
        published=_published(raw, zone),
        guid=prose.line(_said(raw, "id")) or held,
        summary=summary,
        text=text,
        publisher=publisher,
        site=_site(raw) if held else "",
    )


def _target(held: str) -> str:
    """Where a Google News id of the old kind leads; empty where that is not told, or none that we follow."""
    try:
        return urls.fetchable(google_news.target(held))
    except Refused:
        return ""


def _site(raw: Mapping[str, Any]) -> str:
    """The host of an aggregator's `<source url="…">`."""
    source: Mapping[str, Any] = raw.get("source") or {}
    try:
        return urls.host(urls.fetchable(_said(source, "href") or _said(source, "url")))
    except Refused:
        return google_news.HOST  # nobody else is named


def _link(raw: Mapping[str, Any], url: str) -> str:
    """The entry's address: its link, or a guid that is one. Empty where it has none that we follow."""
    # A guid that is the address is given as `link` too; one that is not must not be taken for one.
    alternates = [
        _said(link, "href") for link in raw.get("links", ()) if link.get("rel") in {"alternate", None}
    ]
    candidates = [_said(raw, "link"), *alternates]
    for candidate in candidates:
        if not candidate.strip():
            continue
        try:
            found = urls.fetchable(candidate, url)
        except Refused:
            continue  # javascript:, file:, ftp: … the next may do
        if urls.key(found) != urls.key(url):  # `http://`, `#top`, `?` come to the feed itself
            return found
    return ""


def _title(raw: Mapping[str, Any], *, atom: bool) -> str:
    detail: Mapping[str, Any] = raw.get("title_detail") or {}
    return prose.title(_said(raw, "title"), html=not (atom and detail.get("type") == "text/plain"))


def _publisher(raw: Mapping[str, Any], title: str, feed_name: str) -> tuple[str, str]:
    """The title without ` - Publisher` (an aggregator's habit), and who wrote it if not the feed."""
    source: Mapping[str, Any] = raw.get("source") or {}
    name = prose.title(_said(source, "title"))
    if not name:
        return title, ""
    for dash in (" - ", " – ", " — ", " | "):
        if title.endswith(dash + name) and len(title) > len(dash + name):
            return title.removesuffix(dash + name).rstrip(), name
    return title, "" if name == feed_name else name


def _texts(raw: Mapping[str, Any], *, atom: bool) -> tuple[str, str]:
    """The entry's summary and, where the feed gives the whole article, its text."""
    detail: Mapping[str, Any] = raw.get("summary_detail") or {}
    summary = _plain(_said(raw, "summary"), detail, atom=atom)
    contents = [_plain(_said(part, "value"), part, atom=atom) for part in raw.get("content", ())]
    content = max(contents, key=len, default="")
    if _is_whole(content, _WHOLE):
        return (summary if summary != content else "") or _lead(content), content
    longest = max(summary, content, key=len)
    if _is_whole(longest, _WHOLE_SUMMARY) and "\n" in longest:
        return _lead(longest), longest
    return summary or content, ""


def _plain(value: str, detail: Mapping[str, Any], *, atom: bool) -> str:
    lines = prose.plain(value, html=not (atom and detail.get("type") == "text/plain")).split("\n")
    while lines and _POST.match(lines[-1]):
        lines.pop()
    return "\n".join(lines)


def _is_whole(text: str, least: int) -> bool:
    return len(text) + 2 * len(_CJK.findall(text)) >= least and not _CUT.search(text[-160:])


def _lead(text: str) -> str:
    return text.split("\n", 1)[0]


def _first_words(text: str) -> str:
    """A title for an entry that has none: its first line, cut at a word where it is long."""
    first = _lead(text)
    if len(first) <= 100:
        return first
    cut = first[:100]
    return (cut.rsplit(" ", 1)[0] if " " in cut[50:] else cut).rstrip("，,；;：: ") + "…"


def _published(raw: Mapping[str, Any], zone: ZoneInfo) -> Moment | None:
    """What the entry says; feedparser's own reading of odd dates is not asked (it makes days up)."""
    for name in ("published", "updated", "created"):
        # Not .get(): feedparser warns when it answers "updated" from "published".
        said = _said(raw, name)
        moment = read_moment(said, zone) if said else None
        if moment is not None:
            return moment
    return None


def _said(raw: Mapping[str, Any], name: str) -> str:
    """A value as text, looked up past feedparser's aliases."""
    value = dict.get(raw, name) if isinstance(raw, dict) else None
    return value if isinstance(value, str) else ""
