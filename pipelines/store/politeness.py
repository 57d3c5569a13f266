"""How soon a host may be asked again, over all spiders, processes and machines.

One row a host says when its next request may start; one row a request of the last hour keeps the budgets
of domains. Never waits itself: it says how long to wait.
"""

from __future__ import annotations

import random

from sqlalchemy import Connection, Engine, case, delete, insert, select, update

from crawlers.errors import BudgetSpent
from pipelines.store.dialect import clock, insert_new, now, one_at_a_time
from pipelines.store.engine import reading, writing
from pipelines.store.schema import budgets, hosts

HOUR = 3600.0
_LEAST_MORE, _MOST_MORE = 0.05, 0.3
"""Shares of the delay added at random. At least 5 %: what a worker's own slowness eats of the gap."""


def seat(engine: Engine, host: str, delay: float, domain: str, per_hour: int | None) -> float:
    """Reserve the host's next request; the seconds to wait before it. Raises BudgetSpent."""
    if delay <= 0 and per_hour is None:  # an operator's own loopback: only a hold of the site's counts
        with reading(engine) as connection:
            return _wait(connection, host)
    # Not predictable to the site, which is all it needs.
    step = delay * (1 + random.uniform(_LEAST_MORE, _MOST_MORE))  # noqa: S311
    with writing(engine) as connection:
        one_at_a_time(connection, [f"budget:{domain}"])
        connection.execute(insert_new(connection, hosts).values(host=host, next_at=0.0))
        current = clock(connection)
        free = case((hosts.c.next_at > current, hosts.c.next_at), else_=current)
        after, at = connection.execute(
            update(hosts)
            .where(hosts.c.host == host)
            .values(next_at=free + step)
            .returning(hosts.c.next_at, current)
        ).one()
        start = max(after - step, at)
        if per_hour is not None:
            _spend(connection, domain, per_hour, start, at)
        return float(start - at)


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


def _spend(connection: Connection, domain: str, per_hour: int, start: float, at: float) -> None:
    """Take one request of the domain's hour that ends at `start`, or raise; that undoes the seat."""
    connection.execute(delete(budgets).where(budgets.c.domain == domain, budgets.c.at <= at - HOUR))
    spent = (
        connection.execute(
            select(budgets.c.at)
            .where(budgets.c.domain == domain, budgets.c.at > start - HOUR)
            .order_by(budgets.c.at)
        )
        .scalars()
        .all()
    )
    if len(spent) >= per_hour:
        frees = spent[len(spent) - per_hour] if per_hour else at
        raise BudgetSpent(f"the hourly budget of {domain} is used up", max(1.0, frees + HOUR - at))
    connection.execute(insert(budgets).values(domain=domain, at=start))
