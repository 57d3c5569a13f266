"""Which entries of a list are known, and which articles could not be read yet.

The store's keys decide what is new, never a cache in memory. Never reads a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from crawlers.article import Entry
from pipelines.store.dialect import among, clock, insert_new, now, short, text
from pipelines.store.engine import reading, writing
from pipelines.store.events import Events
from pipelines.store.schema import articles, sightings, unread

_WAITS = (600.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
"""Seconds before the next try: after the first failure, the second …; the last stays. Never given up."""


def known(engine: Engine, source: str, entries: Sequence[Entry]) -> set[str]:
    """The keys of the entries that are stored; where another source brought them, this one is noted too."""
    wanted = {short(entry.key): entry.key for entry in entries}
    if not wanted:
        return set()
    with reading(engine) as connection:
        seen = set(
            connection.execute(
                select(sightings.c.key).where(
                    sightings.c.source == source, among(connection, sightings.c.key, wanted)
                )
            ).scalars()
        )
        rest = wanted.keys() - seen
        elsewhere = (
            connection.execute(
                select(articles.c.key, articles.c.id).where(among(connection, articles.c.key, rest))
            ).all()
            if rest
            else []
        )
    if elsewhere:
        with writing(engine) as connection:
            at = datetime.fromtimestamp(now(connection), UTC)
            for key, article in elsewhere:
                sight(connection, source, key, article, at)
    return {wanted[key] for key in (*seen, *(key for key, _ in elsewhere))}


def sight(connection: Connection, source: str, key: str, article: str, at: datetime) -> None:
    """Note that this source lists this article under this key, and that it could be read."""
    connection.execute(
        insert_new(connection, sightings).values(source=source, key=short(key), article=article, at=at)
    )
    connection.execute(delete(unread).where(unread.c.source == source, unread.c.key == short(key)))


def count_unread(connection: Connection, source: str, entry: Entry, code: str, message: str) -> int:
    """Count one more try in vain and put off the next; an event where the reason is new. The tries so far."""
    here = (unread.c.source == source) & (unread.c.key == short(entry.key))
    before = connection.execute(select(unread.c.tries, unread.c.code).where(here)).one_or_none()
    tries = (before.tries if before else 0) + 1
    at = now(connection)
    values: dict[str, Any] = {
        "tries": tries,
        "next_try": at + _WAITS[min(tries, len(_WAITS)) - 1],
        "code": code,
        "message": text(message),
    }
    if before is None:
        connection.execute(insert(unread).values(source=source, key=short(entry.key), **values))
    else:
        connection.execute(update(unread).where(here).values(**values))
    if before is None or before.code != code:
        Events.add(
            connection,
            "unread",
            at=datetime.fromtimestamp(at, UTC),
            source=source,
            detail={"url": entry.url, "title": entry.title, "code": code, "message": message},
        )
    return tries


def put_off(engine: Engine, source: str, entries: Sequence[Entry]) -> set[str]:
    """The keys of the entries whose next try has not come yet."""
    wanted = {short(entry.key): entry.key for entry in entries}
    if not wanted:
        return set()
    with reading(engine) as connection:
        found = connection.execute(
            select(unread.c.key).where(
                unread.c.source == source,
                unread.c.next_try > clock(connection),
                among(connection, unread.c.key, wanted),
            )
        ).scalars()
        return {wanted[key] for key in found}
