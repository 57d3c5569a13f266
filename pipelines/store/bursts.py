"""What comes in numbers is told together: its deliveries wait for one digest.

What one source brings at once (`burst`), and the press on one matter after the first few (`thread`). Never
words, never posts; who is told alone all the same is the caller's to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from crawlers.article import OFFICIAL
from pipelines.store import dialect
from pipelines.store.schema import articles, deliveries, intents

WINDOW = timedelta(minutes=10)
SETTLE = timedelta(minutes=1)
"""After so long without more of it a burst is over; it is told after WINDOW at the latest."""


def burst(
    connection: Connection,
    source: str,
    now: datetime,
    most: int,
    reason: str,
    alone: Callable[[str, str], bool],
) -> int:
    """Where a channel has more than `most` of the source's alerts of the last minutes, bundle them.

    How many wait with that `reason` now. `alone` says of a severity and a tier that it goes by itself.
    """
    channels: defaultdict[str, list[Any]] = defaultdict(list)
    for row in _recent(connection, now - WINDOW, reason, intents.c.source == source):
        if not alone(row.severity or "", row.tier):
            channels[row.channel].append(row)
    return sum(
        _wait(connection, rows, min(now + SETTLE, rows[0].created + WINDOW), reason)
        for rows in channels.values()
        if len(rows) > most
    )


def thread(
    connection: Connection,
    parent: str,
    now: datetime,
    window: timedelta,
    few: int,
    reason: str,
    hears: Callable[[str, datetime], datetime],
) -> int:
    """Of the reports that a thread has had within the `window`, all beyond the first `few` wait.

    How many do with that `reason` now: until the first of them has waited a window, and the channel
    `hears`. A regulator's or a government's text never waits.
    """
    mine = (deliveries.c.parent == parent, deliveries.c.kind == "report", articles.c.tier.not_in(OFFICIAL))
    rows = _recent(connection, now - window, reason, *mine)[few:]
    if not rows:
        return 0
    waiting = [row.digest_at for row in rows if row.state == "digest" and not row.gathered]
    until = min(waiting, default=None) or hears(rows[0].channel, now + window)
    return _wait(connection, rows, until, reason)


def _recent(
    connection: Connection, since: datetime, reason: str, *which: ColumnElement[bool]
) -> Sequence[Any]:
    """Deliveries made after `since`, oldest first.

    Without those that wait for another reason, and those that people asked for one by one.
    """
    query = (
        select(
            deliveries.c.id, deliveries.c.channel, deliveries.c.state, deliveries.c.reason,
            deliveries.c.gathered, deliveries.c.created, deliveries.c.digest_at,
            intents.c.detail, articles.c.severity, articles.c.tier,
        )
        .join(intents, intents.c.id == deliveries.c.intent)
        .join(articles, articles.c.id == deliveries.c.article)
        .where(deliveries.c.created > since, deliveries.c.state != "silenced", *which)
        .order_by(deliveries.c.created, deliveries.c.position)
    )  # fmt: skip
    return [
        row
        for row in connection.execute(query)
        if not row.detail.get("asked") and (row.state != "digest" or row.reason == reason)
    ]


def _wait(connection: Connection, rows: Sequence[Any], until: datetime, reason: str) -> int:
    """Let these wait, but for what was sent or begun by now, or is in a digest already; how many do."""
    of = deliveries.c
    untried = and_(of.state == "pending", of.attempts == 0, of.reason == "")
    loose = and_(of.state == "digest", of.gathered.is_(None), of.reason == reason)
    mine = update(deliveries).where(
        dialect.among(connection, of.id, [row.id for row in rows]), or_(untried, loose)
    )
    return connection.execute(mine.values(state="digest", digest_at=until, reason=reason)).rowcount
