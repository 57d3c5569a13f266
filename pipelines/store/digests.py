"""What waits for a digest, and the digest that tells it: fixed in one transaction, so a kill doubles nothing.

    deliveries in `digest` ──(their time has come)──▶ one delivery of kind `digest` a dozen of them
              │ silenced meanwhile                      │ sent
              ╰─▶ `silenced`      each `sent`, where it was told ◀──╯

Never words, never posts, never decides when a channel hears.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from pipelines.store import dialect
from pipelines.store.events import Events
from pipelines.store.intents import intend, with_article
from pipelines.store.schema import articles, channels, deliveries, intents, meta
from pipelines.store.silences import note_withheld

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
        for row in connection.execute(query.order_by(of.position, of.id).with_for_update()):
            threads[row.parent or "" if threaded and row.reason == threaded else ""].append(row)
        for thread, rows in threads.items():
            if len(rows) == 1:
                alone = update(deliveries).where(of.id == rows[0].id, of.state == "digest")
                connection.execute(alone.values(state="pending", digest_at=None, reason=""))
            else:
                _gather(connection, channel, thread, rows, now, name)
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


def _gather(
    connection: Connection, channel: str, thread: str, rows: Sequence[Any], now: datetime, name: NameOf
) -> None:
    """The digest of these rows, a message a dozen."""
    parts = in_parts(rows)
    about = {"channel": channel, "count": len(rows)} | ({"thread": thread} if thread else {})
    stem = f"{channel} {max(row.digest_at for row in rows).isoformat()} {rows[0].id}"
    for alert, part in zip(
        _write(connection, channel, stem, [about] * len(parts), now, name, thread=thread), parts, strict=True
    ):
        of = deliveries.c
        loose = (dialect.among(connection, of.id, [row.id for row in part]), of.state == "digest")
        mine = update(deliveries).where(*loose, of.gathered.is_(None))
        connection.execute(mine.values(gathered=alert))


def in_parts(rows: Sequence[Any]) -> list[Sequence[Any]]:
    """What a digest tells of, a message each."""
    return [rows[start : start + PART] for start in range(0, len(rows), PART)]


def _write(
    connection: Connection,
    channel: str,
    stem: str,
    details: Sequence[Mapping[str, Any]],
    now: datetime,
    name: NameOf,
    *,
    thread: str = "",
) -> list[str]:
    """The messages of a digest: in `thread`, or the first its own and the others in it; their alert ids.

    `stem` is what their subjects begin with; none where it was written before.
    """
    made: list[str] = []
    for number, about in enumerate(details):
        subject = f"{stem} {number}"
        detail = {**about, "part": number + 1, "parts": len(details)}
        if not intend(connection, "digest", subject, at=now, detail=detail):
            return []
        alert = name(channel, "digest", subject)
        parent = thread or next(iter(made), None)
        deliver(connection, channel, alert, _number(connection, "digest", subject), now, parent=parent)
        made.append(alert)
    return made


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
        deliveries.c.id, deliveries.c.kind, intents.c.subject,
        articles.c.title, articles.c.url, articles.c.doc_no, articles.c.severity,
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
    said: Sequence[Mapping[str, Any]],
    *,
    attach: str = "",
    rows: Collection[str] = (),
) -> str:
    """Write the daily or weekly digest of a channel, a message for each of what is `said`; its alert id.

    `attach`: a file of this name with the rows of these articles follows in its thread, where there are any.
    """
    stem = f"{channel} regular {until.isoformat()}"
    span = {"channel": channel, "since": since.isoformat(), "until": until.isoformat()}
    made = _write(connection, channel, stem, [{**span, **one} for one in said], until, name)
    if made and attach and rows:
        subject = f"{channel} {attach}"
        intend(connection, "csv", subject, at=until, detail=span | {"articles": list(rows)})
        number, file = _number(connection, "csv", subject), name(channel, "csv", subject)
        deliver(connection, channel, file, number, until, kind="csv", parent=made[0])
    return name(channel, "digest", f"{stem} 0")


def file_name(subject: str) -> str:
    """The name of the file that a delivery with this subject is."""
    return subject.rpartition(" ")[2]


def _number(connection: Connection, kind: str, subject: str) -> int:
    chosen = (intents.c.kind == kind, intents.c.subject == subject)
    return int(connection.execute(select(intents.c.id).where(*chosen)).scalar_one())
