"""From how sources do to what people hear: at the end of a round, and every few seconds of the service.

Writes intents (`source` for the operators, `coverage` for the readers) and what counts as told, in one
transaction: nothing is told twice, whoever looks. Never words, never routes, never decides
(`pipelines.health`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select, update

from crawlers.article import OFFICIAL
from pipelines.health import coverage, numbering
from pipelines.health.changes import NETWORK, News, Plan, Standing, plan, recent
from pipelines.health.coverage import Road
from pipelines.store.dialect import among, insert_over, one_at_a_time
from pipelines.store.events import Events
from pipelines.store.health import GONE, standing
from pipelines.store.intents import count_of, intend
from pipelines.store.schema import articles, authorities, events, intents, meta, sources

if TYPE_CHECKING:
    from pipelines.store import Store

Fields = Mapping[str, Any]

DOWN = "network_down"
LEADS_SEEN = "leads_seen"
_LATELY = timedelta(hours=6)
_UNCOVERED = "uncovered"


def tell(store: Store, now: datetime, *, settle: timedelta = timedelta()) -> int:
    """Write what people have to hear of sources and authorities now; how many messages.

    `settle`: what failed just now waits so long for what fails with it.
    """
    with store.writing() as connection:
        one_at_a_time(connection, ["watching"])
        rows = {
            row["id"]: dict(row)
            for row in connection.execute(select(sources).order_by(sources.c.id)).mappings()
        }
        watched = {identity: row for identity, row in rows.items() if not row["off"]}
        down = _down(connection)
        made = plan(
            [standing(row) for row in watched.values()],
            now,
            down=down,
            told=_lately(connection, now),
            settle=settle,
        )
        for news in made.news:
            _intend(connection, news, made, watched, down, now)
        _remember(connection, made, watched, now)
        if made.down != down:
            _keep(connection, DOWN, made.down.isoformat() if made.down else "")
        return len(made.news) + _cover(connection, list(rows.values()), now, network=made.down is not None)


def _down(connection: Connection) -> datetime | None:
    said = connection.scalar(select(meta.c.value).where(meta.c.name == DOWN))
    return datetime.fromisoformat(said) if said else None


def _keep(connection: Connection, name: str, value: str) -> None:
    connection.execute(insert_over(connection, meta, "name").values(name=name, value=value))


def _lately(connection: Connection, now: datetime) -> int:
    query = select(func.count()).where(intents.c.kind == "source", intents.c.at > now - _LATELY)
    return connection.scalar(query) or 0


# --- sources ---------------------------------------------------------------------------------------
def _intend(
    connection: Connection,
    news: News,
    made: Plan,
    rows: Mapping[str, Fields],
    down: datetime | None,
    now: datetime,
) -> None:
    members = [_member(one, made, rows[one.source]) for one in news.members]
    network = news.why == NETWORK
    detail: dict[str, Any] = {"worse": news.worse, "why": news.why, "members": members}
    if len(members) == 1 and not network:
        detail |= members[0]
    if network and down is not None:
        detail["was_since"] = down.isoformat()
    first = news.members[0].source if news.members else NETWORK
    number = count_of(connection, "source", first) + 1
    known = made.known.get(first, NETWORK if news.worse else "ok")
    subject = f"{first}:{number}:{known}"
    if len(members) != 1:
        together = "\n".join(one["source"] for one in members)
        subject += ":" + hashlib.sha256(together.encode()).hexdigest()[:8]
    intend(connection, "source", subject, at=now, source=first, detail=detail)


def _member(one: Standing, made: Plan, row: Fields) -> dict[str, Any]:
    """One source of a message: what it is now, and what it had been."""
    said = made.known.get(one.source, "")
    was, _, was_code = one.told.partition(":")
    since = row["told_since"]
    return {
        "source": one.source,
        "host": one.host,
        "authority": row["authority"],
        "state": said.partition(":")[0] if said in {"ok", "unsteady"} else one.state,
        "code": one.code,
        "message": one.message,
        "remedy": one.remedy,
        "since": one.since.isoformat() if one.since else None,
        "changes": one.changes,
        "was": was or "ok",
        "was_code": was_code,
        "was_since": since.isoformat() if since and was not in {"", "ok"} else None,
    }


def _remember(connection: Connection, made: Plan, rows: Mapping[str, Fields], now: datetime) -> None:
    """What counts as told now."""
    for source, said in made.known.items():
        row = rows[source]
        connection.execute(
            update(sources)
            .where(sources.c.id == source)
            .values(
                told=said, told_at=now, told_since=row["since"], told_with=row["host"],
                tellings=recent(standing(row), now) + 1, changes=0,
            )
        )  # fmt: skip
    for source, (said, trouble) in made.joined.items():
        values = {"told": said, "told_at": now, "told_since": rows[source]["since"], "told_with": trouble}
        connection.execute(update(sources).where(sources.c.id == source).values(changes=0, **values))
    if made.ask:
        connection.execute(update(sources).where(among(connection, sources.c.id, made.ask)).values(due=0.0))


# --- authorities -----------------------------------------------------------------------------------
def roads(rows: Sequence[Fields]) -> dict[str, list[Road]]:
    """The roads to each authority, from the sources' rows. What left the catalogue is no road any more."""
    return coverage.by_authority(_road(row) for row in rows if row["off"] != GONE)


def _road(row: Fields) -> Road:
    return Road(
        **{
            name: row[name]
            for name in ("authority", "host", "state", "code", "own", "off", "failures", "last_ok")
        },
        source=row["id"],
        since=row["since"],
        meant=not row["off"].startswith("switched off in"),
    )


def _cover(connection: Connection, rows: Sequence[Fields], now: datetime, *, network: bool) -> int:
    """Tell readers of authorities that no road is open to any more, and of those that are seen again."""
    known = {row.authority: row for row in connection.execute(select(authorities))}
    lost: list[dict[str, Any]] = []
    back: list[dict[str, Any]] = []
    for name, own in roads(rows).items():
        state, row = coverage.uncovered(own), known.get(name)
        was = row is not None and row.told == _UNCOVERED
        if state is None or state == was:
            continue
        number = coverage.may_tell(row.tellings if row else 0, row.told_at if row else None, now)
        if number is None:
            continue
        (lost if state else back).append(_covered(name, own, row.told_at if row else None))
        values = {"told": _UNCOVERED if state else "", "told_at": now, "tellings": number}
        connection.execute(insert_over(connection, authorities, "authority").values(authority=name, **values))
    for group, worse in ((lost, True), (back, False)):
        if group:
            first = group[0]["authority"]
            number = count_of(connection, "coverage", first) + 1
            subject = f"{first}+{len(group) - 1}:{number}:{_UNCOVERED if worse else 'covered'}"
            detail = {"worse": worse, "why": NETWORK if network else "", "authorities": group}
            intend(connection, "coverage", subject, at=now, source=first, detail=detail)
            Events.add(connection, "coverage", at=now, detail=detail)
    return bool(lost) + bool(back)


def _covered(name: str, own: Sequence[Road], told_at: datetime | None) -> dict[str, Any]:
    last = max((road.last_ok for road in own if road.last_ok), default=None)
    return {
        "authority": name,
        "last_ok": last.isoformat() if last else None,
        "told_at": told_at.isoformat() if told_at else None,
        "roads": [
            {
                "source": road.source,
                "host": road.host,
                "own": road.own,
                "state": "off" if road.off else road.state,
                "code": road.off or road.code,
                "since": road.since.isoformat() if road.since else None,
                "open": road.open,
            }
            for road in own
        ],
    }


# --- leads -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Lead:
    """A number that is missing between two known ones of an official series, and when that was noticed."""

    number: str
    series: str
    before: int
    after: int
    at: datetime | None = None


def note_leads(store: Store, now: datetime) -> int:
    """Keep in the events which numbers are missing between those of official documents; how many are new."""
    with store.reading() as connection:
        newest = connection.scalar(select(func.max(articles.c.first_seen)))
    seen = store.meta.get(LEADS_SEEN)
    if newest is None or seen == newest.isoformat():
        return 0
    with store.writing() as connection:
        one_at_a_time(connection, ["leads"])
        noted = {
            row["number"]
            for row in connection.scalars(select(events.c.detail).where(events.c.kind == "lead"))
        }
        new = [lead for lead in _missing(connection) if lead.number not in noted]
        for lead in new:
            detail = {
                "number": lead.number,
                "series": lead.series,
                "before": lead.before,
                "after": lead.after,
            }
            Events.add(connection, "lead", at=now, detail=detail)
        _keep(connection, LEADS_SEEN, newest.isoformat())
    return len(new)


def leads(store: Store, until: datetime | None = None) -> list[Lead]:
    """The numbers that are missing now, with when that was first noticed.

    With `until` those that had been noticed before it and were still missing then.
    """
    with store.reading() as connection:
        query = select(events.c.detail, events.c.at).where(events.c.kind == "lead")
        noted = {row.detail["number"]: row.at for row in connection.execute(query)}
        found = [
            Lead(lead.number, lead.series, lead.before, lead.after, noted.get(lead.number))
            for lead in _missing(connection, until)
        ]
        return [one for one in found if until is None or (one.at is not None and one.at < until)]


def _missing(connection: Connection, until: datetime | None = None) -> list[Lead]:
    official = articles.c.tier.in_(sorted(OFFICIAL))
    query = select(articles.c.doc_no).where(articles.c.doc_no != "", official).distinct()
    if until is not None:
        query = query.where(articles.c.first_seen < until)
    return [
        Lead(hole.number(number), hole.series, hole.before, hole.after)
        for hole in numbering.holes(connection.scalars(query))
        for number in hole.missing
    ]
