"""Rounds that leave no trace: `crawl --dry-run`.

The same turns on a copy of the store that is thrown away: nothing is stored,
nothing sent, and every source's state stays as it was.
"""

from __future__ import annotations

import logging
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gatewatch import exits
from gatewatch.config import Settings
from gatewatch.house import House
from gatewatch.progress import LogLines, outcome
from gatewatch.reactor import Stage, play
from gatewatch.secret import Secret
from gatewatch.watch import Watch
from pipelines.store.copying import copy_as_it_is

if TYPE_CHECKING:
    from crawlers.lease import Turn
    from crawlers.source import Source
    from pipelines.match import Judged
    from pipelines.store.articles import Saved

log = logging.getLogger("gatewatch")


class _Kept(LogLines):
    """Keeps what a round would have told."""

    def __init__(self) -> None:
        self.matches: list[str] = []
        self.stopped_by: signal.Signals | None = None
        self.code = exits.FINE

    def stored(self, judged: Judged, saved: Saved) -> None:
        """One line a match, with the words that matched."""
        if judged.verdict.matched:
            terms = ", ".join(dict.fromkeys(found.term for found in judged.verdict.evidence))
            article = judged.article
            self.matches.append(f"{judged.verdict.severity}\t{article.title}\t{article.url}\t{terms}")

    def ended(self, source: Source, turn: Turn) -> None:
        """One line a source."""
        log.info("%s: %s", source.id, outcome(turn))


def rehearse(settings: Settings, names: Sequence[str], *, everything: bool) -> int:
    """Fetch and show what a round would store and tell; the exit code. Raises GatewatchError."""
    kept = _play(settings, names, everything=everything, copied=True)
    for line in kept.matches:
        print(line)
    return kept.code


def _play(settings: Settings, names: Sequence[str], *, everything: bool, copied: bool) -> _Kept:
    kept = _Kept()
    with passing_house(settings, copied=copied) as house:

        async def script(stage: Stage) -> None:
            watch = Watch(house, kept, tuple(names), everything)
            await stage.round(watch)
            kept.stopped_by = stage.stopped_by
            kept.code = exits.of_round(stage.stopped_by, watch.turns.values(), news=bool(watch.news))

        play(script)
    return kept


@contextmanager
def passing_house(settings: Settings, *, copied: bool = False) -> Iterator[House]:
    """A house over a store that is thrown away: an empty one, or a copy of the true one."""
    with tempfile.TemporaryDirectory(prefix="gatewatch-") as folder:
        file = Path(folder) / "store.sqlite3"
        if copied:
            copy_as_it_is(settings.database_url.reveal(), file)
        house = House(replace(settings, database_url=Secret(f"sqlite:///{file}")), keeps=False).open()
        try:
            yield house
        finally:
            house.close()
