"""The service: polls what is due, delivers, summarises and beats until told to stop.

`run` is `crawl` without an end: the same turns, the same sender. SIGTERM finishes what is open within
ten seconds, holds no lease afterwards and ends with 0; SIGHUP reads the rules again.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import ExitStack
from datetime import timedelta

from alerts.heartbeat import beat
from crawlers.errors import StoreError
from gatewatch import exits, highwater
from gatewatch.aside import aside
from gatewatch.config import Settings
from gatewatch.exporting import write_due
from gatewatch.house import House
from gatewatch.progress import LogLines
from gatewatch.pulse import FirstRound, Pulse
from gatewatch.reactor import KINDS, Stage, play
from gatewatch.sender import Sender
from gatewatch.watch import Watch
from pipelines.classify import reload
from pipelines.store import watching
from pipelines.store.baseline import summarise
from pipelines.store.deadlines import remind
from pipelines.store.engine import sqlite_file

KEEPING_SECONDS = 5.0
BEAT_SECONDS = 60.0
BEAT_LIMIT = 8.0
EXPORT_LIMIT = 600.0
LOOK_SECONDS = 60.0
SETTLE_SECONDS = 3.0
"""What the first messages wait at most to know whether somebody listens to their buttons."""
SETTLE = timedelta(minutes=2)
"""What fails waits so long for what fails with it, so that people get one message."""

MOVED = "Stop every worker before a store is moved or restored. Look for the file, then start again."

log = logging.getLogger("gatewatch")


def serve(settings: Settings) -> int:
    """Run until SIGTERM (0) or the keyboard (130). Raises GatewatchError for what stops it whole."""
    house = House(settings).open()
    try:
        return play(lambda stage: _service(stage, house))
    finally:
        house.close()


async def _service(stage: Stage, house: House) -> int:
    await asyncio.to_thread(highwater.check, house.store, house.settings.home, house.clock())
    with LogLines() as shown:
        watch = Watch(house, shown, once=False)
        if house.settings.lacks:
            log.warning("%s", house.settings.lacks)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, lambda: asyncio.ensure_future(_reload(watch)))
        with ExitStack() as open_:
            if (listener := house.listener()) is not None:
                open_.enter_context(listener)
                await asyncio.to_thread(listener.settled, SETTLE_SECONDS)
            sender = open_.enter_context(Sender(house))
            keeper = asyncio.ensure_future(_keep(watch, sender))
            keeper.add_done_callback(lambda task: _ended(watch, task))
            try:
                await stage.round(watch)
            finally:
                keeper.cancel()
                loop.remove_signal_handler(signal.SIGHUP)
            await sender.drain(stage, 0.0)
    return exits.INTERRUPTED if stage.stopped_by is signal.SIGINT else exits.FINE


async def _reload(watch: Watch) -> None:
    """SIGHUP: judge by the rule files as they are now; where they are wrong, go on with the old rules."""
    rules, fault = await asyncio.to_thread(reload, watch.rules, watch.house.settings.rule_files)
    if fault is not None:
        log.error("the rules are kept as they were: %s %s", fault, fault.remedy)
        return
    watch.take(rules)
    log.info("the rules were read again: %d", len(rules.rulings))


def _ended(watch: Watch, task: asyncio.Future[None]) -> None:
    """A keeper that fell over in a way nobody foresaw ends the service: nothing goes on half alive."""
    if not task.cancelled() and (error := task.exception()) is not None:
        watch.failed(error)


async def _keep(watch: Watch, sender: Sender) -> None:
    """What a round does at its end, from time to time: summary of baselines, exports, heartbeat."""
    house = watch.house
    since_beat = BEAT_SECONDS
    looked, since_look = watch.ended_turns, 0.0
    born = _file(house)
    first_round, pulse = FirstRound(watch), Pulse()
    while True:
        await asyncio.sleep(KEEPING_SECONDS)
        since_beat += KEEPING_SECONDS
        if sender.error is not None:
            watch.failed(sender.error)
            return
        if _file(house) != born:
            watch.failed(StoreError("the store's file is gone, or another stands in its place", MOVED))
            return
        try:
            await watch.in_store(watch.look_again)
            wanted = watch.wanted_ids(KINDS)
            missing = await watch.in_store(first_round.over, wanted)
            if missing is not None:
                await watch.in_store(summarise, house.store, house.clock(), missing=missing)
            if watch.ended_turns != looked or since_look >= LOOK_SECONDS:
                looked, since_look = watch.ended_turns, 0.0
                await watch.in_store(watching.tell, house.store, house.clock(), settle=SETTLE)
                await watch.in_store(watching.note_leads, house.store, house.clock())
                await watch.in_store(remind, house.store, house.clock())
            since_look += KEEPING_SECONDS
            await aside(BEAT_LIMIT, highwater.remember, house.store, house.settings.home)
            await aside(EXPORT_LIMIT, write_due, house)
            moves = await watch.in_store(pulse.beats, house.store, wanted, watch.ended_turns)
            if since_beat >= BEAT_SECONDS and moves and not sender.stuck:  # silence says that nothing goes on
                await aside(BEAT_LIMIT, beat, house.store, house.settings, house.clock())
                since_beat = 0.0
        except StoreError as error:
            watch.failed(error)
            return


def _file(house: House) -> tuple[int, int] | None:
    """What the SQLite file is, whatever its name; None for PostgreSQL, or where there is none any more.

    SQLite goes on writing to a file that was deleted, and everything would be lost at the end.
    """
    file = sqlite_file(house.store.engine.url)
    try:
        facts = file.stat() if file is not None else None
    except FileNotFoundError:
        return None
    return (facts.st_dev, facts.st_ino) if facts is not None else None
