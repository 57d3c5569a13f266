"""A source's time, cut into intervals of one state each: no overlap, no hole, kept for ever.

What an interval claims is less than what was seen, never more. A good turn proves what the list showed
then; two good turns prove the time between them, if the second came when it was promised and no gap was
reported. Whatever follows a last good turn belongs to the failure that ended it; time without a promised
turn is `unchecked` (the program did not run, or had to wait), whatever was before and after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

SEEN = frozenset({"ok", "quiet", "stale"})
"""The states in which a source's list was read to the end of what is known."""

OFF = "off"
UNCHECKED = "unchecked"
PENDING = "pending"
"""Since the last turn, while the next is not overdue: neither seen nor blind yet. Only at reading time."""

GRACE = 300.0
"""Seconds that a turn may take, and wait for its seat, beyond what was promised."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one turn found, or that the source is off. `allowed`: seconds in which the next is promised."""

    at: datetime
    state: str
    code: str = ""
    message: str = ""
    authority: str = ""
    host: str = ""
    allowed: float = 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A source in one state. `until` is None while it is open; `last` is the last turn that found it so.

    `longest` is the longest pause between two turns of it, in seconds.
    """

    source: str
    state: str
    since: datetime
    until: datetime | None
    last: datetime
    code: str = ""
    message: str = ""
    authority: str = ""
    host: str = ""
    turns: int = 1
    longest: float = 0.0
    allowed: float = 0.0

    def late(self, at: datetime) -> bool:
        """Whether a turn was promised before this time and did not come."""
        return self.state != OFF and (at - self.last).total_seconds() > self.allowed


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a source's time: seen, blind in one way, or not known yet (`pending`)."""

    since: datetime
    until: datetime
    state: str
    code: str = ""
    message: str = ""

    @property
    def seen(self) -> bool:
        """True where the list was read throughout."""
        return self.state in SEEN


def allowed(step: float, planned: float) -> float:
    """Seconds after a turn in which the next is on time: one may be missed. `planned` is when it is due."""
    return max(2 * step, planned + step) + GRACE


def advance(source: str, current: Interval | None, found: Observation) -> tuple[Interval, ...]:
    """The source's open interval after this observation, the last one open; before it what it closed."""
    if current is None:
        return (_opened(source, found, found.at),)
    at = max(found.at, current.last)  # a clock that was set back must not make intervals overlap
    pause = (at - current.last).total_seconds()
    if current.late(at):
        lost = replace(
            _opened(source, found, current.last),
            state=UNCHECKED, until=at, code="", message="", turns=0,
            authority=current.authority, host=current.host,
        )  # fmt: skip
        return (replace(current, until=current.last), lost, _opened(source, found, at))
    if _alike(current, found):
        return (
            replace(
                current, last=at, message=found.message, allowed=found.allowed,
                turns=current.turns + 1, longest=max(current.longest, pause),
            ),
        )  # fmt: skip
    if current.state in SEEN and found.state not in SEEN:
        return (replace(current, until=current.last), replace(_opened(source, found, current.last), last=at))
    longest = max(current.longest, pause) if current.state in SEEN else current.longest
    return (replace(current, until=at, longest=longest), _opened(source, found, at))


def spans(intervals: Iterable[Interval], now: datetime) -> Iterator[Span]:
    """The stretches of one source's intervals (in order) up to now, without overlap and without hole."""
    for one in intervals:
        if one.until is not None:
            yield Span(one.since, one.until, one.state, one.code, one.message)
            continue
        end = max(now, one.last)
        if one.state == OFF:
            yield Span(one.since, end, OFF, one.code, one.message)
            continue
        yield Span(one.since, one.last, one.state, one.code, one.message)
        if one.late(end):
            yield Span(one.last, end, UNCHECKED)
        elif one.state in SEEN:
            yield Span(one.last, end, PENDING)
        else:
            yield Span(one.last, end, one.state, one.code, one.message)


def within(stretches: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """What of these lies in [start, end); what touches it at a point only is left out."""
    cut = (replace(one, since=max(one.since, start), until=min(one.until, end)) for one in stretches)
    return [one for one in cut if one.since < one.until]


def _opened(source: str, found: Observation, since: datetime) -> Interval:
    return Interval(
        source, found.state, since, None, max(since, found.at), found.code, found.message,
        found.authority, found.host, allowed=found.allowed,
    )  # fmt: skip


def _alike(current: Interval, found: Observation) -> bool:
    return (current.state, current.code, current.authority, current.host) == (
        found.state, found.code, found.authority, found.host,
    )  # fmt: skip
