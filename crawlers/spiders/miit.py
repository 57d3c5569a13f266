"""Walks a column of the Hanweb jpaas system: MIIT, MOFCOM, the communications administrations.

Shell page → `queryData` → unit call → rows → further pages → articles. The column page is fetched
first in every turn, because the unit call answers `success: false` to whom it has not seen
(observed on SAMR and CNAS, same system), and because its ids may change. Challenges are reported,
never solved.
"""

from __future__ import annotations

from functools import partial

from crawlers.article import Entry
from crawlers.large import reading
from crawlers.paging import new_rows
from crawlers.parse import jpaas
from crawlers.spiders.rounds import RoundsSpider
from crawlers.turn import OpenTurn


class MiitSpider(RoundsSpider):
    """One column a turn, paged until a whole page holds only known rows."""

    name = "miit"
    kind = "jpaas"

    async def walk(self, turn: OpenTurn) -> None:
        """Raises SourceError where the column is not what it owes."""
        source = turn.source
        column = await turn.fetch(source.url)
        shell = await reading(column.body, jpaas.shell, column.body, column.url)
        answer = await turn.fetch(shell.address(), referer=source.url, accept="application/json")
        found = await reading(answer.body, jpaas.rows, answer.body, shell, source.url)
        turn.owe(found.entries)
        fresh = await self._new_rows(turn, shell, found) if turn.keep(answer) else []

        await turn.articles(fresh, partial(self.read, turn))

    async def _new_rows(self, turn: OpenTurn, shell: jpaas.Shell, first: jpaas.Page) -> list[Entry]:
        async def following(last: jpaas.Page, number: int) -> jpaas.Page:
            address = shell.address(last, number)
            answer = await turn.fetch(address, referer=turn.source.url, accept="application/json")
            return await reading(answer.body, jpaas.rows, answer.body, shell, turn.source.url)

        return await new_rows(turn, first, following)
