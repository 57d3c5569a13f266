"""From the config's words to how alerts are routed and when a channel hears. Never reads a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from zoneinfo import ZoneInfo

from alerts.quiet import Hours
from alerts.route import Route
from alerts.settings import Manners, Override
from gatewatch.calendars import WorkedDays, calendar_of, weekdays
from gatewatch.config_file import ChannelOf, DigestOf, RouteTo


def routes_of(found: Sequence[RouteTo]) -> tuple[Route, ...]:
    """The routes, in the order of the config."""
    return tuple(
        Route(
            to=one.to,
            topics=frozenset(one.topics),
            at_least=one.at_least,
            tiers=frozenset(one.tiers),
            langs=frozenset(one.langs),
            sources=tuple(one.sources),
            digest=one.deliver == "digest",
        )
        for one in found
    )


def manners_of(found: ChannelOf, zone: ZoneInfo) -> Manners:
    """How a channel is spoken to; `zone` is the program's, for a channel that names none."""
    opens, _, closes = (found.hours or "00:00-00:00").partition("-")
    hours = Hours(
        zone=ZoneInfo(found.timezone) if found.timezone else zone,
        opens=_time(opens),
        closes=_time(closes),
        days=weekdays(found.days),
        holidays=calendar_of(found.holidays) if found.holidays else (),
        worked=WorkedDays(found.holidays) if found.holidays else (),
    )
    override = None
    if not isinstance(found.override, str):
        override = Override(found.override.at_least, frozenset(found.override.tiers))
    daily, weekly = _digests(found.digest)
    return Manners(hours, override, found.language, daily, weekly, found.digest.csv)


def _digests(found: DigestOf) -> tuple[time | None, tuple[int, time] | None]:
    day, _, at = found.weekly.partition(" ")
    weekly = (min(weekdays(day)), _time(at)) if found.weekly else None
    return (_time(found.daily) if found.daily else None), weekly


def _time(text: str) -> time:
    """`08:30`; `24:00` is midnight."""
    hour, _, minute = text.partition(":")
    return time(int(hour) % 24, int(minute))
