"""robots.txt as RFC 9309 says: 2xx is read, 4xx means no rules, 5xx and no answer close the host.

`strict` closes the host on 4xx too (MIIT answers 403 for its robots file to some clients). What was
decided is kept for 24 hours and can be shown. Scrapy's own middleware parses the body whatever the
status, and remembers for ever; the rules themselves are read by protego.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler

from crawlers.errors import GatewatchError, Refused, SourceError
from crawlers.fetch.answer import cause
from crawlers.fetch.guard import place

KEPT_SECONDS = 24 * 3600.0
RETRY_SECONDS = 600.0  # a closed host is asked again sooner
AGENT = "Gatewatch"
MAX_BYTES = 512 * 1024  # RFC 9309 §2.5 asks for at least 500 KiB


@dataclass(frozen=True, slots=True)
class Decision:
    """What a host's robots file came to. `status` 0: no answer. `rules` None: nothing to obey."""

    status: int
    rules: Protego | None
    closed: str
    until: float

    def forbids(self, url: str, *, strict: bool) -> str:
        """Why this address must not be fetched, or an empty string."""
        if self.closed:
            return self.closed
        if strict and 400 <= self.status < 500:
            return f"the robots file is refused ({self.status}) and robots is strict"
        if self.rules is not None and not self.rules.can_fetch(url, AGENT):
            return "robots.txt disallows it"
        return ""


def decide(status: int, body: bytes, now: float) -> Decision:
    """The decision for an answered robots file (RFC 9309 §2.3.1)."""
    if 200 <= status < 300:
        text = body[:MAX_BYTES].decode("utf-8-sig", "replace")
        return Decision(status, Protego.parse(text), "", now + KEPT_SECONDS)
    if 400 <= status < 500 and status != 429:
        return Decision(status, None, "", now + KEPT_SECONDS)
    return Decision(status, None, f"the robots file answered {status}", now + RETRY_SECONDS)


class RobotsMiddleware:
    """Asks each host's robots file before its first request, and obeys."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._decisions: dict[str, Decision] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """As Scrapy asks."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Refused where the host does not want this address fetched."""
        if request.meta.get("robots_file"):
            return
        decision = await self._decision(request)
        reason = decision.forbids(request.url, strict=request.meta.get("robots") == "strict")
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
        async with self._asking.setdefault(origin, asyncio.Lock()):
            known = self._decisions.get(origin)
            if known is None or known.until <= time.monotonic():
                known = self._decisions[origin] = await self._ask(origin, request)
            return known

    async def _ask(self, origin: str, request: Request) -> Decision:
        assert self.crawler.engine is not None
        meta: dict[str, Any] = {"robots_file": True, "download_timeout": 20}
        meta |= {
            key: value for key, value in request.meta.items() if key in {"proxy", "seat", "download_slot"}
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
            return Decision(
                0, None, f"the robots file could not be fetched ({found})", time.monotonic() + RETRY_SECONDS
            )
        return decide(answer.status, answer.body, time.monotonic())
