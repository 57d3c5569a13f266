"""What an answer, or the lack of one, means: bytes that may be read, or a named failure.

Pure: exceptions and responses in, SourceErrors out. Never retries, never solves a challenge.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from twisted.python.failure import Failure
from twisted.web.http import PotentialDataLoss
from twisted.web.http import _DataLoss as DataLoss

from crawlers.errors import Blocked, Malformed, Missing, Refused, SourceError, Unreachable
from crawlers.fetch.guard import GUARD, REMEDY, place
from crawlers.parse.blocks import blocked

AGAIN = "Gatewatch keeps trying at growing intervals."


def cause(error: BaseException, url: str) -> SourceError:
    """The SourceError that a failed download came to."""
    host = place(url)[0]
    chain = list(_chain(error))
    for found in chain:
        if isinstance(found, SourceError):
            return found
    for found in chain:
        named = _named(found, host)
        if named is not None:
            return named
    return Unreachable("connection", f"{host}: the connection was lost ({type(chain[-1]).__name__})", AGAIN)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, Twisted's bundles unpacked."""
    yield error
    for reason in getattr(error, "reasons", None) or ():
        found = reason.value if isinstance(reason, Failure) else reason
        if isinstance(found, BaseException):
            yield from _chain(found)
    if error.__cause__ is not None:
        yield from _chain(error.__cause__)


def own_fault(error: Exception) -> Malformed:
    """What is told of an error that no module of ours foresaw."""
    reason = f"Gatewatch failed at reading it ({type(error).__name__})"
    return Malformed("own-fault", reason, "Report it, with the log.")


_NAMED: tuple[
    tuple[type[BaseException] | tuple[type[BaseException], ...], type[SourceError], str, str, str], ...
] = (
    (
        CannotResolveHostError,
        Unreachable,
        "dns",
        "the name cannot be resolved",
        f"Check the address. {AGAIN}",
    ),
    (
        DownloadTimeoutError,
        Unreachable,
        "timeout",
        "no whole answer within the time limit",
        f"Raise timeout:? {AGAIN}",
    ),
    (DownloadConnectionRefusedError, Unreachable, "refused", "the connection was refused", AGAIN),
    (
        (ResponseDataLossError, PotentialDataLoss, DataLoss),
        Unreachable,
        "truncated",
        "the answer was cut short",
        AGAIN,
    ),
    (
        TunnelError,
        Unreachable,
        "proxy",
        "the proxy does not let us through",
        "Check the proxy's address, user and password, and what it allows.",
    ),
    (SSL.Error, Unreachable, "tls", "no trusted TLS connection", "Check SSL_CERT_FILE and the clock."),
    (DownloadCancelledError, Refused, "size", "the answer is larger than we read", "Name a smaller list."),
    (UnsupportedURLSchemeError, Refused, "scheme", "not an http or https address", "Correct the address."),
)


def _named(error: BaseException, host: str) -> SourceError | None:
    if isinstance(error, CannotResolveHostError) and host in GUARD.refused:
        return Refused("private-address", GUARD.refused[host], REMEDY)
    if isinstance(error, IgnoreRequest):
        return _ignored(str(error), host)
    for kinds, made, code, what, remedy in _NAMED:
        if isinstance(error, kinds):
            return made(code, f"{host}: {what}", remedy)
    return None


def _ignored(reason: str, host: str) -> SourceError:
    """What a middleware of Scrapy's dropped: known by its words alone."""
    if "redirect" in reason:
        return Unreachable(
            "redirects", f"{host}: redirected in a circle or too often", "Open the address by hand."
        )
    if "MAXSIZE" in reason:
        return Refused("size", f"{host}: the answer is larger than we read", "Name a smaller list.")
    return Refused("dropped", f"{host}: the request was dropped ({reason})", "Look at the middlewares.")


def check(response: Response) -> Response:
    """The response, when its body may be read (2xx) or is known unchanged (304). Raises SourceError."""
    status = response.status
    host = place(response.url)[0]
    headers = {
        key.decode("latin-1").lower(): b",".join(value).decode("latin-1")
        for key, value in response.headers.items()
    }
    refusal = blocked(status, headers, response.body)
    if refusal is not None:
        raise refusal
    if status == 304 or 200 <= status < 300:
        return response
    if status in {404, 410}:
        raise Missing(
            f"http-{status}", f"{response.url} is not there ({status})", "Has the page moved? Correct url:."
        )
    if status in {429, 503}:
        raise Unreachable(f"http-{status}", f"{host} asks us to wait ({status})", AGAIN)
    if status >= 500:
        raise Unreachable(f"http-{status}", f"{host} has a fault of its own ({status})", AGAIN)
    if 300 <= status < 400:
        raise Refused(
            f"http-{status}",
            f"{response.url} leads to an address that is not fetched",
            "Open the address by hand.",
        )
    raise Blocked(
        f"http-{status}", f"{host} refuses us ({status})", "Open the address by hand; another road may serve."
    )


def retry_after(response: Response, now: datetime) -> float:
    """Seconds that the site asks us to wait (429, 503), at most a day; 0 where it does not."""
    if response.status not in {429, 503}:
        return 0.0
    text = (response.headers.get(b"Retry-After") or b"").decode("latin-1").strip()
    if text.isascii() and text.isdigit():  # "²" is a digit too, and no number
        return min(float(text), 86400.0)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max(0.0, (when - now).total_seconds()), 86400.0)
