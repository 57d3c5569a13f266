"""A channel's regular digest on request: shown, or written to be sent now. Never posts."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from alerts.digest import next_digest
from alerts.gather import gather
from alerts.message import Message, compose
from alerts.route import alert_id
from alerts.settings import AlertSettings
from pipelines.store import digests
from pipelines.store.telling import Material

WEEK = timedelta(days=7)


class Opened(Protocol):
    """What a digest needs of a store."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that writes nothing."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that may write."""


def preview(
    store: Opened, settings: AlertSettings, channel: str, now: datetime, since: datetime | None = None
) -> Message:
    """The digest as it would be sent now, of what came `since` the last, or since then. Keeps nothing."""
    with store.reading() as connection:
        since = since or _since(connection, channel, now)
        detail = {"since": since.isoformat(), "until": now.isoformat()}
        detail |= digests.summary(connection, channel, since, now)
    delivery = {"id": "g", "kind": "digest", "matter": None}
    material = Material(delivery, {"subject": channel, "at": now, "source": None, "detail": detail})
    return compose(gather(material, settings.speaking(channel), threaded=False))


def send(store: Opened, settings: AlertSettings, channel: str, now: datetime, *, attach: bool = False) -> str:
    """Write the digest into the outbox; its alert id. The next regular one tells of what comes after now.

    `attach`: with its rows as a file, also where the config does not say so.
    """
    with store.writing() as connection:
        since = _since(connection, channel, now)
        name = settings.attached(channel, since, now, asked=attach)
        alert = digests.regular(connection, channel, since, now, alert_id, attach=name)
        upcoming = next_digest(settings.of(channel), now)
        if upcoming is not None:
            digests.note_period(connection, digests.named(channel), now, upcoming)
    return alert


def _since(connection: Connection, channel: str, now: datetime) -> datetime:
    told, _ = digests.period(connection, digests.named(channel))
    return told or now - WEEK
