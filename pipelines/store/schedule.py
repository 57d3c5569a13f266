"""The leases in the database: which source is due, who holds it, how its turn ended.

Implements `crawlers.lease.Schedule`. The claim is one statement: alone in its transaction on SQLite
(BEGIN IMMEDIATE), with FOR UPDATE SKIP LOCKED on PostgreSQL; nothing else differs. All lease times are the
database's clock. Never fetches, never decides what a turn's result is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, Update, case, func, select, update

from crawlers.article import Article, Entry
from crawlers.errors import LeaseLost
from crawlers.lease import LEASE_SECONDS, Lease, Look, Looked, Turn
from crawlers.source import Source
from pipelines.health.changes import step
from pipelines.store import looks, politeness, sightings
from pipelines.store.again import files_waiting
from pipelines.store.dialect import among, clock, insert_new, now, text
from pipelines.store.engine import reading, writing
from pipelines.store.events import Events
from pipelines.store.health import account, found, record, standing
from pipelines.store.leased import ours
from pipelines.store.schema import sources as table

_CLOCK_SET_BACK = 60.0
"""A turn that began this far in the future began before the clock was set back: it is due."""


def hold(connection: Connection, lease: Lease) -> RowMapping:
    """The source's row, held until the transaction ends. Raises LeaseLost unless the lease is good now.

    Called by every commit of a turn: a worker that was frozen past its lease commits nothing.
    """
    row = ours(connection, table, table.c.id == lease.source, lease.token)
    if row is None:
        raise LeaseLost(
            f"the lease of {lease.source} is over",
            "Nothing of this turn's rest was stored; the source's next turn repeats it.",
        )
    return row


class DatabaseSchedule:
    """The schedule of a store, shared by all its workers. Raises StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self) -> float:
        """The database's clock, seconds since 1970."""
        with reading(self._engine) as connection:
            return now(connection)

    def sync(self, sources: Collection[Source]) -> None:
        """Make a row for each source that has none; a new one is due at once."""
        wanted = sorted({source.id for source in sources})
        with reading(self._engine) as connection:
            there = set(
                connection.execute(select(table.c.id).where(among(connection, table.c.id, wanted))).scalars()
            )
        missing = [{"id": identity} for identity in wanted if identity not in there]
        if missing:
            with writing(self._engine) as connection:
                connection.execute(insert_new(connection, table), missing)

    def claim(
        self, sources: Collection[str], worker: str, *, limit: int, force_before: float | None = None
    ) -> list[Lease]:
        """Take up to `limit` of these that are due and not held, the longest due first."""
        if limit <= 0 or not sources:
            return []
        with writing(self._engine) as connection:
            rows = (
                connection.execute(_claim(connection, sources, worker, limit, force_before)).mappings().all()
            )
        leases = [
            Lease(
                source=row["id"],
                token=row["lease_token"],
                due=row["due"],
                baseline=row["baseline_at"] is None,
                memo=row["memo"],
                state=row["state"],
                failures=row["failures"],
            )
            for row in rows
        ]
        return sorted(leases, key=lambda lease: (lease.due, lease.source))

    def renew(self, lease: Lease) -> None:
        """Hold the source for another LEASE_SECONDS. Raises LeaseLost."""
        with writing(self._engine) as connection:
            hold(connection, lease)
            connection.execute(_of(lease).values(lease_until=clock(connection) + LEASE_SECONDS))

    def release(self, lease: Lease, *, after: float = 0.0) -> None:
        """Give the source back: due as it was, or in `after` seconds. Raises LeaseLost."""
        with writing(self._engine) as connection:
            row = hold(connection, lease)
            due = row["now"] + after if after > 0 else lease.due
            connection.execute(_of(lease).values(due=due, lease_until=0.0, lease_worker=""))

    def finish(self, lease: Lease, turn: Turn, at: datetime) -> bool:
        """End the turn, in one transaction: state, interval, memo, event, release. Raises LeaseLost.

        True where the state is a failure that people have not been told yet; `watching` tells them.
        """
        with writing(self._engine) as connection:
            row = dict(hold(connection, lease))
            turn = found(connection, row, turn, at)
            next_ = step(standing(row), turn.state, turn.code, row["failures"])
            values: dict[str, Any] = {
                "state": turn.state,
                "code": turn.code,
                "message": text(turn.message),
                "remedy": text(turn.remedy),
                "failures": next_.failures,
                "last_turn": at,
                "due": turn.next_due,
                "lease_until": 0.0,
                "lease_worker": "",
            }
            if next_.moved or row["since"] is None:
                values |= {"since": at, "changes": row["changes"] + 1}
            if turn.memo is not None:
                values["memo"] = dict(turn.memo)
            if turn.new:
                values["last_new"] = at
            if not next_.failed:
                values |= {"last_ok": at, "baseline_at": row["baseline_at"] or at}
                if turn.rows:  # an unchanged list was not counted
                    values["rows"] = turn.rows
            connection.execute(_of(lease).values(**values))
            record(connection, row, turn, at)
            if next_.changed:
                detail = account(row, turn, next_.failures)
                Events.add(connection, "health", at=at, source=lease.source, detail=detail)
            return next_.fresh

    def next_due(self, sources: Collection[str]) -> float | None:
        """The earliest time one of these can be claimed, or None where there is none."""
        free = case((table.c.lease_until > table.c.due, table.c.lease_until), else_=table.c.due)
        with reading(self._engine) as connection:
            found = connection.execute(
                select(func.min(free)).where(among(connection, table.c.id, sources))
            ).scalar_one()
        return None if found is None else float(found)

    def seat(
        self, host: str, delay: float, domain: str, per_hour: int | None, hold: float
    ) -> tuple[float, float]:
        """Take the host for one request over all workers, or say how long to wait. Raises BudgetSpent."""
        return politeness.seat(self._engine, host, delay, domain, per_hour, hold)

    def leave(self, host: str, token: float, delay: float) -> None:
        """The answer is there: the host is free after the delay."""
        politeness.leave(self._engine, host, token, delay)

    def hold_host(self, host: str, seconds: float) -> None:
        """No request to this host for so long (Retry-After)."""
        politeness.hold_host(self._engine, host, seconds)

    def known(self, source: str, entries: Sequence[Entry]) -> set[str]:
        """The keys of those that are stored, or noted for reading; marks that this source lists them."""
        return sightings.known(self._engine, source, entries)

    def edited(self, source: str, entries: Sequence[Entry]) -> set[str]:
        """The keys of stored entries that the list words otherwise than before."""
        return sightings.edited(self._engine, source, entries)

    def reword(self, lease: Lease, entry: Entry) -> None:
        """Keep how the list words an entry; without its text there, look at its page. Raises LeaseLost."""
        with writing(self._engine) as connection:
            hold(connection, lease)
            article = sightings.reword(connection, lease.source, entry)
            if article and not entry.text:
                looks.sooner(connection, article, lease.source)

    def claim_looks(self, sources: Collection[str], worker: str, *, limit: int) -> list[Look]:
        """Take up to `limit` looks that are due at pages of these sources, the longest due first."""
        return looks.claim(self._engine, sources, worker, limit)

    def renew_look(self, look: Look) -> None:
        """Hold the page for another LEASE_SECONDS. Raises LeaseLost."""
        looks.renew(self._engine, look)

    def finish_look(self, look: Look, looked: Looked, at: datetime) -> str:
        """End the look. Raises LeaseLost. The state's name where it is another now, else ''."""
        return looks.finish(self._engine, look, looked, at)

    def release_look(self, look: Look, *, after: float = 0.0) -> None:
        """Give the look back: due as it was, or in `after` seconds. Raises LeaseLost."""
        looks.release(self._engine, look, after)

    def next_look(self, sources: Collection[str]) -> float | None:
        """The earliest time at which a look at a page of these can be claimed, or None."""
        return looks.next_look(self._engine, sources)

    def unread(self, lease: Lease, entry: Entry, code: str, message: str) -> int:
        """Count that this entry's article could not be read, and put off the next try. Raises LeaseLost."""
        with writing(self._engine) as connection:
            hold(connection, lease)
            return sightings.count_unread(connection, lease.source, entry, code, message)

    def files_waiting(self, source: str, limit: int) -> list[Article]:
        """The source's articles with files whose (next) try has come. See `Schedule`."""
        return files_waiting(self._engine, source, limit)

    def note(self, lease: Lease, entries: Sequence[Entry]) -> None:
        """Put these entries on the list of what is to be read. Raises LeaseLost."""
        with writing(self._engine) as connection:
            hold(connection, lease)
            sightings.note(connection, lease.source, entries, baseline=lease.baseline)

    def waiting(self, source: str) -> list[Entry]:
        """What is to be read and whose next try has come."""
        return sightings.waiting(self._engine, source)


def _of(lease: Lease) -> Update:
    return update(table).where(table.c.id == lease.source)


def _claim(
    connection: Connection, wanted: Collection[str], worker: str, limit: int, force_before: float | None
) -> Any:
    current = clock(connection)
    due: ColumnElement[bool]
    if force_before is None:
        due = (table.c.due <= current) | (table.c.began > current + _CLOCK_SET_BACK)
    else:
        due = table.c.began < force_before
    # A lease that reaches further than any can was given before the clock was set back.
    free = (table.c.lease_until <= current) | (table.c.lease_until > current + 2 * LEASE_SECONDS)
    # A CTE: as a subquery PostgreSQL may run it more than once and so claim more than the limit.
    picked = (
        select(table.c.id)
        .where(among(connection, table.c.id, wanted), due, free)
        .order_by(table.c.due, table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    return (
        update(table)
        .where(table.c.id.in_(select(picked.c.id)))
        .values(
            lease_until=current + LEASE_SECONDS,
            lease_token=table.c.lease_token + 1,
            lease_worker=worker,
            began=current,
        )
        .returning(table)
    )


def moment(seconds: float) -> datetime:
    """A time of the database's clock as an aware UTC time."""
    return datetime.fromtimestamp(seconds, UTC)
