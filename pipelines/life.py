"""The life of a page after its publication: when it is looked at again, and what a look makes of it.

Pure: `now` is an argument. A page that is not there is not a repeal; one that refuses us is not gone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

STEPS = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 7 * 24, 30 * 24, 90 * 24))
"""Ages at which a page is looked at; after the last, that long after each look."""
GONE_FOR = timedelta(days=3)
GONE_LOOKS = 3
GONE_AGAIN = timedelta(hours=12)
"""A page that seems gone is looked at more often, until it is sure."""
UNREACHABLE_LEAST, UNREACHABLE_MOST = timedelta(hours=1), timedelta(days=1)

State = Literal["ok", "gone", "withdrawn", "moved", "unreachable"]
Outcome = Literal["there", "gone", "unreachable"]


@dataclass(frozen=True, slots=True)
class Life:
    """How a page is: `since` is when its state began; `gone_*` count what may become a withdrawal."""

    state: State = "ok"
    since: datetime | None = None
    gone_since: datetime | None = None
    gone_looks: int = 0


def after(was: Life, outcome: Outcome, now: datetime, *, sound: bool = True) -> Life:
    """What a look makes of it. `sound`: the page's own source is well, so that absence means something."""
    if outcome == "there":
        return Life("ok", was.since if was.state == "ok" else now)
    if outcome == "unreachable":
        state: State = was.state if was.state in {"withdrawn", "moved"} else "unreachable"
        return replace(was, state=state, since=was.since if was.state == state else now)
    since, looks = was.gone_since or now, was.gone_looks + 1
    if was.state in {"withdrawn", "moved"}:
        return replace(was, gone_looks=looks)
    sure = sound and looks >= GONE_LOOKS and now - since >= GONE_FOR
    state = "withdrawn" if sure else "gone"
    return Life(state, was.since if was.state == state else now, since, looks)


def wait(life: Life, first_seen: datetime, now: datetime) -> timedelta:
    """How long until the next look."""
    if life.state == "gone":
        return GONE_AGAIN
    if life.state == "unreachable":
        begun = life.since or now
        return min(max(now - begun, UNREACHABLE_LEAST), UNREACHABLE_MOST)
    age = now - first_seen
    return next((step - age for step in STEPS if step > age), STEPS[-1])
