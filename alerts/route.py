"""Which channel an intent goes to, and into which thread: from a decision to deliveries.

Pure. Never reads the store, the clock or the network; never words a message.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from alerts.alert import LATER, TELLINGS
from crawlers.article import OFFICIAL

TERMINAL = "terminal"
WEBHOOK = "webhook"
SEVERITIES = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Intent:
    """Something to be told: the row that the river wrote, with the tier of its article.

    `due` is the day that a reminder is of.
    """

    id: int
    kind: str
    subject: str
    article: str | None = None
    matter: str | None = None
    source: str | None = None
    tier: str = ""
    severity: str = ""
    topics: tuple[str, ...] = ()
    lang: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Where something goes that fits: empty fields fit all. `sources` are patterns (`miit_*`).

    `digest`: it waits for the channel's digest.
    """

    to: str
    topics: frozenset[str] = frozenset()
    at_least: str = "low"
    tiers: frozenset[str] = frozenset()
    langs: frozenset[str] = frozenset()
    sources: tuple[str, ...] = ()
    digest: bool = False

    def fits(self, intent: Intent) -> bool:
        """Whether what the intent tells of goes here."""
        return (
            weight(intent.severity) >= weight(self.at_least)
            and (not self.topics or bool(self.topics & set(intent.topics)))
            and (not self.tiers or intent.tier in self.tiers)
            and (not self.langs or intent.lang in self.langs)
            and (not self.sources or any(fnmatchcase(intent.source or "", one) for one in self.sources))
        )


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
    digest: bool = False


def weight(severity: str) -> int:
    """How severe: low 0, medium 1, high 2; what has no severity is low."""
    return max(0, SEVERITIES.index(severity)) if severity in SEVERITIES else 0


def alert_id(channel: str, kind: str, subject: str) -> str:
    """`g` and 23 hexadecimal digits: the same on every machine and after a restore."""
    return (
        "g"
        + hashlib.sha256(f"{channel}\n{kind}\n{subject}".encode("utf-8", "surrogatepass")).hexdigest()[:23]
    )


def route(
    intent: Intent, roots: Iterable[Root], channels: Channels, routes: Sequence[Route] = ()
) -> tuple[Delivery, ...]:
    """The deliveries of an intent, one a channel. `roots` are the messages that its matter has, oldest first.

    What an article says goes by every route that it fits, else to the news; where two routes lead to one
    channel, at once wins over the digest. That a channel takes nothing is told in another, or nowhere.
    A regulator's document opens its own message. What follows it goes into its thread: copies and press
    silently, a follow-up, an amendment, what became of a page and what is due soon shown in the channel
    too. Without a message to follow, everything opens its own.
    """
    known = list(roots)
    return tuple(
        _delivery(intent, channel, known, digest=digest)
        for channel, digest in channels_of(intent, channels, routes).items()
    )


def channels_of(intent: Intent, channels: Channels, routes: Iterable[Route]) -> dict[str, bool]:
    """Where the intent goes, and whether it waits for the digest there."""
    if intent.kind in {"source", "road", "answers"}:
        return {channels.health: False}
    if intent.kind == "channel":  # told in the first that is not the one that takes nothing
        others = (channels.health, channels.news, *(one.to for one in routes))
        return dict.fromkeys([name for name in others if name != intent.source][:1], False)
    found: dict[str, bool] = {}
    if intent.article is not None:
        for one in routes:
            if one.fits(intent):
                found[one.to] = one.digest and found.get(one.to, True)
    return found or {channels.news: False}


def _delivery(intent: Intent, channel: str, roots: Sequence[Root], *, digest: bool) -> Delivery:
    parent = _root(channel, roots) if intent.kind in (TELLINGS - {"new"}) | LATER else None
    return Delivery(
        id=alert_id(channel, intent.kind, intent.subject),
        intent=intent.id,
        channel=channel,
        kind=intent.kind,
        article=intent.article,
        matter=intent.matter,
        parent=parent,
        broadcast=parent is not None and intent.kind in {"follow-up", "amendment"} | LATER,
        digest=digest,
    )


def _root(channel: str, roots: Iterable[Root]) -> str | None:
    """The message to follow: the regulator's own where there is one, else the oldest."""
    here = [root for root in roots if root.channel == channel]
    own = [root for root in here if root.kind == "new" and root.tier in OFFICIAL]
    return next((root.alert for root in [*own, *here]), None)
