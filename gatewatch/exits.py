"""The exit codes, and which error ends with which. The one place that decides it."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from typing import TYPE_CHECKING

from crawlers.errors import ConfigError, GatewatchError, SourceError

if TYPE_CHECKING:
    from crawlers.lease import Turn

FINE = 0
UNEXPECTED = 1
USAGE = 2
SOURCES_FAILED = 3
ALERTS_OPEN = 4
FAULTS_FOUND = 5
INTERRUPTED = 130

MEANING: dict[int, str] = {
    FINE: "fine",
    UNEXPECTED: "unexpected error",
    USAGE: "usage or configuration",
    SOURCES_FAILED: "some sources failed",
    ALERTS_OPEN: "alerts pending or rejected (outranks 3)",
    FAULTS_FOUND: "a check found faults",
    INTERRUPTED: "interrupted by the keyboard",
}


def code_of(error: BaseException) -> int:
    """The exit code that an error ends with. A StoreError is unexpected: the store should be there."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, ConfigError):
        return USAGE
    if isinstance(error, SourceError):
        return SOURCES_FAILED
    return UNEXPECTED


def of_round(stopped_by: signal.Signals | None, turns: Iterable[Turn], *, news: bool) -> int:
    """The exit code of a round, as far as sources decide it; `news`: one fails and was not told of.

    Told to end, it ended in order: the next round finds what is left. An article that is unreadable is news.
    """
    if stopped_by is not None:
        return INTERRUPTED if stopped_by is signal.SIGINT else FINE
    return SOURCES_FAILED if news or any(turn.problems for turn in turns) else FINE


def explain(error: BaseException) -> tuple[str, str]:
    """What happened and what to do, as two sentences; the second may be empty."""
    if isinstance(error, GatewatchError):
        return str(error), error.remedy
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if isinstance(error.filename, str) else ""
        return f"{place}{error.strerror}", "Check the path, its rights and the space left on the disk."
    name = type(error).__name__
    return f"{name}: {error}" if str(
        error
    ) else name, "Run it again with -vv for the traceback, and report it."
