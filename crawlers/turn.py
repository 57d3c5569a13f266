"""One source's turn while it is open: fetching, keeping count, handing articles to the river.

A turn is a coroutine, so it ends when its code ends: no counting of requests can go wrong, and a
request that a middleware drops is an exception here. Each article goes through the pipelines before
the next is handed over: nothing overtakes, and a slow store slows the crawl. Never decides what a
list looks like (spiders) or what is stored (pipelines).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from scrapy.core.engine import ExecutionEngine
from scrapy.http import Response

from crawlers.article import OFFICIAL, Article, Entry
from crawlers.attached import A_TURN, Files
from crawlers.errors import Blocked, Empty, GatewatchError, Missing, Refused, SourceError
from crawlers.exchange import Exchange
from crawlers.fetch.answer import cause, check, own_fault, retry_after
from crawlers.fetch.guard import place
from crawlers.fetch.pace import HELD, in_line, leave
from crawlers.fetch.request import build
from crawlers.fetch.wire import META
from crawlers.lease import Lease, Turn
from crawlers.parse.dates import sane
from crawlers.parse.entry import article_of
from crawlers.source import Source
from crawlers.watching import Watch

log = logging.getLogger(__name__)

REFUSED = "refused"
"""In a source's memo: how its site refuses articles while it shows their list."""

ROBOTS = "robots"
"""In a source's memo: what its host's robots file came to, in words."""

TRIES = 3
"""After so many failed readings an entry is stored with what its list says (title, summary)."""


class OpenTurn:
    """A turn of `source` under `lease`, open until its spider's `walk` returns."""

    def __init__(
        self,
        source: Source,
        lease: Lease,
        watch: Watch,
        engine: ExecutionEngine,
        emit: Callable[[Article], Awaitable[None]],
    ) -> None:
        self.source = source
        self.lease = lease
        self.watch = watch
        self.rows = 0
        self.new = 0
        self.gap = ""
        self.memo: dict[str, str] = {}
        self.latest: Response | None = None
        self.problems: list[tuple[str, str, str]] = []
        self._robots = ""
        self._engine = engine
        self._emit = emit
        self._files = Files(self.fetch, lambda: self.latest, source, watch.now, baseline=lease.baseline)
        self._stopped_by: Blocked | None = None
        self._read_well = False
        self._last: list[Exchange] = []
        self._reading: list[Exchange] | None = None
        self._shown: dict[str, tuple[Exchange, ...]] = {}
        self._edited: dict[str, Entry] = {}

    # --- fetching ----------------------------------------------------------------------------------
    async def fetch(
        self,
        url: str,
        *,
        referer: str = "",
        accept: str = "",
        conditional: bool = False,
        given: Mapping[str, str | int] | None = None,
        most: int = 0,
    ) -> Response:
        """An answer that may be read (or a 304 where `conditional`). Raises SourceError, BudgetSpent.

        `given` replaces parameters of the list (its page, say); `most` is how many bytes are taken, where
        that is not the usual.
        """
        watch = self.watch
        try:
            request = build(
                self.source,
                url,
                user_agent=watch.user_agent,
                robots=watch.robots,
                referer=referer,
                accept=accept,
                memo=self.lease.memo if conditional else None,
                given=given,
            )
            if most:
                request.meta["download_maxsize"] = most
            self._last = request.meta[META] = []
            request.meta[HELD] = {}
            try:
                async with in_line(request):
                    response = await self._engine.download_async(request)
            except asyncio.CancelledError:  # asked to end: the next worker must not wait for a time-out
                await leave(watch, request)
                raise
            finally:
                if place(url)[0] == self.source.host:
                    self._robots = request.meta.get("robots_said", self._robots)
        except SourceError:
            raise
        except ValueError as error:  # `Location: javascript:…`, `http://[::1`, a port of six digits
            reason = f"{url} leads to what is no address"
            raise Refused("no-address", reason, "Open the address by hand.") from error
        except Exception as error:
            found = cause(error, url)
            if found.code == "connection" and not _from_network(error):
                raise
            raise found from error
        if self._reading is not None:
            self._reading += self._last
        wait = retry_after(response, self.watch.now())
        if wait:
            await self.watch.in_store(self.watch.schedule.hold_host, place(response.url)[0], wait)
        self.latest = check(response)
        return self.latest

    # --- the list ----------------------------------------------------------------------------------
    def keep(self, response: Response) -> bool:
        """Remember this answer of the list for the next turn; False where it is the same as last time."""
        for name, header in (("etag", b"ETag"), ("last_modified", b"Last-Modified")):
            value = (response.headers.get(header) or b"").decode("latin-1")
            if value:
                self.memo[name] = value
        self.memo["digest"] = hashlib.sha256(response.body).hexdigest()
        return self.lease.memo.get("digest") != self.memo["digest"]

    def same(self) -> None:
        """The list said that it is unchanged (304)."""
        self.memo = dict(self.lease.memo)

    def owe(self, entries: Sequence[Entry]) -> None:
        """Count the first page's rows. Raises Empty where there are fewer than the source owes."""
        self.rows = len(entries)
        if self.rows < self.source.at_least:
            raise Empty(
                "too-few-rows",
                f"the list shows {self.rows} rows, at least {self.source.at_least} were expected",
                "Has the page been rebuilt? Open it by hand, then correct the source.",
            )

    async def fresh(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those entries that are not stored yet, in the order of the list."""
        known = await self.watch.in_store(self.watch.schedule.known, self.source.id, entries)
        fresh = {entry.key: entry for entry in entries if entry.key not in known}
        self._shown |= dict.fromkeys(fresh, tuple(self._last))
        changed = await self.watch.in_store(self.watch.schedule.edited, self.source.id, entries)
        for entry in entries:
            if entry.key in changed:
                self._edited[entry.key] = entry
                self._shown[entry.key] = tuple(self._last)
        return list(fresh.values())

    # --- its articles ------------------------------------------------------------------------------
    async def articles(self, fresh: Sequence[Entry], read: Callable[[Entry], Awaitable[Article]]) -> None:
        """Read and hand over what is new, and what earlier turns left, the oldest first.

        What is new is noted in the store before the first is read: neither a kill nor a list that moves
        on can lose it. What cannot be read is tried again later.
        """
        schedule = self.watch.schedule
        if fresh:
            await self.watch.in_store(schedule.note, self.lease, fresh)
        listed = {entry.key: entry for entry in fresh}
        left = await self.watch.in_store(schedule.waiting, self.source.id)
        entries = [listed.pop(entry.key, entry) for entry in left]
        positions = {entry.key: place for place, entry in enumerate(fresh)}
        # Of one day the list shows the newest first.
        entries.sort(key=lambda entry: (_when(entry), -positions.get(entry.key, len(fresh))))
        for entry in entries:
            if self.watch.stopping:
                raise asyncio.CancelledError
            await self._article(entry, read)
        for entry in self._edited.values():
            await self._again(entry)
        await self._files_left()

    async def _again(self, entry: Entry) -> None:
        """The list words a stored entry otherwise: hand its text over, or have its page looked at."""
        if self.watch.stopping:
            raise asyncio.CancelledError
        if entry.text:
            self.watch.again.add(entry.key)
            try:
                await self.hand_over(self.from_list(entry), entry)
            finally:
                self.watch.again.discard(entry.key)
        await self.watch.in_store(self.watch.schedule.reword, self.lease, entry)

    async def _files_left(self) -> None:
        """The files that earlier turns could not have: their articles go through the river once more."""
        left = await self.watch.in_store(self.watch.schedule.files_waiting, self.source.id, A_TURN)
        for article in left:
            if self.watch.stopping:
                raise asyncio.CancelledError
            self._reading = []
            read = await self._files.again(article)
            await self._emit(replace(read, exchanges=tuple(self._reading)))

    async def _article(self, entry: Entry, read: Callable[[Entry], Awaitable[Article]]) -> None:
        try:
            if self._stopped_by is not None and not entry.text:
                raise self._stopped_by
            self._reading = []
            article = await self._files.of(await self._read(entry, read))
            article = replace(article, exchanges=tuple(self._reading) or article.exchanges)
            self._read_well = True
        except SourceError as error:
            if isinstance(error, Blocked):
                self._stopped_by = error  # refused once: do not knock at every door of the house
            if entry.summary and isinstance(error, (Blocked, Missing, Refused)):
                article = self.from_list(entry)  # the feed's own words are enough to be told by
            else:
                self.problems.append((entry.url, error.code, str(error)))
                tries = await self.watch.in_store(
                    self.watch.schedule.unread, self.lease, entry, error.code, str(error)
                )
                if tries < TRIES:
                    return
                article = self.from_list(entry)
        await self.hand_over(article, entry)
        self.new += 1

    @property
    def asked(self) -> tuple[Exchange, ...]:
        """The exchanges of the last fetch."""
        return tuple(self._last)

    async def hand_over(self, article: Article, entry: Entry) -> None:
        """Through the pipelines; returns when it is stored."""
        now = self.watch.now()
        # A date from the future must not float an item for ever (it is kept as not known).
        published = sane(article.published, now) or sane(entry.published, now)
        await self._emit(replace(article, fetched=now, published=published))

    @staticmethod
    async def _read(entry: Entry, read: Callable[[Entry], Awaitable[Article]]) -> Article:
        """The article. A page that breaks a parser of ours is one page not read, and keeps no other back."""
        try:
            return await read(entry)
        except GatewatchError:
            raise
        except Exception as error:
            log.exception("a fault of Gatewatch's own in reading %s", entry.url)
            raise own_fault(error) from error

    def from_list(self, entry: Entry) -> Article:
        """The article as far as its list tells it."""
        # an earlier turn's list is not kept
        exchanges = self._shown.get(entry.key, ())
        return replace(article_of(entry, self.source), fetched=self.watch.now(), exchanges=exchanges)

    def failed(self, error: SourceError) -> Turn:
        """How the turn ended, where this was raised. What the last good turn left stays."""
        memo = {**self.lease.memo, **({ROBOTS: self._robots} if self._robots else {})}
        return Turn(
            error.state,
            self.rows,
            self.new,
            error.code,
            str(error),
            error.remedy,
            memo=None if memo == dict(self.lease.memo) else memo,
            problems=tuple(self.problems),
        )

    def result(self) -> Turn:
        """How the turn ended, where nothing was raised.

        A site that refuses articles while it shows their list stays blocked until an article is read
        again: a turn in which none was asked for is no recovery.
        """
        memo = {name: said for name, said in self.memo.items() if name not in {REFUSED, ROBOTS}}
        memo |= {ROBOTS: self._robots} if self._robots else {}
        refused = self.lease.memo.get(REFUSED, "")
        if self._stopped_by is not None and self.source.tier in OFFICIAL:
            blocked = self._stopped_by
            refused = "\n".join((blocked.code, str(blocked), blocked.remedy))
        elif self._read_well:
            refused = ""
        if refused:
            code, message, remedy = refused.split("\n", 2)
            memo[REFUSED] = refused
            state, backs_off = "blocked", False
        elif self.gap:
            state, code, message, remedy = "gap", "gap", self.gap, "Raise max_pages: or poll more often."
            backs_off = True
        else:
            state, code, message, remedy, backs_off = "ok", "", "", "", True
        return Turn(
            state,
            self.rows,
            self.new,
            code,
            message,
            remedy,
            memo=None if memo == dict(self.lease.memo) else memo,
            backs_off=backs_off,
            problems=tuple(self.problems),
        )


def _when(entry: Entry) -> float:
    """The entry's time for sorting; one without a time comes last, as the newest."""
    return entry.published.at.timestamp() if entry.published else float("inf")


def _from_network(error: BaseException) -> bool:
    """True for what Scrapy or Twisted raised; a fault of ours must not be taken for the site's."""
    origin = type(error).__module__.partition(".")[0]
    return origin in {"scrapy", "twisted", "OpenSSL"} or isinstance(error, OSError)
