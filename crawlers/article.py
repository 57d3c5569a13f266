"""The records that travel: what a source said, never what we concluded.

Frozen and slotted, so that no stage can change what the source said; a stage that cleans makes a
new one. Matches, matter and alert state are kept beside an Article, never in it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from crawlers.exchange import Exchange

Tier = Literal["regulator", "government", "state-media", "press", "trade", "civil", "law-firm", "vendor"]

FileState = Literal["listed", "waiting", "read", "unread", "skipped"]

OFFICIAL: frozenset[str] = frozenset({"regulator", "government"})
"""The tiers whose texts are official documents (outside copyright: PRC Copyright Law art. 5)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time exactly as precise as the source gave it.

    `at` is aware and in UTC. `day` is set when the source gave only a date: then `at` is midnight
    where the source is, and `day` is what people are shown (converting a bare date to another time
    zone would invent a different day).
    """

    at: datetime
    day: date | None = None


_LATER = {"later": True}
"""Of a field: what became of it, which no page says (frozen pages leave it out)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that an article offers: its name as shown, its absolute address, and what became of reading it.

    `listed`: its source's files are not read. `waiting`: it could not be had yet. `read`: `text` is what it
    says, and `reason` what of it could not be read, if anything. `unread`: it was had, or given up, and
    `reason` is the code of why (`crawlers.parse.documents.outcome.CODES`, or a SourceError's). `skipped`: it
    was old when it was first seen. `sha256` and `size` are of the file as sent.
    """

    name: str
    url: str
    state: FileState = field(default="listed", metadata=_LATER)
    reason: str = field(default="", metadata=_LATER)
    kind: str = field(default="", metadata=_LATER)
    size: int = field(default=0, metadata=_LATER)
    sha256: str = field(default="", metadata=_LATER)
    text: str = field(default="", metadata=_LATER)

    @property
    def lacking(self) -> bool:
        """Something of it says nothing to us, and will not."""
        return self.state == "unread" or (self.state == "read" and bool(self.reason))


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list or one item of a feed, as the list shows it.

    `summary` and `text` are plain text; `text` is set only where the list itself gives the whole
    article (a full-text feed). `key` is what makes the entry the same entry next time: the
    canonical address, with the title where several entries of one list share an address.
    `publisher` is who wrote it where that is not the source, `site` an aggregator's word for their host.
    `labels` and `attachments` are as in an Article, where the list has them.
    """

    key: str
    url: str
    title: str
    published: Moment | None = None
    guid: str = ""
    summary: str = ""
    text: str = ""
    publisher: str = ""
    site: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a source, parsed.

    `text` is the body as plain text, a paragraph a line, without navigation. `labels` is the label
    block of an official document (发文机关, 成文日期 …) in the order of the page. `whole` is false
    where only a summary could be had. `site` is the publisher's host where an aggregator brought it.
    `exchanges` are the answers that it was read from, as on the wire: those of its page and files, or that
    of the list where the list's own words are all.
    """

    source: str
    key: str
    url: str
    title: str
    text: str
    published: Moment | None = None
    doc_no: str = ""
    origin: str = ""
    guid: str = ""
    lang: str = ""
    tier: Tier = "press"
    authority: str = ""
    attachments: tuple[Attachment, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    whole: bool = True
    fetched: datetime | None = None
    site: str = ""
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False, compare=False)

    @property
    def id(self) -> str:
        """Sixteen characters derived from the key: the same on every machine and after a restore."""
        return article_id(self.key)


def article_id(key: str) -> str:
    """The id of the article with this key: `a` and 15 hexadecimal digits."""
    return "a" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:15]
