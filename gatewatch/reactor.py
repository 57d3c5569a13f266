"""Runs a coroutine beside Scrapy's spiders, on Scrapy's own reactor, and gives its result.

One process has one reactor and it starts once: a round, a service and the demo's many days are all
scripts given to `play`. Never touches a source, the store or Slack.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawlers.spiders.errand import ErrandSpider
from crawlers.spiders.feed import FeedSpider
from crawlers.spiders.json_list import JsonListSpider
from crawlers.spiders.listing import ListingSpider
from crawlers.spiders.miit import MiitSpider

if TYPE_CHECKING:
    from gatewatch.watch import Watch

Result = TypeVar("Result")
SPIDERS = (MiitSpider, FeedSpider, ListingSpider, JsonListSpider)
KINDS = tuple(spider.kind for spider in SPIDERS)


class Stage:
    """What a script may do: play rounds, and hear that it should end."""

    def __init__(self, process: AsyncCrawlerProcess) -> None:
        self._process = process
        self.stopped_by: signal.Signals | None = None
        self._on_stop: list[Callable[[], None]] = []

    async def round(self, watch: Watch) -> None:
        """Walk the watch's sources, one spider a kind, until the round or the service is over."""
        watch.house.watch = watch
        self.on_stop(watch.stop)
        crawls = [
            self._process.crawl(spider) for spider in SPIDERS if watch.wanted(spider.kind) or not watch.once
        ]
        try:
            await asyncio.gather(*(_to_its_end(crawl, watch) for crawl in crawls))
        finally:
            self._on_stop.remove(watch.stop)
            watch.house.watch = None
            watch.close()
        if watch.error is not None:
            raise watch.error

    async def errand(self, watch: Watch, work: Callable[[Crawler], Awaitable[Result]]) -> Result:
        """Do one piece of work with a crawler's means, outside any round; what it gives.

        Raises what it raises, and KeyboardInterrupt where the process was asked to end first.
        """
        done: list[asyncio.Task[Result]] = []

        async def kept(crawler: Crawler) -> None:
            done.append(asyncio.ensure_future(work(crawler)))
            stop = asyncio.ensure_future(watch.until_stopped())
            await asyncio.wait([done[0], stop], return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            done[0].cancel()

        watch.house.watch = watch
        self.on_stop(watch.stop)
        try:
            await self._process.crawl(ErrandSpider, work=kept)
        finally:
            self._on_stop.remove(watch.stop)
            watch.house.watch = None
            watch.close()
        try:
            return await done[0]
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None

    async def unless_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        """Wait for the work, but no longer once the process is asked to end. Raises what it raises."""
        stop = asyncio.Event()
        self.on_stop(stop.set)
        tasks = [asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if tasks[0].done():
                tasks[0].result()
        finally:
            self._on_stop.remove(stop.set)
            for task in tasks:
                task.cancel()

    def on_stop(self, call: Callable[[], None]) -> None:
        """Call this when the process is asked to end (at once, if it already was)."""
        self._on_stop.append(call)
        if self.stopped_by is not None:
            call()

    def signalled(self, number: signal.Signals) -> None:
        """The process is asked to end."""
        self.stopped_by = self.stopped_by or number
        for call in list(self._on_stop):
            call()


async def _to_its_end(crawl: Awaitable[None], watch: Watch) -> None:
    """Where a crawl falls over, the others give their turns back before anything is taken from them."""
    try:
        await crawl
    except Exception as error:  # noqa: BLE001 - `round` raises it when the others have ended
        watch.failed(error)


def play(script: Callable[[Stage], Awaitable[Result]]) -> Result:
    """Run the script to its end. SIGTERM and SIGINT ask it to end; raises what it raises."""
    settings = Settings()
    settings.setmodule("crawlers.settings", priority="project")
    settings.set("LOG_INSTALL_ROOT_HANDLER", value=False, priority="cmdline")  # `gatewatch.logs` has one
    logging.disable(logging.INFO)  # it greets at once, with its own idea of levels
    process = AsyncCrawlerProcess(settings)
    logging.getLogger("scrapy").setLevel(logging.NOTSET)  # as loud as other libraries, not louder
    logging.disable(logging.NOTSET)
    # Importing it installs one: only after the process has chosen. Its type is a module's, hence Any.
    reactor: Any = import_module("twisted.internet.reactor")

    stage = Stage(process)
    outcome: list[Result] = []
    raised: list[BaseException] = []

    async def whole() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stage.signalled, number)
        try:
            outcome.append(await script(stage))
        except BaseException as error:  # noqa: BLE001 - raised again below, when the reactor has stopped in order
            raised.append(error)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        loop.call_soon(reactor.stop)

    tasks: list[asyncio.Future[None]] = []  # a task that nobody holds may be collected
    reactor.callWhenRunning(lambda: tasks.append(asyncio.ensure_future(whole())))
    process.start(stop_after_crawl=False, install_signal_handlers=False)
    if raised:
        raise raised[0]
    return outcome[0]
