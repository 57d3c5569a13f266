"""What people pressed and asked in Slack: kept before Slack hears of it, worked once, then emptied.

    waiting ──▶ worked (its answer is still to be told) ──▶ done (nothing of who and what is left)

An envelope is here once, however often it comes. Never judges, never answers. Whoever works it holds the
task `LISTENER`: there is one at a time over all machines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from pipelines.store import dialect
from pipelines.store.schema import holds, inbox

LISTENER = "listener"
BUTTONS = "buttons"
"""What the listener holds beside, while Slack greets its connection."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that is not done yet; `answer` is set once it is worked."""

    number: int
    at: datetime
    worked: bool
    asked: Mapping[str, Any]
    answer: str


def put(connection: Connection, envelope: str, asked: Mapping[str, Any], at: datetime) -> bool:
    """Keep an envelope; False where it is here already."""
    row = {"envelope": envelope, "at": at, "state": "waiting", "asked": dict(asked), "answer": ""}
    made = connection.execute(dialect.insert_new(connection, inbox).values(row).returning(inbox.c.number))
    return made.scalar_one_or_none() is not None


def oldest(connection: Connection, after: int = 0) -> Waiting | None:
    """The oldest that is not done, beyond the number `after`."""
    query = select(inbox).where(inbox.c.state != "done", inbox.c.number > after)
    row = connection.execute(query.order_by(inbox.c.number).limit(1)).one_or_none()
    if row is None:
        return None
    return Waiting(row.number, row.at, row.state == "worked", row.asked, row.answer)


def claim(connection: Connection, number: int) -> bool:
    """Whether it still waits to be worked; nobody else works it until this transaction ends."""
    query = select(inbox.c.number).where(inbox.c.number == number, inbox.c.state == "waiting")
    return connection.execute(query.with_for_update()).first() is not None


def work(connection: Connection, number: int, answer: str) -> None:
    """It is worked; this is still to be told to whoever asked."""
    _set(connection, number, state="worked", answer=answer)


def done(connection: Connection, number: int) -> None:
    """It is told, or cannot be: nothing of it is kept but that it came."""
    _set(connection, number, state="done", asked={}, answer="")


def forget(connection: Connection, before: datetime) -> None:
    """Drop what was done and came before then: Slack does not send it again."""
    connection.execute(delete(inbox).where(inbox.c.state == "done", inbox.c.at < before))


def listened(connection: Connection) -> bool:
    """Whether some process listens to Slack now."""
    until = select(holds.c.until).where(holds.c.name == BUTTONS)
    return (connection.scalar(until) or 0.0) > dialect.now(connection)


def _set(connection: Connection, number: int, **values: Any) -> None:
    connection.execute(update(inbox).where(inbox.c.number == number).values(**values))
