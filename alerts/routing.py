"""Makes deliveries of what the river intends, in its order: the store's intents through `route`.

What comes in numbers waits to be told together, whichever batch it began in; what is silenced is withheld,
now or when its digest is made. One router at a time; a killed one leaves intents unrouted, never half of
one. Never sends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from alerts.alert import LATER, TELLINGS
from alerts.digest import BURST, FEW, PRESS, placed, silenced
from alerts.opened import Opened
from alerts.route import TERMINAL, Delivery, Intent, Root, route
from alerts.settings import AlertSettings, Override
from pipelines.silence import Silence
from pipelines.store import bursts
from pipelines.store.digests import Withheld
from pipelines.store.rerouting import DOUBTED
from pipelines.store.silences import silences, speaking

_BATCH = 200
_ALONE = Override()
"""What is never told in a burst's summary, but by itself."""


def route_all(store: Opened, settings: AlertSettings, now: Callable[[], datetime]) -> int:
    """Make deliveries of all intents; how many intents. None without a channel. Raises StoreError."""
    routed = 0
    while settings.channels is not None and store.outbox.loose():
        with store.writing() as connection:
            batch = store.outbox.unrouted(connection, _BATCH)
            quiet = silences(connection, now())
            threads: set[str] = set()
            for row in batch:
                intent = intent_of(row)
                at = now()
                made = _deliveries(store, connection, settings, intent)
                placings = [placed(one, intent, settings.of(one.channel), at) for one in made]
                if why := _why_silent(connection, row, quiet):
                    aside = {"state": "silenced", "digest_at": None, "reason": why}
                    placings = [one | aside for one in placings]
                if row.detail.get(DOUBTED):
                    placings = [{"state": "sending"} | one for one in placings]
                store.outbox.deliver(connection, placings, intent.id, at)
                threads |= {one.parent for one in made if one.parent and one.kind == "report"}
            _together(connection, settings, batch, threads, now())
        routed += len(batch)
    return routed


def intent_of(row: Any) -> Intent:
    """What routing asks of an intent's row (`pipelines.store.intents.with_article`)."""
    return Intent(
        row.id, row.kind, row.subject, row.article, row.matter, row.source, row.tier or "",
        row.severity or "", tuple(row.topics or ()), row.lang or "",
        date.fromisoformat(row.detail["date"]) if row.kind == "deadline" else None,
    )  # fmt: skip


def withholding(connection: Connection, now: datetime) -> Withheld | None:
    """Says of the row of an intent that still waits why it is silenced now; None while nothing is."""
    quiet = silences(connection, now)
    return partial(_why_silent, connection, quiet=quiet) if quiet else None


def _deliveries(
    store: Opened, connection: Connection, settings: AlertSettings, intent: Intent
) -> Sequence[Delivery]:
    roots: list[Root] = []
    if intent.matter is not None:
        but = None if intent.kind in LATER else intent.article
        found = store.outbox.roots(connection, intent.matter, but)
        roots = [Root(one.id, one.channel, one.kind, one.tier) for one in found]
    assert settings.channels is not None
    return route(intent, roots, settings.channels, settings.ways)


def _why_silent(connection: Connection, row: Any, quiet: Sequence[Silence]) -> str:
    """In one line, which silence keeps the intent of this row back; empty where none does."""
    if not quiet:
        return ""
    rules = speaking(connection, row.article) if row.article else ()
    word = silenced(intent_of(row), row.here, row.detail.get("left"), rules, quiet)
    return word.told if word is not None else ""


def _together(
    connection: Connection, settings: AlertSettings, batch: Sequence[Any], threads: set[str], now: datetime
) -> None:
    """What a source brings in a burst, and the press in these threads beyond the first few, waits."""
    if settings.road == TERMINAL:
        return
    found = {row.source for row in batch if row.kind in TELLINGS and row.source}
    for source in sorted(found) if settings.burst else ():
        bursts.burst(connection, source, now, settings.burst, BURST, _ALONE.holds)
    for parent in sorted(threads) if settings.gather else ():
        bursts.thread(connection, parent, now, settings.gather, FEW, PRESS, settings.hears)
