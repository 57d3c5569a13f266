"""What one source brings in a burst is told together: its deliveries wait for one digest.

Never words, never posts; who is told alone all the same is the caller's to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from pipelines.store import dialect
from pipelines.store.schema import articles, deliveries, intents

WINDOW = timedelta(minutes=10)
SETTLE = timedelta(minutes=1)
"""After so long without more of it a burst is over; it is told after WINDOW at the latest."""


def bundle(
    connection: Connection,
    source: str,
    now: datetime,
    most: int,
    reason: str,
    alone: Callable[[str, str], bool],
) -> int:
    """Where a channel has more than `most` of the source's alerts of the last minutes, bundle them.

    How many wait with that `reason` now. What was sent or begun stays so, and what people asked for one by
    one. `alone` says of a severity and a tier that it goes by itself.
    """
    query = (
        select(
            deliveries.c.id, deliveries.c.channel, deliveries.c.state, deliveries.c.reason,
            deliveries.c.gathered, deliveries.c.attempts, deliveries.c.created, intents.c.detail,
            articles.c.severity, articles.c.tier,
        )
        .join(intents, intents.c.id == deliveries.c.intent)
        .join(articles, articles.c.id == deliveries.c.article)
        .where(intents.c.source == source, deliveries.c.created > now - WINDOW)
        .order_by(deliveries.c.created)
    )  # fmt: skip
    channels: defaultdict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(query):
        waits = row.state == "digest" and row.reason != reason
        if not waits and not row.detail.get("asked") and not alone(row.severity or "", row.tier):
            channels[row.channel].append(row)
    bundled = 0
    for rows in channels.values():
        if len(rows) <= most:
            continue
        until = min(now + SETTLE, rows[0].created + WINDOW)
        ids = [
            row.id
            for row in rows
            if (row.state == "pending" and not row.attempts and not row.reason)
            or (row.state == "digest" and not row.gathered)
        ]
        mine = update(deliveries).where(dialect.among(connection, deliveries.c.id, ids))
        connection.execute(mine.values(state="digest", digest_at=until, reason=reason))
        bundled += len(ids)
    return bundled
