"""What the kinds `listing` and `json_list` share: a list that the source describes, page after page.

Never reads an answer itself: a kind says how (`rows`).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar
from urllib.parse import urljoin

from scrapy.http import Response

from crawlers.article import Entry
from crawlers.errors import Missing
from crawlers.large import reading
from crawlers.paging import new_rows
from crawlers.parse.rows import NoRows, Rows
from crawlers.source import Source
from crawlers.spiders.rounds import RoundsSpider
from crawlers.turn import OpenTurn


class ListedSpider(RoundsSpider):
    """One list a turn."""

    accept: ClassVar[str] = ""

    @abstractmethod
    def rows(self, source: Source, answer: Response) -> Rows:
        """The rows of one page. Raises Malformed."""

    async def given(self, turn: OpenTurn) -> Mapping[str, str | int]:
        """Parameters that are not the source's own."""
        return {}

    async def walk(self, turn: OpenTurn) -> None:
        """Raises SourceError where the list is not what it owes."""
        source, given = turn.source, await self.given(turn)

        async def following(last: Rows, number: int) -> Rows:
            return await self._following(turn, last, number, given)

        answer = await turn.fetch(source.url, accept=self.accept, conditional=True, given=given)
        fresh: list[Entry] = []
        lost = None
        if answer.status == 304:
            turn.same()
        else:
            first = await reading(answer.body, self._first, source, answer)
            turn.owe(first.entries)
            lost = first.lost
            if turn.keep(answer):
                fresh = await new_rows(turn, first, following)
            self._overrun(turn, first, fresh)
        await turn.articles(fresh, partial(self.read, turn))
        if lost is not None:
            raise lost

    @staticmethod
    def _overrun(turn: OpenTurn, first: Rows, fresh: Sequence[Entry]) -> None:
        """A list of one page that showed rows last time, and none of them now, may have moved on unseen."""
        shown = int(turn.lease.memo.get("shown", "0"))
        turn.memo["shown"] = str(len(first.entries))
        if not first.more and shown > 1 and 1 < len(first.entries) == len(fresh):
            turn.gap = f"all {len(fresh)} rows are new: older ones may have been missed"

    def _first(self, source: Source, answer: Response) -> Rows:
        try:
            return self._page(source, answer)
        except NoRows:
            if source.at_least:
                raise
            return Rows(())  # a list that may be empty, and is

    async def _following(
        self, turn: OpenTurn, last: Rows, number: int, given: Mapping[str, str | int]
    ) -> Rows:
        source, pages = turn.source, turn.source.pages
        url, asked = last.further, None
        if not url and pages is not None and pages.param:
            url, asked = source.url, {**given, pages.param: pages.number(number)}
        elif not url and pages is not None:
            url = urljoin(source.url, pages.url.replace("{page}", str(pages.number(number))))
        try:
            answer = await turn.fetch(url, accept=self.accept, referer=source.url, given=asked)
            return await reading(answer.body, self._page, source, answer)
        except (Missing, NoRows) as error:
            # The address is made up after a pattern: a list ends so.
            if not turn.lease.baseline:
                turn.gap = f"page {number} holds no rows ({error}): older ones may have been missed"
            return Rows(())

    def _page(self, source: Source, answer: Response) -> Rows:
        page = self.rows(source, answer)
        return replace(page, more=bool(page.entries) and bool(page.further or source.pages))
