"""When a request may go: one after another on a host, over all spiders and workers, within budgets.

The seats are kept by the store, so that two cron jobs or ten machines share one pace. Never decides
where to go.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, Protocol
from weakref import WeakValueDictionary

from scrapy import Request
from scrapy.crawler import Crawler

from crawlers.fetch.guard import place

_LINES: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


def in_line(request: Request) -> AbstractAsyncContextManager[Any]:
    """Hold the host from the wait for a seat to the answer: one request at a time, over all spiders.

    Without a delay (our own loopback server) nobody waits.
    """
    if not request.meta.get("seat"):
        return nullcontext()
    host = place(request.url)[0]
    line = _LINES.get(host)
    if line is None:
        line = _LINES[host] = asyncio.Lock()
    return line


class Seats(Protocol):
    """What the pace needs of the watch."""

    async def seat(self, url: str, delay: float) -> float:
        """Seconds to wait before this address may be asked. Raises BudgetSpent."""


class PaceMiddleware:
    """Waits for the request's seat (`meta["seat"]` is the least delay between two, in seconds)."""

    def __init__(self, seats: Seats) -> None:
        self.seats = seats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PaceMiddleware:
        """As Scrapy asks; the seats are the spider's watch."""
        watch: Seats = crawler.spider.watch  # type: ignore[union-attr]
        return cls(watch)

    async def process_request(self, request: Request) -> None:
        """Raises BudgetSpent where the domain's hourly budget is used up."""
        wait = await self.seats.seat(request.url, float(request.meta.get("seat", 1.0)))
        if wait > 0:
            await asyncio.sleep(wait)
