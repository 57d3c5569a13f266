"""Where a request may go: http and https, and public addresses only.

The operator's own sources may stand on a private host: then that very host and port is let through.
The resolver that the connection uses does the check, so that a name which changes its mind between
look-up and connection does not pass; behind a proxy the address's host is looked up and checked here,
the proxy itself is let through. Never fetches, never follows.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawlers.errors import Refused

REMEDY = "Private addresses are only fetched where a source of yours names that very host and port."

MOST_REFUSED = 1000


def literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host *is*, in any spelling a resolver accepts (2130706433, 0x7f.1, ::ffff:…)."""
    host = host.strip("[]").partition("%")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """True for an address of the open internet (not loopback, private, link-local, multicast, reserved)."""
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (mapped is None or mapped.is_global)


class AddressGuard:
    """The one guard of the process: the resolver is global to the reactor, so this is too."""

    def __init__(self) -> None:
        self._own: set[tuple[str, int]] = set()
        self._hosts: set[str] = set()
        self._proxies: set[str] = set()
        self._seen_public: set[str] = set()
        self.refused: dict[str, str] = {}
        """Why a name was refused, of the last MOST_REFUSED."""

    def allow(self, urls: Iterable[str]) -> None:
        """Let these addresses' very hosts and ports through, private or not: the operator's own sources."""
        for url in urls:
            host, port = place(url)
            self._own.add((host, port))
            self._hosts.add(host)

    def allow_proxies(self, urls: Iterable[str]) -> None:
        """Let connections to these proxies through; their addresses are not to be requested themselves."""
        self._proxies.update(place(url)[0] for url in urls)

    def allows(self, host: str, port: int) -> bool:
        """True where the operator named this very host and port."""
        return (host, port) in self._own

    def knows(self, host: str) -> bool:
        """True where the operator named this host, on whatever port."""
        return host in self._hosts

    def check_answer(self, host: str, address: str) -> str:
        """The address, when a connection to it may be made. Raises Refused, and keeps the reason."""
        found = literal(address)
        if found is not None and public(found):
            self.refused.pop(host, None)
            if host in self._hosts:  # of other hosts nothing private is let through anyway
                self._seen_public.add(host)
            return address
        # A source's own name may be private, but not turn private: that is re-binding.
        own = host in self._hosts and host not in self._seen_public
        if not own and host not in self._proxies:
            reason = f"{host} is the private address {address}"
            self.refused.pop(host, None)
            self.refused[host] = reason
            if len(self.refused) > MOST_REFUSED:
                del self.refused[next(iter(self.refused))]  # the oldest
            raise Refused("private-address", reason, REMEDY)
        return address


GUARD = AddressGuard()


def place(url: str) -> tuple[str, int]:
    """The (host, port) of an address, the host as written but lower case."""
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver, whose every answer passes the guard (literals are seen here too)."""

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802 - Twisted's name
        """As IResolverSimple says; an address that must not be connected to is a name without an answer.

        `GUARD.refused` keeps the reason: Twisted takes any error but its own for a fault of the resolver.
        """
        answer: Deferred[str] = super().getHostByName(name, timeout)
        answer.addCallback(lambda address: _checked(name.lower(), address))
        return answer


def _checked(host: str, address: str) -> str:
    try:
        return GUARD.check_answer(host, address)
    except Refused as refused:
        raise DNSLookupError(str(refused)) from refused


class GuardMiddleware:
    """Refuses what must not be requested, redirects included, before anything is sent."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        """As Scrapy asks."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Refused."""
        parts = urlsplit(request.url)
        if parts.scheme not in {"http", "https"}:
            raise Refused("scheme", f"{parts.scheme}: addresses are not fetched", "Only http and https are.")
        host, port = place(request.url)
        home, names = request.meta.get("own_headers", ((host, port), ()))
        if home != (host, port):  # a redirect led away: Scrapy itself drops only cookies and Authorization
            for name in names:
                request.headers.pop(name, None)
        if not host:
            raise Refused("no-host", f"{request.url!r} names no host", "Correct the address.")
        if GUARD.allows(host, port):
            return
        address = literal(host)
        if address is not None:
            if not public(address):
                raise Refused("private-address", f"{host} is the private address {address}", REMEDY)
            return
        # A host of the operator's on another port, or a host behind a proxy, is looked up here: the
        # resolver would let the first through, and for the second it sees only the proxy.
        if GUARD.knows(host) or _behind_proxy(request, parts.scheme, host):
            await self._look_up(host, port)

    async def _look_up(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            return  # only the proxy can resolve it: then the rest is the proxy's duty, as doctor says
        for answer in answers:
            address = literal(str(answer[4][0]))
            if address is not None and not public(address):
                raise Refused("private-address", f"{host}:{port} is the private address {address}", REMEDY)


def _behind_proxy(request: Request, scheme: str, host: str) -> bool:
    """True where the connection goes to a proxy, so that the resolver never sees the host."""
    return bool(request.meta.get("proxy")) or (scheme in getproxies() and not proxy_bypass(host))
