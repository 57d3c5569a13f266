"""Which messages stand in Slack with a line below them, and which of these lines may have to change.

    posted ──▶ to look at ──▶ as it should be ──▶ (something happened) ──▶ to look at …
                    ╲──▶ abandoned: it can never be changed again

What happened is read off the events, in their order, from where the last look ended: nobody who writes a
fact need know of messages. A line that a known moment will make wrong (the end of a silence) is due then,
whatever happens. One process at a time looks; a look that is repeated does no harm. Never words a line,
never posts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, case, func, or_, select, update

from pipelines.store import dialect, holds
from pipelines.store.dialect import among
from pipelines.store.events import Events
from pipelines.store.schema import articles, channels, deliveries, events, matters, meta, shown

if TYPE_CHECKING:
    from pipelines.store.queue import Opened

HOLD = "who changes what is shown"
_CURSOR = "shown_until"
"""In the meta table: the number of the last event that was looked at, with all before it."""
_OWN = ("posted", "rejected", "held", "retried", "unrouted", "updated", "abandoned")
"""Events of what was told, not of what it tells of."""
_LAZY = 200
"""The cursor is kept when it has moved by so many events: those after it are only looked at once more."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of a channel and the line below it: `line` is None where nobody knows what it is.

    `parent` is the message in whose thread it stands, or None; `text` and `blocks` are as posted.
    `channel_id` is Slack's own id as far as it is known.
    """

    alert: str
    channel: str
    channel_id: str
    article: str
    parent: str | None
    ts: str
    permalink: str
    sent: datetime
    text: str
    blocks: Sequence[Mapping[str, Any]]
    line: str | None
    version: int


def keep(
    connection: Connection, alert: str, blocks: Sequence[Mapping[str, Any]], *, line: str | None
) -> None:
    """A message is there as it was posted. It is looked at soon: things may have happened on its way."""
    values = {"alert": alert, "blocks": list(blocks), "line": line, "due": 0.0}
    connection.execute(dialect.insert_new(connection, shown).values(**values))


def forget(connection: Connection, since: datetime) -> None:
    """The store was restored: nobody knows the lines below what was posted since then; look at them all."""
    young = select(deliveries.c.id).where(deliveries.c.sent >= since)
    connection.execute(
        update(shown).where(shown.c.alert.in_(young), shown.c.abandoned == "").values(line=None, due=0.0)
    )


class Showing:
    """The lines of a store's messages. Raises StoreError. For one thread."""

    def __init__(self, store: Opened) -> None:
        self._store = store
        self._until: int | None = None
        self._kept = 0
        self._seen: set[int] = set()
        self._mark: tuple[int, int] | None = None

    # --- what happened -----------------------------------------------------------------------------
    def look(self, gather: float) -> None:
        """Take note of what happened since the last look: what it touches is due in `gather` seconds."""
        if self._until is None:
            self._begin()
        before = self._until or 0
        with self._store.reading() as connection:
            oldest, following = dialect.running(connection)
            query = select(events.c.id, events.c.kind, events.c.article, events.c.matter)
            rows = connection.execute(query.where(events.c.id > before).order_by(events.c.id)).all()
            touched = _messages(connection, [row for row in rows if row.id not in self._seen])
        self._seen.update(row.id for row in rows)
        until = self._sure(rows[-1].id if rows else before, oldest, following)
        self._seen = {number for number in self._seen if number > until}
        self._until = until
        if not touched and until - self._kept < _LAZY:
            return
        with self._store.writing() as connection:
            soon = dialect.now(connection) + gather
            due = case((shown.c.due < soon, shown.c.due), else_=soon)
            mine = (among(connection, shown.c.alert, touched), shown.c.abandoned == "")
            connection.execute(update(shown).where(*mine).values(version=shown.c.version + 1, due=due))
            _remember(connection, until)
        self._kept = until

    def _begin(self) -> None:
        """Go on where the last process ended; the first of all begins with what happens from now on."""
        with self._store.reading() as connection:
            kept = connection.scalar(select(meta.c.value).where(meta.c.name == _CURSOR))
            last = int(connection.scalar(select(func.max(events.c.id))) or 0)
        if kept is None:
            with self._store.writing() as connection:
                _remember(connection, last)
        self._kept = self._until = last if kept is None else min(int(kept), last)

    def _sure(self, last: int, oldest: int, following: int) -> int:
        """Up to which event nothing can appear any more: what was open at an earlier look is over by now."""
        until = self._until or 0
        if self._mark is not None and oldest >= self._mark[1]:
            until, self._mark = self._mark[0], None
        if self._mark is None:
            if oldest >= following:
                return last
            self._mark = (last, following)
        return until

    # --- what is to be changed ---------------------------------------------------------------------
    def due(self, limit: int, but: Collection[str], ahead: float) -> list[Shown]:
        """Messages to look at now or within `ahead` seconds, the longest due first; not of channels `but`."""
        query = (
            select(
                shown.c.alert, shown.c.blocks, shown.c.line, shown.c.version,
                deliveries.c.channel, deliveries.c.article, deliveries.c.parent, deliveries.c.ts,
                deliveries.c.permalink, deliveries.c.sent, deliveries.c.text, channels.c.channel_id,
            )
            .join(deliveries, deliveries.c.id == shown.c.alert)
            .outerjoin(channels, channels.c.channel == deliveries.c.channel)
            .where(shown.c.due.is_not(None), shown.c.abandoned == "", deliveries.c.channel.not_in(list(but)))
            .order_by(shown.c.due, shown.c.alert)
            .limit(limit)
        )  # fmt: skip
        with self._store.reading() as connection:
            query = query.where(shown.c.due <= dialect.now(connection) + ahead)
            return [
                Shown(**(dict(row) | {"channel_id": row["channel_id"] or ""}))
                for row in connection.execute(query).mappings()
            ]

    def begin(self, one: Shown, token: int, lease: float) -> bool:
        """From now on nobody knows what the message shows. False where somebody else looks after it."""
        with self._store.writing() as connection:
            if not holds.keep(connection, HOLD, token, lease):
                return False
            mine = (shown.c.alert == one.alert, shown.c.version == one.version)
            return connection.execute(update(shown).where(*mine).values(line=None)).rowcount == 1

    def done(self, one: Shown, line: str, lasts: float | None, at: datetime, plain: str = "") -> None:
        """The message shows this line, right for so many seconds; `plain`: why it lost its blocks."""
        with self._store.writing() as connection:
            self._settle(connection, one, lasts, line=line)
            detail = {"channel": one.channel, "ts": one.ts, "line": line} | (
                {"plain": plain} if plain else {}
            )
            Events.add(connection, "updated", at=at, article=one.article, alert=one.alert, detail=detail)

    def right(self, them: Sequence[tuple[Shown, float | None]]) -> None:
        """These messages show what they should, for so many seconds (None: until something happens)."""
        if them:
            with self._store.writing() as connection:
                for one, lasts in them:
                    self._settle(connection, one, lasts)

    def abandon(self, one: Shown, at: datetime, reason: str) -> None:
        """The message can never be changed again."""
        with self._store.writing() as connection:
            connection.execute(
                update(shown).where(shown.c.alert == one.alert).values(abandoned=reason, due=None)
            )
            detail = {"channel": one.channel, "ts": one.ts, "reason": reason}
            Events.add(connection, "abandoned", at=at, article=one.article, alert=one.alert, detail=detail)

    @staticmethod
    def _settle(connection: Connection, one: Shown, lasts: float | None, **values: str) -> None:
        """Not due any more, or in so many seconds, unless something happened in the meantime."""
        due = None if lasts is None else dialect.now(connection) + lasts
        mine = (shown.c.alert == one.alert, shown.c.version == one.version)
        connection.execute(update(shown).where(*mine).values(due=due, **values))

    # --- who does it -------------------------------------------------------------------------------
    def hold(self, holder: str, seconds: float, dead: Callable[[str], bool]) -> int | None:
        """Become the one who looks, for so long: the token, or None while there is another."""
        with self._store.writing() as connection:
            return holds.take(connection, HOLD, holder, seconds, dead)

    def give_back(self, token: int) -> None:
        """Let others look."""
        with self._store.writing() as connection:
            holds.give_back(connection, HOLD, token)


def _remember(connection: Connection, until: int) -> None:
    connection.execute(dialect.insert_over(connection, meta, "name").values(name=_CURSOR, value=str(until)))


def _messages(connection: Connection, happened: Sequence[Any]) -> list[str]:
    """The messages of the articles and matters that something happened to."""
    about = [row for row in happened if row.kind not in _OWN]
    named = {row.article for row in about if row.article is not None}
    touched = {row.matter for row in about if row.matter is not None}
    if not named and not touched:
        return []
    moved = select(matters.c.joined).where(among(connection, matters.c.id, touched))
    whole = touched | set(connection.scalars(moved.where(matters.c.joined.is_not(None))))
    query = (
        select(shown.c.alert)
        .join(deliveries, deliveries.c.id == shown.c.alert)
        .join(articles, articles.c.id == deliveries.c.article)
        .where(
            shown.c.abandoned == "",
            or_(among(connection, articles.c.id, named), among(connection, articles.c.matter, whole)),
        )
    )
    return list(connection.scalars(query))
