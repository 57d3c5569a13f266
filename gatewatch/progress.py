"""Shows the progress of a round: a live line per source on a terminal, plain log lines otherwise.

Only shows; what counts is in the store.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import Progress, TaskID

    from crawlers.lease import Turn
    from crawlers.source import Source
    from pipelines.match import Judged
    from pipelines.store.articles import Saved

log = logging.getLogger("gatewatch")


def outcome(turn: Turn) -> str:
    """A turn in a few words."""
    if turn.state == "released":
        return "given back"
    if turn.state not in {"ok", "gap"}:
        return f"{turn.state}: {turn.message}" + (f" {turn.remedy}" if turn.remedy else "")
    words = f"{turn.new} new of {turn.rows}" if turn.rows else "unchanged"
    if turn.problems:
        words += f", {len(turn.problems)} not readable yet"
    return f"{words}; possible gap: {turn.message}" if turn.state == "gap" else words


class LogLines:
    """One plain line a turn, with fields a log collector can read."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *gone: object) -> None:
        """Nothing is held."""

    def began(self, source: Source) -> None:
        """At DEBUG."""
        log.debug("turn began", extra={"source": source.id})

    def stored(self, judged: Judged, saved: Saved) -> None:
        """A match is worth a line; the rest is not."""
        if judged.verdict.matched or saved.amended:
            log.info(
                "amended: %s" if saved.amended else "matched: %s",
                judged.article.title,
                extra={
                    "source": judged.article.source,
                    "article": saved.article,
                    "disposition": saved.disposition,
                },
            )

    def ended(self, source: Source, turn: Turn) -> None:
        """A failure is a warning."""
        level = (
            logging.INFO if turn.state in {"ok", "gap", "released"} and not turn.problems else logging.WARNING
        )
        log.log(level, "%s: %s", source.id, outcome(turn), extra={"source": source.id, "state": turn.state})
        for url, code, message in turn.problems:
            log.warning("%s: not readable yet (%s): %s: %s", source.id, code, url, message)


class LiveLines:
    """A live line for each open turn, and a line that stays for each that failed or brought something."""

    def __init__(self) -> None:
        self._lines: dict[str, TaskID] = {}
        self._matched: dict[str, int] = {}

    def __enter__(self) -> Self:
        from rich.console import Console  # noqa: PLC0415  # only a terminal needs it
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        self._progress: Progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.fields[count]}", style="dim"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the terminal back."""
        self._progress.stop()

    def began(self, source: Source) -> None:
        """Open its line."""
        self._lines[source.id] = self._progress.add_task(source.name, total=None, count="")
        self._matched[source.id] = 0

    def stored(self, judged: Judged, saved: Saved) -> None:
        """Count on its line."""
        source = judged.article.source
        line = self._lines.get(source)
        if line is None:
            return
        self._matched[source] += judged.verdict.matched
        task = self._progress.tasks[self._progress.task_ids.index(line)]
        self._progress.update(
            line, advance=1, count=f"{int(task.completed) + 1} read, {self._matched[source]} matched"
        )

    def ended(self, source: Source, turn: Turn) -> None:
        """Close its line; say what is worth saying."""
        line = self._lines.pop(source.id, None)
        if line is not None:
            self._progress.remove_task(line)
        good = turn.state in {"ok", "gap", "released"}
        if good and not turn.new and not turn.problems:
            return
        from rich.text import Text  # noqa: PLC0415

        mark = Text("✓ " if good else "✗ ", style="green" if good else "bold red")
        self._progress.console.print(mark, Text(f"{source.name}: {outcome(turn)}"), sep="")


def observer() -> LiveLines | LogLines:
    """Live lines on a terminal, log lines otherwise."""
    return LiveLines() if sys.stderr.isatty() else LogLines()
