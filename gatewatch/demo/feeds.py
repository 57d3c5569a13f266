"""An RSS 2.0 feed, written from items. Pure: no network, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed. `published` is aware; `summary` and `content` are HTML.

    `date` replaces the date text that follows from `published`. `publisher` is (name, address) where
    an aggregator names another. `guid` is the link unless said otherwise; "-" leaves it out.
    """

    title: str
    link: str = ""
    published: datetime | None = None
    summary: str = ""
    content: str = ""
    guid: str = ""
    date: str = ""
    publisher: tuple[str, str] | None = None


def rss(title: str, link: str, items: Iterable[Item], *, encoding: str = "utf-8", lang: str = "en") -> bytes:
    """An RSS 2.0 document in this encoding, named in its XML declaration as sites name it."""
    entries = "\n".join(rss_item(item) for item in items)
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">\n'
        f"<channel><title>{escape(title)}</title><link>{escape(link)}</link>"
        f"<description>{escape(title)}</description><language>{lang}</language>\n{entries}\n</channel></rss>\n"
    )
    return text.encode(encoding, "xmlcharrefreplace")


def rss_item(item: Item) -> str:
    """One `<item>`. A part that the item does not have is left out."""
    parts = [f"<title>{escape(item.title)}</title>" if item.title else ""]
    if item.link:
        parts.append(f"<link>{escape(item.link)}</link>")
    if item.guid != "-" and (item.guid or item.link):
        permanent = "false" if item.guid else "true"
        parts.append(f'<guid isPermaLink="{permanent}">{escape(item.guid or item.link)}</guid>')
    if date := item.date or (format_datetime(item.published) if item.published else ""):
        parts.append(f"<pubDate>{escape(date)}</pubDate>")
    if item.summary:
        parts.append(f"<description>{escape(item.summary)}</description>")
    if item.content:
        parts.append(f"<content:encoded><![CDATA[{item.content}]]></content:encoded>")
    if item.publisher:
        name, address = item.publisher
        parts.append(f"<source url={quoteattr(address)}>{escape(name)}</source>")
    return f"<item>{''.join(parts)}</item>"
