"""When a channel's digests come, and what the regular ones say. Pure.

A digest of what waited (quiet hours, a route that asks for digests) lists it; a daily or weekly one sums up
the time since the last, with what was held, what is due and what was covered.
"""

from __future__ import annotations

from datetime import datetime

from alerts.settings import Manners

QUIET = "quiet hours: told when the channel hears again"
DIGEST = "waits for the channel's digest"


def next_digest(manners: Manners, now: datetime) -> datetime | None:
    """When the channel's next daily or weekly digest comes after now, in UTC; None where it has none."""
    times = []
    if manners.daily is not None:
        times.append(manners.hours.next_at(manners.daily, None, now))
    if manners.weekly is not None:
        weekday, at = manners.weekly
        times.append(manners.hours.next_at(at, weekday, now))
    return min(times, default=None)
