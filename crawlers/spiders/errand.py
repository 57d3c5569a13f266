"""Runs one coroutine with a crawler's means, outside rounds: a look at a site that is no turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.utils.misc import load_object

from crawlers.watching import Watch

Work = Callable[[Crawler], Awaitable[None]]


class ErrandSpider(Spider):
    """The middlewares that keep a crawl polite want a spider with a watch: this is all it is.

    The class has no name, so `scrapy list` does not show it: it is no kind of source.
    """

    watch: Watch

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **named: Any) -> ErrandSpider:
        """As Scrapy asks."""
        spider = super().from_crawler(crawler, *args, **named)
        spider.watch = load_object(crawler.settings["WATCH"])(crawler, "")
        return spider

    def __init__(self, work: Work, **named: Any) -> None:
        super().__init__("errand", **named)
        self._work = work

    async def start(self) -> AsyncIterator[Any]:
        """Does the errand; yields nothing."""
        await self._work(self.crawler)
        nothing: tuple[Any, ...] = ()
        for item in nothing:  # Scrapy wants an asynchronous generator
            yield item
