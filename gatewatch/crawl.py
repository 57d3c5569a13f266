"""One round: poll what is due, classify, store, deliver, and say how it went. Made for cron and for hand.

The same turns and the same sender as `gatewatch run`; two rounds that overlap share the work through
the leases. Never repeats what another round has done.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from alerts.dispatch import Tally
from alerts.heartbeat import beat
from gatewatch import exits, highwater
from gatewatch.aside import aside
from gatewatch.config import Settings
from gatewatch.exporting import write_due
from gatewatch.house import House
from gatewatch.progress import observer
from gatewatch.reactor import KINDS, Stage, play
from gatewatch.rehearsal import rehearse
from gatewatch.sender import Sender
from gatewatch.watch import Watch
from pipelines.store import watching
from pipelines.store.baseline import summarise, unread
from pipelines.store.deadlines import remind

SENDING_SECONDS = 600.0
"""`crawl` sends until the outbox is empty or so long after the last turn."""

BEAT_SECONDS = 8.0
EXPORT_SECONDS = 600.0
MARK_SECONDS = 1.0

log = logging.getLogger("gatewatch")


def crawl(
    settings: Settings,
    names: Sequence[str] = (),
    *,
    everything: bool = False,
    backfill: bool = False,
    dry_run: bool = False,
) -> int:
    """Play one round; the exit code. Raises GatewatchError for what stops it whole."""
    if dry_run:
        return rehearse(settings, names, everything=everything)
    house = House(settings).open()
    try:
        return play(lambda stage: round_of(stage, house, names, everything=everything, backfill=backfill))
    finally:
        house.close()


async def round_of(
    stage: Stage, house: House, names: Sequence[str] = (), *, everything: bool = False, backfill: bool = False
) -> int:
    """One round of this house, to its end; the exit code."""
    home = house.settings.home
    await asyncio.to_thread(highwater.check, house.store, home, house.clock())
    with observer() as shown:
        watch = Watch(house, shown, tuple(names), everything)
        with Sender(house) as sender:
            await stage.round(watch)
            if stage.stopped_by is None:
                now = house.clock()
                await asyncio.to_thread(watching.tell, house.store, now)
                await asyncio.to_thread(watching.note_leads, house.store, now)
                await asyncio.to_thread(remind, house.store, now)
                missing = await asyncio.to_thread(unread, house.store, watch.wanted_ids(KINDS))
                await asyncio.to_thread(summarise, house.store, now, missing=len(missing))
                if backfill:
                    count = await asyncio.to_thread(house.store.articles.baseline_to_intents, now)
                    log.info("backfill: %s", _counted(count, "article"))
                tally = await sender.drain(stage, SENDING_SECONDS)
            else:
                tally = await sender.drain(stage, 0.0)
    await aside(MARK_SECONDS, highwater.remember, house.store, home)
    if stage.stopped_by is None:
        await stage.unless_stopped(aside(EXPORT_SECONDS, write_due, house))
    code = _exit_code(stage, watch, tally)
    if stage.stopped_by is None and code in {exits.FINE, exits.SOURCES_FAILED}:
        await stage.unless_stopped(aside(BEAT_SECONDS, beat, house.store, house.settings, house.clock()))
    _say(watch, tally)
    if tally.pending and house.settings.lacks:
        log.warning("%s", house.settings.lacks)
    return code


def _exit_code(stage: Stage, watch: Watch, tally: Tally) -> int:
    if stage.stopped_by is None and (tally.pending or tally.rejected):
        return exits.ALERTS_OPEN
    return exits.of_round(stage.stopped_by, watch.turns.values(), news=bool(watch.news))


def _say(watch: Watch, tally: Tally) -> None:
    ended = [turn for turn in watch.turns.values() if turn.state != "released"]
    failed = sum(turn.state not in {"ok", "gap"} for turn in ended)
    parts = [
        _counted(len(ended), "source", "polled"),
        _counted(sum(turn.new for turn in watch.turns.values()), "new article"),
        _counted(tally.sent, "alert", "sent"),
    ]
    if left := len(watch.turns) - len(ended):
        parts.append(_counted(left, "source", "not finished: the next round goes on with it"))
    if failed:
        parts.append(_counted(failed, "source", "failed"))
    if tally.pending or tally.rejected:
        parts.append(f"{_counted(tally.pending, 'alert', 'pending')}, {tally.rejected} rejected")
    log.info("%s", ", ".join(parts))


def _counted(number: int, noun: str, what: str = "") -> str:
    """`1 source failed`, `2 sources failed`."""
    return f"{number} {noun}{'' if number == 1 else 's'} {what}".rstrip()
