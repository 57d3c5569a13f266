"""Which channel an intent goes to, and into which thread: from a decision to deliveries.

Pure. Never reads the store, the clock or the network; never words a message.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from alerts.alert import TELLINGS
from crawlers.article import OFFICIAL

TERMINAL = "terminal"
WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Intent:
    """Something to be told: the row that the river wrote, with the tier of its article."""

    id: int
    kind: str
    subject: str
    article: str | None = None
    matter: str | None = None
    source: str | None = None
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Root:
    """A message of its own that a matter already has in a channel, whether sent yet or waiting."""

    alert: str
    channel: str
    kind: str
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Channels:
    """Where things go. Both may be the same; `health` is for what concerns the sources."""

    news: str
    health: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one channel. `parent` is the alert whose thread it goes into, or None."""

    id: str
    intent: int
    channel: str
    kind: str
    article: str | None
    matter: str | None
    parent: str | None
    broadcast: bool


def alert_id(channel: str, kind: str, subject: str) -> str:
    """`g` and 23 hexadecimal digits: the same on every machine and after a restore."""
    return (
        "g"
        + hashlib.sha256(f"{channel}\n{kind}\n{subject}".encode("utf-8", "surrogatepass")).hexdigest()[:23]
    )


def route(intent: Intent, roots: Iterable[Root], channels: Channels) -> tuple[Delivery, ...]:
    """The deliveries of an intent. `roots` are the messages that its matter has, oldest first.

    A regulator's document opens its own message. What follows it goes into its thread: copies and
    press silently, a follow-up or an amendment shown in the channel too. Without a message to
    follow, everything opens its own.
    """
    channel = channels.health if intent.kind == "source" else channels.news
    parent = None
    if intent.kind in TELLINGS - {"new"}:
        parent = _root(channel, roots)
    return (
        Delivery(
            id=alert_id(channel, intent.kind, intent.subject),
            intent=intent.id,
            channel=channel,
            kind=intent.kind,
            article=intent.article,
            matter=intent.matter,
            parent=parent,
            broadcast=parent is not None and intent.kind in {"follow-up", "amendment"},
        ),
    )


def _root(channel: str, roots: Iterable[Root]) -> str | None:
    """The message to follow: the regulator's own where there is one, else the oldest."""
    here = [root for root in roots if root.channel == channel]
    own = [root for root in here if root.kind == "new" and root.tier in OFFICIAL]
    return next((root.alert for root in [*own, *here]), None)
