"""Records as a feed, RSS 2.0 or Atom: what a reader, a mail tool or another program subscribes to.

The newest hundred, the newest first. Foreign text is escaped by the library and carries no markup of its
own. Never reads the store, a clock or the network.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import BinaryIO, Literal

from feedgen.feed import FeedGenerator

from pipelines.export.records import Record

NEWEST = 100
HOME = "https://www.miit.gov.cn/"
"""What the feed is about, where a link is asked for: we have no page of our own."""

_TITLE = "Gatewatch: rules on VPNs and cross-border telecom in China"
# What XML 1.0 cannot carry: control characters, lone surrogates, noncharacters
_UNSOUND = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# "https://www.miit.gov.cn/a.html", never "javascript:…", never one with a blank or a line break in it
_WEB = re.compile(r"https?://[^\s\x00-\x1f\x7f-\x9f]+")


def write_feed(
    records: Iterable[Record], stream: BinaryIO, kind: Literal["rss", "atom"], now: datetime
) -> int:
    """Write the feed to a binary stream; how many entries it has."""
    newest = heapq.nlargest(NEWEST, records, key=lambda record: (record["first_seen"], record["article_id"]))
    feed = FeedGenerator()
    feed.id("urn:gatewatch:matched")
    feed.title(_TITLE)
    feed.subtitle("Matched articles, the newest first.")
    feed.link(href=HOME, rel="alternate")
    feed.author(name="Gatewatch")
    feed.generator("Gatewatch")
    feed.updated(datetime.fromisoformat(newest[0]["first_seen"]) if newest else now)
    if kind == "rss":
        feed.description("Matched articles, the newest first.")
        feed.lastBuildDate(now)
    for record in newest:
        entry = feed.add_entry(order="append")
        entry.id(f"urn:gatewatch:{record['article_id']}")
        entry.title(sound(record["title"]) or "—")
        if url := web_address(record["url"]):
            entry.link(href=url, rel="alternate")
        seen = datetime.fromisoformat(record["first_seen"])
        entry.updated(seen)
        entry.published(seen)
        for topic in record["topics"]:
            entry.category(term=topic)
        summary = sound(f"{record['excerpt']}\n\n{'; '.join(record['why'])}".strip())
        if kind == "rss":
            entry.guid(f"urn:gatewatch:{record['article_id']}", permalink=False)
            entry.description(escape(summary))  # a reader takes it for HTML
        else:
            entry.author(name=sound(record["authority"] or record["source"]) or "—")
            entry.content(summary or "—")  # RFC 4287 asks for a link or content
    stream.write(feed.rss_str(pretty=True) if kind == "rss" else feed.atom_str(pretty=True))
    return len(newest)


def sound(text: str) -> str:
    """The text without what XML cannot carry."""
    return _UNSOUND.sub("", text)


def web_address(url: str) -> str:
    """The address where it is one of the web, else nothing."""
    return sound(url) if _WEB.fullmatch(url) else ""
