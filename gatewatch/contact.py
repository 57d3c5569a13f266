"""The first live contact: what each source answers when its list and one article are asked for.

`gatewatch sources check`. One page and one article a source, at the pace of a crawl; nothing is stored.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from crawlers.article import OFFICIAL
from crawlers.errors import BudgetSpent, GatewatchError, Missing, Refused, SourceError, Unreachable
from crawlers.fetch.answer import own_fault
from crawlers.source import Source
from crawlers.survey import Survey
from gatewatch.config import Settings
from gatewatch.errand import Errand, run

State = Literal["ok", "released", "empty", "blocked", "moved", "unreachable", "refused", "failing"]

FINE_STATES = frozenset({"ok", "released"})
_OFF = frozenset({"moved", "unreachable", "refused"})
"""Where going on asking is no use; what blocks us or shows nothing may do better, and is told once."""

_TOGETHER = 16

log = logging.getLogger("gatewatch")


@dataclass(frozen=True, slots=True)
class CheckRow:
    """What a source answered, what to do, and whether it should be switched (`on`, `off`, or empty)."""

    source: str
    state: State
    rows: int
    message: str
    remedy: str
    switch: Literal["on", "off", ""] = ""


def check(settings: Settings, sources: Sequence[Source], on: Mapping[str, bool]) -> list[CheckRow]:
    """Ask these sources, those of different hosts at once; a row each, in their order.

    `on` says which are switched on. Raises GatewatchError for what stops it whole, and KeyboardInterrupt.
    """

    async def work(errand: Errand) -> list[CheckRow]:
        room = asyncio.Semaphore(_TOGETHER)

        async def one(source: Source) -> CheckRow:
            async with room:
                row = await _asked(errand, source, on=on.get(source.id, source.enabled))
            log.info("%s: %s%s", source.id, row.state, f": {row.message}" if row.message else "")
            return row

        return list(await asyncio.gather(*map(one, sources)))

    return run(settings, work)


async def _asked(errand: Errand, source: Source, *, on: bool) -> CheckRow:
    turn = errand.open(source, reads=True)
    try:
        await errand.walk(turn)
    except BudgetSpent as spent:
        return CheckRow(source.id, "released", 0, str(spent), f"Ask again in {spent.wait / 60:.0f} minutes.")
    except SourceError as error:
        return _failed(source, turn, error, on=on)
    except GatewatchError:
        raise
    except Exception as error:
        log.exception("%s: a fault of Gatewatch's own", source.id)
        return _failed(source, turn, own_fault(error), on=on)
    failure = turn.failure
    if failure is not None and source.tier in OFFICIAL:
        return _failed(source, turn, failure, on=on)
    told = f"its newest article could not be read: {failure}" if failure else ""
    return CheckRow(source.id, "ok", turn.rows, told, "", "" if on else "on")


def _failed(source: Source, turn: Survey, error: SourceError, *, on: bool) -> CheckRow:
    state = _state(error)
    message = f"it shows its list; of an article: {error}" if turn.entries else str(error)
    switch: Literal["off", ""] = "off" if on and state in _OFF and not turn.entries else ""
    return CheckRow(source.id, state, turn.rows, message, error.remedy, switch)


def _state(error: SourceError) -> State:
    if isinstance(error, Missing):
        return "moved"
    if isinstance(error, Unreachable):
        return "unreachable"
    if isinstance(error, Refused):
        return "refused"
    return "blocked" if error.state == "blocked" else "empty" if error.state == "empty" else "failing"
