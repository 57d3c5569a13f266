"""Reads what people said of matters and articles, and what still stands of it. Never writes.

A mark of an article stands before one of its matter, a later one before an earlier; what was taken back
counts for nothing, but is still told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from pipelines.store.dialect import among
from pipelines.store.schema import events

KINDS = ("marked", "joined", "split", "taken", "assigned", "silenced")
"""What people say, by the kind of its event; each can be taken back."""
REFUSED = "press-refused"
"""The kind of a press in Slack that was not taken as a judgement; its `reason` says why not."""
SHAPING = ("joined", "split")
"""The judgements that change what belongs together."""
LOCK = "judgements"
"""One judgement at a time, where one builds on another."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Somebody's word on a matter or an article. `detail` has what the kind brings (relevant, articles …).

    `alert` is the message below which it was pressed in vain, else None.
    """

    id: int
    at: datetime
    kind: str
    article: str | None
    matter: str | None
    by: str
    reason: str
    detail: Mapping[str, Any]
    undone_at: datetime | None = None
    undone_by: str = ""
    alert: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Relevant or not, why not, and the number of the event that says so."""

    relevant: bool
    because: str
    event: int


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks that stand, by article and by matter."""

    articles: Mapping[str, Mark]
    matters: Mapping[str, Mark]

    def of(self, article: str, matter: str | None) -> Mark | None:
        """What people say of this article, or None."""
        return self.articles.get(article) or (self.matters.get(matter) if matter else None)


def judgements(
    connection: Connection,
    matters: Collection[str],
    articles: Collection[str],
    until: datetime | None = None,
) -> list[Judgement]:
    """What was said of these matters and articles (up to `until`, inclusive), in order."""
    about = or_(
        among(connection, events.c.article, articles),
        and_(events.c.article.is_(None), among(connection, events.c.matter, matters)),
    )
    return said(connection, about, events.c.kind.in_(KINDS), until=until)


def said(
    connection: Connection,
    *which: ColumnElement[bool],
    until: datetime | None = None,
    latest: int | None = None,
) -> list[Judgement]:
    """Those of the events that are judgements (the caller asks for no others), with what became of each.

    In order; of more than `latest` the last ones.
    """
    back = events.alias()
    undone = back.c.undoes == events.c.id
    query = (
        select(events, back.c.at.label("undone_at"), back.c.detail.label("undone_detail"))
        .outerjoin(back, undone if until is None else and_(undone, back.c.at <= until))
        .where(*which)
        .order_by(events.c.id.desc())
        .limit(latest)
    )
    if until is not None:
        query = query.where(events.c.at <= until)
    return [
        Judgement(
            id=row.id,
            at=row.at,
            kind=row.kind,
            article=row.article,
            matter=row.matter,
            by=row.detail["by"],
            reason=row.detail["reason"],
            detail=row.detail,
            undone_at=row.undone_at,
            undone_by=row.undone_detail["by"] if row.undone_at else "",
            alert=row.alert,
        )
        for row in reversed(connection.execute(query).all())
    ]


def marks(connection: Connection) -> Marks:
    """All marks that stand."""
    query = select(events.c.id, events.c.article, events.c.matter, events.c.detail).where(
        events.c.kind == "marked", stands()
    )
    of_articles: dict[str, Mark] = {}
    of_matters: dict[str, Mark] = {}
    for row in connection.execute(query.order_by(events.c.id)):
        mark = Mark(row.detail["relevant"], row.detail["because"], row.id)
        if row.article is not None:
            of_articles[row.article] = mark
        elif row.matter is not None:
            of_matters[row.matter] = mark
    return Marks(of_articles, of_matters)


def stands(until: datetime | None = None) -> ColumnElement[bool]:
    """That an event of `events` was said, and not taken back (both by `until`, inclusive)."""
    back = events.alias()
    undone = exists().where(back.c.undoes == events.c.id)
    if until is None:
        return ~undone
    return and_(events.c.at <= until, ~undone.where(back.c.at <= until))
