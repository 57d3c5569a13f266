"""What a digest is still to tell of, and what of it turns out to have been told before.

Never posts, never decides what was told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from pipelines.store.events import Events
from pipelines.store.queue import Head
from pipelines.store.schema import articles, deliveries, intents
from pipelines.store.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Member:
    """A delivery that waits for its digest. `parent_ts` is the thread that it would stand in, or empty."""

    id: str
    kind: str
    subject: str
    reason: str
    intended: datetime
    published: datetime | None
    parent: str
    parent_ts: str


class Gathered(Uploads):
    """The queues of a store, with what their digests tell of. Raises StoreError."""

    def members(self, digest: str) -> list[Member]:
        """What the digest is still to tell of, in order; nothing where it lists no deliveries."""
        of, parent = deliveries.c, deliveries.alias()
        query = (
            select(
                of.id, of.kind, of.reason, of.parent, intents.c.subject, intents.c.at, articles.c.published,
                parent.c.ts,
            )
            .join(intents, intents.c.id == of.intent)
            .outerjoin(articles, articles.c.id == of.article)
            .outerjoin(parent, parent.c.id == of.parent)
            .where(of.gathered == digest, of.state == "digest")
            .order_by(of.position, of.id)
        )  # fmt: skip
        with self._store.reading() as connection:
            return [
                Member(
                    row.id, row.kind, row.subject, row.reason, row.at, row.published, row.parent or "",
                    row.ts or "",
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def told_before(
        self, head: Head, member: Member, at: datetime, *, ts: str, permalink: str, within: str
    ) -> None:
        """A member of the digest stands in its channel already: alone, or `within` another digest."""
        of = deliveries.c
        mine = (of.id == member.id, of.state == "digest", of.gathered == head.id)
        values = {"state": "sent", "sent": at, "ts": ts, "permalink": permalink, "gathered": None}
        reason = f"told in {within}" if within else ""
        detail = {"channel": head.channel, "ts": ts, "kind": member.kind, "found": True}
        with self._store.writing() as connection:
            row = connection.execute(
                update(deliveries).where(*mine).values(**values, reason=reason).returning(of.article)
            ).one_or_none()
            if row is not None:
                inside = {"in": within} if within else {}
                Events.add(
                    connection, "posted", at=at, article=row.article, alert=member.id, detail=detail | inside
                )
