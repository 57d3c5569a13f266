"""What spiders and stages see of the program: which sources are wanted, the store's thread, the pace.

One Watch is one round (`once`) or one service run. Never fetches, never sends.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar
from urllib.request import getproxies

from scrapy.crawler import Crawler

from crawlers.article import Article
from crawlers.errors import BudgetSpent
from crawlers.exchange import Exchange
from crawlers.fetch.guard import GUARD, place
from crawlers.lease import Lease, Look, Turn
from crawlers.load import budget_of
from crawlers.source import Source, pick
from gatewatch.house import House, current
from pipelines.match import Judged
from pipelines.store.health import attend
from pipelines.store.switches import switched

if TYPE_CHECKING:
    from pipelines.classify import Rules
    from pipelines.store.articles import Saved

Given = ParamSpec("Given")
Result = TypeVar("Result")

log = logging.getLogger("gatewatch")

BUDGETS: Mapping[str, int] = {"miit.gov.cn": 240, "gov.cn": 600, "google.com": 60}
"""Requests an hour where the config says nothing; the longest matching domain counts.

Careful collectors of MIIT leave 8 to 12 seconds between requests, which is 300 to 450 an hour. A quiet
day needs a quarter of this (`crawlers.load`); the rest is for first rounds and days of much news."""


PATIENCE = 300.0
"""Seconds a turn waits for its seat, at least. No queue of turns is longer: the host asked for it
(Retry-After), and the turn is given back until then."""


class Observer(Protocol):
    """Who is shown the progress. `gatewatch.progress` has them."""

    def began(self, source: Source) -> None:
        """A turn is open."""

    def stored(self, judged: Judged, saved: Saved) -> None:
        """An article went through the river."""

    def ended(self, source: Source, turn: Turn) -> None:
        """A turn is over."""


@dataclass
class Watch:
    """One round, or one service run, of `house`; `names` limits it, `everything` polls what is not due."""

    house: House
    observer: Observer
    names: tuple[str, ...] = ()
    everything: bool = False
    once: bool = True
    worker: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    turns: dict[str, Turn] = field(default_factory=dict)
    news: set[str] = field(default_factory=set)
    error: BaseException | None = None
    ended_turns: int = 0
    """How many turns were ended or given back until now."""

    def __post_init__(self) -> None:
        house = self.house
        self.rules = house.rules  # rules and catalogue first: a file that is wrong must not leave a new store
        self.rule_texts = dict(house.rules.texts)
        self._chosen = {source.id: source for source in pick(house.catalogue, self.names)}
        self.store = house.store
        self.archive = house.archive
        self.schedule = house.store.schedule
        self.robots = house.settings.config.robots
        self.user_agent = house.settings.user_agent
        self._leases: dict[str, Lease] = {}
        self._looks: dict[str, Look] = {}
        self.again: set[str] = set()
        self.looking = house.keeps
        self._budgets = {**BUDGETS, **house.settings.config.per_hour}
        self._thread = ThreadPoolExecutor(1, "store")
        self._stop = asyncio.Event()
        self.schedule.sync(list(house.catalogue.values()))
        self._round_began = self.schedule.now()
        self._off = self._look()
        attend(self.store, house.catalogue.values(), self._off, self.now())
        GUARD.allow(source.url for source in house.catalogue.values())
        GUARD.allow_proxies(source.proxy for source in house.catalogue.values() if source.proxy)
        GUARD.allow_proxies(url for scheme, url in getproxies().items() if scheme in {"http", "https"})

    # --- which ---------------------------------------------------------------------------------------
    def wanted(self, kind: str) -> Mapping[str, Source]:
        """The named sources, or all that are switched on, of this kind."""
        sources = self._chosen or {
            identity: source for identity, source in self.house.catalogue.items() if not self._off[identity]
        }
        return {identity: source for identity, source in sources.items() if source.kind == kind}

    def wanted_ids(self, kinds: Collection[str]) -> list[str]:
        """The ids of all wanted sources of these kinds."""
        return [identity for kind in kinds for identity in self.wanted(kind)]

    def force_before(self) -> float | None:
        """Named sources, and all with `everything`, are polled once in this round, due or not."""
        return self._round_began if self._chosen or self.everything else None

    def look_again(self) -> None:
        """Hear what was switched on or off by hand meanwhile."""
        seen, self._off = self._off, self._look()
        if seen != self._off:
            attend(self.store, self.house.catalogue.values(), self._off, self.now())

    def _look(self) -> dict[str, str]:
        """Why each source of the catalogue is not polled, or empty."""
        by_hand, where = switched(self.store), self.house.settings.config.where or ""
        return {
            identity: source.off(by_hand.get(identity), where)
            for identity, source in self.house.catalogue.items()
        }

    # --- when and where ------------------------------------------------------------------------------
    def now(self) -> datetime:
        """The time that facts carry."""
        return self.house.clock()

    async def in_store(
        self, call: Callable[Given, Result], *args: Given.args, **named: Given.kwargs
    ) -> Result:
        """Run a call that speaks SQL in the store's thread: in order, and never on the reactor."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(call, *args, **named))

    async def seat(self, url: str, delay: float, hold: float) -> tuple[float, float]:
        """Seconds until this address may be asked; or 0, and a token: its host is ours for `hold` seconds.

        Raises BudgetSpent.
        """
        host = place(url)[0]
        domain = budget_of(host, self._budgets)
        per_hour = self._budgets.get(domain)
        wait, token = await self.in_store(self.schedule.seat, host, delay, domain, per_hour, hold)
        if wait > max(PATIENCE, 32 * delay, hold):
            raise BudgetSpent(f"{host} asked us to wait", wait)
        return wait, token

    async def leave(self, url: str, token: float, delay: float) -> None:
        """The answer of this address is there: its host is free after the delay."""
        await self.in_store(self.schedule.leave, place(url)[0], token, delay)

    def take(self, rules: Rules) -> None:
        """Judge by these rules from now on; articles judged a moment ago still find their rules' texts."""
        self.rules = rules
        self.rule_texts |= rules.texts

    # --- stopping ------------------------------------------------------------------------------------
    @property
    def stopping(self) -> bool:
        """True once no new turn is to be opened."""
        return self._stop.is_set()

    async def until_stopped(self) -> None:
        """Returns when `stop` was called."""
        await self._stop.wait()

    def stop(self) -> None:
        """Open no new turn; finish or give back what is open. Called on the reactor's thread."""
        self._stop.set()

    def failed(self, error: BaseException) -> None:
        """The program cannot go on: the store is lost, or a fault of ours."""
        self.error = self.error or error
        self.stop()

    def close(self) -> None:
        """End the store's thread."""
        self._thread.shutdown()

    # --- what happened -------------------------------------------------------------------------------
    def lease_of(self, source: str, key: str) -> Lease | Look:
        """What this source's article is stored under now: its turn, or a look at its page."""
        return self._looks.get(key) or self._leases[source]

    def looks(self, source: Source, look: Look) -> None:
        """A look at a page is open."""
        self._looks[look.entry.key] = look
        self.again.add(look.entry.key)

    async def gone(self, look: Look, exchanges: Sequence[Exchange]) -> None:
        """Keep what was answered in the page's place, until it is told as withdrawn."""
        page = await self.in_store(self.store.articles.page, look.article)
        if self.archive is None or page is None or page["state"] not in {"ok", "gone", "unreachable"}:
            return
        address = look.entry.url
        copies = await asyncio.to_thread(
            self.archive.keep, exchanges, look.article, page=address, role="gone"
        )
        await self.in_store(self.store.articles.refer, look.article, copies)

    def looked(self, source: Source, look: Look, state: str) -> None:
        """A look is over."""
        self._looks.pop(look.entry.key, None)
        self.again.discard(look.entry.key)
        if state:
            about = {"source": source.id, "article": look.article, "url": look.entry.url}
            log.info("the page is %s now: %s", state, look.entry.title, extra=about)

    def reread(self, row: Mapping[str, Any]) -> Article | None:
        """The kept page of a stored article by the parsers of today; None where none is kept here."""
        from gatewatch.again import Reader  # noqa: PLC0415  # only where a page differs

        return Reader(self.house).of_article(row)

    def began(self, source: Source, lease: Lease) -> None:
        """A turn is open."""
        self._leases[source.id] = lease
        self.observer.began(source)

    def stored(self, judged: Judged, saved: Saved) -> None:
        """An article went through the river."""
        self.observer.stored(judged, saved)

    def ended(self, source: Source, lease: Lease, turn: Turn, *, news: bool) -> None:
        """A turn is over."""
        self._leases.pop(source.id, None)
        self.turns[source.id] = turn
        self.ended_turns += 1
        if news:
            self.news.add(source.id)
        self.observer.ended(source, turn)


def for_crawler(_crawler: Crawler, source: str = "") -> Watch:
    """The watch that a spider belongs to; for a bare `scrapy crawl`, one round of all its sources."""
    house = current()
    if house.watch is None:
        from gatewatch.progress import LogLines  # noqa: PLC0415  # only bare Scrapy needs it here

        house.watch = Watch(house, LogLines(), names=(source,) if source else (), everything=True)
    return house.watch
