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

from feedgenerator import Atom1Feed, Rss201rev2Feed

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
    rss = kind == "rss"
    feed = (Rss201rev2Feed if rss else Atom1Feed)(
        _TITLE,
        HOME,
        "Matched articles, the newest first.",
        author_name="Gatewatch",
        feed_guid="urn:gatewatch:matched",
    )
    made = now if rss or not newest else datetime.fromisoformat(newest[0]["first_seen"])
    feed.latest_post_date = lambda: made  # the library's own asks a clock
    for record in newest:
        key = f"urn:gatewatch:{record['article_id']}"
        words = escape(sound(f"{record['excerpt']}\n\n{'; '.join(record['why'])}".strip())) or "—"
        feed.add_item(
            sound(record["title"]) or "—",
            web_address(record["url"]) or key,
            words if rss else None,
            author_name=sound(record["authority"] or record["source"]) or "—",
            pubdate=datetime.fromisoformat(record["first_seen"]),
            unique_id=key,
            unique_id_is_permalink=False,
            categories=record["topics"],
            content=words,  # of Atom alone; a reader takes both for HTML
        )
    feed.write(stream, "utf-8")
    return len(newest)


def sound(text: str) -> str:
    """The text without what XML cannot carry."""
    return _UNSOUND.sub("", text)


def web_address(url: str) -> str:
    """The address where it is one of the web, else nothing."""
    return sound(url) if _WEB.fullmatch(url) else ""
