"""The files of a queue: what was uploaded and is to be shown, as events, and what cannot be attached.

Never uploads, never posts.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from pipelines.store.digests import file_name
from pipelines.store.intents import intend
from pipelines.store.queue import Head, Queues
from pipelines.store.schema import deliveries, events


class Uploads(Queues):
    """The queues of a store, with their files. Raises StoreError."""

    def uploaded(self, head: Head) -> str:
        """The id of the file that was uploaded for this delivery, to be shown; empty: none is."""
        mine = (events.c.kind == "uploaded", events.c.alert == head.id)
        query = select(events.c.detail).where(*mine).order_by(events.c.id.desc()).limit(1)
        with self._store.reading() as connection:
            return str((connection.scalar(query) or {}).get("file", ""))

    def keep_upload(self, head: Head, file: str, at: datetime) -> None:
        """Keep the id of the uploaded file; empty: there is none any more."""
        with self._store.writing() as connection:
            self._event(connection, head, "uploaded", at, {"channel": head.channel, "file": file})

    def no_file(self, head: Head, why: str, at: datetime) -> None:
        """The file cannot be attached: it is held. People hear of it once, until one is attached again."""
        before = (deliveries.c.channel == head.channel, deliveries.c.kind == head.kind)
        ended = (deliveries.c.state.in_(("sent", "held")), deliveries.c.id != head.id)
        query = select(deliveries.c.state).where(*before, *ended).order_by(deliveries.c.position.desc())
        with self._store.reading() as connection:
            known = connection.scalar(query.limit(1)) == "held"
        self.set_aside(head, "held", at, why)
        if not known:
            with self._store.writing() as connection:
                detail = {"channel": head.channel, "why": why, "file": file_name(head.subject)}
                intend(connection, "channel", f"file {head.id}", at=at, detail=detail)
