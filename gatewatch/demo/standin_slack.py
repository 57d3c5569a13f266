"""A stand-in for Slack on loopback: for the demo, and for tests of everything that posts.

It takes what Gatewatch sends (Web API by token, incoming webhooks), checks it as strictly as Slack's
reference says, keeps it, and can be told to fail as the network does. Standard library only. Never
leaves 127.0.0.1; knows no Gatewatch code.

    with StandinSlack(token="xoxb-demo", channels=["china-telecom"]) as slack:
        ...                     # SLACK_API_URL=slack.api_url
        slack.fail("chat.postMessage", "503", "429=5", "reset-after")
        slack.messages()        # what people see, oldest first
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from gatewatch.demo.standin_answers import Conversation
from gatewatch.demo.standin_checks import TS, Refused, check_message, page
from gatewatch.demo.standin_files import Upload, Uploads
from gatewatch.demo.standin_records import BOT, Channel, Posted, channel_view, message_view
from gatewatch.demo.standin_server import HOOK_PATH, Answer, Server, json_answer, with_fault

__all__ = ["BOT", "Channel", "Posted", "StandinSlack"]


class StandinSlack(Conversation):
    """The workspace and its server. `clock` gives the times of messages (the demo's days pass by it)."""

    def __init__(
        self,
        *,
        token: str = "xoxb-standin",  # noqa: S107 - opens nothing
        channels: Iterable[str | Channel] = ("alerts", "ops"),
        clock: Callable[[], float] = time.time,
        lag: float = 0.0,
    ) -> None:
        super().__init__()
        self.token = token
        self.scopes: set[str] | None = None
        """The scopes granted; None: all."""
        self.channels: dict[str, Channel] = {}
        for number, one in enumerate(channels):
            channel = one if isinstance(one, Channel) else Channel(f"C0STANDIN{number}", one)
            self.channels[channel.id] = channel
        self.requests: list[tuple[str, float]] = []
        self.scheduled: dict[str, dict[str, Any]] = {}
        self.uploads = Uploads()
        self.lag = lag
        self._clock = clock
        self._posted: list[Posted] = []
        self._last = 0
        self._faults: dict[str, deque[str]] = {}
        self._weather: tuple[Mapping[str, float], random.Random] = ({}, random.Random(0))  # noqa: S311 - not for secrets
        self._server = Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def api_url(self) -> str:
        """For SLACK_API_URL."""
        return f"{self.url}/api/"

    @property
    def webhook_url(self) -> str:
        """For SLACK_WEBHOOK_URL; posts to the first channel."""
        return self.url + HOOK_PATH

    # --- for tests ---------------------------------------------------------------------------------
    def messages(self, channel: str = "") -> list[Posted]:
        """What people see, oldest first; of one channel (by name), or of all."""
        with self.changed:
            ids = {one.id for one in self.channels.values() if channel in {"", one.name}}
            return [one for one in self._posted if one.channel in ids and not one.deleted]

    def fail(self, method: str, *faults: str) -> None:
        """The next calls of this method (or `webhook`) fail so, one after the other."""
        with self.changed:
            self._faults.setdefault(method, deque()).extend(faults)

    def weather(self, faults: Mapping[str, float], seed: int = 0) -> None:
        """From now on each post fails by chance: probability by fault."""
        with self.changed:
            self._weather = (dict(faults), random.Random(seed))  # noqa: S311 - not for secrets

    def delete(self, ts: str) -> None:
        """As if somebody deleted the message."""
        with self.changed:
            for one in self._posted:
                if one.ts == ts:
                    one.deleted = True

    def calls(self, method: str) -> int:
        """How often this method was called, failures included."""
        with self.changed:
            return sum(1 for name, _ in self.requests if name == method)

    # --- answering ---------------------------------------------------------------------------------
    def faulty(self, method: str, work: Callable[[], Answer]) -> Answer:
        """Do one call with the fault that is due, if any."""
        with self.changed:
            self.requests.append((method, time.monotonic()))
            answer = with_fault(self._due(method), work)
            self.changed.notify_all()
            return answer

    def _due(self, method: str) -> str:
        if queue := self._faults.get(method):
            return queue.popleft()
        chances, dice = self._weather
        if method in {"chat.postMessage", "chat.update", "webhook"}:
            for name, chance in chances.items():
                if dice.random() < chance:
                    return name
        return ""

    def call(self, method: str, token: str, given: Mapping[str, Any]) -> Answer:
        """One Web API call, without faults."""
        try:
            return json_answer({"ok": True, **self._do(method, token, dict(given))})
        except Refused as error:
            return json_answer({"ok": False, "error": error.code, **error.more})

    def _do(self, method: str, token: str, given: dict[str, Any]) -> dict[str, Any]:
        if method == "apps.connections.open":
            return self.opened(token)
        if token != self.token:
            raise Refused("invalid_auth" if token else "not_authed")
        work = getattr(self, "_" + re.sub(r"[^a-z]", "_", method.lower()), None)
        if work is None:
            raise Refused("unknown_method")
        self._need(method)
        done: dict[str, Any] = work(given)
        return done

    def hook(self, raw: bytes) -> Answer:
        """One message by webhook, without faults."""
        first = next(iter(self.channels.values()))
        if first.archived:
            return Answer(410, b"channel_is_archived")
        try:
            self._accept(first, json.loads(raw), "webhook")
        except Refused as error:
            return Answer(400, error.code.encode())
        except ValueError:
            return Answer(400, b"invalid_payload")
        return Answer(200, b"ok")

    def _need(self, method: str) -> None:
        prefix = method.partition(".")[0]
        needed = "chat:write" if method in {"chat.postMessage", "chat.scheduleMessage", "chat.update"} else ""
        if prefix == "files":
            needed = "files:write"
        if prefix == "conversations":
            needed = "channels:history" if method.endswith(("history", "replies")) else "channels:read"
        if needed and self.scopes is not None and needed not in self.scopes:
            raise Refused("missing_scope", needed=needed)

    # --- methods of the Web API --------------------------------------------------------------------
    def _auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {
            "url": "https://standin.slack.com/",
            "team": "Stand-in",
            "user_id": "U0STANDIN",
            "bot_id": BOT,
        }

    def _chat_postmessage(self, given: dict[str, Any]) -> dict[str, Any]:
        one = self._accept(self._writable(given), given, "api")
        return {"channel": one.channel, "ts": one.ts, "message": message_view(one)}

    def _chat_update(self, given: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(given)  # an id: names are for posting
        if channel.archived:
            raise Refused("is_inactive")
        found = [one for one in self._posted if one.ts == given.get("ts") and one.channel == channel.id]
        if not found or found[0].deleted:
            raise Refused("message_not_found")
        one = found[0]
        if one.via == "webhook":
            raise Refused("cant_update_message")
        check_message({"blocks": one.blocks or None} | given)
        one.text = str(given.get("text") or "")
        one.blocks = list(given.get("blocks", one.blocks))
        one.edits += 1
        return {"channel": channel.id, "ts": one.ts, "text": one.text}

    def _chat_schedulemessage(self, given: dict[str, Any]) -> dict[str, Any]:
        channel = self._writable(given)
        check_message(given)
        if int(given.get("post_at") or 0) <= self._clock():
            raise Refused("time_in_past")
        identity = f"Q{len(self.requests)}"
        self.scheduled[identity] = {
            "id": identity,
            "channel_id": channel.id,
            "post_at": int(given["post_at"]),
            "text": given.get("text", ""),
        }
        return {"channel": channel.id, "scheduled_message_id": identity, "post_at": int(given["post_at"])}

    def _chat_scheduledmessages_list(self, given: dict[str, Any]) -> dict[str, Any]:
        rows = [row for row in self.scheduled.values() if given.get("channel") in {None, row["channel_id"]}]
        return page("scheduled_messages", rows, given)

    def _chat_deletescheduledmessage(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.scheduled.pop(str(given.get("scheduled_message_id")), None) is None:
            raise Refused("invalid_scheduled_message_id")
        return {}

    def receive(self, path: str, content: bytes) -> Answer:
        """The bytes of an upload, without faults."""
        return self.uploads.receive(path, content)

    def _files_getuploadurlexternal(self, given: dict[str, Any]) -> dict[str, Any]:
        return self.uploads.place(given, self.url)

    def _files_completeuploadexternal(self, given: dict[str, Any]) -> dict[str, Any]:
        channel = self._writable({"channel": given.get("channel_id")})
        files = self.uploads.shown(given)
        self._accept(channel, {"thread_ts": given.get("thread_ts")}, "file", files)
        return {"files": [one.view for one in files]}

    def _conversations_list(self, given: dict[str, Any]) -> dict[str, Any]:
        types = str(given.get("types") or "public_channel").split(",")
        if "private_channel" in types and self.scopes is not None and "groups:read" not in self.scopes:
            raise Refused("missing_scope", needed="groups:read")
        return page("channels", [channel_view(one) for one in self.channels.values()], given)

    def _conversations_info(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"channel": channel_view(self._channel(given))}

    def _conversations_join(self, given: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(given)
        channel.member = True
        return {"channel": channel_view(channel)}

    def _conversations_history(self, given: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(given)
        if not channel.member:
            raise Refused("not_in_channel")
        rows = [one for one in self._since(channel, given) if not one.thread_ts or one.broadcast]
        return page("messages", [message_view(one, given) for one in reversed(rows)], given)

    def _conversations_replies(self, given: dict[str, Any]) -> dict[str, Any]:
        channel, root = self._channel(given), str(given.get("ts"))
        if not any(one.ts == root and one.channel == channel.id for one in self._posted):
            raise Refused("thread_not_found")
        rows = [one for one in self._since(channel, given) if root in {one.ts, one.thread_ts}]
        return page("messages", [message_view(one, given) for one in rows], given)

    # --- state -------------------------------------------------------------------------------------
    def _channel(self, given: Mapping[str, Any]) -> Channel:
        channel = self.channels.get(str(given.get("channel", "")))
        if channel is None or (channel.private and not channel.member):
            raise Refused("channel_not_found")
        return channel

    def _writable(self, given: Mapping[str, Any]) -> Channel:
        named = {one.name: one for one in self.channels.values()}
        name = str(given.get("channel", "")).lstrip("#")
        channel = named[name] if name in named else self._channel(given)
        if channel.archived:
            raise Refused("is_archived")
        if not channel.member:
            raise Refused("not_in_channel")
        return channel

    def _accept(
        self, channel: Channel, given: Mapping[str, Any], via: str, files: Iterable[Upload] = ()
    ) -> Posted:
        if via != "file":
            check_message(given)
        thread = given.get("thread_ts") or ""
        if thread:
            if not isinstance(thread, str) or not TS.fullmatch(thread):
                raise Refused("invalid_thread_ts")
            if not any(
                one.ts == thread and one.channel == channel.id and not one.deleted for one in self._posted
            ):
                raise Refused("thread_not_found")
        self._last = max(int(self._clock() * 1_000_000), self._last + 1)
        one = Posted(
            ts=f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}",
            channel=channel.id,
            text=str(given.get("text") or ""),
            blocks=list(given.get("blocks") or ()),
            metadata=given.get("metadata"),
            thread_ts=thread,
            broadcast=bool(thread) and bool(given.get("reply_broadcast")),
            via=via,
            at=time.monotonic(),
            files=list(files),
        )
        self._posted.append(one)
        return one

    def _since(self, channel: Channel, given: Mapping[str, Any]) -> list[Posted]:
        oldest, now = float(given.get("oldest") or 0), time.monotonic()
        return [
            one
            for one in self._posted
            if one.channel == channel.id
            and not one.deleted
            and float(one.ts) > oldest
            and now - one.at >= self.lag
        ]
