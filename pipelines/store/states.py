"""What the store knows of each source, for listings and checks. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import RowMapping, select

from pipelines.store.dialect import now, short
from pipelines.store.schema import sources, unread

if TYPE_CHECKING:
    from pipelines.store import Store


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source's row. `next_turn` is None before the first turn; `held_by` the worker with a turn open."""

    id: str
    state: str = "new"
    code: str = ""
    message: str = ""
    remedy: str = ""
    since: datetime | None = None
    rows: int = 0
    failures: int = 0
    last_turn: datetime | None = None
    last_ok: datetime | None = None
    last_new: datetime | None = None
    next_turn: datetime | None = None
    enabled: bool | None = None
    held_by: str = ""
    memo: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """An article that could not be read yet."""

    source: str
    key: str
    tries: int
    next_try: datetime
    code: str
    message: str


def states(store: Store) -> dict[str, SourceState]:
    """Every source that the store has a row for, by id."""
    with store.reading() as connection:
        current = now(connection)
        rows = connection.execute(select(sources)).mappings().all()
    return {row["id"]: _state(row, current) for row in rows}


def _state(row: RowMapping, current: float) -> SourceState:
    return SourceState(
        id=row["id"],
        state=row["state"],
        code=row["code"],
        message=row["message"],
        remedy=row["remedy"],
        since=row["since"],
        rows=row["rows"],
        failures=row["failures"],
        last_turn=row["last_turn"],
        last_ok=row["last_ok"],
        last_new=row["last_new"],
        next_turn=datetime.fromtimestamp(row["due"], UTC) if row["due"] > 0 else None,
        enabled=row["enabled"],
        held_by=row["lease_worker"] if row["lease_until"] > current else "",
        memo=row["memo"],
    )


def unread_at(store: Store, key: str) -> list[Unread]:
    """Where an entry of this key could not be read yet."""
    with store.reading() as connection:
        rows = connection.execute(select(unread).where(unread.c.key == short(key))).all()
    return [
        Unread(
            row.source, row.key, row.tries, datetime.fromtimestamp(row.next_try, UTC), row.code, row.message
        )
        for row in rows
    ]
