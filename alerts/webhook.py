"""Posts to an incoming webhook of Slack.

Nothing can be read back there, so an unknown outcome stays unknown: the repeat says so itself. Never lets
the address out, which is the secret.
"""

from __future__ import annotations

from typing import Any

from slack_sdk.webhook import WebhookClient

from alerts.message import Message
from alerts.outcome import Ambiguous, Files, Outcome, Place, Reading, Rejected, Retry, Sent, Unreadable
from alerts.slack.errors import meaning
from alerts.slack.wire import LOST, TIMEOUT, lost, silent_logger

_GONE = frozenset({403, 404, 410})


class WebhookTransport:
    """One incoming webhook: one channel, fixed when it was made. Thread-safe."""

    name = "webhook"
    threads = False
    paced = True
    public = True
    files: Files | None = None

    def __init__(self, url: str, *, timeout: int = TIMEOUT) -> None:
        self._client = WebhookClient(url.strip(), timeout=timeout, retry_handlers=[], logger=silent_logger())

    def __repr__(self) -> str:
        return "WebhookTransport(url='***')"

    def serves(self, channel: str) -> bool:
        """The webhook's own channel only."""
        return channel == "webhook"

    def resolve(self, channel: str, known: str = "") -> Place | Retry | Rejected:
        """The webhook knows its channel itself."""
        return Place(known or channel, channel)

    def post(
        self, place: Place, message: Message, *, thread_ts: str = "", broadcast: bool = False
    ) -> Outcome:
        """POST once. Threads cannot be named, since no answer ever told their ids."""
        body: dict[str, Any] = {"text": message.text, "unfurl_links": False, "unfurl_media": False}
        if message.blocks:
            body["blocks"] = list(message.blocks)
        if message.metadata:
            body["metadata"] = message.metadata
        try:
            answer = self._client.send_dict(body)
        except LOST as error:
            return lost(error)
        text = answer.body.strip()
        if answer.status_code == 200:
            return Sent() if text == "ok" else Ambiguous("the answer was not Slack's", "foreign")
        headers = {str(name).lower(): str(value) for name, value in dict(answer.headers).items()}
        outcome = meaning(answer.status_code, text, headers.get("retry-after", ""))
        if isinstance(outcome, Ambiguous) and answer.status_code in _GONE:
            return Rejected(
                f"status {answer.status_code}", "all", "Make a new webhook and set SLACK_WEBHOOK_URL."
            )
        return outcome

    def read(
        self, place: Place, *, oldest: float, thread_ts: str = ""
    ) -> Reading | Retry | Rejected | Unreadable:
        """Nothing can be read by a webhook."""
        return Unreadable("a webhook cannot read")
