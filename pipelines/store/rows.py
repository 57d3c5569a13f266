"""Stored facts out again: an article joined with its matches, its matter and what was told of it.

Plain mappings of plain values, in the names of the tables. Never writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, Table, select

from crawlers.article import Article, Attachment, Moment
from pipelines.store.dialect import among
from pipelines.store.files import as_told, by_article
from pipelines.store.schema import articles, deliveries, matches, matters
from pipelines.store.taking import Taken, taken

Row = dict[str, Any]
"""An article's columns, and:

`matches` (rule, rule_hash, topic, severity, score, silent, why, evidence; the weightiest first; each
evidence as in `pipelines.match`, with `kept`, its place in `text`, or None where the extract leaves it out),
`files` (what became of each attached file that is read: the columns of the table, in their order),
`deliveries` (the columns of the table, oldest first), `matter_title`, `matter_doc_no`, `matter_stage`,
`ack_by` and `ack_at` (who has the matter and since when, or None).
"""

_AT_ONCE = 500


def stream(connection: Connection, query: Select[Any]) -> Iterator[list[Row]]:
    """The joined rows of a query over `articles`, some hundreds at a time: a million need no memory."""
    if connection.dialect.name == "postgresql":  # who reads may be slow: a pipe into a pager
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
    result = connection.execute(query, execution_options={"yield_per": _AT_ONCE})
    for part in result.mappings().partitions():
        yield joined(connection, part)


def joined(connection: Connection, found: Sequence[RowMapping]) -> list[Row]:
    """These rows of `articles` with what belongs to them."""
    ids = [row["id"] for row in found]
    of_rules = _by_article(connection, matches, ids, (matches.c.score.desc(), matches.c.rule))
    told = _by_article(connection, deliveries, ids, (deliveries.c.created, deliveries.c.position))
    files = by_article(connection, ids)
    of_matters = {row["matter"] for row in found if row["matter"]}
    about = _matters(connection, of_matters)
    words = taken(connection, of_matters) if of_matters else {}
    nothing: Mapping[str, Any] = {}
    rows = []
    for row in found:
        matter = about.get(row["matter"], nothing)
        rows.append(
            dict(row)
            | {
                "matches": of_rules.get(row["id"], []),
                "files": files.get(row["id"], []),
                "deliveries": told.get(row["id"], []),
                "matter_title": matter.get("title", ""),
                "matter_doc_no": matter.get("doc_no", ""),
                "matter_stage": matter.get("stage", ""),
            }
            | acknowledged(words.get(row["matter"]))
        )
    return rows


def acknowledged(word: Taken | None) -> Row:
    """Who has an article's matter, in the words of an export."""
    return {"ack_by": word and word.by, "ack_at": word and word.at}


def article_of(row: Mapping[str, Any]) -> Article:
    """What the source said, from a row of `articles`; the text is the whole of it."""
    at = row["published"]
    return Article(
        source=row["source"],
        key=row["key"],
        url=row["url"],
        title=row["title"],
        text=row["private_text"] or row["text"],
        published=Moment(at, row["published_day"]) if at else None,
        doc_no=row["doc_no"],
        origin=row["origin"],
        guid=row["guid"],
        lang=row["lang"],
        tier=row["tier"],
        authority=row["authority"],
        attachments=_files(row),
        labels=tuple((name, value) for name, value in row["labels"]),
        whole=row["whole"],
        fetched=row["fetched"],
    )


def _files(row: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """What became of each file where the row is joined, else as the page lists them."""
    told = {one["url"]: as_told(one) for one in row.get("files", ())}
    return tuple(told.get(one["url"], Attachment(one["name"], one["url"])) for one in row["attachments"])


def _by_article(
    connection: Connection, table: Table, ids: Collection[str], order: tuple[Any, ...]
) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    query = select(table).where(among(connection, table.c.article, ids)).order_by(*order)
    for row in connection.execute(query).mappings():
        grouped[row["article"]].append(dict(row))
    return grouped


def _matters(connection: Connection, ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
    if not ids:
        return {}
    query = select(matters).where(among(connection, matters.c.id, ids))
    return {row["id"]: dict(row) for row in connection.execute(query).mappings()}


def newest_first(*, matched: bool | None = None, limit: int) -> Select[Any]:
    """The articles seen last."""
    query = select(articles).order_by(articles.c.first_seen.desc(), articles.c.id).limit(limit)
    return query if matched is None else query.where(articles.c.matched.is_(matched))
