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
from scrapy.http import Response

from crawlers.fetch.guard import place

HELD = "seat_held"
"""In a request's meta: the seat it holds; one object for all that redirects and retries make of it."""

MARGIN = 10.0
"""Seconds that a request may take beyond its time limit: looking up a name, saying that it failed."""

LOOK_AGAIN = 1.0

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

    async def seat(self, url: str, delay: float, hold: float) -> tuple[float, float]:
        """Seconds to wait before this address may be asked, or 0 and a token. Raises BudgetSpent."""

    async def leave(self, url: str, token: float, delay: float) -> None:
        """The answer of this address is there, or never will be."""


class PaceMiddleware:
    """Takes the host for each request and leaves it with the answer; `meta["seat"]` is the pause between two.

    In seconds. A worker that dies holds its host until its request would have timed out.
    """

    def __init__(self, seats: Seats) -> None:
        self.seats = seats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PaceMiddleware:
        """As Scrapy asks; the seats are the spider's watch."""
        watch: Seats = crawler.spider.watch  # type: ignore[union-attr]
        return cls(watch)

    async def process_request(self, request: Request) -> None:
        """Raises BudgetSpent where the domain's hourly budget is used up."""
        delay = float(request.meta.get("seat", 1.0))
        hold = float(request.meta.get("download_timeout", 180.0)) + MARGIN
        held = request.meta.setdefault(HELD, {})
        while True:
            wait, token = await self.seats.seat(request.url, delay, hold)
            if wait <= 0:
                held.update({"url": request.url, "token": token, "delay": delay} if token else {})
                return
            # The host may be left early: whoever waits for another worker's answer looks again.
            await asyncio.sleep(min(wait, LOOK_AGAIN))

    async def process_response(self, request: Request, response: Response) -> Response:
        """The response as it is."""
        await leave(self.seats, request)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Leaves the exception to others."""
        await leave(self.seats, request)


async def leave(seats: Seats, request: Request) -> None:
    """Leave the host that this request, or what a redirect made of it, holds; nothing where it holds none."""
    held = request.meta.get(HELD)
    if held:
        said = dict(held)
        held.clear()
        await seats.leave(**said)
