"""A change to what belongs together, as data: what was, what is. Applied, turned round, kept in its event.

    rows      {matter: {column: [was, is]}}
    articles  {"article", "was": [matter, relation], "is": [matter, relation]}
    keys      {"key", "was": [matter, official, since] or None, "is": the same}
    links     {"link": [matter, cites], "was": [since] or None, "is": the same}

Times are ISO texts, so that a change can lie in an event as JSON. Decides nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from pipelines.store.dialect import among, insert_new
from pipelines.store.schema import articles, events, matter_keys, matter_links, matters

Part = dict[str, Any]
TIMES = frozenset({"opened", "updated"})
"""The columns of a matter that hold times."""


@dataclass(slots=True)
class Change:
    """What a judgement changes. See the module."""

    rows: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    articles: list[Part] = field(default_factory=list)
    keys: list[Part] = field(default_factory=list)
    links: list[Part] = field(default_factory=list)

    @classmethod
    def of(cls, detail: Mapping[str, Any]) -> Change:
        """The change that an event's detail holds."""
        return cls(**{name: detail[name] for name in ("rows", "articles", "keys", "links")})

    def as_detail(self) -> dict[str, Any]:
        """For an event's detail."""
        return asdict(self)

    def turned(self) -> Change:
        """The change that takes this one back."""
        return Change(
            {
                matter: {column: [after, before] for column, (before, after) in columns.items()}
                for matter, columns in self.rows.items()
            },
            *(
                [part | {"was": part["is"], "is": part["was"]} for part in parts]
                for parts in (self.articles, self.keys, self.links)
            ),
        )


def iso(value: Any) -> Any:
    """A value of a row as JSON takes it."""
    return value.isoformat() if isinstance(value, datetime) else value


def from_iso(column: str, value: Any) -> Any:
    """And back."""
    return datetime.fromisoformat(value) if value is not None and column in TIMES else value


def apply(connection: Connection, change: Change, *, event: int, at: datetime) -> None:
    """Make the change, each part only where all is still as it was."""
    for matter, columns in change.rows.items():
        now = connection.execute(select(matters).where(matters.c.id == matter)).mappings().one()
        values = {
            column: from_iso(column, after)
            for column, (before, after) in columns.items()
            if iso(now[column]) == before
        }
        if values:
            connection.execute(update(matters).where(matters.c.id == matter).values(**values))
    _move(connection, change.articles, event, at)
    _rekey(connection, change.keys)
    for part in change.links:
        matter, cites = part["link"]
        if part["is"] is None:
            gone = and_(matter_links.c.matter == matter, matter_links.c.cites == cites)
            connection.execute(delete(matter_links).where(gone))
        else:
            link = insert_new(connection, matter_links)
            connection.execute(link.values(matter=matter, cites=cites, since=_since(part["is"][0])))


def _move(connection: Connection, parts: Iterable[Part], event: int, at: datetime) -> None:
    groups = _grouped(parts, "article")
    for (was, now), ids in groups.items():
        still = and_(among(connection, articles.c.id, ids), articles.c.matter == was[0])
        connection.execute(update(articles).where(still).values(matter=now[0], relation=now[1]))
        told = [
            {
                "at": at,
                "kind": "moved",
                "article": article,
                "matter": now[0],
                "detail": {"from": was[0], "relation": now[1], "event": event},
            }
            for article in ids
        ]
        connection.execute(insert(events), told)


def _rekey(connection: Connection, parts: Collection[Part]) -> None:
    if not parts:
        return
    # In one order, as `settling` writes them, so that two writers cannot wait for each other.
    names = [part["key"] for part in parts]
    mine = select(matter_keys.c.key).where(among(connection, matter_keys.c.key, names))
    connection.execute(mine.order_by(matter_keys.c.key).with_for_update()).all()
    for (was, now), keys in _grouped(parts, "key").items():
        if was is None:
            rows = [
                {"key": key, "matter": now[0], "official": now[1], "since": _since(now[2])} for key in keys
            ]
            connection.execute(insert_new(connection, matter_keys), rows)
            continue
        held = and_(among(connection, matter_keys.c.key, keys), matter_keys.c.matter == was[0])
        if now is None:
            connection.execute(delete(matter_keys).where(held))
        else:
            values = {"matter": now[0], "official": now[1], "since": _since(now[2])}
            connection.execute(update(matter_keys).where(held).values(**values))


def _grouped(parts: Iterable[Part], name: str) -> dict[tuple[Any, Any], list[str]]:
    found: dict[tuple[Any, Any], list[str]] = defaultdict(list)
    for part in parts:
        was, now = (None if side is None else tuple(side) for side in (part["was"], part["is"]))
        found[was, now].append(part[name])
    return found


def _since(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def lock(connection: Connection, ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """These matters and those joined to them, locked until the end of the transaction, by id."""
    wanted = or_(among(connection, matters.c.id, ids), among(connection, matters.c.joined, ids))
    query = select(matters).where(wanted).order_by(matters.c.id).with_for_update(key_share=True)
    return {row["id"]: dict(row) for row in connection.execute(query).mappings()}
