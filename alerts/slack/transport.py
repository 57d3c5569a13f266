"""Posts to Slack by bot token, changes what it posted, reads back what is there.

The only file that calls Slack's Web API.

The SDK's own retries are off: they repeat after a reset and so post twice. Never repeats, never waits,
never raises for what Slack or the network does: an outcome says what came of it. Never lets the token
out: the SDK logs to nowhere, reasons are scrubbed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from alerts.message import EVENT_TYPE, Message
from alerts.outcome import Ambiguous, Files, Found, Outcome, Place, Reading, Rejected, Retry, Sent, Unreadable
from alerts.slack.errors import NOT_FOUND, meaning
from alerts.slack.files import SlackFiles, attached
from alerts.slack.wire import LOST, TIMEOUT, lost, silent_logger

API_URL = "https://slack.com/api/"
_PAGE = 200
_LIST_PAGE = 1000

# "C0FAKEALR0", "G024BE91L"; a name is lower case
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{7,}")
# "xoxb-1-a": what a request's header can carry
_HEADER = re.compile(r"[!-~]+")


class SlackTransport:
    """A workspace, by its bot token. Thread-safe."""

    name = "slack"
    threads = True
    paced = True
    public = True

    def __init__(self, token: str, *, api_url: str = API_URL, timeout: int = TIMEOUT) -> None:
        self._client = WebClient(
            token=token.strip(), base_url=api_url, timeout=timeout, retry_handlers=[], logger=silent_logger()
        )
        self._token = token.strip()
        self.files: Files | None = SlackFiles(self._call, timeout)
        self._workspace = ""
        self._bot = ""

    def __repr__(self) -> str:
        return "SlackTransport(token='***')"

    def serves(self, channel: str) -> bool:
        """Every channel of the workspace; not the printed and the webhook's ones."""
        return channel not in {"terminal", "webhook"}

    # --- calls -------------------------------------------------------------------------------------
    def _call(self, method: str, **arguments: Any) -> dict[str, Any] | Outcome:
        """One call. The answer's body, or what its failure means."""
        if not _HEADER.fullmatch(self._token):
            return Rejected(
                "the token is none", "all", "Set SLACK_BOT_TOKEN to the bot token (it begins with xoxb-)."
            )
        try:
            if method.startswith("chat."):  # a form would turn blocks and booleans into text
                body = self._client.api_call(method, json=arguments)
            else:
                body = self._client.api_call(method, params=arguments)
        except SlackApiError as error:
            return self._refused(error)
        except LOST as error:
            return lost(error)
        data = body.data
        if not isinstance(data, dict):
            return Ambiguous("the answer was not Slack's")
        return data

    def _refused(self, error: SlackApiError) -> Outcome:
        answer = error.response
        data = answer.data if isinstance(answer.data, dict) else {}
        headers = {str(name).lower(): str(value) for name, value in dict(answer.headers).items()}
        details = [str(item) for item in data.get("errors") or () if isinstance(item, str)]
        if data.get("error") == "missing_scope":
            details.append(f"needs {data.get('needed', '?')}")
        code, detail = str(data.get("error", "")), self._scrub("; ".join(details)[:300])
        return meaning(answer.status_code, code, headers.get("retry-after", ""), detail)

    def _scrub(self, text: str) -> str:
        return text.replace(self._token, "***") if self._token else text

    def identify(self) -> str | Retry | Rejected:
        """Who we are (auth.test): the workspace's name. Kept, for links and to know our own messages."""
        answer = self._call("auth.test")
        if not isinstance(answer, dict):
            return _settled(answer)
        self._workspace = str(answer.get("url", ""))
        self._bot = str(answer.get("bot_id", ""))
        return str(answer.get("team", ""))

    # --- channels ----------------------------------------------------------------------------------
    def resolve(self, channel: str, known: str = "") -> Place | Retry | Rejected:
        """The channel's id: the one known, the one given, or the one of that name in the workspace."""
        if not self._bot:
            who = self.identify()
            if not isinstance(who, str):
                return who
        name = channel.lstrip("#")
        if known or _CHANNEL_ID.fullmatch(name):
            return Place(known or name, channel)
        for types in ("public_channel,private_channel", "public_channel"):
            row = self._look_up(name, types)
            if isinstance(row, Rejected) and row.scope == "all" and row.reason.startswith("missing_scope"):
                continue
            if row is None:
                return Rejected(f"channel_not_found: {channel}", "channel", NOT_FOUND)
            if isinstance(row, dict):
                if not row.get("is_member") and not row.get("is_private"):
                    self._call(
                        "conversations.join", channel=row["id"]
                    )  # may lack the scope; posting will tell
                return Place(str(row["id"]), channel)
            return row
        # Without channels:read nothing can be looked up; Slack still takes a name for posting.
        return Place(channel, channel)

    def _look_up(self, name: str, types: str) -> dict[str, Any] | Retry | Rejected | None:
        for page in self._pages("conversations.list", types=types, exclude_archived=False, limit=_LIST_PAGE):
            if not isinstance(page, dict):
                return page
            for row in page.get("channels") or ():
                if row.get("name") == name or row.get("name_normalized") == name:
                    return dict(row)
        return None

    # --- posting -----------------------------------------------------------------------------------
    def post(
        self, place: Place, message: Message, *, thread_ts: str = "", broadcast: bool = False
    ) -> Outcome:
        """chat.postMessage, once."""
        arguments: dict[str, Any] = {
            "channel": place.id,
            "text": message.text,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if message.blocks:
            arguments["blocks"] = list(message.blocks)
        if message.metadata:
            arguments["metadata"] = message.metadata
        if thread_ts:
            arguments["thread_ts"] = thread_ts
            if broadcast:
                arguments["reply_broadcast"] = True
        answer = self._call("chat.postMessage", **arguments)
        if not isinstance(answer, dict):
            return answer
        ts = answer.get("ts")
        if not isinstance(ts, str) or not ts:
            return Ambiguous("the answer was not Slack's")
        return Sent(ts, self.permalink(str(answer.get("channel") or place.id), ts, thread_ts))

    def update(self, place: Place, ts: str, message: Message) -> Outcome:
        """chat.update, once: text and blocks together, the metadata stays. People are not notified again.

        Blocks that are left out of the call would stay in the message: a list without any takes them away.
        """
        arguments: dict[str, Any] = {"channel": place.id, "ts": ts, "text": message.text}
        arguments["blocks"] = list(message.blocks)
        answer = self._call("chat.update", **arguments)
        return Sent(ts) if isinstance(answer, dict) else answer

    def permalink(self, channel_id: str, ts: str, thread_ts: str = "") -> str:
        """The message's address as chat.getPermalink would give it, without a call for each message."""
        if not self._workspace or not ts:
            return ""
        address = f"{self._workspace.rstrip('/')}/archives/{channel_id}/p{ts.replace('.', '')}"
        return (
            f"{address}?thread_ts={thread_ts}&cid={channel_id}" if thread_ts and thread_ts != ts else address
        )

    # --- reading -----------------------------------------------------------------------------------
    def read(
        self, place: Place, *, oldest: float, thread_ts: str = ""
    ) -> Reading | Retry | Rejected | Unreadable:
        """Our messages in the channel, or in the thread, since `oldest`; all pages."""
        method = "conversations.replies" if thread_ts else "conversations.history"
        arguments: dict[str, Any] = {
            "channel": place.id,
            "oldest": f"{max(oldest, 0.0):.6f}",
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        if thread_ts:
            arguments["ts"] = thread_ts
        found: list[Found] = []
        stamps: set[str] = set()
        for page in self._pages(method, **arguments):
            if not isinstance(page, dict):
                return self._unreadable(page)
            for row in page.get("messages") or ():
                stamps.add(str(row.get("ts", "")))
                if (one := self._ours(row, place)) is not None:
                    found.append(one)
        return Reading(tuple(found), frozenset(stamps))

    def _unreadable(self, why: Retry | Rejected) -> Retry | Rejected | Unreadable:
        code = why.reason.partition(":")[0]
        if isinstance(why, Rejected) and code in {"missing_scope", "not_in_channel", "method_not_supported"}:
            return Unreadable(why.reason)
        if isinstance(why, Rejected) and code == "channel_not_found" and why.scope == "channel":
            return Unreadable(
                why.reason
            )  # replies of a public channel that the bot has not joined; posting tells
        return why

    def _ours(self, row: dict[str, Any], place: Place) -> Found | None:
        if row.get("files"):
            return attached(row, lambda ts, parent: self.permalink(place.id, ts, parent))
        data = row.get("metadata")
        if not isinstance(data, dict) or data.get("event_type") != EVENT_TYPE:
            return None
        payload = data.get("event_payload")
        if not isinstance(payload, dict) or not isinstance(payload.get("alert_id"), str):
            return None
        if self._bot and row.get("bot_id") not in {None, self._bot}:
            return None  # another installation's bot: what it told is not what we told
        ts, parent = str(row.get("ts", "")), str(row.get("thread_ts") or "")
        return Found(
            alert=payload["alert_id"],
            kind=str(payload.get("kind", "")),
            subject=str(payload.get("subject", "")),
            ts=ts,
            permalink=self.permalink(place.id, ts, parent),
            members=tuple(str(payload.get("members", "")).split()),
            articles=tuple(str(payload.get("articles", "")).split()),
            continued=not parent and str(payload.get("parts", "1")) != "1",
        )

    def _pages(self, method: str, **arguments: Any) -> Iterator[dict[str, Any] | Retry | Rejected]:
        """The pages of a listing; what went wrong as the last item."""
        yield from pages(
            lambda cursor: self._call(method, **arguments, **({"cursor": cursor} if cursor else {}))
        )

    # --- scheduled messages ------------------------------------------------------------------------
    def schedule(self, place: Place, text: str, post_at: int) -> str | Retry | Rejected:
        """Schedule a plain message (with metadata Slack would never post it): its id."""
        answer = self._call("chat.scheduleMessage", channel=place.id, text=text, post_at=post_at)
        if not isinstance(answer, dict):
            return _settled(answer)
        return str(answer.get("scheduled_message_id", ""))

    def scheduled(self, place: Place) -> list[tuple[str, str]] | Retry | Rejected:
        """The (id, text) of what this bot has scheduled in the channel."""
        rows: list[tuple[str, str]] = []
        for page in self._pages("chat.scheduledMessages.list", channel=place.id, limit=100):
            if not isinstance(page, dict):
                return page
            rows += [(str(row.get("id", "")), str(row.get("text", ""))) for row in page["scheduled_messages"]]
        return rows

    def unschedule(self, place: Place, scheduled: str) -> bool:
        """Take a scheduled message back; False where that did not happen."""
        answer = self._call("chat.deleteScheduledMessage", channel=place.id, scheduled_message_id=scheduled)
        return isinstance(answer, dict)


def pages(call: Callable[[str], dict[str, Any] | Outcome]) -> Iterator[dict[str, Any] | Retry | Rejected]:
    """Walk a cursor; a failure ends the walk."""
    cursor = ""
    while True:
        answer = call(cursor)
        if not isinstance(answer, dict):
            yield _settled(answer)
            return
        yield answer
        following = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not following or following == cursor:
            return
        cursor = following


def _settled(outcome: Outcome) -> Retry | Rejected:
    """The outcome of a call that changes nothing: one whose answer was lost is simply made again."""
    if isinstance(outcome, Retry | Rejected):
        return outcome
    return Retry(None, outcome.reason if isinstance(outcome, Ambiguous) else "no answer")
