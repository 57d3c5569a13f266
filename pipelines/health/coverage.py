"""Which authority is covered, by which roads: now, and on any day. Never claims more than was seen.

A road is a source that covers the authority. Roads are not equal: a column of the ministry's own site
shows only that column, a news search only what the press took up. So one that is read makes an authority
covered in part, and only when none is read is it UNCOVERED. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.health.changes import FAILED, hold, kind
from pipelines.health.intervals import OFF, PENDING, Interval, Span, spans, within

COVERED = "covered"
PARTLY = "partly"
UNCOVERED = "uncovered"
UNWATCHED = "unwatched"

DAY = timedelta(days=1)
SURE = 2
"""So many failed turns before a road that cannot be reached counts as closed; a refusal counts at once."""


@dataclass(frozen=True, slots=True)
class Road:
    """A source as a road to an authority, now. `off` is why it is not polled, or empty.

    `meant`: the catalogue or the operator wants it polled (it may be out of reach). `own`: a site of the
    authority itself.
    """

    source: str
    authority: str
    host: str
    state: str
    code: str = ""
    own: bool = False
    off: str = ""
    meant: bool = True
    failures: int = 0
    since: datetime | None = None
    last_ok: datetime | None = None

    @property
    def open(self) -> bool:
        """Its list is read."""
        return not self.off and self.state not in FAILED and self.state != "new"

    @property
    def undecided(self) -> bool:
        """Not read yet, or not reached for the first time: the next turn will tell."""
        if self.off:
            return False
        return self.state == "new" or (
            self.state in FAILED and kind(self.code) == "unreachable" and self.failures < SURE
        )


def by_authority(roads: Iterable[Road]) -> dict[str, list[Road]]:
    """The roads to each authority, its own site first."""
    found: dict[str, list[Road]] = defaultdict(list)
    for road in roads:
        if road.authority:
            found[road.authority].append(road)
    return {
        name: sorted(found[name], key=lambda one: (not one.own, one.host, one.source))
        for name in sorted(found)
    }


def uncovered(roads: Sequence[Road]) -> bool | None:
    """Whether no road to an authority is open; None where that is not known yet, or nobody wants it."""
    if any(road.open for road in roads):
        return False
    if any(road.undecided for road in roads):
        return None
    return True if any(road.meant or road.last_ok for road in roads) else None


def may_tell(tellings: int, told_at: datetime | None, now: datetime) -> int | None:
    """How many tellings this would be within a day, or None where it must wait: none may flood."""
    if told_at is None or now - told_at > max(DAY, 2 * hold(tellings)):
        return 1
    return tellings + 1 if now - told_at >= hold(tellings) else None


@dataclass(frozen=True, slots=True)
class Seen:
    """What one source saw of a window of time. `stretches` have no hole and no overlap.

    `checked` is the last turn that read it well before the window's end; `longest` the longest pause in
    seconds between two turns that touch the window. `since`: when the state of the window's end began.
    """

    source: str
    authority: str
    host: str
    stretches: tuple[Span, ...]
    checked: datetime | None
    longest: float
    state: str
    """How its last turn before the window's end found it; `unchecked` where one was overdue then."""
    since: datetime

    @property
    def whole(self) -> bool:
        """Read throughout, as far as that can be known already."""
        return bool(self.stretches) and all(one.seen or one.state == PENDING for one in self.stretches)

    @property
    def any(self) -> bool:
        """Read at some time of the window, or so lately that the next turn is not overdue."""
        return any(one.seen or one.state == PENDING for one in self.stretches)


@dataclass(frozen=True, slots=True)
class Cover:
    """How an authority was covered in a window. `blind` are its times in which no road was read."""

    authority: str
    status: str
    seen: tuple[Seen, ...]
    blind: tuple[tuple[datetime, datetime], ...]


def coverage(
    intervals: Mapping[str, Sequence[Interval]], start: datetime, end: datetime, now: datetime
) -> list[Cover]:
    """Each authority's cover in [start, end), from the intervals of each source in order."""
    end = min(end, now)
    found: dict[str, list[Seen]] = defaultdict(list)
    for source, own in intervals.items():
        for authority in dict.fromkeys(one.authority for one in own if one.authority):
            seen = _seen(source, authority, own, start, end, now)
            if seen is not None:
                found[authority].append(seen)
    return [_cover(name, found[name], start, end) for name in sorted(found)]


def _seen(
    source: str, authority: str, own: Sequence[Interval], start: datetime, end: datetime, now: datetime
) -> Seen | None:
    """What a source saw for this authority; None where it did not exist before the window's end."""
    mine = [one for one in own if one.authority == authority and one.since < end]
    if not mine:
        return None
    lived = list(spans(mine, now))
    stretches = within(lived, start, end)
    touching = [one for one in mine if (one.until or max(now, one.last)) > start]
    known = [_good(one, end) for one in mine]
    last, latest = [one for one in lived if one.since < end][-1], mine[-1]
    went_on = last.state in {PENDING, latest.state}
    return Seen(
        source,
        authority,
        mine[-1].host,
        tuple(stretches),
        max((at for at in known if at is not None), default=None),
        max((one.longest for one in touching), default=0.0),
        latest.state if went_on else last.state,
        latest.since if went_on else last.since,
    )


def _good(one: Interval, end: datetime) -> datetime | None:
    """The latest time before `end` after which this interval's list is known to have been read once more."""
    if one.state not in {"ok", "quiet", "stale"}:
        return None
    return one.last if one.last < end else max(one.since, end - timedelta(seconds=one.longest))


def _cover(authority: str, seen: Sequence[Seen], start: datetime, end: datetime) -> Cover:
    watched = [one for one in seen if any(each.state != OFF for each in one.stretches)]
    claims = sorted(
        (each.since, each.until)
        for one in seen
        for each in one.stretches
        if each.seen or each.state == PENDING
    )
    if not watched:
        status = UNWATCHED
    elif all(one.whole for one in watched):
        status = COVERED
    else:
        status = PARTLY if any(one.any for one in watched) else UNCOVERED
    return Cover(authority, status, tuple(seen), tuple(_rest(claims, start, end)))


def _rest(
    claims: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime
) -> Iterable[tuple[datetime, datetime]]:
    """What of [start, end) no claim covers."""
    at = start
    for since, until in claims:
        if since > at:
            yield at, since
        at = max(at, until)
    if at < end:
        yield at, end
