"""Reads what a message is made of, and what was told. Never writes, never words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, Row, func, select

from pipelines.store.digests import items
from pipelines.store.files import by_article
from pipelines.store.page_tables import kept
from pipelines.store.queue import WAITING
from pipelines.store.rerouting import with_their_intents
from pipelines.store.schema import (
    articles,
    channels,
    deliveries,
    events,
    intents,
    matches,
    matter_links,
    matters,
    second_road,
    shown,
)
from pipelines.store.second_road import KIND as ROAD
from pipelines.store.second_road import told_there
from pipelines.store.then import told_then

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Material:
    """Rows, by column name. `parent` and `cites` are (label, permalink, address) of other messages."""

    delivery: Fields
    intent: Fields
    article: Fields | None = None
    matches: tuple[Fields, ...] = ()
    matter: Fields | None = None
    parent: tuple[str, str, str] | None = None
    cites: tuple[tuple[str, str, str], ...] = ()
    items: tuple[Fields, ...] = ()
    """What a digest tells of."""
    files: tuple[Fields, ...] = ()
    kept: bool = False
    """Something of the article lies in the archive."""
    elsewhere: tuple[str, datetime] | None = None
    """By which road it was told while Slack took nothing, and when."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A delivery as people list it. `title` is the article's, or what else the alert is about.

    `text` is as posted, `line` what stands below it in Slack, `abandoned` why that can change no more.
    """

    id: str
    channel: str
    kind: str
    state: str
    article: str | None
    matter: str | None
    title: str
    url: str
    created: datetime
    sent: datetime | None
    attempts: int
    reason: str
    ts: str
    permalink: str
    text: str
    line: str
    abandoned: str
    elsewhere: datetime | None = None
    """When it was told by the second road, Slack taking nothing."""


def material(connection: Connection, alert: str) -> Material:
    """The rows behind a delivery. Raises NoResultFound where there is none."""
    delivery = connection.execute(select(deliveries).where(deliveries.c.id == alert)).one()
    intent = connection.execute(select(intents).where(intents.c.id == delivery.intent)).one()
    article = matter = None
    fired: tuple[Fields, ...] = ()
    attached: tuple[Fields, ...] = ()
    copies = 0
    if delivery.article is not None:
        row = connection.execute(select(articles).where(articles.c.id == delivery.article)).one_or_none()
        article = None if row is None else _fields(row)
        told = select(matches).where(matches.c.article == delivery.article, matches.c.silent.is_(False))
        of_it = select(func.count()).select_from(kept).where(kept.c.article == delivery.article)
        copies = connection.scalar(of_it) or 0
        attached = tuple(by_article(connection, [delivery.article]).get(delivery.article, ()))
        fired = tuple(map(_fields, connection.execute(told.order_by(matches.c.score.desc(), matches.c.rule))))
    if delivery.matter is not None:
        row = connection.execute(select(matters).where(matters.c.id == delivery.matter)).one_or_none()
        matter = None if row is None else _fields(row)
    return Material(
        delivery=_fields(delivery),
        intent=_fields(intent),
        article=article,
        matches=fired,
        matter=matter,
        parent=_parent(connection, delivery.parent),
        cites=_cites(connection, delivery.matter, delivery.channel, delivery.kind),
        items=tuple(items(connection, alert)) if delivery.kind == "digest" else (),
        files=attached,
        kept=copies > 0,
        elsewhere=told_there(connection, intent.id) if intent.kind != ROAD else None,
    )


def _parent(connection: Connection, parent: str | None) -> tuple[str, str, str] | None:
    if parent is None:
        return None
    query = (
        select(articles.c.doc_no, articles.c.title, articles.c.url, deliveries.c.permalink)
        .join(articles, articles.c.id == deliveries.c.article)
        .where(deliveries.c.id == parent)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.doc_no or row.title, row.permalink, row.url)


def _cites(
    connection: Connection, matter: str | None, channel: str, kind: str
) -> tuple[tuple[str, str, str], ...]:
    """The matters that this matter's opening document cites, with their first message in the channel."""
    if matter is None or kind != "new":
        return ()
    first = (
        select(deliveries.c.permalink)
        .where(
            deliveries.c.matter == matters.c.id,
            deliveries.c.channel == channel,
            deliveries.c.parent.is_(None),
            deliveries.c.permalink != "",
        )
        .order_by(deliveries.c.position)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(matters.c.doc_no, matters.c.title, first.label("permalink"), articles.c.url)
        .join(matter_links, matter_links.c.cites == matters.c.id)
        .outerjoin(articles, articles.c.id == matters.c.opened_by)
        .where(matter_links.c.matter == matter)
        .order_by(matters.c.opened.desc())
        .limit(3)
    )
    return tuple(
        (row.doc_no or row.title, row.permalink or "", row.url or "") for row in connection.execute(query)
    )


def listing(
    connection: Connection,
    states: Collection[str],
    limit: int,
    as_of: datetime | None = None,
    zone: tzinfo = UTC,
) -> list[Listed]:
    """Deliveries, newest first; with `as_of` those written by then, as they stood. `zone`: of titles."""
    query = (
        select(
            deliveries,
            articles.c.title,
            articles.c.url,
            intents.c.subject,
            intents.c.source,
            intents.c.detail,
            channels.c.broken,
            shown.c.line,
            shown.c.abandoned,
            second_road.c.sent.label("elsewhere"),
        )
        .join(intents, intents.c.id == deliveries.c.intent)
        .outerjoin(channels, channels.c.channel == deliveries.c.channel)
        .outerjoin(articles, articles.c.id == deliveries.c.article)
        .outerjoin(shown, shown.c.alert == deliveries.c.id)
        .outerjoin(second_road, second_road.c.intent == deliveries.c.intent)
        .order_by(deliveries.c.position.desc(), deliveries.c.id)
    )
    if as_of is not None:
        query = query.where(deliveries.c.created <= as_of)
    elif states:
        query = query.where(deliveries.c.state.in_(list(states)))
    rows = [_fields(row) for row in connection.execute(query if as_of else query.limit(limit))]
    if as_of is not None:
        gone = {"broken": None, "line": None, "abandoned": None, "elsewhere": None}
        rows += [gone | row for row in with_their_intents(connection, as_of)]
        rows.sort(key=lambda row: (-row["position"], row["id"]))
        rows = [row for row in told_then(connection, rows, as_of) if not states or row["state"] in states]
    return [
        Listed(
            id=row["id"],
            channel=row["channel"],
            kind=row["kind"],
            state=row["state"],
            article=row["article"],
            matter=row["matter"],
            title=row["title"] or _about(row, zone),
            url=row["url"] or "",
            created=row["created"],
            sent=row["sent"],
            attempts=row["attempts"],
            # what waits behind another has not failed itself: its channel has
            reason=row["reason"] or (row["broken"] or "" if row["state"] in WAITING and not as_of else ""),
            ts=row["ts"],
            permalink=row["permalink"],
            text=row["text"],
            line=row["line"] or "",
            abandoned=row["abandoned"] or "",
            elsewhere=None if as_of and row["elsewhere"] and row["elsewhere"] > as_of else row["elsewhere"],
        )
        for row in rows[:limit]
    ]


def _about(row: Fields, zone: tzinfo) -> str:
    """What an alert that tells of no article is about."""
    detail = row["detail"] or {}
    if row["kind"] == "coverage":
        names = ", ".join(str(one["authority"]) for one in detail.get("authorities", ()))
        return f"{names}: {'no road is open' if detail.get('worse') else 'seen again'}"
    if row["kind"] in {ROAD, "channel"}:
        slack = f"Slack {'accepts messages again' if detail.get('said') == 'ended' else 'accepts nothing'}"
        what = "no file can be attached in" if "file" in detail else "nothing can be posted to"
        what = "an alert was refused for" if "refused" in detail else what
        return slack if row["kind"] == ROAD else f"{what} {detail.get('channel', '')}"
    if row["kind"] == "source" and "members" in detail and not detail.get("state"):
        many = f"{len(detail['members'])} sources {'fail' if detail.get('worse') else 'work again'}"
        return f"{many} ({detail['why']})" if detail.get("why") else many
    if row["kind"] == "source" and detail.get("state"):
        message = detail.get("message") if detail["state"] != "ok" else ""
        return f"{row['source']} is {detail['state']}{f': {message}' if message else ''}"
    others = {
        "answers": f"what people press is not heard: {detail.get('why', '')}",
        "baseline": "the first round in one message" if detail.get("first", True) else "a source added later",
        "test": "a test message",
    }
    if row["kind"] in {"digest", "csv"}:
        others[row["kind"]] = _of_digest(row["kind"], detail, zone)
    return others.get(row["kind"], str(row["subject"]))


def _of_digest(kind: str, detail: Fields, zone: tzinfo) -> str:
    """Which digest it is, or whose rows: its days, or how much had waited."""
    part = f", part {detail['part']} of {detail['parts']}" if detail.get("parts", 1) > 1 else ""
    if "since" not in detail:
        return f"{detail.get('count', 'several')} alerts that had waited{part}"
    since, until = (datetime.fromisoformat(detail[end]).astimezone(zone).date() for end in ("since", "until"))
    if kind == "csv":
        return f"the articles of the digest of {since} to {until} as a file"
    return f"the digest of {since} to {until}{part}"


def oldest_trace(connection: Connection) -> datetime | None:
    """The time of the first event or intent."""
    found = [connection.scalar(select(func.min(table.c.at))) for table in (events, intents)]
    return min((at for at in found if at is not None), default=None)


def _fields(row: Row[Any]) -> Fields:
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
