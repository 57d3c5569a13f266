"""The second road by another service's webhook: one POST of JSON, `{"text": …, "alert_id": …}`.

`text` is what Mattermost, Google Chat, Rocket.Chat and their like show; the rest is for programs. Follows no
redirect, verifies TLS, goes by the environment's proxy. The address is a secret and stands in no error.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from alerts.outcome import Ambiguous, Outcome, Rejected, Retry, Sent
from alerts.second.letter import Letter, unmarked
from alerts.slack.errors import seconds
from alerts.slack.wire import NEVER_SENT

TIMEOUT = 10.0
"""Seconds for one operation of the socket."""

_LATER = frozenset({408, 425, 429})
_OF_THIS_LETTER = frozenset({400, 413, 422})
_SAYS = "the second webhook says"
_REMEDY = "Check SECOND_ROAD_URL; gatewatch alerts test --second-road tries it."


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is posted is meant for the one address."""

    def redirect_request(self, *_: Any) -> None:
        """Not followed; urllib then reports the status as an error."""


class PostRoad:
    """Posts letters to one address."""

    name = "webhook"

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        self._url = url
        self._timeout = timeout

    def __repr__(self) -> str:
        return "PostRoad(url='***')"

    def post(self, letter: Letter) -> Outcome:
        """POST once."""
        body = {
            "text": unmarked(letter.text),
            "title": unmarked(letter.subject),
            "id": letter.id,
        } | letter.facts
        data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        return self._ask(self._url, data)

    def reach(self) -> Outcome:
        """Whether its host answers; the address itself is not asked for."""
        parts = urlsplit(self._url)
        outcome = self._ask(f"{parts.scheme}://{parts.netloc}/robots.txt", None)
        unreachable = isinstance(outcome, Retry | Ambiguous) and not outcome.reason.startswith(_SAYS)
        return outcome if unreachable else Sent()

    def _ask(self, url: str, data: bytes | None) -> Outcome:
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Gatewatch"}
        try:
            request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310 - config checks it
            with urllib.request.build_opener(_Stay).open(request, timeout=self._timeout):
                return Sent()
        except urllib.error.HTTPError as error:
            with contextlib.closing(error):
                return _refused(error.code, str(error.headers.get("Retry-After") or ""))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return _lost(error)


def _refused(status: int, retry_after: str) -> Outcome:
    reason = f"{_SAYS} {status}"
    if status in _LATER or (status == 503 and retry_after):
        return Retry(seconds(retry_after), reason)
    if status >= 500:
        return Ambiguous(reason)
    return Rejected(reason, "message" if status in _OF_THIS_LETTER else "all", _REMEDY)


def _lost(error: BaseException) -> Outcome:
    """What an exception on the way means. Never quotes it: it may hold the address."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, NEVER_SENT) or "Tunnel connection failed" in str(cause):
        return Retry(None, f"the second webhook cannot be reached ({type(cause).__name__})")
    return Ambiguous(f"the connection to the second webhook broke ({type(cause).__name__})")
