"""What stands on this machine: config, home, disk, store, sources, rules, outbox. Reads only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from crawlers.load import within
from crawlers.source import Source
from gatewatch.checks import Row
from gatewatch.house import House
from gatewatch.watch import BUDGETS
from pipelines.facts import BEIJING
from pipelines.occasions import occasion_on
from pipelines.store.engine import address, sqlite_file
from pipelines.store.states import states
from pipelines.store.status import faults, status
from pipelines.store.store import Store, open_store
from pipelines.store.switches import switched

ROOM_WARN = 1 << 30
ROOM_FAIL = 100 << 20


def config(house: House) -> Iterator[Row]:
    """Which config applies, and how alerts leave."""
    settings = house.settings
    yield Row(
        "config", "ok", f"{settings.file}" if settings.file else "none: built-in sources and rules apply"
    )
    if not settings.config.contact:
        remedy = "Set contact: in the config, so that a site's operator can reach you."
        yield Row("config", "warn", "the User-Agent names no contact", remedy)


def sources(house: House) -> Iterator[Row]:
    """The catalogue, and the sources that do not do well."""
    on = {source.id for source in enabled(house)}
    if not on:
        yield Row("sources", "fail", "no source is switched on", "Run `gatewatch sources enable ID`.")
        return
    yield Row("sources", "ok", f"{len(on)} of {len(house.catalogue)} sources are switched on")
    store = known_store(house)
    for name, state in (states(store) if store else {}).items():
        if name in on and state.state in {"blocked", "empty", "failing", "gap"}:
            yield Row("sources", "warn", f"{name} is {state.state}: {state.message}", state.remedy)


def load(house: House) -> Iterator[Row]:
    """What the catalogue asks of the domains that have a budget, on a quiet day."""
    budgets = {**BUDGETS, **house.settings.config.per_hour}
    for domain, asked in within(enabled(house), budgets).items():
        message = f"{domain}: about {asked:.0f} requests an hour on a quiet day, at most {budgets[domain]}"
        if not asked:
            continue
        remedy = (
            "" if asked <= budgets[domain] else "Raise budgets:, or poll its sources less often (every:)."
        )
        yield Row("load", "warn" if remedy else "ok", message, remedy)


def calendar(house: House) -> Iterator[Row]:
    """An occasion of these days on which sites are known to close to foreigners, where there is one."""
    day = house.clock().astimezone(BEIJING).date()
    if found := occasion_on(day):
        about = "about " if found.usual else ""
        message = f"these are the days of {found.en} ({found.zh}), {about}{found.first} to {found.last}"
        yield Row(
            "calendar", "ok", f"{message}: access is known to tighten, a blocked source may be just that"
        )


def enabled(house: House) -> list[Source]:
    """The sources that are on: by hand, or as the catalogue says."""
    store = known_store(house)
    by_hand = switched(store) if store else {}
    return [source for name, source in house.catalogue.items() if by_hand.get(name, source.enabled)]


def rules(house: House) -> Iterator[Row]:
    """The rule files, and their own cases."""
    loaded = house.rules
    on = [ruling for ruling in loaded.rulings if ruling.rule.enabled]
    if not on:
        yield Row("rules", "fail", "no rule is switched on", "Name `builtin` under rules:, or write a rule.")
        return
    yield Row("rules", "ok", f"{len(on)} rules")
    for fault in loaded.run_cases():
        yield Row(
            "rules", "fail", str(fault), "Correct the rule or its case; `gatewatch rules explain` helps."
        )


def home(house: House) -> Iterator[Row]:
    """Whether the data folder can be written, or made, and how much room it has."""
    folder = house.settings.home
    try:
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    except OSError as error:  # a name too long, a folder that may not be entered
        yield Row("home", "fail", f"{folder}: {error.strerror}", "Choose another --home.")
        return
    # A file system that makes nothing (/proc) grants every right all the same.
    can = there.is_dir() and os.access(there, os.W_OK | os.X_OK) and shutil.disk_usage(there).total > 0
    if not can:
        wanted = f"{folder} cannot be made: " if there != folder else ""
        message = f"{wanted}{there} {'cannot be written to' if there.is_dir() else 'is no folder'}"
        yield Row("home", "fail", message, "Change its rights, or choose another --home.")
        return
    yield Row("home", "ok", f"{folder}{'' if there == folder else ' (made when first needed)'}")
    free = shutil.disk_usage(there).free
    state = "fail" if free < ROOM_FAIL else "warn" if free < ROOM_WARN else "ok"
    remedy = "" if state == "ok" else "Make room: a full disk stops the store."
    yield Row("disk", state, f"{_size(free)} free at {there}", remedy)  # type: ignore[arg-type]


def store(house: House) -> Iterator[Row]:
    """Whether the store opens, is of this program's version, and is sound."""
    opened = known_store(house)
    if opened is None:
        yield Row("store", "ok", f"none yet at {_file(house)}: the first crawl makes it")
        return
    now = status(opened)
    held = f", {len(now.leases)} turns open" if now.leases else ""
    articles = now.counts["articles"]
    yield Row(
        "store", "ok", f"{now.url}: {articles} articles, {now.matched} matched, {_size(now.bytes)}{held}"
    )
    for fault in faults(opened)[:10]:
        yield Row("store", "fail", fault, "Restore a backup: `gatewatch db restore FILE`.")


def alerts(house: House) -> Iterator[Row]:
    """What waits in the outbox and for which channel, and what was refused."""
    opened = known_store(house)
    counts = opened.outbox.counts() if opened else {}
    waiting = counts.get("pending", 0) + counts.get("sending", 0)
    rejected = counts.get("rejected", 0)
    if rejected:
        remedy = "`gatewatch alerts list --state rejected` says why; then `gatewatch alerts retry`."
        yield Row("alerts", "fail", f"{rejected} rejected", remedy)
    configured = _channels(house)
    for queue in opened.outbox.queues() if opened and configured else ():
        if queue.channel in configured:
            if queue.broken:
                yield Row(
                    "alerts", "fail", f"{queue.waiting} pending for {queue.channel}: {queue.broken}", ""
                )
                waiting -= queue.waiting
            continue
        waiting -= queue.waiting
        verb = "alert waits" if queue.waiting == 1 else "alerts wait"
        message = f"{queue.waiting} {verb} for {queue.channel}, which is not configured"
        to = " or ".join(sorted(configured))
        yield Row("alerts", "fail", message, f"`gatewatch alerts retry` sends them to {to}.")
    if waiting:
        yield Row(
            "alerts", "warn", f"{waiting} pending", "The next crawl sends them, or `gatewatch alerts retry`."
        )
    if not rejected and not waiting and not counts.get("pending") and not counts.get("sending"):
        yield Row("alerts", "ok", f"{counts.get('sent', 0)} sent, none pending, none rejected")


def _channels(house: House) -> set[str]:
    """The channels that the config names, by the road that it chose; none where it is not complete."""
    settings = house.settings
    if settings.delivery in {"terminal", "webhook"}:
        return {settings.delivery}
    named = (settings.channel, settings.ops_channel, *(one.to for one in settings.config.routes))
    return {name for name in named if name} if settings.channel else set()


def known_store(house: House) -> Store | None:
    """The store as it is, not upgraded; None where there is none yet. Raises StoreError."""
    file = _file(house)
    if file is not None and not file.exists():
        return None
    if "store" not in house.__dict__:
        house.__dict__["store"] = open_store(house.settings.database_url.reveal(), upgrade=False)
    return house.store


def _file(house: House) -> Path | None:
    return sqlite_file(address(house.settings.database_url.reveal()))


def _size(count: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"
