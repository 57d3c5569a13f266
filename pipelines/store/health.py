"""How each source does, written down: intervals for ever, and what its newest items say of its rhythm.

Called by the end of a turn in its own transaction, and when a round begins, for what is switched off.
Never tells anybody (`watching`), never decides (`pipelines.health`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, insert, select, update

from crawlers.article import OFFICIAL
from crawlers.lease import Turn
from crawlers.source import Source
from pipelines.health.changes import Standing
from pipelines.health.coverage import Cover, coverage
from pipelines.health.intervals import OFF, Interval, Observation, advance, allowed
from pipelines.health.rhythm import Rhythm, judge
from pipelines.store.dialect import among, one_at_a_time, text
from pipelines.store.events import Events
from pipelines.store.schema import articles, events, health, sightings, sources

if TYPE_CHECKING:
    from pipelines.store import Store

_NEWEST = 60
"""So many of a source's newest items show its rhythm."""

_COLUMNS = tuple(field.name for field in fields(Interval))
GONE = "no longer in the catalogue"


# --- at the end of a turn --------------------------------------------------------------------------
def found(connection: Connection, row: Mapping[str, Any], turn: Turn, at: datetime) -> Turn:
    """The turn as it was, or a good one as `quiet` or `stale` where its list has fallen silent."""
    if turn.state != "ok" or turn.new:
        return turn
    rhythm = judge(_moments(connection, row), at, chinese=bool(row["chinese"]))
    if rhythm.state == "ok":
        return turn
    remedy = ""
    if rhythm.state == "stale":
        remedy = "Open the page by hand: is it still the live one? If it moved, correct the source's url."
    return replace(turn, state=rhythm.state, code=rhythm.state, message=_said(rhythm), remedy=remedy)


def _moments(connection: Connection, row: Mapping[str, Any]) -> list[datetime]:
    """When the newest items that the source lists appeared."""
    when = func.coalesce(articles.c.published, articles.c.first_seen)
    query = (
        select(when)
        .select_from(sightings.join(articles, articles.c.id == sightings.c.article))
        .where(sightings.c.source == row["id"])
        .order_by(when.desc())
        .limit(_NEWEST)
    )
    moments = list(connection.scalars(query))
    last, baseline = row["last_new"], row["baseline_at"]
    if last is not None and baseline is not None and last > baseline:
        moments.append(last)  # an item that was old when it appeared: the list moves
    return moments


def _said(rhythm: Rhythm) -> str:
    days = "working day" if rhythm.working else "day"
    newest = f"{rhythm.newest:%Y-%m-%d}" if rhythm.newest else "never"
    usual = f"one at least every {rhythm.usual} {days}s" if rhythm.usual != 1 else f"one each {days}"
    return f"nothing new for {rhythm.silent} {days}s (the newest is of {newest}), usually {usual}"


def record(connection: Connection, row: Mapping[str, Any], turn: Turn, at: datetime) -> None:
    """Carry the source's open interval on by this turn."""
    planned = max(0.0, turn.next_due - row["now"])
    seen = Observation(
        at,
        turn.state,
        turn.code,
        text(turn.message),
        row["authority"],
        row["host"],
        allowed(row["step"], planned),
    )
    _carry_on(connection, row["id"], seen)


def _carry_on(connection: Connection, source: str, seen: Observation) -> None:
    query = select(health).where(health.c.source == source, health.c.until.is_(None))
    stored = connection.execute(query).one_or_none()
    current = _interval(stored) if stored else None
    made = advance(source, current, seen)
    new = made
    if stored is not None and current is not None:
        first, *new_ones = made
        new = tuple(new_ones)
        connection.execute(update(health).where(health.c.id == stored.id).values(asdict(first)))
        if (current.message, current.longest) != (first.message, first.longest):
            _note_until_now(connection, current)
    if new:
        connection.execute(insert(health), [asdict(one) for one in new])


def _note_until_now(connection: Connection, was: Interval) -> None:
    """An event for ever: what an open interval said until its last turn, for who asks of a day later."""
    detail = {"since": was.since.isoformat(), "message": was.message, "longest": was.longest}
    Events.add(connection, "interval", at=was.last, source=was.source, detail=detail)


def account(row: Mapping[str, Any], turn: Turn, failures: int) -> dict[str, Any]:
    """What the event of a changed state says, as JSON."""
    since = row["since"]
    return {
        "state": turn.state,
        "code": turn.code,
        "message": turn.message,
        "remedy": turn.remedy,
        "rows": turn.rows,
        "failures": failures,
        "was": row["state"],
        "was_code": row["code"],
        "was_since": since.isoformat() if since else None,
        "problems": [list(problem) for problem in turn.problems],
    }


def standing(row: Mapping[str, Any]) -> Standing:
    """A source's row as what people have to hear of it is decided from."""
    return Standing(
        source=row["id"],
        **{
            name: row[name]
            for name in (
                *("host", "state", "code", "message", "remedy", "since", "last_turn", "last_ok"),
                *("told", "told_at", "told_with", "tellings", "changes"),
            )
        },
    )


# --- when a round begins ---------------------------------------------------------------------------
def attend(store: Store, catalogue: Collection[Source], off: Mapping[str, str], now: datetime) -> None:
    """Write down what the catalogue says of its sources now, and which are not polled and why.

    What is off, or no longer in the catalogue, is blind from its last good turn on; it is seen again by
    its next turn.
    """
    own = own_sites(catalogue)
    wanted = {
        source.id: _about(source, off.get(source.id, "")) | {"own": source.id in own} for source in catalogue
    }
    with store.reading() as connection:
        rows = [dict(row) for row in connection.execute(select(sources)).mappings()]
        stale = [row for row in rows if _differs(row, wanted)]
    if not stale:
        return
    with store.writing() as connection:
        one_at_a_time(connection, ["attend"])
        for row in stale:
            about = wanted.get(row["id"]) or {"off": GONE}
            connection.execute(update(sources).where(sources.c.id == row["id"]).values(**about))
            if about["off"]:
                merged = row | about
                seen = Observation(now, OFF, "off", about["off"], merged["authority"], merged["host"])
                _carry_on(connection, row["id"], seen)


def own_sites(catalogue: Collection[Source]) -> set[str]:
    """The sources on a regulator's own site. A host of several authorities (a news search) is nobody's."""
    whose: dict[str, set[str]] = defaultdict(set)
    for source in catalogue:
        whose[source.host].add(source.authority)
    return {one.id for one in catalogue if one.tier == "regulator" and len(whose[one.host]) == 1}


def _about(source: Source, off: str) -> dict[str, Any]:
    official = source.tier in OFFICIAL
    return {
        "authority": source.authority,
        "host": source.host,
        "chinese": source.lang == "zh-Hans" and (official or source.tier == "state-media"),
        "step": source.interval.total_seconds(),
        "off": off,
    }


def _differs(row: Mapping[str, Any], wanted: Mapping[str, Mapping[str, Any]]) -> bool:
    about = wanted.get(row["id"]) or {"off": GONE}
    return any(row[name] != value for name, value in about.items())


# --- reading ---------------------------------------------------------------------------------------
def intervals(
    store: Store,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    only: Collection[str] = (),
) -> dict[str, list[Interval]]:
    """The intervals of each source in order, of those that reach beyond `since`.

    With `until` those that began before it, as they were after the first turn that followed it: what later
    turns said of the same interval is left out.
    """
    query = select(health).order_by(health.c.source, health.c.since, health.c.id)
    if since is not None:
        query = query.where(health.c.until.is_(None) | (health.c.until > since))
    if until is not None:
        query = query.where(health.c.since < until)
    with store.reading() as connection:
        if only:
            query = query.where(among(connection, health.c.source, only))
        found = _by_source(connection.execute(query))
        return found if until is None else _as_then(connection, found, until)


def _as_then(
    connection: Connection, found: Mapping[str, list[Interval]], until: datetime
) -> dict[str, list[Interval]]:
    """The intervals without what turns after the first one beyond `until` made of them."""
    of = events.c
    first = select(func.min(of.id)).where(of.kind == "interval", of.at >= until).group_by(of.source)
    query = select(of.source, of.detail).where(of.id.in_(first))
    said = {(row.source, row.detail["since"]): row.detail for row in connection.execute(query)}
    return {
        source: [
            replace(one, message=was["message"], longest=was["longest"])
            if (was := said.get((source, one.since.isoformat())))
            else one
            for one in own
        ]
        for source, own in found.items()
    }


def known_from(store: Store) -> datetime | None:
    """Since when the store knows how any source did; None where no turn has ended yet."""
    with store.reading() as connection:
        first: datetime | None = connection.scalar(select(func.min(health.c.since)))
        return first


def covers(connection: Connection, start: datetime, end: datetime) -> list[Cover]:
    """How each authority was covered in [start, end), from what is known at its end."""
    reaching = health.c.until.is_(None) | (health.c.until > start)
    query = select(health).where(reaching).order_by(health.c.source, health.c.since, health.c.id)
    return coverage(_by_source(connection.execute(query)), start, end, end)


def _by_source(rows: Iterable[Row[Any]]) -> dict[str, list[Interval]]:
    sorted_: dict[str, list[Interval]] = defaultdict(list)
    for row in rows:
        sorted_[row.source].append(_interval(row))
    return sorted_


def _interval(row: Row[Any]) -> Interval:
    return Interval(**{name: row._mapping[name] for name in _COLUMNS})  # noqa: SLF001 - SQLAlchemy's public name
