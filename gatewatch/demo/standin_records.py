"""What the stand-in Slack keeps: channels and messages. Records only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gatewatch.demo.standin_files import Upload

BOT = "B0STANDIN"


@dataclass(slots=True)
class Channel:
    """A channel of the workspace."""

    id: str
    name: str
    member: bool = True
    archived: bool = False
    private: bool = False


@dataclass(slots=True)
class Posted:
    """A message that was accepted. `at` is the server's own monotonic time, for measuring pace."""

    ts: str
    channel: str
    text: str
    blocks: list[dict[str, Any]]
    metadata: dict[str, Any] | None
    thread_ts: str
    broadcast: bool
    via: str
    at: float
    deleted: bool = False
    edits: int = 0
    files: list[Upload] = field(default_factory=list)

    @property
    def alert(self) -> str:
        """The alert id in its metadata, or empty."""
        return str(((self.metadata or {}).get("event_payload") or {}).get("alert_id", ""))


def channel_view(one: Channel) -> dict[str, Any]:
    """A channel as the Web API shows it."""
    return {
        "id": one.id,
        "name": one.name,
        "is_member": one.member,
        "is_archived": one.archived,
        "is_private": one.private,
    }


def message_view(one: Posted, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A message as the Web API shows it; `given` are the arguments of a reading."""
    view: dict[str, Any] = {"type": "message", "ts": one.ts, "text": one.text, "bot_id": BOT}
    if one.thread_ts:
        view["thread_ts"] = one.thread_ts
    if one.files:
        view["files"] = [file.view for file in one.files]
    if one.metadata:
        everything = given is None or str(given.get("include_all_metadata")) in {"1", "True", "true"}
        view["metadata"] = one.metadata if everything else {"event_type": one.metadata.get("event_type")}
    return view
