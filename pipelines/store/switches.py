"""What the operator switched on or off by hand, against what the catalogue says. Kept, and in the events."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from pipelines.store.schema import sources

if TYPE_CHECKING:
    from pipelines.store import Store


def switched(store: Store) -> dict[str, bool]:
    """The sources switched by hand, by id; the rest is as the catalogue says."""
    with store.reading() as connection:
        rows = connection.execute(
            select(sources.c.id, sources.c.enabled).where(sources.c.enabled.is_not(None))
        )
        return {row.id: row.enabled for row in rows}


def switch(store: Store, source: str, *, on: bool, now: datetime) -> None:
    """Switch a source on or off; one switched on is due at once. The row must exist (`schedule.sync`)."""
    values = {"enabled": on} | ({"due": 0.0} if on else {})
    with store.writing() as connection:
        connection.execute(update(sources).where(sources.c.id == source).values(**values))
        store.events.add(connection, "switched", at=now, source=source, detail={"enabled": on})
