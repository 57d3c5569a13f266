"""An article as far as its list tells it. Pure."""

from __future__ import annotations

from crawlers.article import Article, Entry
from crawlers.parse import labels
from crawlers.source import Source


def article_of(entry: Entry, source: Source) -> Article:
    """The article that a row of a list, or an item of a feed, is by itself."""
    return Article(
        source=source.id,
        key=entry.key,
        url=entry.url,
        title=entry.title,
        text=entry.text or entry.summary,
        published=entry.published,
        doc_no=labels.value(entry.labels, labels.NUMBER),
        origin=entry.publisher,
        guid=entry.guid,
        lang=source.lang,
        tier=source.tier,
        authority=source.authority,
        attachments=entry.attachments,
        labels=entry.labels,
        whole=bool(entry.text) or not (source.article.fetch or entry.site),
        site=entry.site,
    )
