"""What the way out is like: proxy, certificates, and each host's robots file, asked for once.

The robots file serves three questions: is the host reachable, what does it allow, and how far is this
machine's clock from its own. Redirects are not followed; nothing else of a site is asked for.
"""

from __future__ import annotations

import http.client
import os
import queue
import re
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from crawlers.fetch.robots import MAX_BYTES, decide
from crawlers.source import Source
from gatewatch.checks import Row
from gatewatch.config import Settings

PATIENCE = 10.0
TOGETHER = 16
# "proxy.example.com", "10.0.0.1", "::1"
_NAME = re.compile(r"[\w.:-]+")
CLOCK_WARN = 120.0
CLOCK_FAIL = 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host said to the request for its robots file. `status` 0: nothing, and `error` says why."""

    origin: str
    status: int = 0
    body: bytes = b""
    date: datetime | None = None
    error: str = ""


def proxy(environ: Mapping[str, str] = os.environ) -> Iterator[Row]:
    """The proxy that applies, and the certificates."""
    found = {
        name: url for name, url in urllib.request.getproxies().items() if name in {"http", "https", "all"}
    }
    if not found:
        yield Row("proxy", "ok", "none")
    for host in dict.fromkeys(_host(url) for url in found.values()):
        message = f"{host} is used" if host else "what is set is no address"
        remedy = "" if host else "Write HTTP_PROXY and HTTPS_PROXY as http://host:port, or unset them."
        yield Row("proxy", "ok" if host else "fail", message, remedy)
    if found:
        remedy = "Let the proxy refuse private addresses: behind it Gatewatch sees only a host's public name."
        yield Row("proxy", "warn", "the proxy decides which address a name leads to", remedy)
    file = environ.get("SSL_CERT_FILE", "")
    if file:
        there = Path(file).is_file()
        remedy = "" if there else "Correct SSL_CERT_FILE, or unset it."
        yield Row(
            "certificates", "ok" if there else "fail", f"{file}{'' if there else ' is not there'}", remedy
        )


def hosts(settings: Settings, sources: Sequence[Source], clock: Callable[[], datetime]) -> Iterator[Row]:
    """Reachability, robots decisions and the clock, over the hosts of these sources."""
    of_origin: dict[str, list[Source]] = {}
    for source in sources:
        if not source.proxy:
            of_origin.setdefault(_origin(source.url), []).append(source)
    if not of_origin:
        return
    answers = ask(list(of_origin), settings.user_agent)
    yield from _network(answers)
    yield from _robots(answers, of_origin, settings.config.robots)
    yield from _clock(answers, clock())


def _network(answers: Sequence[Answer]) -> Iterator[Row]:
    silent = [answer for answer in answers if not answer.status]
    if not silent:
        all_of = "the one host answers" if len(answers) == 1 else f"all {len(answers)} hosts answer"
        yield Row("network", "ok", all_of)
    elif len(silent) == len(answers):
        remedy = "Check the connection, DNS and the proxy settings."
        yield Row("network", "fail", f"none of {_hosts(len(answers))} answers: {silent[0].error}", remedy)
    else:
        yield Row("network", "ok", f"{len(answers) - len(silent)} of {len(answers)} hosts answer")
        for answer in silent:
            remedy = "Try it in a browser; behind a border, give the source a proxy or disable it."
            yield Row("network", "warn", f"{answer.origin}: {answer.error}", remedy)


def _robots(
    answers: Sequence[Answer], of_origin: Mapping[str, Sequence[Source]], policy: str
) -> Iterator[Row]:
    allowed: list[str] = []
    for answer in answers:
        if not answer.status:
            continue
        host = urlsplit(answer.origin).netloc
        if 300 <= answer.status < 400:
            message = f"{host}: its robots file is elsewhere ({answer.status}); read when crawled"
            yield Row("robots", "ok", message)
            continue
        decision = decide(answer.status, answer.body, 0.0)
        refused: dict[str, list[str]] = {}
        for source in of_origin[answer.origin]:
            reason = decision.forbids(source.url, strict=(source.robots or policy) == "strict")
            refused.setdefault(reason, []).append(source.id)
        free = refused.pop("", [])
        for reason, names in refused.items():
            remedy = "The wish is respected: cover this authority by another road, or disable it."
            yield Row("robots", "warn", f"{host}: {reason} ({', '.join(names)})", remedy)
        if free and 400 <= answer.status < 500:
            message = f"{host}: its robots file answers {answer.status}, taken as no restriction (RFC 9309)"
            yield Row("robots", "ok", message)
        else:
            allowed += free
    if allowed:
        words = "1 source is allowed by its robots file"
        if len(allowed) > 1:
            words = f"{len(allowed)} sources are allowed by their robots files"
        yield Row("robots", "ok", words)


def _clock(answers: Sequence[Answer], now: datetime) -> Iterator[Row]:
    gaps = sorted((now - answer.date).total_seconds() for answer in answers if answer.date)
    if not gaps:
        remedy = "Compare it by hand, with `date -u`: first-seen times and digests depend on it."
        yield Row("clock", "warn", "no host told the time, so it was not compared", remedy)
        return
    gap = gaps[len(gaps) // 2]
    state = "fail" if abs(gap) > CLOCK_FAIL else "warn" if abs(gap) > CLOCK_WARN else "ok"
    words = "right" if state == "ok" else f"{abs(gap):.0f} s {'ahead' if gap > 0 else 'behind'}"
    remedy = "" if state == "ok" else "Set the clock (NTP): first-seen times and digests depend on it."
    yield Row("clock", state, f"{words}, by {_hosts(len(gaps))}", remedy)  # type: ignore[arg-type]


def ask(origins: Sequence[str], user_agent: str, patience: float = PATIENCE) -> list[Answer]:
    """Ask every origin for its robots file, some at a time; what does not answer in time is silent."""
    todo: queue.SimpleQueue[str] = queue.SimpleQueue()
    done: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    for origin in origins:
        todo.put(origin)

    def work() -> None:
        while True:
            try:
                origin = todo.get_nowait()
            except queue.Empty:
                return
            done.put(_ask(origin, user_agent, patience))

    for _ in range(min(TOGETHER, len(origins))):
        # A daemon: a name server that never answers must not keep the command from ending.
        threading.Thread(target=work, daemon=True).start()
    found: dict[str, Answer] = {}
    deadline = time.monotonic() + patience * (1 + len(origins) // TOGETHER)
    while len(found) < len(origins):
        try:
            answer = done.get(timeout=max(0.01, deadline - time.monotonic()))
        except queue.Empty:
            break
        found[answer.origin] = answer
    return [found.get(origin) or Answer(origin, error="no answer in time") for origin in origins]


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it may lead to an address that must not be asked."""

    def redirect_request(self, *_: Any) -> None:
        """Not followed; urllib then reports the status as an error."""


def _ask(origin: str, user_agent: str, patience: float) -> Answer:
    request = urllib.request.Request(f"{origin}/robots.txt", headers={"User-Agent": user_agent})  # noqa: S310
    opener = urllib.request.build_opener(_Stay)
    try:
        with opener.open(request, timeout=patience) as answer:
            return _answer(origin, answer.status, answer, answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return _answer(origin, error.code, error, error.headers)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(origin, error=_why(error))


def _answer(origin: str, status: int, body: IO[bytes], headers: Any) -> Answer:
    try:
        date = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        date = None
    return Answer(origin, status, body.read(MAX_BYTES), date if date and date.tzinfo else None)


def _why(error: Exception) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {cause.verify_message}"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause) or type(cause).__name__


def _hosts(count: int) -> str:
    return "1 host" if count == 1 else f"{count} hosts"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _host(url: str) -> str:
    """The proxy's host and port; empty where it is no address: `not a proxy`, `http://`, `http://a:b`."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    known = parts.scheme in {"http", "https", "socks4", "socks5", "socks5h"}
    host = parts.hostname or ""
    return f"{host}{port}" if known and _NAME.fullmatch(host) else ""
