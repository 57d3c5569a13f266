"""What a turn's end means for a source's state, and whether people have to hear of it. Pure.

No database, no clock. A failure is told once, another kind of failure again, its end once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawlers.lease import Turn

FAILED = frozenset({"blocked", "empty", "failing"})
"""The states that are a source's failure: they back off, count, and make the exit code 3 when new."""


UNREACHABLE = frozenset({"connection", "dns", "refused", "timeout", "tls", "truncated"})


@dataclass(frozen=True, slots=True)
class Step:
    """From one state to the next. `told` is what people know afterwards."""

    changed: bool
    news: bool
    failed: bool
    told: str
    failures: int


def step(state: str, code: str, told: str, failures: int, turn: Turn) -> Step:
    """The step from a stored (state, code, told, failures) by this turn.

    `told` is empty, `ok`, or `<state>:<code>`. A source that is well from its first turn on is no news,
    nor is the end of a possible gap.
    """
    failed = turn.state in FAILED
    known = turn.state if turn.state == "ok" else f"{turn.state}:{_kind(turn.code)}"
    was_failure = told.partition(":")[0] in FAILED
    return Step(
        changed=(turn.state, turn.code) != (state, code),
        news=was_failure if turn.state == "ok" else known != told,
        failed=failed,
        told=known,
        failures=failures + 1 if failed else 0,
    )


def _kind(code: str) -> str:
    """The code, or one word for all ways of not being reached: they change from turn to turn."""
    return "unreachable" if code in UNREACHABLE or code.startswith("http-5") else code


def account(turn: Turn, before: Mapping[str, Any], failures: int) -> dict[str, Any]:
    """What an event or an alert says of the change, as JSON."""
    since = before["since"]
    return {
        "state": turn.state,
        "code": turn.code,
        "message": turn.message,
        "remedy": turn.remedy,
        "rows": turn.rows,
        "failures": failures,
        "was": before["state"],
        "was_code": before["code"],
        "was_since": since.isoformat() if since else None,
        "problems": [list(problem) for problem in turn.problems],
    }
