"""What `gatewatch doctor` looks at: one file a neighbourhood, each check a row that says what to do.

local: config, home, disk, store, sources, rules, alerts · slack: token, scopes, channel · answers ·
second_road · network: proxy, certificates, robots files, reachability, clock.
Nothing is changed, posted or stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from crawlers.errors import GatewatchError


@dataclass(frozen=True, slots=True)
class Row:
    """One finding. `remedy` is empty where nothing is to be done."""

    check: str
    state: Literal["ok", "warn", "fail"]
    message: str
    remedy: str = ""


Check = Callable[[], Iterator[Row]]


def tried(name: str, check: Check) -> list[Row]:
    """The rows of a check; an error of ours in it is its last row, and stops no other check."""
    rows: list[Row] = []
    try:
        rows.extend(check())
    except GatewatchError as error:
        rows.append(Row(name, "fail", str(error), error.remedy))
    except OSError as error:
        rows.append(
            Row(
                name, "fail", f"{error.filename or name}: {error.strerror or error}", "Check path and rights."
            )
        )
    return rows
