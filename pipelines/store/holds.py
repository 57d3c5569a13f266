"""Who does a singular task: the sender of a channel, the dead-man message, the end of a round.

A hold is a lease with a token, on the database's own clock: it ends by itself, and whoever lost it is
refused. One that a process on this machine held and took with it into death is free at once. Never
waits.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, select, update

from pipelines.store import dialect
from pipelines.store.schema import holds


def take(
    connection: Connection,
    name: str,
    holder: str,
    seconds: float,
    dead: Callable[[str], bool] = lambda _: False,
) -> int | None:
    """The token of the task, held for so long from now; None while somebody else holds it.

    `dead` says of a holder whether it is known not to live any more.
    """
    connection.execute(dialect.insert_new(connection, holds).values(name=name, holder="", token=0, until=0.0))
    now = dialect.now(connection)
    row = connection.execute(select(holds).where(holds.c.name == name).with_for_update()).one()
    if row.until > now and row.holder != holder and not dead(row.holder):
        return None
    token = int(row.token) + 1
    connection.execute(
        update(holds).where(holds.c.name == name).values(holder=holder, token=token, until=now + seconds)
    )
    return token


def keep(connection: Connection, name: str, token: int, seconds: float) -> bool:
    """Hold on for so long from now; False where the hold was lost."""
    now = dialect.now(connection)
    kept = connection.execute(
        update(holds)
        .where(holds.c.name == name, holds.c.token == token, holds.c.until > now)
        .values(until=now + seconds)
    )
    return kept.rowcount == 1


def give_back(connection: Connection, name: str, token: int) -> None:
    """End the hold, unless it was lost before."""
    connection.execute(update(holds).where(holds.c.name == name, holds.c.token == token).values(until=0.0))
