"""Reads a kept page again, with the parsers and rules of today. Never fetches, never stores.

The list's row is not kept beside a page: what the store has of it (title, date) stands in for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scrapy.exceptions import IgnoreRequest

from crawlers.article import Article, Entry
from crawlers.errors import Malformed, SourceError
from crawlers.exchange import Exchange
from crawlers.fetch import wire
from crawlers.parse import article as page
from crawlers.parse import feed
from crawlers.parse.dates import sane
from crawlers.parse.entry import article_of as listed
from crawlers.settings import DOWNLOAD_MAXSIZE
from crawlers.source import Source
from gatewatch.house import House
from pipelines.archive import Line
from pipelines.normalise import normalised
from pipelines.store.rows import article_of


def unpacked(exchange: Exchange) -> bytes:
    """The body, decompressed. Raises Malformed where it cannot be."""
    try:
        return wire.unpacked(exchange, DOWNLOAD_MAXSIZE)
    except (IgnoreRequest, OSError, ValueError) as error:
        raise Malformed("packed", f"{exchange.url} cannot be unpacked: {error}") from error


class Reader:
    """Reads kept pages with the catalogue of a house."""

    def __init__(self, house: House) -> None:
        self.house = house

    def of_article(self, row: Mapping[str, Any]) -> Article | None:
        """The latest kept page of a stored article, read again; None where none is kept here, or is sound."""
        archive = self.house.archive
        if archive is None:
            return None
        copies = [
            one for one in self.house.store.articles.copies(row["id"]) if one["role"] in {"page", "list"}
        ]
        wanted = copies[-1]["record"] if copies else ""
        line = next(archive.lines(lambda one: one.id == wanted), None)
        if line is None:
            return None
        try:
            return self.read(line, archive.exchange(line), row)
        except SourceError:
            return None

    def read(self, line: Line, exchange: Exchange, row: Mapping[str, Any] | None = None) -> Article:
        """The article that this kept answer is. Raises SourceError where it cannot be read as one.

        `row` is what is stored of it; without one it is looked up, and missing it is no fault.
        """
        stored = row or (self.house.store.articles.get(line.article) if line.article else None)
        source = self.house.catalogue.get(stored["source"]) if stored else None
        if source is None:
            source = Source(id="kept", name="kept", kind="feed", url=exchange.url)
        entry = _entry(article_of(stored)) if stored else Entry(exchange.url, exchange.url, exchange.url)
        body = unpacked(exchange)
        kind = exchange.header("Content-Type")
        if line.role == "list":
            entry = self._listed(body, exchange, entry, source, kind)
            article = listed(entry, source)
        else:
            article = page.read(body, exchange.url, entry, source, content_type=kind)
            if line.role == "attachment" or (not article.text and not article.whole):
                raise Malformed("no-text", f"{exchange.url} is a file: --raw gives its bytes")
        at = exchange.at
        published = sane(article.published, at) or sane(entry.published, at)

        return normalised(replace(article, published=published, fetched=at))

    @staticmethod
    def _listed(body: bytes, exchange: Exchange, entry: Entry, source: Source, kind: str) -> Entry:
        if source.kind != "feed":
            raise Malformed("list", f"{exchange.url} is a list, not a page: --raw gives its bytes")
        found = feed.parse(body, exchange.url, content_type=kind, zone=source.zone).entries
        same = next((one for one in found if one.key == entry.key), None)
        if same is None:
            raise Malformed("list", f"{exchange.url} does not hold {entry.key}")
        return same


def _entry(article: Article) -> Entry:
    return Entry(
        key=article.key,
        url=article.url,
        title=article.title,
        published=article.published,
        guid=article.guid,
        publisher=article.origin,
    )
