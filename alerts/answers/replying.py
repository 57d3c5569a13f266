"""Answers whoever pressed or asked, so that only they see it: Slack's `response_url`, good for 30 minutes.

Only goes to Slack's own hosts, never lets the address out, which is a secret. Never raises for what Slack
or the network does, never repeats by itself.
"""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from slack_sdk.webhook import WebhookClient

from alerts.slack.wire import LOST, TIMEOUT, silent_logger

LIMIT = 3_000
_HOSTS = ("slack.com", "slack-gov.com")

log = logging.getLogger(__name__)


class Reply:
    """The way back to people, for a workspace whose Web API is at this address."""

    def __init__(self, api_url: str) -> None:
        self._own = urlsplit(api_url).netloc

    def __call__(self, url: str, text: str) -> bool:
        """Say it, to them alone; False where it did not arrive. The text is escaped already."""
        if not self._ours(url):
            log.warning("an answer was to go to an address that is not Slack's, so it was not given")
            return True
        body = {
            "response_type": "ephemeral",
            "replace_original": False,
            "text": text[:LIMIT],
            "unfurl_links": False,
            "unfurl_media": False,
        }
        try:
            answer = WebhookClient(url, timeout=TIMEOUT, retry_handlers=[], logger=silent_logger()).send_dict(
                body
            )
        except LOST as error:
            log.info("an answer did not arrive (%s)", type(error).__name__)
            return False
        if answer.status_code != 200:
            log.info("an answer did not arrive (status %d)", answer.status_code)
        return answer.status_code == 200 or 400 <= answer.status_code < 500

    def _ours(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return False
        if self._own and parts.netloc == self._own and parts.scheme in {"http", "https"}:
            return True
        return parts.scheme == "https" and any(host == one or host.endswith(f".{one}") for one in _HOSTS)
