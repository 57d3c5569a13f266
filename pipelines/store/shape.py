"""Which matters are one, today or at some time: rows that people joined, with every change since turned back.

Never writes, decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from crawlers.errors import ConfigError
from pipelines.store.changing import Change, from_iso
from pipelines.store.dialect import among
from pipelines.store.schema import events, matters

CHANGED = ("joined", "split", "undone")
"""The events that may change what belongs together."""
LIST = "`gatewatch matters list` shows them."


def standing(connection: Connection, names: Sequence[str]) -> list[Mapping[str, Any]]:
    """The rows of these matters, or of those that they were joined to, each once and in order.

    Raises ConfigError for a matter that is not known.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for name in names:
        moved = select(func.coalesce(matters.c.joined, matters.c.id)).where(matters.c.id == name)
        query = select(matters).where(matters.c.id == moved.scalar_subquery())
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise ConfigError(f"there is no matter {name!r}", LIST)
        found[row["id"]] = dict(row)
    return list(found.values())


def changes_since(connection: Connection, at: datetime) -> list[Change]:
    """What people changed after that time, the last first."""
    query = select(events.c.detail).where(events.c.kind.in_(CHANGED), events.c.at > at)
    details = connection.execute(query.order_by(events.c.id.desc())).scalars()
    return [Change.of(detail) for detail in details if "rows" in detail]


def row_before(connection: Connection, name: str, since: Iterable[Change]) -> dict[str, Any] | None:
    """A matter's own row before these changes; None where there is none."""
    found = connection.execute(select(matters).where(matters.c.id == name)).mappings().one_or_none()
    if found is None:
        return None
    row = dict(found)
    for change in since:
        for column, (before, _) in change.rows.get(name, {}).items():
            row[column] = from_iso(column, before)
    return row


def groups(
    connection: Connection, names: Collection[str], since: Iterable[Change] = ()
) -> dict[str, set[str]]:
    """For each of these matters all that are one with it, itself included; before these changes."""
    changes = list(since)
    touched = {
        one
        for change in changes
        for name, row in change.rows.items()
        if "joined" in row
        for one in (name, *row["joined"])
        if one
    }
    home = select(matters.c.joined).where(among(connection, matters.c.id, names))
    known = {one for one in connection.execute(home).scalars() if one} | {*names} | touched
    wanted = or_(among(connection, matters.c.id, known), among(connection, matters.c.joined, known))
    rows = connection.execute(select(matters.c.id, matters.c.joined).where(wanted))
    joined = {row.id: row.joined for row in rows}
    for change in changes:
        for name, row in change.rows.items():
            if "joined" in row:
                joined[name] = row["joined"][0]
    together: dict[str, set[str]] = {}
    for name, main in joined.items():
        together.setdefault(main or name, {main or name}).add(name)
    return {name: together.get(joined.get(name) or name, {name}) for name in names}
