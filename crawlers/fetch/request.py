"""How a turn asks: the request for an address of a source, with who we are and how patient we are.

Pure: a source and an address in, a Scrapy Request out. Never sends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from scrapy import Request
from scrapy.http import FormRequest, JsonRequest

from crawlers.fetch.guard import GUARD, literal, place, public
from crawlers.source import Source


def build(
    source: Source,
    url: str,
    *,
    user_agent: str,
    robots: str,
    referer: str = "",
    accept: str = "",
    memo: Mapping[str, str] | None = None,
    given: Mapping[str, str | int] | None = None,
) -> Request:
    """The request; conditional where `memo` holds what the list said last time. Raises ValueError.

    The list itself is asked as the source says (params, form, body), `given` replacing what stands there.
    """
    memo = memo or {}
    headers = {
        "User-Agent": user_agent,
        "Referer": referer,
        "Accept": accept,
        "If-None-Match": memo.get("etag", ""),
        "If-Modified-Since": memo.get("last_modified", ""),
    }
    meta = _meta(source, url, robots)
    if place(url) == place(source.url):  # a source's own headers may hold a secret: no other host gets them
        headers |= source.headers
        meta["own_headers"] = (
            place(url),
            tuple(source.headers),
        )  # the guard drops them where a redirect leads away
    headers = {name: value for name, value in headers.items() if value}
    wanted: dict[str, Any] = {"headers": headers, "meta": meta, "dont_filter": True}
    if url != source.url:
        return Request(url, **wanted)
    params, form, body = (
        {name: (given or {}).get(name, value) for name, value in said.items()}
        for said in (source.params, source.form, source.body)
    )
    if params:
        url += ("&" if "?" in url else "?") + urlencode(params, quote_via=quote)
    if source.method == "POST":
        meta["dont_retry"] = True  # what a form does is the site's affair: it is sent once a turn
    if body:
        return JsonRequest(url, data=body, method="POST", **wanted)
    if source.method == "POST":
        return FormRequest(
            url, formdata={name: str(value) for name, value in form.items()}, method="POST", **wanted
        )
    return Request(url, **wanted)


def _meta(source: Source, url: str, robots: str) -> dict[str, Any]:
    delay = _delay(source, url)
    meta: dict[str, Any] = {
        "download_timeout": source.timeout,
        "seat": delay,
        "robots": source.robots or robots,
        # Our own loopback server may serve sources side by side; elsewhere one request a host.
        "download_slot": ":".join(map(str, place(url))) if delay else source.id,
    }
    return meta | ({"proxy": source.proxy} if source.proxy else {})


def _delay(source: Source, url: str) -> float:
    """Seconds between two requests to the host: what the source says; else 1, on our own loopback 0."""
    if source.delay is not None:
        return source.delay
    host, port = place(url)
    address = literal(host)
    loopback = host == "localhost" or (address is not None and not public(address))
    return 0.0 if loopback and GUARD.allows(host, port) else 1.0
