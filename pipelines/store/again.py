"""The articles whose files are to be asked for again. Never writes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Engine, select

from crawlers.article import Article
from pipelines.store import files
from pipelines.store.dialect import among
from pipelines.store.engine import reading
from pipelines.store.rows import article_of, joined
from pipelines.store.schema import articles


def files_waiting(engine: Engine, source: str, limit: int) -> list[Article]:
    """The source's articles with files whose (next) try has come: those are `waiting`, of at most `limit`.

    What was read stays `read`, with its text; what is not to be asked for now is `listed`.
    """
    with reading(engine) as connection:
        wanted = files.due(connection, source, limit)
        if not wanted:
            return []
        query = select(articles).where(among(connection, articles.c.id, list(wanted)))
        rows = joined(connection, connection.execute(query.order_by(articles.c.first_seen)).mappings().all())
    return [_waiting(article_of(row), wanted[row["id"]]) for row in rows]


def _waiting(article: Article, urls: Collection[str]) -> Article:
    given = []
    for file in article.attachments:
        if file.url in urls:
            given.append(replace(file, state="waiting", reason=""))
        else:
            given.append(file if file.state == "read" else replace(file, state="listed"))
    return replace(article, attachments=tuple(given))
