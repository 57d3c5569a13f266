"""What waits for a channel that no road serves is taken back, to be routed anew; what it was stays as events.

A digest that was not told is taken apart: what it was to tell of is routed like the rest. What may have
arrived stays in doubt on its new way. Never decides which channels are gone, never routes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, update

from pipelines.store.dialect import among
from pipelines.store.events import Events
from pipelines.store.schema import articles, deliveries, events, intents

DOUBTED = "doubted"
"""In an intent's detail: it was on its way elsewhere, and may be there."""
_KIND = "unrouted"
_KEPT = ("intent", "channel", "kind", "matter", "state", "parent", "broadcast", "position", "attempts")


def take_back(connection: Connection, waiting: ColumnElement[bool], at: datetime) -> int:
    """Delete the deliveries that are `waiting` like this, and mark their intents as not routed; how many."""
    of = deliveries.c
    digests = select(of.id).where(waiting, of.kind == "digest")
    members = and_(of.state == "digest", of.gathered.in_(digests))
    rows = connection.execute(select(deliveries).where(or_(waiting, members))).mappings().all()
    if not rows:
        return 0
    states = {row["id"]: row["state"] for row in rows}
    apart = {row["gathered"] for row in rows if row["state"] == "digest"}
    again = {row["intent"] for row in rows if row["id"] not in apart}
    doubted = {
        row["intent"]
        for row in rows
        if row["intent"] in again and "sending" in {row["state"], states.get(row["gathered"])}
    }
    for row in rows:
        was = {name: row[name] for name in _KEPT} | {"created": row["created"].isoformat()}
        Events.add(connection, _KIND, at=at, article=row["article"], alert=row["id"], detail=was)
    connection.execute(delete(deliveries).where(among(connection, of.id, list(states))))
    mine = update(intents).where(intents.c.id.in_(again))
    connection.execute(mine.values(routed=False))
    of_doubted = select(intents.c.id, intents.c.detail).where(intents.c.id.in_(doubted))
    for intent in connection.execute(of_doubted).all():
        doubt = {**intent.detail, DOUBTED: True}
        connection.execute(update(intents).where(intents.c.id == intent.id).values(detail=doubt))
    return len(again)


def taken_back(connection: Connection, at: datetime) -> list[dict[str, Any]]:
    """The deliveries that waited at that time and were taken back since, with all columns of the table."""
    query = select(events).where(events.c.kind == _KIND, events.c.at > at).order_by(events.c.id)
    rows = [_row(dict(row)) for row in connection.execute(query).mappings()]
    return [row for row in rows if row["created"] <= at]


def by_article(connection: Connection, at: datetime) -> Mapping[str, list[dict[str, Any]]]:
    """The same, by article."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in taken_back(connection, at):
        if row["article"]:
            found[row["article"]].append(row)
    return found


def with_their_intents(connection: Connection, at: datetime) -> list[dict[str, Any]]:
    """The same, with what a list says of their intents and articles."""
    rows = taken_back(connection, at)
    of = intents.c
    query = (
        select(of.id, of.subject, of.source, of.detail, articles.c.title, articles.c.url)
        .outerjoin(articles, articles.c.id == intents.c.article)
        .where(of.id.in_({row["intent"] for row in rows}))
    )
    about = {row["id"]: dict(row) for row in connection.execute(query).mappings()}
    return [about[row["intent"]] | row for row in rows]


def _row(event: Mapping[str, Any]) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(deliveries.c.keys())
    texts = {"ts": "", "permalink": "", "text": "", "reason": "", "not_before": 0.0}
    created = datetime.fromisoformat(event["detail"]["created"])
    known = {"id": event["alert"], "article": event["article"], "created": created}
    return nothing | texts | dict(event["detail"]) | known
