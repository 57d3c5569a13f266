"""Slack's end of Socket Mode on loopback, beside the stand-in's Web API: pushes envelopes, counts acks.

with Sockets(slack) as sockets:
    sockets.press(slack.messages()[0], "take", user="ann")
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from gatewatch.demo.standin_slack import Posted, StandinSlack

ACK_SECONDS = 3.0


class Sockets:
    """The connections of one app. `greeting` is what a new one hears first; None: nothing."""

    def __init__(self, slack: StandinSlack) -> None:
        self._slack = slack
        self._numbers = count(1)
        self._acked: dict[str, threading.Event] = {}
        self.open: list[ServerConnection] = []
        self.greeting: dict[str, Any] | None = {"type": "hello"}
        self.made = 0
        self._server = serve(self._serve, "127.0.0.1", 0, ping_interval=None)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        host, port = self._server.socket.getsockname()[:2]
        self._slack.link = f"ws://{host}:{port}/link/?ticket=t"
        return self

    def __exit__(self, *_: object) -> None:
        self._slack.link = ""
        self._server.shutdown()
        self.drop()
        self._thread.join()

    def _serve(self, connection: ServerConnection) -> None:
        if self.greeting is not None:
            connection.send(json.dumps(self.greeting))
        with self._slack.changed:
            self.made += 1
            self.open.append(connection)
            self._slack.changed.notify_all()
        with suppress(ConnectionClosed):
            for raw in connection:
                said = json.loads(raw)
                self._acked.setdefault(said["envelope_id"], threading.Event()).set()
        with self._slack.changed:
            self.open.remove(connection)
            self._slack.changed.notify_all()

    # --- what Slack sends --------------------------------------------------------------------------
    def push(self, kind: str, payload: Mapping[str, Any], envelope: str = "") -> float:
        """One envelope to one connection; the seconds until its ack. Fails where Slack would have given up."""
        envelope = envelope or f"e{next(self._numbers)}"
        acked = self._acked[envelope] = threading.Event()
        began = time.monotonic()
        self.wait()
        self.open[-1].send(json.dumps({"envelope_id": envelope, "type": kind, "payload": payload}))
        assert acked.wait(ACK_SECONDS), f"{envelope} was not acknowledged"
        return time.monotonic() - began

    def press(self, message: Posted, verb: str, choice: str = "", *, user: str = "ann", **more: Any) -> float:
        """Somebody presses a button of the message, or chooses from a list of it."""
        return self.push("interactive", pressed(self._slack, message, verb, choice, user=user), **more)

    def command(self, text: str, *, channel: str = "C0ALERTS00", user: str = "ann") -> float:
        """Somebody types /gatewatch and this."""
        payload = {
            "command": "/gatewatch",
            "text": text,
            "channel_id": channel,
            "channel_name": "alerts",
            "user_id": f"U0{user.upper()}",
            "user_name": user,
            "response_url": f"{self._slack.url}/actions/command",
        }
        return self.push("slash_commands", payload)

    def end(self, reason: str) -> None:
        """Slack asks every connection to go: `warning`, `refresh_requested`, `link_disabled`."""
        for connection in list(self.open):
            connection.send(json.dumps({"type": "disconnect", "reason": reason}))

    def drop(self) -> None:
        """Every connection is cut without a word."""
        for connection in list(self.open):
            with suppress(OSError):
                connection.socket.shutdown(2)

    def wait(self, many: int = 1, seconds: float = 15.0) -> None:
        """Until so many connections are open."""
        self._slack.wait_for(lambda: len(self.open) >= many, seconds)

    def answers(self, many: int, seconds: float = 5.0) -> list[str]:
        """What was said to whoever pressed, once so much was."""
        self._slack.wait_for(lambda: len(self._slack.answers) >= many, seconds)
        assert all(body["response_type"] == "ephemeral" for _, body in self._slack.answers)
        return [body["text"] for _, body in self._slack.answers]


def pressed(
    slack: StandinSlack, message: Posted, verb: str, choice: str = "", *, user: str = "ann"
) -> dict[str, Any]:
    """What Slack sends of a press, with the value that the message itself holds."""
    elements = next(block["elements"] for block in message.blocks if block["type"] == "actions")
    control = next(one for one in elements if one["action_id"] == verb)
    action: dict[str, Any] = {"action_id": verb, "type": control["type"], "block_id": "x"}
    if control["type"] == "button":
        action["value"] = control["value"]
    else:
        option = next(one for one in control["options"] if one["value"].endswith(choice))
        action["selected_option"] = option
    return {
        "type": "block_actions",
        "user": {"id": f"U0{user.upper()}", "username": user},
        "channel": {"id": message.channel, "name": "alerts"},
        "container": {"type": "message", "message_ts": message.ts, "channel_id": message.channel},
        "message": {"ts": message.ts},
        "response_url": f"{slack.url}/actions/{user}",
        "actions": [action],
    }
