"""What a time brought, for a digest that sums it up: facts, and where they were told. Never writes.

Never decides what falls to a channel: what has deliveries was told there, of the rest routing says it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, case, cast, literal, select

from pipelines.facts import BEIJING
from pipelines.health.coverage import UNWATCHED
from pipelines.store.concluding import KINDS
from pipelines.store.dialect import among
from pipelines.store.health import covers
from pipelines.store.intents import with_article
from pipelines.store.reviewing import unreviewed
from pipelines.store.schema import articles, deliveries, events, intents, sources

AHEAD = 14
"""Days in which something is due soon."""


@dataclass(frozen=True, slots=True)
class Brought:
    """An intent of an article, or what one would be: the columns of `with_article`, and those of a line.

    `told` is the state of its delivery by channel (`gathered`: a digest that tells of it is on its way);
    empty where it is not routed.
    """

    id: int
    kind: str
    subject: str
    article: str
    matter: str | None
    source: str
    at: datetime
    tier: str
    severity: str | None
    topics: list[str]
    lang: str
    here: str | None
    title: str
    url: str
    doc_no: str
    published: datetime | None
    published_day: date | None
    first_seen: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)


def told(connection: Connection, kinds: Collection[str], since: datetime, until: datetime) -> list[Brought]:
    """What was to be told of articles, in that order, by intents of these kinds; `since` inclusive."""
    of = intents.c
    chosen = (of.kind.in_(kinds), of.at >= since, of.at < until)
    query = with_article().add_columns(*_line()).where(*chosen, articles.c.id.is_not(None))
    states = _states(connection, deliveries.c.intent, select(of.id).where(*chosen))
    return [
        Brought(
            **{name: value for name, value in row.items() if name != "routed"},
            told=states.get(row["id"], {}),
        )
        for row in connection.execute(query.order_by(of.at, of.id)).mappings()
    ]


def held(connection: Connection, since: datetime, until: datetime) -> list[Brought]:
    """What matched in that time, but was too old to be told alone; the earliest first."""
    matched = select(events.c.article).where(
        events.c.kind == "matched", events.c.at >= since, events.c.at < until
    )
    query = _articles(articles.c.disposition == "held", articles.c.id.in_(matched))
    return [Brought(**row) for row in connection.execute(query).mappings()]


def to_review(connection: Connection) -> list[Brought]:
    """What a person should look at."""
    query = _articles(unreviewed(connection), matched=False)
    return [Brought(**row) for row in connection.execute(query).mappings()]


def due(
    connection: Connection, kinds: Collection[str], now: datetime
) -> Iterator[tuple[dict[str, Any], Brought]]:
    """The dates of the next fortnight that matched articles set, the earliest first, with the days left.

    With where the article was told by deliveries of these kinds. Several articles may say the same.
    """
    today = now.astimezone(BEIJING).date()
    ahead = {(today + timedelta(days=left)).isoformat(): left for left in range(AHEAD + 1)}
    dated = _articles(cast(articles.c.dates, Text) != "[]").add_columns(articles.c.dates)
    found = [
        (one["date"], one["kind"], row)
        for row in map(dict, connection.execute(dated).mappings())
        for one in row.pop("dates")
        if one["date"] in ahead
    ]
    ids = select(articles.c.id).where(among(connection, articles.c.id, {one["article"] for *_, one in found}))
    states = _states(connection, deliveries.c.article, ids, deliveries.c.kind.in_(kinds))
    for when, kind, row in sorted(found, key=lambda one: one[:2]):
        told_there = states.get(row["article"], {})
        yield {"kind": kind, "date": when, "left": ahead[when]}, Brought(**row, told=told_there)


def coverage(connection: Connection, since: datetime, until: datetime) -> dict[str, Any]:
    """How many sources were read at all, which are not well, and each watched authority.

    Of an authority: how it was covered, and for how many seconds no road was open.
    """
    read = connection.execute(select(sources.c.id, sources.c.state).where(sources.c.last_turn.is_not(None)))
    states = {row.id: row.state for row in read}
    ill = sorted(name for name, state in states.items() if state not in {"ok", "quiet", "gap"})
    return {
        "sources": len(states),
        "ill": [{"source": name, "state": states[name]} for name in ill],
        "authorities": [
            {
                "authority": one.authority,
                "status": one.status,
                "blind": round(sum((end - start).total_seconds() for start, end in one.blind)),
            }
            for one in covers(connection, since, until)
            if one.status != UNWATCHED
        ],
    }


def _line() -> tuple[ColumnElement[Any], ...]:
    of = articles.c
    return (of.title, of.url, of.doc_no, of.published, of.published_day, of.first_seen)


def _articles(*chosen: ColumnElement[bool], matched: bool = True) -> Select[Any]:
    """Articles as the intents that they have not, the earliest first."""
    of = articles.c
    kind = case(KINDS, value=of.relation, else_="new")
    query = select(
        literal(0).label("id"), kind.label("kind"), of.id.label("subject"),
        of.id.label("article"), of.matter, of.source, of.first_seen.label("at"), of.tier, of.severity,
        of.topics, of.lang, of.matter.label("here"), *_line(),
    )  # fmt: skip
    if matched:
        chosen = (*chosen, of.matched.is_(True))
    return query.where(*chosen).order_by(of.first_seen, of.id)


def _states(
    connection: Connection, key: ColumnElement[Any], keys: Select[Any], *chosen: ColumnElement[bool]
) -> dict[Any, dict[str, str]]:
    """By this column: channel to the state of the delivery there."""
    of = deliveries.c
    query = select(key, of.channel, of.state, of.gathered).where(key.in_(keys), *chosen)
    found: defaultdict[Any, dict[str, str]] = defaultdict(dict)
    for about, channel, state, gathered in connection.execute(query.order_by(of.position.desc())):
        found[about][channel] = "gathered" if gathered and state == "digest" else state
    return found
