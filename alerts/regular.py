"""A channel's regular digest: shown on request, or written to be sent. Never posts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from alerts.digest import next_digest
from alerts.gather import gather
from alerts.message import Message, compose
from alerts.route import alert_id
from alerts.settings import AlertSettings
from alerts.summing import MOST, sum_up
from pipelines.store import digests
from pipelines.store.queue import Opened
from pipelines.store.telling import Material

WEEK = timedelta(days=7)


def preview(
    store: Opened,
    settings: AlertSettings,
    channel: str,
    now: datetime,
    since: datetime | None = None,
    most: int = MOST,
) -> list[Message]:
    """The digest as it would be sent now, of what came `since` the last, or since then. Keeps nothing.

    Of at most so many lines; without what a machine translates.
    """
    with store.reading() as connection:
        since = since or _since(connection, channel, now)
        said = sum_up(connection, settings, channel, since, now, now).messages(most)
    span = {"since": since.isoformat(), "until": now.isoformat(), "parts": len(said)}
    delivery = {"id": "g", "kind": "digest", "matter": None}
    found = []
    for number, one in enumerate(said, 1):
        intent = {"subject": channel, "at": now, "source": None, "detail": span | one | {"part": number}}
        alert = gather(Material(delivery, intent), settings.speaking(channel), threaded=number > 1)
        found.append(compose(alert))
    return found


def send(store: Opened, settings: AlertSettings, channel: str, now: datetime, *, attach: bool = False) -> str:
    """Write the digest into the outbox; its alert id. The next regular one tells of what comes after now.

    `attach`: with its rows as a file, also where the config does not say so.
    """
    with store.writing() as connection:
        since = _since(connection, channel, now)
        alert = write(connection, settings, channel, since, now, now, attach=attach)
        upcoming = next_digest(settings.of(channel), now)
        if upcoming is not None:
            digests.note_period(connection, digests.named(channel), now, upcoming)
    return alert


def write(
    connection: Connection,
    settings: AlertSettings,
    channel: str,
    since: datetime,
    until: datetime,
    now: datetime,
    *,
    attach: bool = False,
) -> str:
    """Write the digest of this time into the outbox; its alert id."""
    said = sum_up(connection, settings, channel, since, until, now)
    name = settings.attached(channel, since, until, asked=attach)
    return digests.regular(
        connection, channel, since, until, alert_id, said.messages(), attach=name, rows=said.articles
    )


def _since(connection: Connection, channel: str, now: datetime) -> datetime:
    told, _ = digests.period(connection, digests.named(channel))
    return told or now - WEEK
