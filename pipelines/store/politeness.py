"""When a host may be asked, over all spiders, processes and machines: one request at a time, then a pause.

One row a host says when its next request may start. Whoever asks holds the host until the answer is there
(`leave`), or until the request can only have died; one row a request of the last hour keeps the budgets of
domains. Never waits itself: it says how long to wait.
"""

from __future__ import annotations

import random

from sqlalchemy import Connection, Engine, delete, insert, select, update

from crawlers.errors import BudgetSpent
from pipelines.store.dialect import clock, insert_new, now, one_at_a_time
from pipelines.store.engine import reading, writing
from pipelines.store.schema import budgets, hosts

HOUR = 3600.0
_LEAST_MORE, _MOST_MORE = 0.05, 0.3
"""Shares of the delay added at random. At least 5 %: what a worker's own slowness eats of the gap."""


def seat(
    engine: Engine, host: str, delay: float, domain: str, per_hour: int | None, hold: float
) -> tuple[float, float]:
    """Take the host for one request of at most `hold` seconds: (0, the token to `leave` it with).

    Where it is not free: (the seconds until it may be, 0), and nothing is taken. A host without a delay (an
    operator's own loopback) is never taken; then the token is 0, too. Raises BudgetSpent.
    """
    if delay <= 0 and per_hour is None:  # only a hold of the site's counts
        with reading(engine) as connection:
            return _wait(connection, host), 0.0
    with writing(engine) as connection:
        one_at_a_time(connection, [f"budget:{domain}"])
        connection.execute(insert_new(connection, hosts).values(host=host, next_at=0.0))
        current = clock(connection)
        until = current + hold if delay > 0 else hosts.c.next_at
        taken = connection.execute(
            update(hosts)
            .where(hosts.c.host == host, hosts.c.next_at <= current)
            .values(next_at=until)
            .returning(hosts.c.next_at, current)
        ).one_or_none()
        if taken is None:
            return _wait(connection, host), 0.0
        if per_hour is not None:
            _spend(connection, domain, per_hour, taken[1])
        return 0.0, float(taken[0]) if delay > 0 else 0.0


def leave(engine: Engine, host: str, token: float, delay: float) -> None:
    """The answer is there: the next request may start after the delay. A site's own longer wish stays."""
    # Not predictable to the site, which is all it needs.
    pause = delay * (1 + random.uniform(_LEAST_MORE, _MOST_MORE))  # noqa: S311
    with writing(engine) as connection:
        connection.execute(
            update(hosts)
            .where(hosts.c.host == host, hosts.c.next_at == token)
            .values(next_at=clock(connection) + pause)
        )


def hold_host(engine: Engine, host: str, seconds: float) -> None:
    """No request to this host for so long; a longer hold that stands already stays."""
    with writing(engine) as connection:
        connection.execute(insert_new(connection, hosts).values(host=host, next_at=0.0))
        until = now(connection) + seconds
        connection.execute(
            update(hosts).where(hosts.c.host == host, hosts.c.next_at < until).values(next_at=until)
        )


def _wait(connection: Connection, host: str) -> float:
    found = connection.execute(
        select(hosts.c.next_at - clock(connection)).where(hosts.c.host == host)
    ).scalar_one_or_none()
    return max(0.0, float(found or 0.0))


def _spend(connection: Connection, domain: str, per_hour: int, at: float) -> None:
    """Take one request of the domain's hour that ends now, or raise; that undoes the seat."""
    connection.execute(delete(budgets).where(budgets.c.domain == domain, budgets.c.at <= at - HOUR))
    spent = (
        connection.execute(
            select(budgets.c.at)
            .where(budgets.c.domain == domain, budgets.c.at > at - HOUR)
            .order_by(budgets.c.at)
        )
        .scalars()
        .all()
    )
    if len(spent) >= per_hour:
        frees = spent[len(spent) - per_hour] if per_hour else at
        raise BudgetSpent(f"the hourly budget of {domain} is used up", max(1.0, frees + HOUR - at))
    connection.execute(insert(budgets).values(domain=domain, at=at))
