"""The stand-in Slack's way back: what is said to whoever pressed, and where Socket Mode is spoken."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from gatewatch.demo.standin_checks import Refused, check_message
from gatewatch.demo.standin_server import Answer, json_answer


class Conversation:
    """What a workspace hears of `response_url`, and gives out by `apps.connections.open`."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        """Held while anything changes, and told of it."""
        self.link = ""
        """Where Socket Mode is spoken; empty: nowhere."""
        self.answers: list[tuple[str, dict[str, Any]]] = []
        """What was said by `response_url`: the last part of its path, and the body."""

    def wait_for(self, what: Callable[[], Any], seconds: float) -> Any:
        """What this gives, once it gives something; asked after each call. Raises TimeoutError."""
        with self.changed:
            found = self.changed.wait_for(what, seconds)
        if not found:
            raise TimeoutError(f"the stand-in waited for {seconds:.0f} s in vain")
        return found

    def respond(self, name: str, raw: bytes) -> Answer:
        """What is said by a `response_url`, without faults."""
        try:
            body = json.loads(raw)
            check_message(body)
        except Refused as error:
            return json_answer({"ok": False, "error": error.code})
        with self.changed:
            self.answers.append((name, body))
            self.changed.notify_all()
        return json_answer({"ok": True})

    def opened(self, token: str) -> dict[str, Any]:
        """apps.connections.open: an app-level token in the header, and nothing else."""
        if not token.startswith("xapp-"):
            raise Refused("not_allowed_token_type" if token else "not_authed")
        if not self.link:
            raise Refused("forbidden_team")
        return {"url": self.link}
