"""When a channel's digests come, and what the regular ones say. Pure.

A digest of what waited (quiet hours, a route that asks for digests) lists it; a daily or weekly one sums up
the time since the last, with what was held, what is due and what was covered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from alerts.alert import LATER, TELLINGS
from alerts.route import Delivery, Intent
from alerts.settings import Manners
from pipelines.facts import BEIJING
from pipelines.silence import Silence, quieting

QUIET = "quiet hours: told when the channel hears again"
BURST = "burst: told together with what the same source brought at once"
PRESS = "press: told in the matter's thread together with what else comes of it"
HEARD = frozenset({"new", "amendment"})
"""What a silence of its matter does not keep back: a document of its own, and a rule that changes."""
LAST = 1
"""Days before a date of which people are reminded though its matter is silenced."""
DIGEST = "waits for the channel's digest"
FEW = 3
"""Press reports of a matter that are told one by one, before the others are gathered."""


def next_digest(manners: Manners, now: datetime) -> datetime | None:
    """When the channel's next daily or weekly digest comes after now, in UTC; None where it has none."""
    times = []
    if manners.daily is not None:
        times.append(manners.hours.next_at(manners.daily, None, now))
    if manners.weekly is not None:
        weekday, at = manners.weekly
        times.append(manners.hours.next_at(at, weekday, now))
    return min(times, default=None)


def last_digest(manners: Manners, due: datetime, now: datetime) -> datetime:
    """The last of the channel's digest times from the one `due` until now: one digest tells of all."""
    while (upcoming := next_digest(manners, due)) is not None and upcoming <= now:
        due = upcoming
    return due


def placed(delivery: Delivery, intent: Intent, manners: Manners, now: datetime) -> dict[str, Any]:
    """The row of a delivery: it goes now, or waits for the channel's digest or for its hours."""
    row = asdict(delivery)
    asked = row.pop("digest")
    if intent.kind not in TELLINGS | LATER:
        return row
    if asked and (at := next_digest(manners, now)) is not None:
        return row | {"state": "digest", "digest_at": at, "reason": DIGEST}
    opens = _opens(intent, manners, now)
    return row if opens is None else row | {"state": "digest", "digest_at": opens, "reason": QUIET}


def _opens(intent: Intent, manners: Manners, now: datetime) -> datetime | None:
    """When the channel hears of it next; None where that is now.

    A reminder is no news: it waits where its document would not, but not until its day. Where the next
    working day is too late for a severe one, it comes on the free day before, in the channel's hours.
    """
    opens = manners.hours.next_open(now)
    loud = manners.override is not None and manners.override.holds(intent.severity, intent.tier)
    if opens is None or not loud or intent.due is None:
        return None if loud else opens
    day = intent.due
    times = (opens, manners.hours.any_day.next_open(now))
    return next((at for at in times if at is not None and at.astimezone(BEIJING).date() < day), None)


def silenced(
    intent: Intent,
    here: str | None,
    left: int | None,
    rules: Collection[tuple[str, str]],
    silences: Iterable[Silence],
) -> Silence | None:
    """The silence that keeps the intent back, or None.

    It lies in the matter `here`; `left`: days to its date; `rules` (with topics): those that speak for it.
    Never of sources and coverage. A matter's silence keeps back what is said of it and what becomes of its
    pages, and reminders but the last.
    """
    if intent.kind not in TELLINGS | LATER:
        return None
    heard = intent.kind in HEARD or (left is not None and left <= LAST)
    return quieting(silences, matter=None if heard else here, source=intent.source, rules=rules)
