"""What waits for a digest, and the digest that tells it: fixed in one transaction, so a kill doubles nothing.

    deliveries in `digest` ──(their time has come)──▶ one delivery of kind `digest` a dozen of them
              │ silenced meanwhile                      │ sent
              ╰─▶ `silenced`      each `sent`, where it was told ◀──╯

Never words, never posts, never decides when a channel hears.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select, update

from pipelines.facts import BEIJING
from pipelines.health.coverage import UNWATCHED
from pipelines.store import dialect, reviewing
from pipelines.store.events import Events
from pipelines.store.health import covers
from pipelines.store.intents import intend, with_article
from pipelines.store.schema import articles, channels, deliveries, intents, meta, sources
from pipelines.store.silences import note_withheld

LISTED = 8
AHEAD = timedelta(days=14)
PART = 12
"""Articles a message: with the longest titles and addresses it stays below what Slack takes."""

NameOf = Callable[[str, str, str], str]
"""(channel, kind, subject) to the alert id."""
Withheld = Callable[[Any], str]
"""Why an intent (a row of `with_article`) is not to be told, by a silence; empty: it is."""


def waiting(connection: Connection, now: datetime, early: str = "") -> bool:
    """Whether something's time for a digest has come, or it waits for the reason `early`."""
    query = select(deliveries.c.id).where(*_due(now, early)).limit(1)
    return connection.execute(query).first() is not None


def gather(
    connection: Connection,
    now: datetime,
    name: NameOf,
    early: str = "",
    threaded: str = "",
    withheld: Withheld | None = None,
) -> int:
    """Make digests of what is due, a channel's in the order of its facts; how many messages that are.

    What waits for the reason `early` is due too; what waited for the reason `threaded` is told in its
    thread. A single one goes as the message that it is; what is `withheld` by now not at all. One writer at
    a time.
    """
    dialect.one_at_a_time(connection, ["digests"])
    if withheld is not None:
        _withhold(connection, now, early, withheld)
    made = 0
    of_channels = select(deliveries.c.channel).where(*_due(now, early)).distinct()
    for channel in sorted(connection.scalars(of_channels)):
        of = deliveries.c
        query = select(of.id, of.digest_at, of.reason, of.parent).where(
            *_due(now, early), of.channel == channel
        )
        threads: defaultdict[str, list[Any]] = defaultdict(list)
        for row in connection.execute(query.order_by(of.position, of.id)):
            threads[row.parent or "" if threaded and row.reason == threaded else ""].append(row)
        for thread, rows in threads.items():
            if len(rows) == 1:
                alone = update(deliveries).where(of.id == rows[0].id)
                connection.execute(alone.values(state="pending", digest_at=None, reason=""))
            else:
                _parts(connection, channel, thread, rows, now, name)
            made += 1 + (len(rows) - 1) // PART
    return made


def _withhold(connection: Connection, now: datetime, early: str, withheld: Withheld) -> None:
    of = deliveries.c
    query = with_article().add_columns(of.id.label("alert"), of.channel)
    for row in connection.execute(query.join(deliveries, of.intent == intents.c.id).where(*_due(now, early))):
        if reason := withheld(row):
            aside = {"state": "silenced", "digest_at": None, "reason": reason}
            connection.execute(update(deliveries).where(of.id == row.alert).values(**aside))
            note_withheld(connection, row.alert, row.article, row.channel, row.kind, reason, now)


def _due(now: datetime, early: str) -> tuple[Any, ...]:
    due = deliveries.c.digest_at <= now
    if early:
        due = or_(due, deliveries.c.reason == early)
    return (deliveries.c.state == "digest", deliveries.c.gathered.is_(None), due)


def _parts(
    connection: Connection, channel: str, thread: str, rows: Sequence[Any], now: datetime, name: NameOf
) -> None:
    """The digest of these rows, a message a dozen: in `thread`, or the first its own and the others in it."""
    last = max(row.digest_at for row in rows)
    parts = [rows[start : start + PART] for start in range(0, len(rows), PART)]
    first = thread
    for number, part in enumerate(parts):
        subject = f"{channel} {last.isoformat()} {rows[0].id} {number}"
        detail = {"channel": channel, "part": number + 1, "parts": len(parts), "count": len(rows)}
        detail |= {"thread": thread} if thread else {}
        intend(connection, "digest", subject, at=now, detail=detail)
        intent = _number(connection, "digest", subject)
        alert = name(channel, "digest", subject)
        deliver(connection, channel, alert, intent, now, parent=first or None)
        first = first or alert
        ids = [row.id for row in part]
        mine = update(deliveries).where(dialect.among(connection, deliveries.c.id, ids))
        connection.execute(mine.values(gathered=alert))


def deliver(
    connection: Connection,
    channel: str,
    alert: str,
    intent: int,
    at: datetime,
    *,
    kind: str = "digest",
    parent: str | None = None,
) -> None:
    """Write the delivery of a digest's intent, or of its file's, and mark that routed."""
    values = {"id": alert, "intent": intent, "channel": channel, "kind": kind, "parent": parent}
    values |= {"broadcast": False, "position": intent, "state": "pending", "created": at}
    connection.execute(dialect.insert_new(connection, deliveries).values(**values))
    connection.execute(dialect.insert_new(connection, channels).values(channel=channel))
    connection.execute(update(intents).where(intents.c.id == intent).values(routed=True))


def told(connection: Connection, digest: str, at: datetime, *, ts: str, permalink: str) -> None:
    """The digest was posted: what it tells of is told, there."""
    here = (deliveries.c.gathered == digest, deliveries.c.state == "digest")
    rows = connection.execute(
        select(deliveries.c.id, deliveries.c.article, deliveries.c.channel).where(*here)
    )
    for row in rows.all():
        detail = {"channel": row.channel, "ts": ts, "kind": "digest", "found": False, "in": digest}
        Events.add(connection, "posted", at=at, article=row.article, alert=row.id, detail=detail)
    values = {"state": "sent", "sent": at, "ts": ts, "permalink": permalink, "reason": f"told in {digest}"}
    connection.execute(update(deliveries).where(*here).values(**values))


def items(connection: Connection, digest: str) -> list[dict[str, Any]]:
    """What a digest tells of, in order: the alert's kind and detail, and of its article what a line needs."""
    columns = (
        deliveries.c.kind, articles.c.title, articles.c.url, articles.c.doc_no, articles.c.severity,
        articles.c.topics, articles.c.source, articles.c.tier, articles.c.published, articles.c.published_day,
        articles.c.first_seen, articles.c.authority, intents.c.detail,
    )  # fmt: skip
    query = (
        select(*columns)
        .join(articles, articles.c.id == deliveries.c.article)
        .join(intents, intents.c.id == deliveries.c.intent)
        .where(deliveries.c.gathered == digest)
        .order_by(deliveries.c.position, deliveries.c.id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def named(channel: str) -> str:
    """The name that the period of a channel's regular digest is kept under."""
    return f"digest of {channel}"


def period(connection: Connection, name: str) -> tuple[datetime | None, datetime | None]:
    """Until when the regular digest of this name has told, and when it is due; one teller at a time."""
    dialect.one_at_a_time(connection, ["digests"])
    kept = connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar_one_or_none()
    if kept is None:
        return None, None
    told, due = kept.split()
    return datetime.fromisoformat(told), datetime.fromisoformat(due)


def note_period(connection: Connection, name: str, told: datetime, due: datetime) -> None:
    """Keep until when the digest of this name has told, and when it is due next."""
    value = f"{told.isoformat()} {due.isoformat()}"
    connection.execute(dialect.insert_over(connection, meta, "name").values(name=name, value=value))


def regular(
    connection: Connection,
    channel: str,
    since: datetime,
    until: datetime,
    name: NameOf,
    *,
    attach: str = "",
) -> str:
    """Write the daily or weekly digest of a channel; its alert id. `since` inclusive, `until` exclusive.

    `attach`: a file of this name with its rows follows in its thread, where there are any.
    """
    subject = f"{channel} regular {until.isoformat()}"
    alert = name(channel, "digest", subject)
    detail = {"channel": channel, "since": since.isoformat(), "until": until.isoformat()}
    said = summary(connection, channel, since, until)
    if intend(connection, "digest", subject, at=until, detail=detail | said):
        deliver(connection, channel, alert, _number(connection, "digest", subject), until)
        if attach and said["matched"]:
            subject = f"{channel} {attach}"
            intend(connection, "csv", subject, at=until, detail=detail)
            number, file = _number(connection, "csv", subject), name(channel, "csv", subject)
            deliver(connection, channel, file, number, until, kind="csv", parent=alert)
    return alert


def file_name(subject: str) -> str:
    """The name of the file that a delivery with this subject is."""
    return subject.rpartition(" ")[2]


def _number(connection: Connection, kind: str, subject: str) -> int:
    chosen = (intents.c.kind == kind, intents.c.subject == subject)
    return int(connection.execute(select(intents.c.id).where(*chosen)).scalar_one())


def summary(connection: Connection, channel: str, since: datetime, until: datetime) -> dict[str, Any]:
    """What a time brought: matches by topic, matters, what was held, is to review or due, and coverage.

    What was silenced in the channel is counted, and not shown.
    """
    quiet = select(deliveries.c.article).where(
        deliveries.c.channel == channel, deliveries.c.state == "silenced",
        deliveries.c.created >= since, deliveries.c.created < until,
    )  # fmt: skip
    silenced = list(connection.execute(quiet).scalars())
    found = (articles.c.matched.is_(True), articles.c.first_seen >= since, articles.c.first_seen < until)
    counted: Counter[str] = Counter()
    matters: set[str] = set()
    lines: dict[str, dict[str, str]] = {}
    held = []
    query = select(articles).where(*found).order_by(articles.c.first_seen, articles.c.id)
    for row in connection.execute(query):
        if row.disposition == "held":
            held.append(_line(row))
            counted.update(row.topics)
        elif row.disposition == "alert":  # else a baseline, or a republication
            matter = row.matter or row.id
            if row.id not in silenced:
                lines.setdefault(matter, _line(row))
            if matter not in matters:
                matters.add(matter)
                counted.update(row.topics)
    return {
        "matched": len(matters) + len(held),
        "topics": dict(counted.most_common()),
        "matters": list(lines.values())[-LISTED:],
        "silenced": len(silenced),
        "held": held[-LISTED:],
        "held_count": len(held),
        "review": reviewing.count(connection),
        "due": _due_soon(connection, until),
        **_coverage(connection),
        "authorities": _authorities(connection, since, until),
    }


def _line(row: Any) -> dict[str, str]:
    title = f"{row.doc_no} {row.title}".strip()
    return {"title": title, "url": row.url, "severity": getattr(row, "severity", "") or ""}


def _due_soon(connection: Connection, now: datetime) -> list[dict[str, str]]:
    """The dates of the next fortnight that matched articles set, the earliest first, each matter's once."""
    of = articles.c
    query = select(of.id, of.matter, of.title, of.doc_no, of.url, of.dates).where(of.matched.is_(True))
    day = now.astimezone(BEIJING).date()
    today, last = day.isoformat(), (day + AHEAD).isoformat()
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in connection.execute(query.order_by(of.first_seen)):
        for one in row.dates:
            if today <= one["date"] <= last:
                key = (one["date"], one["kind"], row.matter or row.id)
                title = f"{row.doc_no} {row.title}".strip()
                found.setdefault(
                    key, {"day": one["date"], "kind": one["kind"], "title": title, "url": row.url}
                )
    return [found[key] for key in sorted(found)][:LISTED]


def _coverage(connection: Connection) -> dict[str, Any]:
    """How many sources were read at all, and which of them are not well."""
    read = connection.execute(select(sources.c.id, sources.c.state).where(sources.c.last_turn.is_not(None)))
    states = {row.id: row.state for row in read}
    ill = sorted(name for name, state in states.items() if state not in {"ok", "quiet", "gap"})
    return {"sources": len(states), "ill": [{"source": name, "state": states[name]} for name in ill]}


def _authorities(connection: Connection, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Each watched authority: how it was covered, and for how many seconds no road was open."""
    return [
        {
            "authority": one.authority,
            "status": one.status,
            "blind": round(sum((end - start).total_seconds() for start, end in one.blind)),
        }
        for one in covers(connection, since, until)
        if one.status != UNWATCHED
    ]
