"""What all spiders share: claim the sources that are due, walk each in a turn, finish the turn.

Scrapy's `start()` has no back-pressure of its own, so turns run beside it, at most TURNS at a time,
and `start()` only passes their articles to the pipelines. Never knows what a kind of list looks like.
"""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, ClassVar

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.misc import load_object

from crawlers.article import Article, Entry
from crawlers.errors import BudgetSpent, GatewatchError, LeaseLost, SourceError, StoreError
from crawlers.fetch.answer import own_fault
from crawlers.fetch.guard import place
from crawlers.large import reading
from crawlers.lease import LEASE_SECONDS, Lease, Look, Turn, next_due
from crawlers.looking import lease_for, look_at
from crawlers.parse import article as page
from crawlers.source import Source
from crawlers.turn import OpenTurn
from crawlers.watching import Watch

TURNS = 16
LOOKS = 4
"""So many pages are looked at again at once: what is new comes first."""
_LOOK = "look:"
LOOK_AGAIN = 5.0
"""Seconds at most between two looks at the schedule: another worker, or a new file, may have changed it."""

GRACE = 6.0
"""Seconds that open turns have when the program is asked to end (it must be gone within ten)."""

log = logging.getLogger(__name__)


class RoundsSpider(Spider):
    """Walks the due sources of one kind until the round, or the service, is over."""

    kind: ClassVar[str]
    watch: Watch

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **named: Any) -> RoundsSpider:
        """As Scrapy asks; `-a source=ID` limits a `scrapy crawl` to one source."""
        spider = super().from_crawler(crawler, *args, **named)
        spider.watch = load_object(crawler.settings["WATCH"])(crawler, getattr(spider, "source", ""))
        crawler.signals.connect(spider.on_scraped, signals.item_scraped)
        crawler.signals.connect(spider.on_dropped, signals.item_dropped)
        crawler.signals.connect(spider.on_error, signals.item_error)
        return spider

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._articles: asyncio.Queue[Article | None] = asyncio.Queue()
        self._waiting: dict[tuple[str, str], asyncio.Future[None]] = {}

    @abstractmethod
    async def walk(self, turn: OpenTurn) -> None:
        """Fetch the list of `turn.source`, hand its new articles over. Raises SourceError."""

    async def read(self, turn: OpenTurn, entry: Entry) -> Article:
        """The entry's page; what the list says where that is the whole, or is meant to be enough."""
        source = turn.source
        if entry.text or not source.article.fetch:
            return turn.from_list(entry)
        referer = source.url if place(entry.url)[0] == source.host else ""
        reply = await turn.fetch(entry.url, referer=referer)
        kind = (reply.headers.get(b"Content-Type") or b"").decode("latin-1")
        return await reading(reply.body, page.read, reply.body, reply.url, entry, source, content_type=kind)

    async def start(self) -> AsyncIterator[Any]:
        """The articles of all turns, as they come."""
        turns = asyncio.ensure_future(self._turns())
        turns.add_done_callback(lambda _: self._articles.put_nowait(None))
        try:
            while (article := await self._articles.get()) is not None:
                yield article
        finally:
            turns.cancel()
        if not turns.cancelled() and (error := turns.exception()) is not None:
            self.watch.failed(error)

    # --- the round ---------------------------------------------------------------------------------
    async def _turns(self) -> None:
        open_turns: dict[asyncio.Task[None], str] = {}
        done: set[str] = set()
        try:
            while not self.watch.stopping:
                leases = await self._claim(TURNS - len(open_turns), done | set(open_turns.values()))
                for source, lease in leases:
                    open_turns[asyncio.ensure_future(self._turn(source, lease))] = source.id
                    if self.watch.once:
                        done.add(source.id)
                looking = sum(name.startswith(_LOOK) for name in open_turns.values())
                looks = await self._claim_looks(min(LOOKS - looking, TURNS - len(open_turns)))
                for source, look in looks:
                    open_turns[asyncio.ensure_future(self._look(source, look))] = _LOOK + look.article
                if not leases and not looks and not open_turns and self.watch.once:
                    return
                ended = await self._pause(set(open_turns), idle=not leases and not looks)
                for task in ended:
                    del open_turns[task]
                    task.result()
            if open_turns:
                await asyncio.wait(open_turns, timeout=GRACE)
        finally:
            for task in open_turns:
                task.cancel()
            if open_turns:
                await asyncio.gather(*open_turns, return_exceptions=True)

    async def _claim(self, room: int, busy: set[str]) -> list[tuple[Source, Lease]]:
        wanted = self.watch.wanted(self.kind)
        ids = [identity for identity in wanted if identity not in busy]
        if not ids or room <= 0:
            return []
        leases = await self.watch.in_store(
            self.watch.schedule.claim,
            ids,
            self.watch.worker,
            limit=room,
            force_before=self.watch.force_before(),
        )
        return [(wanted[lease.source], lease) for lease in leases]

    async def _claim_looks(self, room: int) -> list[tuple[Source, Look]]:
        wanted = self.watch.wanted(self.kind)
        if not wanted or room <= 0 or not self.watch.looking:
            return []
        schedule = self.watch.schedule
        looks = await self.watch.in_store(schedule.claim_looks, list(wanted), self.watch.worker, limit=room)
        return [(wanted[look.source], look) for look in looks]

    async def _pause(self, open_turns: set[asyncio.Task[None]], *, idle: bool) -> set[asyncio.Task[None]]:
        """Wait for a turn to end or a source to come due, whichever is first."""
        wait = 0.05
        if idle and self.watch.once:
            wait = LOOK_AGAIN
        elif idle:
            ids = list(self.watch.wanted(self.kind))
            due = await self.watch.in_store(self.watch.schedule.next_due, ids)
            look = await self.watch.in_store(self.watch.schedule.next_look, ids)
            now = await self.watch.in_store(self.watch.schedule.now)
            first = min((at for at in (due, look) if at is not None), default=None)
            wait = LOOK_AGAIN if first is None else min(LOOK_AGAIN, max(0.05, first - now))
        stop = asyncio.ensure_future(self.watch.until_stopped())
        ended, _ = await asyncio.wait({*open_turns, stop}, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        return ended & open_turns

    # --- one turn ----------------------------------------------------------------------------------
    async def _turn(self, source: Source, lease: Lease) -> None:
        watch = self.watch
        watch.began(source, lease)
        keeper = asyncio.ensure_future(self._renew(lease))
        finished: Turn | None = None
        news = False
        try:
            finished = await self._walked(source, lease)
            now = await watch.in_store(watch.schedule.now)
            failed = finished.state not in {"ok", "gap"} and finished.backs_off
            failures = lease.failures + 1 if failed else 0
            refused = finished.state == "blocked"
            due = next_due(source, lease.due, now, failures=failures, refused=refused)
            finished = replace(finished, next_due=due)
            news = await watch.in_store(watch.schedule.finish, lease, finished, watch.now())
        except BudgetSpent as spent:
            log.info("%s: %s; goes on in %.0f s", source.id, spent, spent.wait)
            await self._give_back(lease, after=spent.wait)
        except LeaseLost:
            log.warning("%s: another worker took over; nothing more is stored from this turn", source.id)
        except asyncio.CancelledError:
            # Asked to stop in the middle: what is stored stays, the rest is the next turn's.
            await self._give_back(lease)
            if not watch.stopping:
                raise
        finally:
            keeper.cancel()
            watch.ended(source, lease, finished or Turn("released"), news=news)

    async def _look(self, source: Source, look: Look) -> None:
        """A look at a page that matched, to its end."""
        watch, schedule = self.watch, self.watch.schedule
        assert self.crawler.engine is not None
        watch.looks(source, look)
        keeper = asyncio.ensure_future(self._renew(look))
        state = ""
        try:
            turn = OpenTurn(source, lease_for(look), watch, self.crawler.engine, self._emit)
            looked = await look_at(turn, look)
            if looked.outcome == "gone":
                await watch.gone(look, turn.asked)
            state = await watch.in_store(schedule.finish_look, look, looked, watch.now())
        except BudgetSpent as spent:
            await self._give_back(look, after=spent.wait)
        except LeaseLost:
            log.warning("%s: another worker looks at %s", source.id, look.entry.url)
        except asyncio.CancelledError:
            await self._give_back(look)
            if not watch.stopping:
                raise
        finally:
            keeper.cancel()
            watch.looked(source, look, state)

    async def _give_back(self, lease: Lease | Look, *, after: float = 0.0) -> None:
        schedule = self.watch.schedule
        try:
            if isinstance(lease, Look):
                await self.watch.in_store(schedule.release_look, lease, after=after)
            else:
                await self.watch.in_store(schedule.release, lease, after=after)
        except LeaseLost:
            log.info("%s: the lease had already passed on", lease.source)

    async def _walked(self, source: Source, lease: Lease) -> Turn:
        assert self.crawler.engine is not None
        turn = OpenTurn(source, lease, self.watch, self.crawler.engine, self._emit)
        try:
            await self._walk(turn)
        except SourceError as error:
            return turn.failed(error)
        return turn.result()

    async def _walk(self, turn: OpenTurn) -> None:
        """The walk; a fault of ours in it is this source's failure, and harms no other source."""
        try:
            await self.walk(turn)
        except GatewatchError:
            raise
        except Exception as error:
            log.exception("%s: a fault of Gatewatch's own", turn.source.id)
            raise own_fault(error) from error

    async def _renew(self, lease: Lease | Look) -> None:
        schedule = self.watch.schedule
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            try:
                if isinstance(lease, Look):
                    await self.watch.in_store(schedule.renew_look, lease)
                else:
                    await self.watch.in_store(schedule.renew, lease)
            except LeaseLost:
                return  # the next commit will be refused, and says so
            except StoreError as error:
                log.warning("%s: the lease could not be renewed: %s", lease.source, error)

    # --- handing an article to the pipelines, and hearing what became of it -------------------------
    async def _emit(self, article: Article) -> None:
        """Returns when the article is stored. Raises what the pipelines raised."""
        heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[article.source, article.key] = heard
        self._articles.put_nowait(article)
        await heard

    def _heard(self, item: Any, error: BaseException | None) -> None:
        named = item if isinstance(item, dict) else None
        article = getattr(item, "article", item)
        place = (named["source"], named["key"]) if named else (article.source, article.key)
        heard = self._waiting.pop(place, None)
        if heard is None or heard.done():
            return
        if error is None:
            heard.set_result(None)
        else:
            heard.set_exception(error)

    def on_scraped(self, item: Any) -> None:
        """Scrapy says: it went through."""
        self._heard(item, None)

    def on_dropped(self, item: Any, exception: DropItem) -> None:
        """Scrapy says: a stage refused it."""
        self._heard(item, exception.__cause__ or exception)

    def on_error(self, item: Any, failure: Any) -> None:
        """Scrapy says: a stage failed."""
        self._heard(item, failure.value)
