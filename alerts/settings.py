"""What the sender is told: where things go, in which language, how fast. Frozen; reads no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from alerts.route import TERMINAL, WEBHOOK, Channels


@dataclass(frozen=True, slots=True)
class Timing:
    """The sender's patience, in seconds. Only tests and the demo have reason to change it.

    `look`: after a lost answer before the channel is read. `settle`: how long another
    process's attempt is left alone, since its request may still be on the way, and how slow Slack is
    thought to show a message before that was measured. `lag`: how long a message of ours that does not show
    is waited for before it is taken for deleted. `first` and `most`: the first and the longest step
    of backing off. `parked`: until a broken channel is tried again. `lease`: of the sender of a
    channel. `poll`: between two looks at the outbox. `margin`: how far before the last known message
    the channel is read.
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


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """How alerts are routed and worded. `names` are the sources' names by id.

    `channel` is Slack's; empty where none is configured. `road` is `slack`, `webhook` or `terminal`
    (nothing at all is configured); it decides the channel that deliveries are written for, also
    while the token is missing and they can only wait.
    """

    road: str = TERMINAL
    channel: str = ""
    ops_channel: str = ""
    language: str = "en"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    pace: float = 1.0
    names: Mapping[str, str] = field(default_factory=dict)
    timing: Timing = Timing()

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
