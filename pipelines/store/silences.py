"""Silences: until a time, nothing is told of a matter, a topic, a source or a rule. Each is an event.

What is silenced stays in the outbox as `silenced`, with who said so: listed and counted, told only if
somebody asks for it, also when the silence is over. What waits for a digest is judged when that is made, by
the silences in force then. What was on its way before is still told. A silence of a matter is about that
matter alone: it rests while the matter is joined to another. Raises ConfigError for what cannot be.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from crawlers.errors import ConfigError
from pipelines.silence import About, Silence
from pipelines.store.events import Events
from pipelines.store.judgements import said
from pipelines.store.schema import events, matches
from pipelines.store.shape import standing


def silence(
    connection: Connection, about: About, value: str, until: datetime, by: str, reason: str, now: datetime
) -> int:
    """Tell nothing of it until then. The event's number."""
    if until <= now:
        raise ConfigError(f"{until.isoformat()} is over already", "Give a time that is still to come.")
    if about == "matter":
        value = standing(connection, [value])[0]["id"]
    detail = {"by": by, "reason": reason, "about": about, "value": value, "until": until.isoformat()}
    matter = value if about == "matter" else None
    return Events.add(connection, "silenced", at=now, matter=matter, detail=detail)


def silences(connection: Connection, at: datetime, *, everything: bool = False) -> list[Silence]:
    """The silences in force at that time, the oldest first.

    With `everything` also those that were over or taken back by then.
    """
    found = [
        Silence(
            event=one.id,
            at=one.at,
            about=one.detail["about"],
            value=one.detail["value"],
            until=datetime.fromisoformat(one.detail["until"]),
            by=one.by,
            reason=one.reason,
            undone_at=one.undone_at,
            undone_by=one.undone_by,
        )
        for one in said(connection, events.c.kind == "silenced", until=at)
    ]
    return [one for one in found if everything or (one.undone_at is None and one.until > at)]


def note_withheld(
    connection: Connection,
    alert: str,
    article: str | None,
    channel: str,
    kind: str,
    reason: str,
    at: datetime,
) -> None:
    """An event for ever: this alert is not told in the channel, because of a silence."""
    detail = {"channel": channel, "kind": kind, "reason": reason}
    Events.add(connection, "withheld", at=at, article=article, alert=alert, detail=detail)


def speaking(connection: Connection, article: str) -> set[tuple[str, str]]:
    """The rules, with their topics, for which an article is told."""
    query = select(matches.c.rule, matches.c.topic).where(
        matches.c.article == article, matches.c.silent.is_(False), matches.c.topic != "foreign"
    )
    return {(row.rule, row.topic) for row in connection.execute(query)}
