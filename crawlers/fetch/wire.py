"""Keeps each answer as it came, below decompression, until it is known whether it is evidence.

The innermost of the downloader middlewares: it sees what the server sent, once for every hop of a chain of
redirects, and changes nothing. What was asked with may hold a secret (a source's own headers, a proxy's
password, a cookie): only headers that cannot are kept. Never writes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Headers, Response

from crawlers.exchange import Exchange

META = "exchanges"
"""In a request's meta: the list that its exchanges go into. The hops of a redirect share it."""

_ASKED_WITH = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "content-type", "if-modified-since"),
        *("if-none-match", "referer", "user-agent"),
    }
)
_NOT_KEPT = frozenset({"set-cookie", "set-cookie2"})


class Clock(Protocol):
    """What the middleware needs of the watch."""

    def now(self) -> datetime:
        """The time that facts carry (aware)."""


class WireMiddleware:
    """Adds each answer to `meta["exchanges"]` where that is a list."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WireMiddleware:
        """As Scrapy asks; the spider carries the watch."""
        clock: Clock = crawler.spider.watch  # type: ignore[union-attr]
        return cls(clock)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The answer goes on untouched."""
        found = request.meta.get(META)
        if found is not None:
            if found and not found[-1].redirect:  # it was tried again: that answer led to nothing
                found.clear()
            found.append(_exchange(request, response, self.clock.now()))
        return response


def _exchange(request: Request, response: Response, at: datetime) -> Exchange:
    host = urlsplit(request.url).netloc.rpartition("@")[2]
    sent = [("Host", host), *(pair for pair in _pairs(request.headers) if pair[0].lower() in _ASKED_WITH)]
    return Exchange(
        url=_without_user(response.url),
        at=at,
        method=request.method,
        sent=tuple(sent),
        status=response.status,
        received=tuple(pair for pair in _pairs(response.headers) if pair[0].lower() not in _NOT_KEPT),
        body=response.body,
        protocol=response.protocol or "HTTP/1.1",
        address="" if request.meta.get("proxy") else str(response.ip_address or ""),
    )


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    ]


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if parts.username else url


def unpacked(exchange: Exchange, limit: int) -> bytes:
    """The body as the parsers get it: decompressed as a live answer is, up to `limit` bytes.

    Raises scrapy.exceptions.IgnoreRequest for more.
    """
    received = Headers()
    for name, value in exchange.received:
        received.appendlist(name, value.encode("latin-1"))
    request = Request(exchange.url, meta={"download_maxsize": limit})
    answer = Response(exchange.url, exchange.status, headers=received, body=exchange.body)
    return _Unpacking().process_response(request, answer).body


class _Unpacking(HttpCompressionMiddleware):
    """Scrapy's own, without a crawler: nothing is counted."""

    def __init__(self) -> None:
        self.stats = None
        self._max_size = self._warn_size = 0
