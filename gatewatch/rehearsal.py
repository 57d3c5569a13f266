"""Rounds that leave no trace: `crawl --dry-run` and `sources check`.

The same turns on a copy of the store, or on an empty one, that is thrown away: nothing is stored,
nothing sent, and every source's state stays as it was.
"""

from __future__ import annotations

import logging
import signal
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gatewatch import exits
from gatewatch.config import Settings
from gatewatch.house import House
from gatewatch.progress import LogLines, outcome
from gatewatch.reactor import Stage, play
from gatewatch.secret import Secret
from gatewatch.watch import Watch
from pipelines.store import open_store
from pipelines.store.engine import address, sqlite_file

if TYPE_CHECKING:
    from crawlers.lease import Turn
    from crawlers.source import Source
    from pipelines.match import Judged
    from pipelines.store.articles import Saved

log = logging.getLogger("gatewatch")

FINE_STATES = frozenset({"ok", "gap", "released"})


class _Kept(LogLines):
    """Keeps what a round would have told."""

    def __init__(self) -> None:
        self.matches: list[str] = []
        self.rows: list[CheckRow] = []
        self.stopped_by: signal.Signals | None = None
        self.news = False

    def stored(self, judged: Judged, saved: Saved) -> None:
        """One line a match, with the words that matched."""
        if judged.verdict.matched:
            terms = ", ".join(dict.fromkeys(found.term for found in judged.verdict.evidence))
            article = judged.article
            self.matches.append(f"{judged.verdict.severity}\t{article.title}\t{article.url}\t{terms}")

    def ended(self, source: Source, turn: Turn) -> None:
        """One row a source."""
        self.rows.append(CheckRow(source.id, turn.state, turn.rows, turn.message, turn.remedy))
        log.info("%s: %s", source.id, outcome(turn))


@dataclass(frozen=True, slots=True)
class CheckRow:
    """What a source answered when it was tried: ok, blocked, empty, failing …, and what to do."""

    source: str
    state: str
    rows: int
    message: str
    remedy: str


def rehearse(settings: Settings, names: Sequence[str], *, everything: bool) -> int:
    """Fetch and show what a round would store and tell; the exit code. Raises GatewatchError."""
    kept = _play(settings, names, everything=everything, copied=True)
    for line in kept.matches:
        print(line)
    if kept.stopped_by is signal.SIGINT:
        return exits.INTERRUPTED
    return exits.SOURCES_FAILED if kept.news else exits.FINE


def check(settings: Settings, names: Sequence[str]) -> list[CheckRow]:
    """Try these sources, or all that are on; a row each. Raises GatewatchError."""
    return _play(settings, names, everything=True, copied=False).rows


def _play(settings: Settings, names: Sequence[str], *, everything: bool, copied: bool) -> _Kept:
    kept = _Kept()
    with tempfile.TemporaryDirectory(prefix="gatewatch-") as folder:
        file = Path(folder) / "store.sqlite3"
        url = settings.database_url.reveal()
        there = sqlite_file(address(url))
        if copied and (there is None or there.exists()):  # else the round begins with an empty store
            store = open_store(url, upgrade=False)
            store.copy_to(file)
            store.close()
        house = House(replace(settings, database_url=Secret(f"sqlite:///{file}"))).open()

        async def script(stage: Stage) -> None:
            watch = Watch(house, kept, tuple(names), everything)
            await stage.round(watch)
            kept.stopped_by, kept.news = stage.stopped_by, bool(watch.news)

        try:
            play(script)
        finally:
            house.close()
    return kept
