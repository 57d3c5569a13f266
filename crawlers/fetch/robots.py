"""robots.txt as RFC 9309 says: 2xx is read, 4xx means no rules, 5xx and no answer close the host.

`strict` closes the host on 4xx too (MIIT answers 403 for its robots file to some clients). What was
decided is kept for 24 hours and can be shown. Scrapy's own middleware parses the body whatever the
status, and remembers for ever; the rules themselves are read by protego.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler

from crawlers.errors import GatewatchError, Refused, SourceError, Unreachable
from crawlers.fetch.answer import cause
from crawlers.fetch.guard import place
from crawlers.fetch.pace import HELD

KEPT_SECONDS = 24 * 3600.0
RETRY_SECONDS = 600.0  # a closed host is asked again sooner
AGENT = "Gatewatch"
MAX_BYTES = 512 * 1024  # RFC 9309 §2.5 asks for at least 500 KiB
MOST_HOSTS = 2000  # a service meets every host that a feed links to
LONGEST_DELAY = 60.0  # Crawl-delay is no part of RFC 9309; it is obeyed up to this, in seconds
_USER_AGENT = re.compile(
    r"^[ \t]*user[ -]?agent[ \t]*(?::|[ \t])[ \t]*([^#\r\n]*)", re.IGNORECASE | re.MULTILINE
)
_TOKEN = re.compile(r"\*|[A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a host's robots file came to. `status` 0: no answer. `rules` None: nothing to obey.

    `failure` is why no answer came; `until` is when it is asked again.
    """

    status: int
    rules: Protego | None
    closed: str
    until: float
    failure: SourceError | None = None

    def forbids(self, url: str, *, strict: bool) -> str:
        """Why this address must not be fetched, or an empty string."""
        if self.closed:
            return self.closed
        if strict and 400 <= self.status < 500:
            return f"the robots file is refused ({self.status}) and robots is strict"
        if self.rules is not None and not self.rules.can_fetch(url, AGENT):
            return "robots.txt disallows it"
        return ""

    def said(self, *, strict: bool) -> str:
        """The decision in a few words, for whoever looks at a source."""
        if self.closed or not self.status:
            return f"{self.closed or 'the robots file could not be fetched'}: closed until it can be read"
        if self.rules is not None:
            return f"its robots file is obeyed ({self.status})"
        taken = "taken as a closed door (strict)" if strict else "taken as no restriction (RFC 9309)"
        return f"its robots file answers {self.status}, {taken}"

    @property
    def delay(self) -> float:
        """Seconds between two requests that the file asks for; 0 where it asks for none."""
        wanted = self.rules.crawl_delay(AGENT) if self.rules is not None else None
        return min(wanted or 0.0, LONGEST_DELAY)


def decide(status: int, body: bytes, now: float) -> Decision:
    """The decision for an answered robots file (RFC 9309 §2.3.1)."""
    if 200 <= status < 300:
        text = body[:MAX_BYTES].decode("utf-8-sig", "replace")
        return Decision(status, Protego.parse(_addressed(text)), "", now + KEPT_SECONDS)
    if 400 <= status < 500 and status != 429:
        return Decision(status, None, "", now + KEPT_SECONDS)
    return Decision(status, None, f"the robots file answered {status}", now + RETRY_SECONDS)


def _addressed(text: str) -> str:
    """The file with each group addressed to us, to all or to others, as RFC 9309 §2.2.1 compares tokens.

    protego takes a group for `Gate` for ours and one for `Gatewatch/1.0` for another's.
    """

    def named(found: re.Match[str]) -> str:
        token = _TOKEN.match(found[1].strip())
        name = token[0] if token else ""
        known = {"*": "*", AGENT.lower(): AGENT}
        return f"User-agent: {known.get(name.lower(), 'somebody-else')}"

    return _USER_AGENT.sub(named, text.replace("\r\n", "\n").replace("\r", "\n"))


class RobotsMiddleware:
    """Asks each host's robots file before its first request, and obeys."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._decisions: dict[str, Decision] = {}
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """As Scrapy asks."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Refused where the host does not want this address fetched."""
        if request.meta.get("robots_file"):
            return
        decision = await self._decision(request)
        strict = request.meta.get("robots") == "strict"
        request.meta["robots_said"] = decision.said(strict=strict)
        if request.meta.get("seat"):
            request.meta["seat"] = max(request.meta["seat"], decision.delay)
        reason = decision.forbids(request.url, strict=strict)
        if reason and isinstance(decision.failure, Unreachable):
            failure = decision.failure  # nobody answers there: that is no wish of the site's
            raise Unreachable(failure.code, reason, failure.remedy)
        if reason:
            raise Refused(
                "robots",
                f"{place(request.url)[0]}: {reason}",
                "Cover this authority by another road, or disable the source; the wish is respected.",
            )

    async def _decision(self, request: Request) -> Decision:
        host, port = place(request.url)
        scheme = request.url.split(":", 1)[0]
        origin = f"{scheme}://{host if ':' not in host else f'[{host}]'}:{port}"
        lock = self._asking.setdefault(origin, asyncio.Lock())  # held here: the dictionary's is weak
        async with lock:
            known = self._decisions.get(origin)
            if known is None or known.until <= time.monotonic():
                known = await self._ask(origin, request)
                self._remember(origin, known)
            return known

    def _remember(self, origin: str, decision: Decision) -> None:
        """Keep it until it is to be asked again; the oldest go first where there are too many."""
        self._decisions.pop(origin, None)
        self._decisions[origin] = decision
        if len(self._decisions) > MOST_HOSTS:
            now = time.monotonic()
            self._decisions = {place: one for place, one in self._decisions.items() if one.until > now}
            for oldest in list(self._decisions)[: len(self._decisions) - MOST_HOSTS]:
                del self._decisions[oldest]

    async def _ask(self, origin: str, request: Request) -> Decision:
        assert self.crawler.engine is not None
        meta: dict[str, Any] = {"robots_file": True, "download_timeout": 20}
        meta |= {
            key: value
            for key, value in request.meta.items()
            if key in {"proxy", "seat", HELD, "download_slot"}
        }
        agent = request.headers.get(b"User-Agent")
        ask = Request(f"{origin}/robots.txt", meta=meta, headers={b"User-Agent": agent} if agent else {})
        try:
            answer = await self.crawler.engine.download_async(ask)
        except Exception as error:
            if isinstance(error, GatewatchError) and not isinstance(error, SourceError):
                raise  # a spent budget or a lost store says nothing about the host
            found = error if isinstance(error, SourceError) else cause(error, ask.url)
            # RFC 9309 §2.3.1.4: a host whose robots file cannot be had is closed
            closed = f"the robots file could not be fetched ({found})"
            return Decision(0, None, closed, time.monotonic() + RETRY_SECONDS, found)
        return decide(answer.status, answer.body, time.monotonic())
