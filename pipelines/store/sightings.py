"""Which entries of a list are known, and which articles are still to be read.

The store's keys decide what is new, never a cache in memory. Never reads a text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from crawlers.article import Attachment, Entry, Moment
from pipelines.store.dialect import among, clock, insert_new, now, short, text
from pipelines.store.engine import reading, writing
from pipelines.store.events import Events
from pipelines.store.schema import articles, sightings, unread

_WAITS = (600.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
"""Seconds before the next try: after the first failure, the second …; the last stays. Never given up."""

SUMMARY = 2000
"""Characters of a feed's whole text that are kept while its article waits to be stored."""


def known(engine: Engine, source: str, entries: Sequence[Entry]) -> set[str]:
    """The keys of the entries that are stored, or noted for reading.

    Where another source brought the article, it is noted that this one lists it too.
    """
    wanted = {short(entry.key): entry.key for entry in entries}
    if not wanted:
        return set()
    with reading(engine) as connection:
        seen: set[str] = set()
        for table in (sightings, unread):
            here = (table.c.source == source) & among(connection, table.c.key, wanted)
            seen.update(connection.execute(select(table.c.key).where(here)).scalars())
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


def edited(engine: Engine, source: str, entries: Sequence[Entry]) -> set[str]:
    """The keys of entries of articles that this source brought and that its list words otherwise now.

    One that has not been compared yet is only remembered, unless the list has its whole text.
    """
    wanted = {short(entry.key): entry for entry in entries}
    if not wanted:
        return set()
    with reading(engine) as connection:
        query = (
            select(sightings.c.key, sightings.c.worded)
            .join(articles, articles.c.id == sightings.c.article)
            .where(
                sightings.c.source == source,
                articles.c.source == source,
                among(connection, sightings.c.key, wanted),
            )
        )
        before = {row.key: row.worded for row in connection.execute(query)}
    fresh = [key for key, worded in before.items() if not worded and not wanted[key].text]
    if fresh:
        with writing(engine) as connection:
            for key in fresh:
                reword(connection, source, wanted[key])
    return {
        wanted[key].key
        for key, worded in before.items()
        if worded != _worded(wanted[key]) and (worded or wanted[key].text)
    }


def reword(connection: Connection, source: str, entry: Entry) -> str | None:
    """Keep how the list words this entry now; the article that it is."""
    here = (sightings.c.source == source) & (sightings.c.key == short(entry.key))
    changed = update(sightings).where(here).values(worded=_worded(entry)).returning(sightings.c.article)
    return connection.execute(changed).scalar_one_or_none()


def _worded(entry: Entry) -> str:
    said = f"{entry.title}\0{entry.text}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sight(connection: Connection, source: str, key: str, article: str, at: datetime) -> None:
    """Note that this source lists this article under this key, and that it could be read."""
    here = (unread.c.source == source) & (unread.c.key == short(key))
    noted = connection.execute(select(unread.c.entry).where(here)).scalar_one_or_none()
    values = {"source": source, "key": short(key), "article": article, "at": at}
    worded = _worded(_unpacked(noted)) if noted else ""
    connection.execute(insert_new(connection, sightings).values(values | {"worded": worded}))
    connection.execute(delete(unread).where(here))


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
        values |= {"entry": _packed(entry), "baseline": False}
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


def note(connection: Connection, source: str, entries: Sequence[Entry], *, baseline: bool) -> None:
    """Put these entries on the source's list of what is to be read; one that is there stays as it is."""
    rows = [
        {
            "source": source,
            "key": short(entry.key),
            "tries": 0,
            "next_try": 0.0,
            "code": "",
            "message": "",
            "entry": _packed(entry),
            "baseline": baseline,
        }
        for entry in entries
    ]
    if rows:
        connection.execute(insert_new(connection, unread), rows)


def waiting(engine: Engine, source: str) -> list[Entry]:
    """What is on the source's list of what is to be read and whose next try has come."""
    with reading(engine) as connection:
        found = connection.execute(
            select(unread.c.entry).where(unread.c.source == source, unread.c.next_try <= clock(connection))
        ).scalars()
        return [_unpacked(packed) for packed in found if packed]


def of_baseline(connection: Connection, source: str, key: str) -> bool:
    """True where the entry was first listed before the source's first turn was complete."""
    here = (unread.c.source == source) & (unread.c.key == short(key))
    return bool(connection.execute(select(unread.c.baseline).where(here)).scalar())


def _packed(entry: Entry) -> dict[str, Any]:
    """As JSON. The whole text of a feed is not kept: its page is fetched, if it comes to that."""
    at = entry.published
    return {
        "key": entry.key,
        "url": text(entry.url),
        "title": text(entry.title),
        "at": at.at.isoformat() if at else None,
        "day": at.day.isoformat() if at and at.day else None,
        "guid": text(entry.guid),
        "summary": text(entry.summary or entry.text[:SUMMARY]),
        "publisher": text(entry.publisher),
        "site": text(entry.site),
        "labels": [[text(name), text(said)] for name, said in entry.labels],
        "attachments": [[text(file.name), text(file.url)] for file in entry.attachments],
    }


def _unpacked(packed: dict[str, Any]) -> Entry:
    at, day = packed["at"], packed["day"]
    published = Moment(datetime.fromisoformat(at), date.fromisoformat(day) if day else None) if at else None
    names = ("key", "url", "title", "guid", "summary", "publisher")
    return Entry(
        published=published,
        site=packed.get("site", ""),
        labels=tuple((name, said) for name, said in packed.get("labels", ())),
        attachments=tuple(Attachment(name, url) for name, url in packed.get("attachments", ())),
        **{name: packed[name] for name in names},
    )
