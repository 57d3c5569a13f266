"""Feeds of every format that the catalogue meets, written from the same items.

RSS 0.91, 2.0 (with full text where an item has `content`: `rss2-full` only says so in the test), RSS 1.0
(RDF, dates only in `dc:date`), Atom, JSON Feed; each XML one in any encoding. A channel date is always newer than its items, as DW's is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from gatewatch.demo.feeds import Item, rss

BUILT = datetime(2031, 1, 1, tzinfo=UTC)

CONTENT_TYPES = {
    "rss091": "application/rss+xml",
    "rss2": "application/rss+xml",
    "rss2-full": "application/rss+xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


@dataclass
class Feed:
    """A feed that a test changes as it goes: `feed.items.insert(0, Item(…))`."""

    format: str = "rss2"
    title: str = "Loopback News"
    items: list[Item] = field(default_factory=list)
    encoding: str = "utf-8"
    lang: str = "en"
    validators: bool = True

    def render(self, base: str) -> bytes:
        """The document; links that begin with a slash become absolute."""
        items = [
            replace(item, link=base + item.link) if item.link.startswith("/") else item for item in self.items
        ]
        return _WRITERS[self.format](self, base, items)


def _rss2(feed, base, items):
    return rss(feed.title, base, items, encoding=feed.encoding, lang=feed.lang)


def _rss091(feed, base, items):
    entries = "".join(
        f"<item><title>{escape(item.title)}</title><link>{escape(item.link)}</link>"
        f"<description>{escape(item.summary)}</description></item>\n"
        for item in items
    )
    text = (
        f'<?xml version="1.0" encoding="{feed.encoding}"?>\n<rss version="0.91"><channel>'
        f"<title>{escape(feed.title)}</title><link>{base}</link><description>d</description>"
        f"<language>{feed.lang}</language>\n{entries}</channel></rss>"
    )
    return text.encode(feed.encoding, "xmlcharrefreplace")


def _rdf(feed, base, items):
    sequence = "".join(f"<rdf:li rdf:resource={quoteattr(item.link)}/>" for item in items)
    entries = "".join(
        f"<item rdf:about={quoteattr(item.link)}><title>{escape(item.title)}</title><link>{escape(item.link)}</link>"
        f"<description>{escape(item.summary)}</description>"
        + (f"<dc:date>{item.date or _iso(item.published)}</dc:date>" if item.date or item.published else "")
        + "</item>\n"
        for item in items
    )
    text = (
        f'<?xml version="1.0" encoding="{feed.encoding}"?>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{base}/"><title>{escape(feed.title)}</title><link>{base}/</link>'
        f"<description>d</description><dc:date>{_iso(BUILT)}</dc:date>"
        f"<items><rdf:Seq>{sequence}</rdf:Seq></items></channel>\n{entries}</rdf:RDF>"
    )
    return text.encode(feed.encoding, "xmlcharrefreplace")


def _atom(feed, base, items):
    entries = "".join(
        "<entry>"
        + (f'<title type="text">{escape(item.title)}</title>' if item.title else "")
        + (f'<link rel="alternate" type="text/html" href={quoteattr(item.link)}/>' if item.link else "")
        + f"<id>{escape(item.guid or item.link)}</id>"
        + (
            f"<published>{item.date or _iso(item.published)}</published>"
            if item.date or item.published
            else ""
        )
        + f"<updated>{_iso(BUILT)}</updated>"
        + (f'<summary type="html">{escape(item.summary)}</summary>' if item.summary else "")
        + (f'<content type="html">{escape(item.content)}</content>' if item.content else "")
        + "</entry>\n"
        for item in items
    )
    text = (
        f'<?xml version="1.0" encoding="{feed.encoding}"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{feed.lang}"><title>{escape(feed.title)}</title>'
        f'<id>tag:{escape(feed.title)}</id><link rel="self" href="{base}/feed.atom"/>'
        f"<updated>{_iso(BUILT)}</updated>\n{entries}</feed>"
    )
    return text.encode(feed.encoding, "xmlcharrefreplace")


def _json(feed, base, items):
    entries = []
    for item in items:
        entry = {"id": item.guid or item.link, "url": item.link, "title": item.title}
        if item.date or item.published:
            entry["date_published"] = item.date or _iso(item.published)
        if item.summary:
            entry["summary"] = item.summary
        if item.content:
            entry["content_html"] = item.content
        entries.append(entry)
    feed_ = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": base,
        "items": entries,
    }
    return json.dumps(feed_, ensure_ascii=False).encode(feed.encoding)


def _iso(moment):
    return moment.isoformat().replace("+00:00", "Z")


_WRITERS = {
    "rss091": _rss091,
    "rss2": _rss2,
    "rss2-full": _rss2,
    "rdf": _rdf,
    "atom": _atom,
    "json": _json,
}
