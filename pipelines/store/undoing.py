"""Takes a judgement back: an event of its own that names the one it undoes and changes all back.

What came since stays where it is: only what is still as the judgement left it is put back. A judgement on
which a later one stands is taken back after that one. Raises ConfigError for what cannot be.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from crawlers.errors import ConfigError
from pipelines.store.changing import Change, apply, iso, lock
from pipelines.store.dialect import one_at_a_time
from pipelines.store.events import Events
from pipelines.store.judgements import KINDS, LOCK, SHAPING
from pipelines.store.schema import articles, events, matter_keys, matters


def undo(connection: Connection, event: int, *, by: str, reason: str, now: datetime) -> int:
    """Take the judgement of this number back. The number of the event that says so."""
    one_at_a_time(connection, [LOCK])
    row = connection.execute(select(events).where(events.c.id == event)).mappings().one_or_none()
    if row is None or row["kind"] not in KINDS:
        raise ConfigError(
            f"event {event} is no judgement",
            "`gatewatch matters show` and `gatewatch matters silences` list them, with their numbers.",
        )
    if connection.execute(select(events.c.id).where(events.c.undoes == event)).first() is not None:
        raise ConfigError(f"event {event} was taken back already", "Judge anew where that was wrong.")
    detail: dict[str, Any] = {"by": by, "reason": reason, "kind": row["kind"]}
    change = None
    if row["kind"] in SHAPING:
        _refuse_if_built_on(connection, event, set(row["detail"]["matters"]))
        lock(connection, row["detail"]["matters"])
        change = Change.of(row["detail"]).turned()
        if row["kind"] == "split":
            _bring_back(connection, change, row["matter"], row["detail"]["matters"][1], now)
        detail |= {"matters": row["detail"]["matters"]} | change.as_detail()
    number = Events.add(
        connection,
        "undone",
        at=now,
        article=row["article"],
        matter=row["matter"],
        detail=detail,
        undoes=event,
    )
    if change is not None:
        apply(connection, change, event=number, at=now)
    return number


def _refuse_if_built_on(connection: Connection, event: int, touched: set[str]) -> None:
    taken_back = select(events.c.undoes).where(events.c.undoes.is_not(None))
    later = select(events.c.id, events.c.detail).where(
        events.c.kind.in_(SHAPING), events.c.id > event, events.c.id.not_in(taken_back)
    )
    for row in connection.execute(later.order_by(events.c.id.desc())):
        if touched & set(row.detail["matters"]):
            raise ConfigError(
                f"event {row.id} came later and touches the same matters",
                f"Take it back first: `gatewatch matters undo {row.id}`.",
            )


def _bring_back(connection: Connection, change: Change, home: str, new: str, now: datetime) -> None:
    """What else came to the matter that was split off comes along; nobody will look there any more."""
    mine = {part["article"] for part in change.articles}
    for row in connection.execute(
        select(articles.c.id, articles.c.relation).where(articles.c.matter == new).order_by(articles.c.id)
    ):
        if row.id not in mine:
            moved = {"article": row.id, "was": [new, row.relation], "is": [home, row.relation]}
            change.articles.append(moved)
    mine = {part["key"] for part in change.keys}
    for row in connection.execute(select(matter_keys).where(matter_keys.c.matter == new)):
        if row.key not in mine:
            was = [new, row.official, iso(row.since)]
            change.keys.append({"key": row.key, "was": was, "is": [home, row.official, iso(now)]})
    standing = connection.execute(select(matters.c.joined).where(matters.c.id == new)).scalar()
    rows = change.rows.setdefault(new, {})
    if standing is None and "joined" not in rows:
        rows["joined"] = [None, home]
