"""What the sender is told: where things go, in which language, how fast. Frozen; reads no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerts.quiet import Hours
from alerts.route import TERMINAL, WEBHOOK, Channels, Intent, Route, channels_of, weight


@dataclass(frozen=True, slots=True)
class Timing:
    """The sender's patience, in seconds. Only tests and the demo have reason to change it.

    `look`: after a lost answer before the channel is read. `settle`: how long another
    process's attempt is left alone, since its request may still be on the way, and how slow Slack is
    thought to show a message before that was measured. `lag`: how long a message of ours that does not show
    is waited for before it is taken for deleted. `first` and `most`: the first and the longest step
    of backing off. `parked`: until a broken channel is tried again. `lease`: of the sender of a
    channel. `poll`: between two looks at the outbox. `margin`: how far before the last known message
    the channel is read. `gather`: how long a change of what is shown waits for others; `edits`: between
    two such changes (Slack's tier 3: 50 a minute). `heed`: for so long what other processes noted of an
    outage is not read anew. `workspace`: between two posts of this process to any channels: Slack limits the
    workspace as a whole, too, and does not say how.
    """

    look: float = 1.0
    settle: float = 5.0
    lag: float = 30.0
    first: float = 1.0
    most: float = 60.0
    parked: float = 300.0
    lease: float = 60.0
    poll: float = 0.5
    margin: float = 3600.0
    gather: float = 3.0
    edits: float = 1.2
    heed: float = 5.0
    workspace: float = 0.2


@dataclass(frozen=True, slots=True)
class Override:
    """What is told in quiet hours too: at least so severe, and of these tiers (none: of any)."""

    at_least: str = "high"
    tiers: frozenset[str] = frozenset({"regulator", "government"})

    def holds(self, severity: str, tier: str) -> bool:
        """Whether something of this severity and tier is told at any hour."""
        return weight(severity) >= weight(self.at_least) and (not self.tiers or tier in self.tiers)


@dataclass(frozen=True, slots=True)
class Manners:
    """How a channel is spoken to. `hours` None: at any time. `override` None: quiet is quiet.

    `daily` and `weekly` are when its digests come (weekday, Monday 0, and time), or None; `csv`: with
    their rows as a file.
    """

    hours: Hours
    override: Override | None = Override()
    language: str = ""
    daily: time | None = None
    weekly: tuple[int, time] | None = None
    csv: bool = False


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """How alerts are routed and worded. `names` are the sources' names by id.

    `channel` is Slack's; empty where none is configured. `road` is `slack`, `webhook` or `terminal`
    (nothing at all is configured); it decides the channel that deliveries are written for, also
    while the token is missing and they can only wait. `routes` count on Slack alone: the other roads
    have one channel. More than `burst` alerts of one source at once are told together
    (0: never); of the press on one matter the first few are told at once, the others once in `gather`
    (none: at once too). `regular` are those of the news channel where `manners` say nothing of it.
    `answers`: there are tokens for buttons, which are shown while somebody listens.
    """

    road: str = TERMINAL
    channel: str = ""
    ops_channel: str = ""
    language: str = "en"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    pace: float = 1.0
    burst: int = 0
    gather: timedelta = timedelta(0)
    answers: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    manners: Mapping[str, Manners] = field(default_factory=dict)
    regular: Manners | None = None
    timing: Timing = Timing()

    def of(self, channel: str) -> Manners:
        """How this channel is spoken to: as configured for it, else at any hour in the program's zone."""
        known = self.manners.get(channel) or self.manners.get(channel.lstrip("#"))
        if known is not None:
            return known
        if self.regular is not None and self.channels is not None and channel == self.channels.news:
            return self.regular
        return Manners(Hours(self.zone))

    def attached(self, channel: str, since: datetime, until: datetime, *, asked: bool = False) -> str:
        """The name of the file with the rows of the channel's digest; empty where it carries none.

        `asked`: it was asked for, whatever the config says. A webhook and a terminal carry none.
        """
        manners = self.of(channel)
        if self.road != "slack" or not (asked or manners.csv):
            return ""
        first, last = (at.astimezone(manners.hours.zone) for at in (since, until))
        return f"gatewatch-{first:%Y-%m-%d}-to-{last:%Y-%m-%d-%H%M%S}.csv"

    def hears(self, channel: str, at: datetime) -> datetime:
        """When the channel hears, at that time or after it."""
        return self.of(channel).hours.next_open(at) or at

    def speaking(self, channel: str, *, heard: bool = False) -> AlertSettings:
        """These settings with the channel's own language and zone; buttons only where they are `heard`."""
        manners = self.of(channel)
        language, answers = manners.language or self.language, self.answers and heard
        return replace(self, language=language, zone=manners.hours.zone, answers=answers)

    @property
    def ways(self) -> tuple[Route, ...]:
        """The routes in force: a webhook and a terminal have one channel."""
        return self.routes if self.road == "slack" else ()

    def leads(self, intent: Intent) -> Mapping[str, bool]:
        """The channels that this goes to, and whether it waits for the digest there."""
        return {} if self.channels is None else channels_of(intent, self.channels, self.ways)

    def audience(self, channel: str) -> str:
        """The channel as it is configured, where articles may go to it; else empty.

        Who asks in another (the operators', a private one) is told of all.
        """
        channels = self.channels
        news = {channels.news} if channels is not None else set()
        of_news = {name.lstrip("#"): name for name in (*(one.to for one in self.ways), *news)}
        return of_news.get(channel.lstrip("#"), "")

    @property
    def serves(self) -> frozenset[str]:
        """Every channel that something may go to; empty where none is configured yet."""
        channels = self.channels
        if channels is None:
            return frozenset()
        return frozenset({channels.news, channels.health, *(one.to for one in self.ways)})

    @property
    def channels(self) -> Channels | None:
        """Where deliveries go; None where that is not configured yet."""
        if self.road == TERMINAL:
            return Channels(TERMINAL, TERMINAL)
        if self.road == WEBHOOK:
            return Channels(WEBHOOK, WEBHOOK)
        if not self.channel:
            return None
        return Channels(self.channel, self.ops_channel or self.channel)
