"""What spiders and stages need of the program around them: the store's thread, the pace, who holds what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

from crawlers.exchange import Exchange
from crawlers.lease import Lease, Look, Schedule, Turn
from crawlers.source import Source

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Watch(Protocol):
    """What spiders and stages need of the program around them. `gatewatch.watch` makes it."""

    schedule: Schedule
    worker: str
    user_agent: str
    robots: str
    once: bool

    @property
    def stopping(self) -> bool:
        """True once no new turn is to be opened."""

    async def until_stopped(self) -> None:
        """Returns when the program is asked to end."""

    def wanted(self, kind: str) -> Mapping[str, Source]:
        """The sources of this kind that may be polled now, by id."""

    @property
    def looking(self) -> bool:
        """Pages are looked at again, too."""

    def force_before(self) -> float | None:
        """Poll also what is not due, if its last turn began before this time."""

    def now(self) -> datetime:
        """The time that facts carry (aware)."""

    async def in_store(
        self, call: Callable[Given, Result], *args: Given.args, **named: Given.kwargs
    ) -> Result:
        """Run a call that speaks SQL in the store's thread, in order."""

    async def seat(self, url: str, delay: float, hold: float) -> tuple[float, float]:
        """Seconds until this address may be asked, or 0 and a token. Raises BudgetSpent."""

    async def leave(self, url: str, token: float, delay: float) -> None:
        """The answer of this address is there."""

    again: set[str]
    """The keys of stored articles that are being read once more."""

    def lease_of(self, source: str, key: str) -> Lease | Look:
        """What this source's article is stored under now: its turn, or a look at its page."""

    def looks(self, source: Source, look: Look) -> None:
        """A look at a page is open."""

    async def gone(self, look: Look, exchanges: Sequence[Exchange]) -> None:
        """The page is not there: keep what was answered."""

    def looked(self, source: Source, look: Look, state: str) -> None:
        """A look is over; the page is in another state, or `state` is empty."""

    def began(self, source: Source, lease: Lease) -> None:
        """A turn is open."""

    def ended(self, source: Source, lease: Lease, turn: Turn, *, news: bool) -> None:
        """A turn is over; `news` where it failed in a way people have not been told."""

    def failed(self, error: BaseException) -> None:
        """The program cannot go on (store lost, a fault of ours)."""
