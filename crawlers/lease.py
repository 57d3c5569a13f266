"""Which source is due, and who holds it: the agreement between spiders and the store.

A worker claims a source for one turn, renews while the turn lives and finishes it; every commit in
between carries the lease's token, so that a worker that was frozen past its lease is refused
(Kleppmann's fencing). All lease times are the database's clock, in seconds since 1970. The one
implementation is `pipelines.store.schedule`; nothing here touches a database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from croniter import croniter

from crawlers.article import Article, Entry
from crawlers.source import Source

LEASE_SECONDS = 60.0
"""A lease is renewed every third of this while its turn lives."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to one turn of one source.

    `memo` is what the source's last good turn left for the next (`etag`, `last_modified`, `digest`
    of the body …). `due` is when the turn was due. `baseline` is true until a first turn completed.
    """

    source: str
    token: int
    due: float
    baseline: bool
    memo: Mapping[str, str] = field(default_factory=dict)
    state: str = "new"
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """How a turn ended.

    `state` is `ok`, `blocked`, `empty`, `failing` or `gap`; `code`, `message` and `remedy` say why
    when it is not `ok`. `rows` is what the list showed, `new` the articles stored for the first
    time. `problems` are articles that could not be read this time: (address, code, message).
    `memo` replaces the stored one when it is not None. `backs_off` is false where the list itself is
    well, so that it must go on being read on time.
    """

    state: str
    rows: int = 0
    new: int = 0
    code: str = ""
    message: str = ""
    remedy: str = ""
    memo: Mapping[str, str] | None = None
    backs_off: bool = True
    problems: tuple[tuple[str, str, str], ...] = ()
    next_due: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """The right to look at an article's page again, once.

    `entry` and `text` are what is stored of it; `memo` is for asking whether it changed.
    """

    article: str
    source: str
    entry: Entry
    text: str
    token: int
    due: float
    memo: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found: `there`, `gone` (404, 410, a page that says so) or `unreachable`, and why."""

    outcome: Literal["there", "gone", "unreachable"]
    code: str = ""
    message: str = ""
    memo: Mapping[str, str] | None = None


class Schedule(Protocol):
    """The leases. Raises StoreError; every method that takes a lease raises LeaseLost."""

    def now(self) -> float:
        """The database's clock, seconds since 1970."""

    def sync(self, sources: Collection[Source]) -> None:
        """Make a row for each source of the catalogue that has none; a new one is due at once."""

    def claim(
        self, sources: Collection[str], worker: str, *, limit: int, force_before: float | None = None
    ) -> list[Lease]:
        """Take up to `limit` of these sources that are due and not held, the longest due first.

        With `force_before`, take those whose last turn began before that time, due or not.
        """

    def renew(self, lease: Lease) -> None:
        """Hold the source for another LEASE_SECONDS."""

    def release(self, lease: Lease, *, after: float = 0.0) -> None:
        """Give the source back as it was, due again `after` seconds from now (an unfinished turn)."""

    def finish(self, lease: Lease, turn: Turn, at: datetime) -> bool:
        """End the turn: state, memo, next_due, release, event. True where the state is news to people."""

    def next_due(self, sources: Collection[str]) -> float | None:
        """The earliest time one of these can be claimed, or None where there is none."""

    def seat(
        self, host: str, delay: float, domain: str, per_hour: int | None, hold: float
    ) -> tuple[float, float]:
        """Take the host for one request of at most `hold` seconds: (0, the token to `leave` it with).

        Where it is not free: (the seconds until it may be, 0). Raises BudgetSpent where the domain's hourly
        budget (None: unlimited) is used up.
        """

    def leave(self, host: str, token: float, delay: float) -> None:
        """The answer is there: the host is free after the delay."""

    def hold_host(self, host: str, seconds: float) -> None:
        """No request to this host for so long (Retry-After)."""

    def known(self, source: str, entries: Sequence[Entry]) -> set[str]:
        """The keys of those that are stored, or noted for reading; marks that this source lists them."""

    def note(self, lease: Lease, entries: Sequence[Entry]) -> None:
        """Keep these entries until their articles are stored, whatever becomes of the turn and the list."""

    def waiting(self, source: str) -> list[Entry]:
        """The noted entries whose (next) try has come."""

    def edited(self, source: str, entries: Sequence[Entry]) -> set[str]:
        """The keys of stored entries that the list words otherwise than before (title, whole text)."""

    def reword(self, lease: Lease, entry: Entry) -> None:
        """Keep how the list words an entry now; where it has not the text, its page is looked at soon."""

    def claim_looks(self, sources: Collection[str], worker: str, *, limit: int) -> list[Look]:
        """Take up to `limit` looks that are due at pages of these sources, the longest due first."""

    def renew_look(self, look: Look) -> None:
        """Hold the page for another LEASE_SECONDS."""

    def finish_look(self, look: Look, looked: Looked, at: datetime) -> str:
        """End the look: state, next due, what to tell. The state's name where it is another now, else ''."""

    def release_look(self, look: Look, *, after: float = 0.0) -> None:
        """Give the look back, due again `after` seconds from now."""

    def next_look(self, sources: Collection[str]) -> float | None:
        """The earliest time at which a look at a page of these can be claimed, or None."""

    def files_waiting(self, source: str, limit: int) -> list[Article]:
        """The stored articles of the source with files whose (next) try has come: those are `waiting`.

        At most `limit` files in all; the rest of each article's are as they were read, or `listed`.
        """

    def unread(self, lease: Lease, entry: Entry, code: str, message: str) -> int:
        """Count that this entry's article could not be read, and put off the next try; the tries so far."""


def next_due(source: Source, due: float, now: float, *, failures: int = 0, refused: bool = False) -> float:
    """When the source is due next, in seconds since 1970.

    A duration keeps its own grid, so that restarts and slow turns do not shift it; what was missed
    while asleep is made up once, not many times. The first step is shortened by up to a tenth,
    different for each source, so that sources added together do not stay together. Failures back
    off, at most to an hour or the interval, where we are refused to six hours, and never give up.
    """
    if failures:
        step = source.interval.total_seconds()
        ceiling = max(step, 6 * 3600.0 if refused else 3600.0)
        return now + min(step * float(2 ** min(failures - 1, 10)), ceiling)
    if source.cron:
        start = datetime.fromtimestamp(now, source.zone)
        return float(croniter(source.every, start).get_next(float))
    step = source.interval.total_seconds()
    if due <= 0:
        share = int.from_bytes(hashlib.sha256(source.id.encode()).digest()[:2], "big") / 65536
        return now + step * (1 - share / 10)
    # Floor division: a turn before its time (by hand, or a clock set back) is never pushed further out.
    return due + step * (1 + (now - due) // step)
