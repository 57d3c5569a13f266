"""Walks a column of the Hanweb jpaas system: MIIT, MOFCOM, the communications administrations.

Shell page → `queryData` → unit call → rows → further pages → articles. The column page is fetched
first in every turn, because the unit call answers `success: false` to whom it has not seen
(observed on SAMR and CNAS, same system), and because its ids may change. Challenges are reported,
never solved.
"""

from __future__ import annotations

from crawlers.article import Article, Entry
from crawlers.parse import article as page
from crawlers.parse import jpaas
from crawlers.spiders.rounds import RoundsSpider
from crawlers.turn import OpenTurn


class MiitSpider(RoundsSpider):
    """One column a turn, paged until a whole page holds only known rows.

    Rows are not in date order and other columns mix in, so the first known row means nothing.
    """

    name = "miit"
    kind = "jpaas"

    async def walk(self, turn: OpenTurn) -> None:
        """Raises SourceError where the column is not what it owes."""
        source = turn.source
        column = await turn.fetch(source.url)
        shell = jpaas.shell(column.body, column.url)
        answer = await turn.fetch(shell.address(), referer=source.url, accept="application/json")
        found = jpaas.rows(answer.body, shell, source.url)
        turn.owe(found.entries)
        fresh = await self._new_rows(turn, shell, found) if turn.keep(answer) else []

        async def read(entry: Entry) -> Article:
            reply = await turn.fetch(entry.url, referer=source.url)
            kind = (reply.headers.get(b"Content-Type") or b"").decode("latin-1")
            return page.read(reply.body, reply.url, entry, source, content_type=kind)

        await turn.articles(fresh, read)

    async def _new_rows(self, turn: OpenTurn, shell: jpaas.Shell, first: jpaas.Page) -> list[Entry]:
        fresh = await turn.fresh(first.entries)
        gathered = {entry.key: entry for entry in fresh}
        number, last = 1, first
        while fresh and last.more:
            if number >= turn.source.max_pages:
                if not turn.lease.baseline:
                    turn.gap = f"page {number} still shows new rows: older ones may have been missed"
                break
            number += 1
            answer = await turn.fetch(
                shell.address(last, number), referer=turn.source.url, accept="application/json"
            )
            last = jpaas.rows(answer.body, shell, turn.source.url)
            fresh = await turn.fresh(last.entries)
            gathered.update((entry.key, entry) for entry in fresh)
        return list(gathered.values())
