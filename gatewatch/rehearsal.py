"""Rounds that leave no trace: `crawl --dry-run` and `sources check`.

The same turns on a copy of the store, or on an empty one, that is thrown away: nothing is stored,
nothing sent, and every source's state stays as it was.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gatewatch import exits
from gatewatch.config import Settings
from gatewatch.house import House
from gatewatch.progress import LogLines, outcome
from gatewatch.reactor import play
from gatewatch.secret import Secret
from gatewatch.watch import Watch

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
    return exits.FINE if all(row.state in FINE_STATES for row in kept.rows) else exits.SOURCES_FAILED


def check(settings: Settings, names: Sequence[str]) -> list[CheckRow]:
    """Try these sources, or all that are on; a row each. Raises GatewatchError."""
    return _play(settings, names, everything=True, copied=False).rows


def _play(settings: Settings, names: Sequence[str], *, everything: bool, copied: bool) -> _Kept:
    kept = _Kept()
    with tempfile.TemporaryDirectory(prefix="gatewatch-") as folder:
        file = Path(folder) / "store.sqlite3"
        if copied:
            house = House(settings)
            house.store.copy_to(file)
            house.close()
        house = House(replace(settings, database_url=Secret(f"sqlite:///{file}"))).open()
        try:
            play(lambda stage: stage.round(Watch(house, kept, tuple(names), everything)))
        finally:
            house.close()
    return kept
