"""The outbox: what is to be told. An intent becomes one delivery a channel, for ever.

    intent ──▶ deliveries ──▶ (`queue`: pending, sending, sent, rejected, held)

A delivery's id derives from channel, kind and subject. Never posts, never words, never decides where
something goes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, and_, func, select, update

from pipelines.store import dialect, telling
from pipelines.store.events import Events
from pipelines.store.gathered import Gathered
from pipelines.store.inbox import listened
from pipelines.store.intents import intend, with_article
from pipelines.store.queue import ASKED, WAITING, Head
from pipelines.store.rerouting import take_back
from pipelines.store.schema import articles, channels, deliveries, intents, matters
from pipelines.store.silences import note_withheld


class Outbox(Gathered):
    """The outbox of a store. Raises StoreError."""

    intend = staticmethod(intend)

    # --- routing -----------------------------------------------------------------------------------
    def loose(self) -> bool:
        """Whether there is an intent without deliveries."""
        query = select(intents.c.id).where(intents.c.routed.is_(False)).limit(1)
        with self._store.reading() as connection:
            return connection.execute(query).first() is not None

    def unrouted(self, connection: Connection, limit: int) -> Sequence[Any]:
        """The oldest intents without deliveries, with what routing asks of their article.

        One router at a time.
        """
        dialect.one_at_a_time(connection, ["route"])
        query = with_article().where(intents.c.routed.is_(False)).order_by(intents.c.id)
        return connection.execute(query.limit(limit)).all()

    def roots(self, connection: Connection, matter: str, but: str | None) -> Sequence[Any]:
        """The messages of its own that a matter has (not those of article `but`, if given), oldest first.

        Those of the articles that are in it now: people may have joined or split matters since.
        """
        moved = select(func.coalesce(matters.c.joined, matters.c.id)).where(matters.c.id == matter)
        own = select(articles.c.matter).where(articles.c.id == but)
        here = func.coalesce(own.scalar_subquery(), moved.scalar_subquery(), matter)
        query = (
            select(deliveries.c.id, deliveries.c.channel, deliveries.c.kind, articles.c.tier)
            .join(articles, articles.c.id == deliveries.c.article)
            .where(
                articles.c.matter == here,
                deliveries.c.parent.is_(None),
                deliveries.c.state.in_((*WAITING, "sent")),
                deliveries.c.kind.not_in(("amended", "withdrawn", "returned", "deadline")),
                *((deliveries.c.article != but,) if but is not None else ()),
            )
            .order_by(deliveries.c.position)
        )
        return connection.execute(query).all()

    def deliver(
        self, connection: Connection, rows: Iterable[Mapping[str, Any]], intent: int, at: datetime
    ) -> None:
        """Write the deliveries of an intent and mark it routed, in the order of intents."""
        for row in rows:
            values = {"state": "pending", **row, "intent": intent, "position": intent, "created": at}
            connection.execute(dialect.insert_new(connection, deliveries).values(**values))
            channel = dialect.insert_new(connection, channels).values(channel=row["channel"])
            connection.execute(channel)
            if values["state"] == "silenced":
                said = (values["channel"], values["kind"], values["reason"])
                note_withheld(connection, values["id"], values["article"], *said, at)
        connection.execute(update(intents).where(intents.c.id == intent).values(routed=True))

    def note(self, channel: str, alert: str, subject: str, at: datetime, **sent: str) -> None:
        """Keep a test message that was posted beside the queue (`ts`, `permalink`, `text`): it is sent.

        The channel is known not to be broken, whatever was thought of it.
        """
        with self._store.writing() as connection:
            if not intend(connection, "test", subject, at=at):
                return
            chosen = (intents.c.kind == "test", intents.c.subject == subject)
            number = connection.execute(select(intents.c.id).where(*chosen)).scalar_one()
            row = {"id": alert, "channel": channel, "kind": "test", "broadcast": False}
            self.deliver(connection, [row], number, at)
            values = {"state": "sent", "attempts": 1, "first_attempt": at, "sent": at, **sent}
            connection.execute(update(deliveries).where(deliveries.c.id == alert).values(**values))
            connection.execute(update(channels).where(channels.c.channel == channel).values(broken=""))

    def unroute(self, gone: Collection[str], now: datetime) -> int:
        """Take back what waits in channels that no road serves now, to be routed again; how many."""
        if not gone:
            return 0
        of_them = and_(deliveries.c.channel.in_(list(gone)), deliveries.c.state.in_(WAITING))
        with self._store.writing() as connection:
            return take_back(connection, of_them, now)

    def retry(self, now: datetime, ids: Collection[str] = ()) -> int:
        """Send rejected and held deliveries on their way again: these, or all. How many.

        What is silenced only where it is named.
        What waits is made due at once, and a channel counts as broken until something is posted there.
        """
        again = ("rejected", "held", "silenced") if ids else ("rejected", "held")
        chosen = [deliveries.c.state.in_(again)]
        due = [deliveries.c.state == "pending"]
        if ids:
            chosen.append(deliveries.c.id.in_(list(ids)))
            due.append(deliveries.c.id.in_(list(ids)))
        with self._store.writing() as connection:
            moved = connection.execute(
                update(deliveries)
                .where(*chosen)
                .values(state="pending", reason=ASKED, not_before=0.0)
                .returning(deliveries.c.id, deliveries.c.article, deliveries.c.channel, deliveries.c.kind)
            ).all()
            for row in moved:
                detail = {"channel": row.channel, "kind": row.kind, "reason": ASKED}
                Events.add(connection, "retried", at=now, article=row.article, alert=row.id, detail=detail)
            connection.execute(update(deliveries).where(*due).values(not_before=0.0))
        return len(moved)

    def reject(self, head: Head, at: datetime, reason: str) -> None:
        """The delivery is rejected; people hear of it, once a channel and hour."""
        self.set_aside(head, "rejected", at, reason)
        if head.kind == "channel":
            return  # a word of a refusal, refused itself: no further one
        with self._store.writing() as connection:
            detail = {"channel": head.channel, "why": reason, "refused": head.id}
            intend(connection, "channel", f"refused {head.channel} {at:%Y-%m-%dT%H}", at=at, detail=detail)

    def listened(self) -> bool:
        """Whether somebody hears what people press below a message."""
        with self._store.reading() as connection:
            return listened(connection)

    # --- reading -----------------------------------------------------------------------------------
    def counts(self) -> dict[str, int]:
        """How many deliveries are in each state; intents not yet routed count as `pending`."""
        with self._store.reading() as connection:
            rows = connection.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
            counted = {str(state): int(number) for state, number in rows}
            loose = connection.scalar(select(func.count()).where(intents.c.routed.is_(False))) or 0
        if loose:
            counted["pending"] = counted.get("pending", 0) + loose
        return counted

    def oldest_trace(self) -> datetime | None:
        """When the store's own memory begins: its first event or intent."""
        with self._store.reading() as connection:
            return telling.oldest_trace(connection)

    def material(self, alert: str) -> telling.Material:
        """All that the message of a delivery is made of."""
        with self._store.reading() as connection:
            return telling.material(connection, alert)

    def listing(
        self,
        states: Collection[str] = (),
        limit: int = 100,
        as_of: datetime | None = None,
        zone: tzinfo = UTC,
    ) -> list[telling.Listed]:
        """The deliveries in these states (or all), newest first; with `as_of` as they stood then.

        Days in titles are those of `zone`.
        """
        with self._store.reading() as connection:
            return telling.listing(connection, states, limit, as_of, zone)
