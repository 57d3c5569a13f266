"""The queue of each channel: what goes next, how far it has come, and who sends it.

    pending ──▶ sending ──▶ sent
       ▲  ╲        │  ╲
       ╰───╲───────╯   ▶ rejected        held, digest, silenced: waiting for a decision
            ▶ held

A row is marked `sending` before the attempt, so that whoever finds it so knows that it may have arrived.
Schedules by the database's clock. Never posts, never decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, func, select, update

from pipelines.store import dialect, digests, holds, showing
from pipelines.store.events import Events
from pipelines.store.intents import count_of, intend
from pipelines.store.schema import articles, channels, deliveries, intents

WAITING = ("pending", "sending")
ASKED = "asked for by the operator"
"""The reason of a delivery that an operator sent on its way again: no rule holds it back any more."""


class Opened(Protocol):
    """What the outbox, and whatever else reads and writes, needs of a store."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that writes nothing."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that may write."""


@dataclass(frozen=True, slots=True)
class Head:
    """The next delivery of a channel, and when it may go.

    `parent_ts` is where its thread is, empty where it has none or the parent's place is unknown.
    `wait` is in seconds: the channel's pace, or what this row was told to wait for.
    """

    id: str
    channel: str
    kind: str
    subject: str
    state: str
    article: str | None
    parent: str | None
    parent_ts: str
    parent_state: str
    broadcast: bool
    attempts: int
    reason: str
    intended: datetime
    published: datetime | None
    wait: float
    channel_id: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A channel with something waiting: how much, and whether it is known to be broken."""

    channel: str
    waiting: int
    broken: str


class Queues:
    """The queues of a store. Raises StoreError."""

    def __init__(self, store: Opened) -> None:
        self._store = store

    # --- what goes next ----------------------------------------------------------------------------
    def queues(self) -> list[Queue]:
        """The channels with something waiting, by name."""
        query = (
            select(deliveries.c.channel, func.count(), func.max(channels.c.broken))
            .outerjoin(channels, channels.c.channel == deliveries.c.channel)
            .where(deliveries.c.state.in_(WAITING))
            .group_by(deliveries.c.channel)
            .order_by(deliveries.c.channel)
        )
        with self._store.reading() as connection:
            return [
                Queue(name, int(count), broken or "") for name, count, broken in connection.execute(query)
            ]

    def head(self, channel: str, but: Collection[str] = ()) -> Head | None:
        """The next delivery of the channel: the first by position that is not done (nor one of `but`)."""
        parent = deliveries.alias()
        query = (
            select(
                deliveries,
                intents.c.subject,
                intents.c.at.label("intended"),
                articles.c.published,
                parent.c.ts.label("parent_ts"),
                parent.c.state.label("parent_state"),
                channels.c.next_at,
                channels.c.channel_id,
            )
            .join(intents, intents.c.id == deliveries.c.intent)
            .outerjoin(articles, articles.c.id == deliveries.c.article)
            .outerjoin(parent, parent.c.id == deliveries.c.parent)
            .outerjoin(channels, channels.c.channel == deliveries.c.channel)
            .where(deliveries.c.channel == channel, deliveries.c.state.in_(WAITING))
            .where(deliveries.c.id.not_in(list(but)))
            .order_by(deliveries.c.position, deliveries.c.id)
            .limit(1)
        )
        with self._store.reading() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            wait = max(row.not_before, row.next_at or 0.0) - dialect.now(connection)
        return Head(
            id=row.id,
            channel=channel,
            kind=row.kind,
            subject=row.subject,
            state=row.state,
            article=row.article,
            parent=row.parent,
            parent_ts=row.parent_ts or "",
            parent_state=row.parent_state or "",
            broadcast=bool(row.broadcast),
            attempts=row.attempts,
            reason=row.reason,
            intended=row.intended,
            published=row.published,
            wait=max(0.0, wait),
            channel_id=row.channel_id or "",
        )

    def begin(self, head: Head, token: int, at: datetime, *, lease: float, gap: float) -> bool:
        """Mark the delivery `sending`, if the channel is still ours and it is still as it was seen.

        The channel's next message waits `gap` seconds. True once the attempt may be made.
        """
        with self._store.writing() as connection:
            if not holds.keep(connection, _sender(head.channel), token, lease):
                return False
            now = dialect.now(connection)
            row = connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.id == head.id,
                    deliveries.c.state == head.state,
                    deliveries.c.attempts == head.attempts,
                )
                .values(
                    state="sending",
                    attempts=head.attempts + 1,
                    first_attempt=func.coalesce(deliveries.c.first_attempt, at),
                    not_before=0.0,
                )
            )
            self._wait_channel(connection, head.channel, now + gap)
            return row.rowcount == 1

    def sent(
        self,
        head: Head,
        at: datetime,
        *,
        ts: str,
        permalink: str,
        text: str,
        gap: float,
        found: bool,
        blocks: Sequence[Mapping[str, Any]] | None = None,
        line: str | None = "",
    ) -> bool:
        """The delivery is there (`found`: it was there already). False where that was known before.

        `blocks` of a message that can be changed later; `line` is what stands below it
        (None: nobody knows).
        """
        with self._store.writing() as connection:
            done = connection.execute(
                update(deliveries)
                .where(deliveries.c.id == head.id, deliveries.c.state.in_(WAITING))
                .values(
                    state="sent", sent=at, ts=ts, permalink=permalink, text=text, reason="", not_before=0.0
                )
            )
            self._wait_channel(connection, head.channel, dialect.now(connection) + gap)
            mended = (channels.c.channel == head.channel, channels.c.broken != "")
            connection.execute(update(channels).where(*mended).values(broken=""))
            if done.rowcount != 1:
                return False
            if head.kind == "digest":
                digests.told(connection, head.id, at, ts=ts, permalink=permalink)
            if blocks is not None:
                showing.keep(connection, head.id, blocks, line=line)
            detail = {"channel": head.channel, "ts": ts, "kind": head.kind, "found": found}
            self._event(connection, head, "posted", at, detail)
            return True

    def again(
        self,
        head: Head,
        *,
        state: str,
        reason: str,
        after: float = 0.0,
        channel_after: float = 0.0,
        own: bool = False,
    ) -> None:
        """Not done: the delivery waits `after` seconds in this state, its whole channel `channel_after`.

        `own`: it is to be a message of its own from now on, its thread being gone.
        """
        values: dict[str, Any] = {"state": state, "reason": reason}
        if own:
            values |= {"parent": None, "broadcast": False}
        with self._store.writing() as connection:
            now = dialect.now(connection)
            connection.execute(
                update(deliveries)
                .where(deliveries.c.id == head.id, deliveries.c.state.in_(WAITING))
                .values(**values, not_before=now + after if after else 0.0)
            )
            self._wait_channel(connection, head.channel, now + channel_after)

    def set_aside(self, head: Head, state: str, at: datetime, reason: str) -> None:
        """The delivery is `rejected` or `held`, with the reason."""
        with self._store.writing() as connection:
            connection.execute(
                update(deliveries)
                .where(deliveries.c.id == head.id, deliveries.c.state.in_(WAITING))
                .values(state=state, reason=reason, not_before=0.0)
            )
            self._event(
                connection, head, state, at, {"channel": head.channel, "reason": reason, "kind": head.kind}
            )

    def wait_channel(self, channel: str, seconds: float) -> None:
        """Nothing goes to the channel for so long."""
        with self._store.writing() as connection:
            self._wait_channel(connection, channel, dialect.now(connection) + seconds)

    def describe(self, channel: str, *, channel_id: str) -> None:
        """Keep the road's own id of a channel; empty: it is to be looked up again."""
        with self._store.writing() as connection:
            connection.execute(dialect.insert_new(connection, channels).values(channel=channel))
            connection.execute(
                update(channels).where(channels.c.channel == channel).values(channel_id=channel_id)
            )

    def broken(self, channel: str, why: str, at: datetime, *, tell: bool) -> None:
        """Keep why nothing can be posted to a channel, until something is.

        `tell`: people hear of it where another channel works, once until then.
        """
        with self._store.writing() as connection:
            connection.execute(dialect.insert_new(connection, channels).values(channel=channel))
            here = channels.c.channel == channel
            fresh = connection.execute(
                update(channels).where(here, channels.c.broken == "").values(broken=why)
            ).rowcount
            if not fresh:
                connection.execute(update(channels).where(here).values(broken=why))
            elif tell:
                number = count_of(connection, "channel", channel) + 1
                detail = {"channel": channel, "why": why}
                intend(connection, "channel", f"{channel}:{number}", at=at, source=channel, detail=detail)

    def newest(self, channel: str, parent: str = "") -> str:
        """Slack's id of the newest message known in the channel, or in the thread of `parent`; or empty.

        Not of a test: it jumps the queue, so what came before it need not be there.
        """
        shown = deliveries.c.parent == parent if parent else deliveries.c.parent.is_(None)
        query = select(func.max(deliveries.c.ts)).where(
            deliveries.c.channel == channel, shown, deliveries.c.ts != "", deliveries.c.kind != "test"
        )
        with self._store.reading() as connection:
            return connection.scalar(query) or ""

    # --- who sends ---------------------------------------------------------------------------------
    def hold(self, channel: str, holder: str, seconds: float, dead: Callable[[str], bool]) -> int | None:
        """Become the sender of the channel for so long: the token, or None while there is another."""
        with self._store.writing() as connection:
            return holds.take(connection, _sender(channel), holder, seconds, dead)

    def keep(self, channel: str, token: int, seconds: float) -> bool:
        """Stay the sender of the channel; False where the hold was lost."""
        with self._store.writing() as connection:
            return holds.keep(connection, _sender(channel), token, seconds)

    def give_back(self, channel: str, token: int) -> None:
        """Stop being the sender of the channel."""
        with self._store.writing() as connection:
            holds.give_back(connection, _sender(channel), token)

    @staticmethod
    def _wait_channel(connection: Connection, channel: str, until: float) -> None:
        connection.execute(
            update(channels)
            .where(channels.c.channel == channel, channels.c.next_at < until)
            .values(next_at=until)
        )

    @staticmethod
    def _event(
        connection: Connection, head: Head, kind: str, at: datetime, detail: Mapping[str, Any]
    ) -> None:
        Events.add(connection, kind, at=at, article=head.article, alert=head.id, detail=detail)


def _sender(channel: str) -> str:
    return f"sender of {channel}"
