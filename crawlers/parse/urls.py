"""Addresses: one spelling as a key, and the address to request.

A key makes the same page the same article, whatever the link looked like; it is never requested.
Never resolves a name, never follows a redirect.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, quote, urljoin, urlsplit, urlunsplit

from crawlers.errors import Refused
from crawlers.parse.charset import scrub

if TYPE_CHECKING:
    from tldextract import TLDExtract

_PORTS = {"http": 80, "https": 443}
# utm_source=… and what feeds append to count readers (BBC at_*, DW maca, SPM of Alibaba's sites)
_TRACKER = re.compile(
    r"(?:utm_\w+|at_(?:medium|campaign)|fbclid|gclid|mc_[ce]id|maca|spm|_hsenc|_hsmi)(?:=|$)", re.IGNORECASE
)
# Never part of a host: "exa mple.cn", "a<b>.cn"
_ODD_HOST = re.compile(r"[\s<>\"'\\^`{|}%@#?]")
# Line ends and tabs inside an address are dropped, as browsers do (WHATWG URL).
_BREAKS = re.compile(r"[\t\r\n\x00]+")
_PATH = "/%:@!$&'()*+,;=~-._"
_QUERY = _PATH + "?[]|{}^`\\"
# /news/apiclick.aspx?…&url=https%3a%2f%2fwww.example.com%2fa (Bing), /url?…&url=… (Google Alerts)
_WRAPPERS = {("www.bing.com", "/news/apiclick.aspx"), ("www.google.com", "/url")}


def canonical(url: str, base: str = "") -> str:
    """The one spelling of an absolute address: the key of a page.

    Host lower case, no default port, no fragment, no reader counting; `wap.miit.gov.cn` is
    `www.miit.gov.cn` (both serve the same paths), and `http` is `https` on government hosts, which
    link to themselves both ways. Raises Refused (`scheme`, `address`).
    """
    return key(fetchable(url, base))


def key(found: str) -> str:
    """The canonical spelling of an address that `fetchable` made."""
    if found.startswith("http://") and government(urlsplit(found).netloc):
        return "https://" + found.removeprefix("http://")
    return found


def fetchable(url: str, base: str = "") -> str:
    """The address to request and to show: absolute, `https` on MIIT's hosts. Raises Refused."""
    parts = _split(url, base)
    if (parts.netloc.lower(), parts.path) in _WRAPPERS:
        inner = dict(parse_qsl(parts.query)).get("url", "")
        parts = _split(inner, "") if inner.startswith(("http://", "https://")) else parts
    scheme = parts.scheme.lower()
    try:
        host, port = (parts.hostname or "").rstrip(".").lower(), parts.port
    except ValueError:
        raise Refused("address", "the link's port is not a number", "The list has a broken link.") from None
    host = f"[{host}]" if ":" in host else host
    if host == "wap.miit.gov.cn":
        host = "www.miit.gov.cn"
    netloc = host if port is None or port == _PORTS[scheme] else f"{host}:{port}"
    if scheme == "http" and netloc.endswith(".miit.gov.cn"):
        scheme = "https"
    query = "&".join(part for part in parts.query.split("&") if not _TRACKER.match(part))
    return urlunsplit((scheme, netloc, quote(parts.path or "/", safe=_PATH), quote(query, safe=_QUERY), ""))


def host(url: str) -> str:
    """The host of an address that `fetchable` made."""
    return urlsplit(url).hostname or ""


def registered(host: str) -> str:
    """`gdca.miit.gov.cn` → `miit.gov.cn`, `www.gov.cn` → itself; what is no name (an address) as it is."""
    return _suffixes().extract_str(host).top_domain_under_public_suffix or host


@cache
def _suffixes() -> TLDExtract:
    """The public suffixes that ship with the library: nothing is fetched, nothing is cached on disk."""
    from tldextract import TLDExtract  # noqa: PLC0415  # requests and a tenth of a second, only where needed

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def _split(url: str, base: str) -> SplitResult:
    text = scrub(_BREAKS.sub("", url)).strip()
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        host = parts.hostname
    except ValueError:
        raise Refused("address", "the link is not an address", "The list has a broken link.") from None
    if parts.scheme.lower() not in _PORTS:
        raise Refused("scheme", f"{parts.scheme}: links are not followed", "Only http and https are.")
    if not host or _ODD_HOST.search(host):
        raise Refused("address", "the link names no host", "The list has a broken link.")
    return parts


def government(netloc: str) -> bool:
    """The host is a Chinese government's (gov.cn)."""
    return netloc == "gov.cn" or netloc.endswith(".gov.cn")
