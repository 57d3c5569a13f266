"""The files of articles: what became of reading each, what they say, which are still to be had.

    listed ──▶ (no row: its source's files are not read)
    waiting ─▶ read │ unread          tried at growing intervals; after GIVEN_UP it counts as unread
    skipped                           and is still tried daily, until LAST

Never fetches, never reads a file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from crawlers.article import Article, Attachment
from pipelines.store.dialect import among, clock, now, text
from pipelines.store.page_tables import attachments

_WAITS = (600.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
"""Seconds before the next try: after the first in vain, the second …; the last stays."""

GIVEN_UP = 4
"""After so many tries in vain (a day and seven hours) people are told that the file could not be had."""
LAST = 30
"""After so many nobody asks for it any more."""

_TOLD = ("name", "url", "state", "reason", "kind", "size", "sha256", "text")


def note(connection: Connection, article: Article, *, baseline: bool, at: datetime) -> None:
    """Write down the files of an article, those that are known already aside.

    Those that are only `listed` stay in its row.
    """
    query = select(attachments.c.url, attachments.c.position).where(attachments.c.article == article.id)
    known = {row.url: row.position for row in connection.execute(query)}
    new = [one for one in article.attachments if one.state != "listed" and text(one.url) not in known]
    rows = [
        {
            "article": article.id,
            "position": position,
            "source": article.source,
            "baseline": baseline,
            **_values(connection, file, tries=0, at=at),
        }
        for position, file in enumerate(new, start=max(known.values(), default=-1) + 1)
    ]
    if rows:
        connection.execute(insert(attachments), rows)


def update_from(connection: Connection, id_: str, article: Article, at: datetime) -> list[Attachment]:
    """Write down what became of files that were not read before: those that are settled by it."""
    settled: list[Attachment] = []
    given = {
        text(file.url): file for file in article.attachments if file.state in {"waiting", "read", "unread"}
    }
    rows = connection.execute(select(attachments).where(attachments.c.article == id_)).all()
    for row in rows:
        file = given.get(row.url)
        if file is None or row.next_try is None or (file.state == "waiting" and not file.reason):
            continue
        values = _values(connection, file, tries=row.tries, at=at)
        here = (attachments.c.article == id_) & (attachments.c.position == row.position)
        connection.execute(update(attachments).where(here).values(**values))
        if values["state"] != "waiting" and (values["state"], values["reason"]) != (row.state, row.reason):
            settled.append(file)
    return settled


def lacking_of(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of these files that say nothing to us, or not all."""
    return [row for row in rows if as_told(row).lacking]


def lacking(connection: Connection, article: str) -> bool:
    """One of its files says nothing to us, or not all."""
    found = connection.execute(
        select(attachments.c.state, attachments.c.reason).where(attachments.c.article == article)
    )
    return any(row.state == "unread" or (row.state == "read" and row.reason) for row in found)


def of_baseline(connection: Connection, article: str) -> bool:
    """True where the article was listed before its source's first turn was complete."""
    query = select(attachments.c.baseline).where(attachments.c.article == article).limit(1)
    return bool(connection.scalar(query))


def by_article(connection: Connection, ids: Collection[str]) -> Mapping[str, list[dict[str, Any]]]:
    """The rows of these articles' files, in their order on the page."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    query = select(attachments).where(among(connection, attachments.c.article, ids))
    for row in connection.execute(query.order_by(attachments.c.position)).mappings():
        found[row["article"]].append(dict(row))
    return found


def texts(connection: Connection, article: str) -> list[str]:
    """What the files of an article say."""
    query = select(attachments.c.text).where(attachments.c.article == article, attachments.c.text != "")
    return list(connection.execute(query.order_by(attachments.c.position)).scalars())


def as_told(row: Mapping[str, Any]) -> Attachment:
    """The record of a row."""
    return Attachment(**{name: row[name] for name in _TOLD})


def due(connection: Connection, source: str, limit: int) -> dict[str, set[str]]:
    """By article, the addresses of at most `limit` files whose (next) try has come, the longest due first."""
    query = (
        select(attachments.c.article, attachments.c.url)
        .where(attachments.c.source == source, attachments.c.next_try <= clock(connection))
        .order_by(attachments.c.next_try, attachments.c.article, attachments.c.position)
        .limit(limit)
    )
    found: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(query):
        found[row.article].add(row.url)
    return found


def _values(connection: Connection, file: Attachment, *, tries: int, at: datetime) -> dict[str, Any]:
    """The columns that a try sets; a file that could not be had is put off."""
    values: dict[str, Any] = {name: getattr(file, name) for name in _TOLD}
    for name in ("name", "url", "reason", "text"):
        values[name] = text(values[name])
    values |= {"tries": tries, "next_try": None, "read_at": at if file.state in {"read", "unread"} else None}
    if file.state == "waiting":
        tries += bool(file.reason)
        wait = _WAITS[min(tries, len(_WAITS)) - 1] if tries else 0.0
        values |= {"tries": tries, "next_try": now(connection) + wait if tries < LAST else None}
        if tries >= GIVEN_UP:
            values["state"] = "unread"
    return values
