"""How the store is: what it holds, how big it is, who holds what. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, func, select

from pipelines.store import dialect
from pipelines.store.dialect import clock
from pipelines.store.migrations import VERSIONS, version
from pipelines.store.schema import (
    articles,
    budgets,
    deliveries,
    events,
    holds,
    hosts,
    intents,
    matters,
    sightings,
    sources,
    unread,
)

if TYPE_CHECKING:
    from pipelines.store import Store

_COUNTED = {
    "sources": sources,
    "articles": articles,
    "sightings": sightings,
    "unread": unread,
    "matters": matters,
    "intents": intents,
    "alerts": deliveries,
    "events": events,
    "hosts": hosts,
    "budgets": budgets,
}


@dataclass(frozen=True, slots=True)
class Held:
    """A task that somebody has now: a source's turn, or a singular one. `left` is in seconds."""

    name: str
    holder: str
    left: float


@dataclass(frozen=True, slots=True)
class Status:
    """A store at one moment. `schema` is its version, `newest` what the program speaks; `bytes` on disk."""

    url: str
    engine: str
    schema: str
    newest: str
    bytes: int
    counts: Mapping[str, int]
    matched: int
    leases: tuple[Held, ...]
    holds: tuple[Held, ...]
    restored_at: str | None


def status(store: Store) -> Status:
    """The store now. Raises StoreError."""
    restored = store.meta.get("restored_at")
    with store.reading() as connection:
        return Status(
            url=store.url,
            engine=connection.dialect.name,
            schema=version(connection),
            newest=VERSIONS[-1],
            bytes=dialect.size(connection),
            counts=counts(connection),
            matched=connection.scalar(select(func.count()).where(articles.c.matched.is_(True))) or 0,
            leases=_held(connection, sources.c.id, sources.c.lease_worker, sources.c.lease_until),
            holds=_held(connection, holds.c.name, holds.c.holder, holds.c.until),
            restored_at=restored,
        )


def counts(connection: Connection) -> dict[str, int]:
    """How many rows of each sort there are."""
    return {
        name: connection.scalar(select(func.count()).select_from(table)) or 0
        for name, table in _COUNTED.items()
    }


def _held(connection: Connection, *columns: ColumnElement[Any]) -> tuple[Held, ...]:
    name, holder, until = columns
    left = until - clock(connection)
    rows = connection.execute(select(name, holder, left).where(left > 0).order_by(name))
    return tuple(Held(*row) for row in rows)


def faults(store: Store) -> list[str]:
    """What an integrity check of the database says, in its own words; empty where all is well."""
    with store.reading() as connection:
        if connection.dialect.name != "sqlite":
            return []  # PostgreSQL keeps its own checksums
        said = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [line for line in said if line != "ok"] + [
        f"{row[0]} row {row[1]} points nowhere" for row in orphans
    ]
