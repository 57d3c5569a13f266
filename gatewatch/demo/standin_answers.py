"""The stand-in Slack's way back: what is said to whoever pressed, and where Socket Mode is spoken."""

from __future__ import annotations

import json
from typing import Any

from gatewatch.demo.standin_checks import Refused, check_message
from gatewatch.demo.standin_server import Answer, json_answer


class Conversation:
    """What a workspace hears of `response_url`, and gives out by `apps.connections.open`."""

    def __init__(self) -> None:
        self.link = ""
        """Where Socket Mode is spoken; empty: nowhere."""
        self.answers: list[tuple[str, dict[str, Any]]] = []
        """What was said by `response_url`: the last part of its path, and the body."""

    def respond(self, name: str, raw: bytes) -> Answer:
        """What is said by a `response_url`, without faults."""
        try:
            body = json.loads(raw)
            check_message(body)
        except Refused as error:
            return json_answer({"ok": False, "error": error.code})
        self.answers.append((name, body))
        return json_answer({"ok": True})

    def opened(self, token: str) -> dict[str, Any]:
        """apps.connections.open: an app-level token in the header, and nothing else."""
        if not token.startswith("xapp-"):
            raise Refused("not_allowed_token_type" if token else "not_authed")
        if not self.link:
            raise Refused("forbidden_team")
        return {"url": self.link}
