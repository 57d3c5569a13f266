"""What happened, for ever: rows are added, never changed, never deleted.

It answers "what did we know on that day, and whom did we tell". Never holds a text of somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from pipelines.store.engine import reading
from pipelines.store.schema import events


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `kind` is one word: seen, matched, marked, joined, health, restored.

    `undoes` is the number of the judgement that it takes back, or None.
    """

    id: int
    at: datetime
    kind: str
    source: str | None
    article: str | None
    matter: str | None
    alert: str | None
    detail: Mapping[str, Any]
    undoes: int | None = None


class Events:
    """The events of a store. Raises StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @staticmethod
    def add(
        connection: Connection,
        kind: str,
        *,
        at: datetime,
        source: str | None = None,
        article: str | None = None,
        matter: str | None = None,
        alert: str | None = None,
        detail: Mapping[str, Any] | None = None,
        undoes: int | None = None,
    ) -> int:
        """Add one, in the transaction of what it tells of; its number."""
        added = connection.execute(
            insert(events).values(
                at=at,
                kind=kind,
                source=source,
                article=article,
                matter=matter,
                alert=alert,
                detail=dict(detail or {}),
                undoes=undoes,
            )
        )
        return int(added.inserted_primary_key[0]) if added.inserted_primary_key else 0

    def read(
        self,
        *,
        kind: str | None = None,
        source: str | None = None,
        article: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[Event]:
        """Events in the order they were added; `since` inclusive, `until` exclusive."""
        query = select(events).order_by(events.c.id)
        for column, value in ((events.c.kind, kind), (events.c.source, source), (events.c.article, article)):
            if value is not None:
                query = query.where(column == value)
        if since is not None:
            query = query.where(events.c.at >= since)
        if until is not None:
            query = query.where(events.c.at < until)
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                yield Event(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
