"""Finds what is stored by its words, the newest first: SQLite by FTS5, PostgreSQL by a GIN index.

Both keep one row of words an article (`pipelines.seek`), which gives the candidates; the phrase itself is
then looked for in the text, so that both databases find the same. Never ranks, never judges.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Text,
    column,
    exists,
    insert,
    literal_column,
    or_,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from pipelines.seek import Query, words
from pipelines.store.dialect import text as clean
from pipelines.store.engine import reading
from pipelines.store.files import texts
from pipelines.store.schema import article_words, articles, matches

_AT_ONCE = 200
_index = table("article_words_index", column("rowid"))  # made by the migration: no ordinary table


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles are looked at; empty: all. `since` inclusive, `until` exclusive, of first_seen."""

    since: datetime | None = None
    until: datetime | None = None
    sources: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    lang: str = ""
    topic: str = ""
    matched: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that fits. `spans` are the places in `text` (title, a line end, the whole text).

    Where the words stand in its files only, what those say follows in `text`.
    """

    row: dict[str, Any]
    text: str
    spans: tuple[tuple[int, int], ...]


def index(connection: Connection, article: str, title: str, doc_no: str, body: str) -> None:
    """Make the article findable by these words, in the place of those it had."""
    found = " ".join(sorted(words(f"{title}\n{doc_no}\n{body}")))
    kept = clean(found)
    ours = update(article_words).where(article_words.c.article == article)
    if not connection.execute(ours.values(words=kept)).rowcount:
        connection.execute(insert(article_words).values(article=article, words=kept))


def index_all(connection: Connection, *, with_files: bool = True) -> None:
    """Make every article findable that is not yet: after an upgrade, or a copy between databases.

    `with_files` is false in a store that has no table of files yet.
    """
    lacking = articles.c.id.not_in(select(article_words.c.article))
    columns = (articles.c.id, articles.c.title, articles.c.doc_no, articles.c.text, articles.c.private_text)
    while found := connection.execute(select(*columns).where(lacking).limit(_AT_ONCE)).all():
        for row in found:
            body = "\n".join(
                [row.private_text or row.text, *(texts(connection, row.id) if with_files else ())]
            )
            index(connection, row.id, row.title, row.doc_no, body)


def search(engine: Engine, query: Query, filters: Filters, *, limit: int) -> list[Hit]:
    """At most `limit` articles that fit, the newest first. Raises StoreError."""
    hits: list[Hit] = []
    with reading(engine) as connection, closing(_candidates(connection, query, filters)) as candidates:
        for row in candidates:
            whole = f"{row['title']}\n{row['doc_no']}\n{row['private_text'] or row['text']}"
            spans = query.spans(whole)
            if spans is None and row["attachments"]:
                whole = "\n".join([whole, *texts(connection, row["id"])])
                spans = query.spans(whole)
            if spans is not None:
                hits.append(Hit(row, whole, tuple(spans)))
                if len(hits) >= limit:
                    break
    return hits


def _candidates(connection: Connection, query: Query, filters: Filters) -> Generator[dict[str, Any]]:
    """The articles that have the words, the last stored first."""
    found = select(articles).join(article_words, article_words.c.article == articles.c.id)
    if connection.dialect.name == "postgresql":
        each = literal_column("string_to_array(article_words.words, ' ')", ARRAY(Text))
        found = found.where(or_(*(each.contains(sorted(choice.words)) for choice in query.choices)))
        found = found.order_by(article_words.c.number.desc())
    else:  # FTS5 gives its rows in this order by itself, and no more of them than are taken
        found = found.join(_index, _index.c.rowid == article_words.c.number)
        told = " OR ".join(f"({_all_of(choice.words)})" for choice in query.choices)
        found = found.where(text("article_words_index MATCH :told").bindparams(told=told))
        found = found.order_by(_index.c.rowid.desc())
    result = connection.execute(found.where(*_kept(filters)), execution_options={"yield_per": _AT_ONCE})
    with closing(result):
        for row in result.mappings():
            yield dict(row)


def _all_of(found: set[str]) -> str:
    return " AND ".join(f'"{word}"' for word in sorted(found))


def _kept(filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.since is not None:
        yield articles.c.first_seen >= filters.since
    if filters.until is not None:
        yield articles.c.first_seen < filters.until
    if filters.sources:
        yield articles.c.source.in_(filters.sources)
    if filters.tiers:
        yield articles.c.tier.in_(filters.tiers)
    if filters.lang:
        yield articles.c.lang == filters.lang
    if filters.topic:
        yield exists().where(
            matches.c.article == articles.c.id,
            matches.c.topic == filters.topic,
            matches.c.silent.is_(False),
        )
    if filters.matched:
        yield articles.c.matched.is_(True)
