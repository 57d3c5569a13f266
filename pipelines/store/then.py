"""A matter as it was known at some time: read from rows that do not change and events that are only added.

Articles are those that lay in the matter then, with the text of then; keys, links and the matter's own
columns are today's with every change since turned back; what was told is what had been told by then.
Never writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from pipelines.store.changing import Change
from pipelines.store.dialect import among
from pipelines.store.judgements import KINDS, REFUSED, Judgement, judgements, said
from pipelines.store.page_tables import versions
from pipelines.store.rerouting import by_article
from pipelines.store.row_then import as_it_read, without_later
from pipelines.store.rows import Row, acknowledged, joined
from pipelines.store.schema import articles, events, matter_keys, matter_links
from pipelines.store.shape import CHANGED, changes_since, groups, row_before
from pipelines.store.taking import taken

_PLACED = ("seen", "moved")
_ASIDE = {"rejected": "rejected", "held": "held", "withheld": "silenced", "retried": "pending"}
"""The state of a delivery that an event has set aside, or sent on its way again."""


def matter_then(connection: Connection, name: str, at: datetime) -> Row | None:
    """What `Matters.show` would have given at that time; None where the matter was not known."""
    since = changes_since(connection, at)
    row = row_before(connection, name, since)
    if row is not None and row["joined"]:
        row = row_before(connection, row["joined"], since)
    if row is None:
        return None
    matter: str = row["id"]
    placed = _placed(connection, matter, at)
    if not placed:
        return None
    when = func.coalesce(articles.c.published, articles.c.first_seen)
    query = select(articles).where(among(connection, articles.c.id, list(placed)))
    found = connection.execute(query.order_by(when, articles.c.id)).mappings().all()
    told, gone = _told(connection, list(placed), at), by_article(connection, at)
    word = taken(connection, [matter], at).get(matter)
    members = [
        one
        | {"matter": matter, "relation": placed[one["id"]]}
        | acknowledged(word)
        | {"deliveries": [_delivery(each, told, at) for each in _written(one, gone, at)]}
        for one in _read_then(connection, joined(connection, found), at)
    ]
    if row["updated"] > at:
        row |= {"stage": _stage(row, members), "updated": _moved_last(connection, matter, at)}
    for column in ("title", "doc_no", "stage"):
        for one in members:
            one[f"matter_{column}"] = row[column]
    group = groups(connection, [matter], since)[matter]
    cites, cited_by = _links(connection, group, since, at)
    return row | {
        "keys": _keys(connection, matter, at),
        "cites": cites,
        "cited_by": cited_by,
        "joined_from": sorted(group - {matter}),
        "taken": word,
        "articles": members,
        "judgements": judgements(connection, group, list(placed), at),
    }


def rows_then(connection: Connection, rows: Sequence[Row], at: datetime) -> list[Row]:
    """These joined rows (of articles seen by then) as they were known at that time."""
    ids = [row["id"] for row in rows]
    placed = _last_places(connection, ids, at)
    set_aside = _dispositions(connection, ids, at)
    told, gone = _told(connection, ids, at), by_article(connection, at)
    words = taken(connection, {matter for matter, _ in placed.values() if matter}, at)
    return [
        row
        | {
            "matter": placed.get(row["id"], (None, ""))[0],
            "relation": placed.get(row["id"], (None, ""))[1],
            "disposition": set_aside.get(row["id"], row["disposition"]),
            "deliveries": [_delivery(one, told, at) for one in _written(row, gone, at)],
        }
        | acknowledged(words.get(placed.get(row["id"], (None, ""))[0] or ""))
        for row in _read_then(connection, rows, at)
    ]


def _read_then(connection: Connection, rows: Sequence[Row], at: datetime) -> list[Row]:
    """These joined rows with the texts, the files and the matches of that time."""
    chosen = among(connection, versions.c.article, [row["id"] for row in rows])
    query = select(versions).where(chosen, versions.c.until > at).order_by(versions.c.number.desc())
    former = {row["article"]: dict(row) for row in connection.execute(query).mappings()}
    return [without_later(as_it_read(row, former.get(row["id"])), at) for row in rows]


def told_then(connection: Connection, rows: Sequence[Mapping[str, Any]], at: datetime) -> list[Row]:
    """These rows of deliveries (written by then) as they stood at that time, with the line below each."""
    chosen = among(connection, events.c.alert, [row["id"] for row in rows])
    told = _by_alert(connection, (chosen, events.c.at <= at))
    titles = _titles(connection, {row["article"] for row in rows if row["article"]}, at)
    return [
        _delivery(dict(row), told, at)
        | _changes(told.get(row["id"], ()))
        | {"title": titles.get(row["article"] or "", row["title"])}
        for row in rows
    ]


def _changes(told: Iterable[Any]) -> Row:
    """What stood below a message, and why that could change no more, by its events."""
    found = {"line": "", "abandoned": ""}
    for event in told:
        if event.kind == "updated":
            found["line"] = event.detail["line"]
        elif event.kind == "abandoned":
            found["abandoned"] = event.detail["reason"]
    return found


def matters_then(connection: Connection, at: datetime, limit: int, *, matched: bool) -> list[Row]:
    """The matters known by then, those that had moved last first: as `matter_then` gives them.

    With `matched` only those with an article that people would be told of.
    """
    kinds = ("seen", "moved", "joined", "split", "undone")
    moved = func.max(events.c.at)
    query = (
        select(events.c.matter)
        .where(events.c.kind.in_(kinds), events.c.at <= at, events.c.matter.is_not(None))
        .group_by(events.c.matter)
        .order_by(moved.desc(), events.c.matter)
    )
    found: dict[str, Row] = {}
    for name in connection.execute(query).scalars().all():
        row = matter_then(connection, name, at)
        if row is not None and (not matched or any(one["matched"] for one in row["articles"])):
            found.setdefault(row["id"], row)
        if len(found) >= limit:
            break
    return list(found.values())


def judgements_then(connection: Connection, at: datetime, limit: int) -> list[tuple[Judgement, str]]:
    """What people said by then, the latest first, and what its article or matter was called then.

    Also what they pressed in vain.
    """
    found = said(connection, events.c.kind.in_((*KINDS, REFUSED)), until=at, latest=limit)
    titles = _titles(connection, {one.article for one in found if one.article}, at)
    since = changes_since(connection, at)
    for name in {one.matter for one in found if one.matter and not one.article}:
        row = row_before(connection, name, since)
        titles[name] = row["title"] if row is not None else ""
    return [(one, titles.get(one.article or one.matter or "", "")) for one in reversed(found)]


def _titles(connection: Connection, ids: Collection[str], at: datetime) -> dict[str, str]:
    """What these articles were called then."""
    now = select(articles.c.id, articles.c.title).where(among(connection, articles.c.id, ids))
    titles = {row.id: row.title for row in connection.execute(now)}
    former = select(versions.c.article, versions.c.title).where(
        among(connection, versions.c.article, ids), versions.c.until > at
    )
    rows = connection.execute(former.order_by(versions.c.number.desc()))  # the first after `at` stands last
    return titles | {row.article: row.title for row in rows}


def _placed(connection: Connection, matter: str, at: datetime) -> dict[str, str]:
    """The articles that lay in the matter then, with their relation to it."""
    by_then = and_(events.c.kind.in_(_PLACED), events.c.at <= at)
    came = select(events.c.article).where(by_then, events.c.matter == matter).distinct()
    last = (
        select(func.max(events.c.id))
        .where(by_then, events.c.article.in_(came.scalar_subquery()))
        .group_by(events.c.article)
    )
    query = select(events.c.article, events.c.detail).where(
        events.c.id.in_(last.scalar_subquery()), events.c.matter == matter
    )
    return {row.article: row.detail.get("relation", "") for row in connection.execute(query)}


def _last_places(
    connection: Connection, ids: Collection[str], at: datetime
) -> dict[str, tuple[str | None, str]]:
    """The matter in which each of these articles lay then, and its relation to it."""
    query = (
        select(events.c.article, events.c.matter, events.c.detail)
        .where(events.c.kind.in_(_PLACED), events.c.at <= at, among(connection, events.c.article, ids))
        .order_by(events.c.id)
    )
    return {
        row.article: (row.matter, str(row.detail.get("relation", ""))) for row in connection.execute(query)
    }


def _dispositions(connection: Connection, ids: Collection[str], at: datetime) -> dict[str, str]:
    """What was decided of each of these when it matched: a backfill may have changed it since."""
    query = (
        select(events.c.article, events.c.detail)
        .where(events.c.kind == "matched", events.c.at <= at, among(connection, events.c.article, ids))
        .order_by(events.c.id)
    )
    return {row.article: row.detail["disposition"] for row in connection.execute(query)}


def _keys(connection: Connection, matter: str, at: datetime) -> list[str]:
    held = {
        row.key: row.since
        for row in connection.execute(select(matter_keys).where(matter_keys.c.matter == matter))
    }
    query = select(events.c.detail).where(events.c.kind.in_((*CHANGED, "rekeyed")), events.c.at > at)
    for detail in connection.execute(query.order_by(events.c.id.desc())).scalars():
        for part in detail.get("keys", ()):
            if part["is"] is not None and part["is"][0] == matter:
                held.pop(part["key"], None)
            if part["was"] is not None and part["was"][0] == matter:
                since = part["was"][2]
                held[part["key"]] = datetime.fromisoformat(since) if since else None
    return sorted(key for key, since in held.items() if since is None or since <= at)


def _links(
    connection: Connection, group: Collection[str], since: Iterable[Change], at: datetime
) -> tuple[list[str], list[str]]:
    """The matters that these cite and that cite these, each as it was called then."""
    changes = list(since)
    touching = or_(
        among(connection, matter_links.c.matter, group), among(connection, matter_links.c.cites, group)
    )
    found = {
        (row.matter, row.cites): row.since for row in connection.execute(select(matter_links).where(touching))
    }
    for change in changes:
        for part in change.links:
            if part["is"] is None and set(part["link"]) & set(group):
                made = part["was"][0]
                found[part["link"][0], part["link"][1]] = datetime.fromisoformat(made) if made else None
    known = [pair for pair, made in found.items() if made is None or made <= at]
    names: dict[str, str] = {}
    for name in {name for pair in known for name in pair}:
        row = row_before(connection, name, changes)
        names[name] = (row and row["joined"]) or name
    cites = {names[cited] for matter, cited in known if matter in group}
    cited_by = {names[matter] for matter, cited in known if cited in group}
    return sorted(cites - set(group)), sorted(cited_by - set(group))


def _stage(row: Mapping[str, Any], members: Iterable[Row]) -> str:
    """The last amendment's by when it came, else the opening article's."""
    came = sorted(members, key=lambda one: (one["first_seen"], one["id"]))
    amended = [one["stage"] for one in came if one["relation"] == "amendment"]
    opening = [one["stage"] for one in came if one["id"] == row["opened_by"]]
    return str([*opening, *amended][-1]) if opening or amended else str(row["stage"])


def _moved_last(connection: Connection, matter: str, at: datetime) -> datetime:
    kinds = ("seen", "moved", "joined", "split", "undone")
    query = select(func.max(events.c.at)).where(
        events.c.matter == matter, events.c.kind.in_(kinds), events.c.at <= at
    )
    return connection.execute(query).scalar_one() or at


def _told(connection: Connection, ids: Collection[str], at: datetime) -> Mapping[str, list[Any]]:
    chosen = (among(connection, events.c.article, ids), events.c.alert.is_not(None), events.c.at <= at)
    return _by_alert(connection, chosen)


def _by_alert(connection: Connection, chosen: Iterable[ColumnElement[bool]]) -> Mapping[str, list[Any]]:
    query = select(events.c.alert, events.c.kind, events.c.detail).where(*chosen)
    found: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(query.order_by(events.c.id)):
        found[row.alert].append(row)
    return found


def _written(row: Row, gone: Mapping[str, list[Row]], at: datetime) -> list[Row]:
    """The deliveries of an article that were written by then, also those that were taken back since."""
    return [*gone.get(row["id"], ()), *(one for one in row["deliveries"] if one["created"] <= at)]


def _delivery(delivery: Row, told: Mapping[str, list[Any]], at: datetime) -> Row:
    """The delivery as it stood then: sent, set aside, or still waiting."""
    if delivery["sent"] is not None and delivery["sent"] <= at:
        return delivery
    last = told.get(delivery["id"], [None])[-1]
    state = _ASIDE.get(last.kind, "pending") if last is not None else "pending"
    reason = last.detail.get("reason", "") if last is not None and last.kind in _ASIDE else ""
    nothing = {"sent": None, "ts": "", "permalink": "", "text": "", "attempts": 0}
    return delivery | nothing | {"state": state, "reason": reason}
