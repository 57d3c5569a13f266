"""What the stand-in Slack keeps: channels and messages. Records only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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
