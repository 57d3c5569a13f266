"""A few polite requests outside rounds: what `sources add` and `sources freeze` look at a site with.

Robots files, the address guard, delays, limits and the User-Agent are those of every crawl. The store is
one that is thrown away; nothing is stored, nothing sent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from scrapy.crawler import Crawler
from scrapy.http import Response

from crawlers.fetch.guard import GUARD
from crawlers.source import Source
from crawlers.survey import Survey
from gatewatch.config import Settings
from gatewatch.progress import LogLines
from gatewatch.reactor import SPIDERS, Stage, play
from gatewatch.rehearsal import passing_house
from gatewatch.watch import Watch

Result = TypeVar("Result")


class Errand:
    """What the work of an errand may do."""

    def __init__(self, crawler: Crawler, watch: Watch) -> None:
        self._crawler = crawler
        self._watch = watch

    async def get(self, source: Source, *, accept: str = "") -> Response:
        """The answer at an address that the operator named. Raises SourceError, BudgetSpent."""
        GUARD.allow([source.url])
        return await self.open(source).fetch(source.url, accept=accept)

    async def survey(
        self, source: Source, *, reads: bool = False, known: Mapping[str, Response] | None = None
    ) -> Survey:
        """Walk the source's list as its spider would, first page only. Raises SourceError, BudgetSpent."""
        turn = self.open(source, reads=reads, known=known)
        await self.walk(turn)
        return turn

    def open(
        self, source: Source, *, reads: bool = False, known: Mapping[str, Response] | None = None
    ) -> Survey:
        """A survey that is still to be walked. What a page names gets no further than any link of a page."""
        assert self._crawler.engine is not None
        watch: Any = self._watch  # typed as the spiders see it, it is `crawlers.turn.Watch`
        return Survey(source, watch, self._crawler.engine, reads=reads, known=known)

    async def walk(self, turn: Survey) -> None:
        """Walk a survey's list. Raises SourceError, BudgetSpent."""
        spider = next(spider for spider in SPIDERS if spider.kind == turn.source.kind)
        await spider.from_crawler(self._crawler).walk(turn)


def run(settings: Settings, work: Callable[[Errand], Awaitable[Result]]) -> Result:
    """Do the work; what it gives. Raises what it raises, and KeyboardInterrupt."""
    with passing_house(settings) as house:

        async def script(stage: Stage) -> Result:
            watch = Watch(house, LogLines())
            return await stage.errand(watch, lambda crawler: work(Errand(crawler, watch)))

        return play(script)
