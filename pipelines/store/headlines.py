"""One article by two roads: the paper's own feed or page, and an aggregator that shows its headline only.

Recognised by title and publisher: the bare title and the registered domain, of the address or, for an
aggregator's entry, of the publisher whom it names. Never compares texts.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from crawlers.article import OFFICIAL, Article
from crawlers.parse import urls
from pipelines import titles
from pipelines.store.schema import articles

NEAR = timedelta(days=10)
"""So far apart, at most, an aggregator and a site date one article; a series' next issue is later."""

_TELLING = 8
"""Characters of a bare title from which on it tells articles apart."""


def heading(article: Article) -> str:
    """A hash of title and publisher that both roads share; empty for a title that many articles have."""
    return heading_of(article.title, article.site or urls.host(article.url))


def heading_of(title: str, host: str) -> str:
    """The hash of this title at this host."""
    bare = titles.bare(titles.own(title))
    if len(bare) < _TELLING:
        return ""
    return hashlib.sha256(f"{bare}\0{urls.registered(host)}".encode("utf-8", "surrogatepass")).hexdigest()


def headline_only(article: Article) -> bool:
    """An aggregator's entry, of which there is no text."""
    return bool(article.site) and not article.text


def told_already(connection: Connection, article: Article, same: str, now: datetime) -> Any:
    """The article that this one is by another road, where telling it again would say nothing new; else None.

    A headline says nothing that its article did not. An article of the press says little that its matched
    headline did not; a regulator's own text, with its number and dates, is told in the headline's thread.
    """
    if not same:
        return None
    at = article.published.at if article.published else now
    dated = func.coalesce(articles.c.published, articles.c.first_seen)
    query = select(articles.c.id, articles.c.matter).where(
        articles.c.heading == same, dated >= at - NEAR, dated <= at + NEAR
    )
    if not headline_only(article):
        if article.tier in OFFICIAL:
            return None
        bare = articles.c.whole.is_(False) & (articles.c.text == "")
        query = query.where(bare, articles.c.matched.is_(True))
    return connection.execute(query.order_by(articles.c.first_seen, articles.c.id).limit(1)).one_or_none()
