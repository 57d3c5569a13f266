"""How a list is paged: on and on until a whole page holds only rows that are known.

Rows are not in date order and other columns mix in, so the first known row means nothing. Never knows
how a page is asked for or read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from crawlers.article import Entry
from crawlers.errors import SourceError
from crawlers.turn import OpenTurn

PATIENCE = 2
"""Failed turns after which a list whose further pages cannot be had is read as far as it can."""


class Page(Protocol):
    """One page of a list."""

    @property
    def entries(self) -> Sequence[Entry]:
        """Its rows."""

    @property
    def more(self) -> bool:
        """True where a later page should hold rows."""


Listed = TypeVar("Listed", bound=Page)


async def new_rows(
    turn: OpenTurn, first: Listed, following: Callable[[Listed, int], Awaitable[Listed]]
) -> list[Entry]:
    """The rows of the list that are not stored yet; `following` fetches page `number` after the last.

    Raises SourceError where a further page cannot be had: the whole is repeated next time, at most
    PATIENCE times; then what could be had is read, and the rest told as a gap.
    """
    fresh = await turn.fresh(first.entries)
    gathered = {entry.key: entry for entry in fresh}
    number, last = 1, first
    while fresh and last.more:
        if number >= turn.source.max_pages:
            if not turn.lease.baseline:
                turn.gap = f"page {number} still shows new rows: older ones may have been missed"
            break
        number += 1
        try:
            last = await following(last, number)
        except SourceError as error:
            if turn.lease.failures < PATIENCE:
                raise
            turn.gap = f"page {number} cannot be had ({error}): older rows may have been missed"
            break
        fresh = [entry for entry in await turn.fresh(last.entries) if entry.key not in gathered]
        gathered.update((entry.key, entry) for entry in fresh)
    return list(gathered.values())
