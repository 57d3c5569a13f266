"""Routes what the river intends, and sends what is waiting, until told to stop.

One loop serves all channels by turns; a channel that has to wait, or is broken, keeps no other from
going on. The same loop serves a single round (until the outbox is empty) and the service. Any number of
processes may run it over one store: each channel has one sender at a time. Never decides what is told.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from alerts.attach import Rows
from alerts.digest import BURST, PRESS, last_digest, next_digest
from alerts.draft import Translate
from alerts.holder import holder
from alerts.lane import Lane
from alerts.opened import Opened
from alerts.outcome import Outcome, Rejected, Transport
from alerts.regular import write
from alerts.route import TERMINAL, WEBHOOK, alert_id
from alerts.routing import route_all, withholding
from alerts.second.reach import Reach
from alerts.second.road import Second, SecondRoad
from alerts.settings import AlertSettings
from alerts.updates import Updates
from pipelines.store import digests

log = logging.getLogger(__name__)

BORN = "born"
RESTORED = "restored_at"
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Tally:
    """How a delivery went. `pending` is what still waits in the store, whoever's it is.

    `sent` and `held` are this call's, `rejected` is what lies there. `broken` says per channel why nothing
    goes there; `stopped` why nothing goes anywhere (a wrong token, no road), or is empty.
    """

    sent: int = 0
    pending: int = 0
    rejected: int = 0
    held: int = 0
    broken: Mapping[str, str] = field(default_factory=dict)
    stopped: str = ""


class Dispatcher:
    """Sends the alerts of one store by one road, and by a `second` while that takes nothing.

    `rows` makes the files that digests carry. `deliver` may run in a thread of its own.
    """

    def __init__(
        self,
        store: Opened,
        transport: Transport | None,
        settings: AlertSettings,
        now: Callable[[], datetime],
        second: Second | None = None,
        translate: Translate | None = None,
        rows: Rows | None = None,
    ) -> None:
        self._store = store
        self._rows = rows
        self._outbox = store.outbox
        self._transport = transport
        self._settings = settings
        self._now = now
        self._translate = translate
        self._name = holder()
        self._reach = Reach(store, now, settings.timing.heed)
        self._second = (
            SecondRoad(store, second, self._reach, settings, now, self._name, translate) if second else None
        )
        self._lanes: dict[str, Lane] = {}
        self._regulars: dict[str, datetime] = {}
        self._bell = threading.Event()
        self._busy = threading.Lock()
        self._last = ""
        self._free_at = 0.0

    # --- routing -----------------------------------------------------------------------------------
    def route(self) -> int:
        """Make deliveries of all intents, in their order; how many intents. None without a channel."""
        return route_all(self._store, self._settings, self._now)

    def digest(self, *, bursts_too: bool = False) -> int:
        """Make digests of what has waited until now; how many messages that are.

        `bursts_too`: nothing more is coming, so a burst is over.
        """
        now = self._now()
        early = BURST if bursts_too else ""
        made = 0
        with self._store.reading() as connection:
            waiting = digests.waiting(connection, now, early)
        if waiting:  # first: what is silenced by now is not in the regular ones either
            with self._store.writing() as connection:
                quiet = withholding(connection, now)
                made = digests.gather(connection, now, alert_id, early, PRESS, quiet)
        return made + sum(self._regular(channel, now) for channel in sorted(self._settings.serves))

    def _regular(self, channel: str, now: datetime) -> bool:
        """The channel's daily or weekly digest, if its time has come. The first time is only noted."""
        if self._regulars.get(channel, now) > now:
            return False
        upcoming = next_digest(self._settings.of(channel), now)
        if upcoming is None:
            return False
        name = digests.named(channel)
        with self._store.writing() as connection:
            told, due = digests.period(connection, name)
            if due is None or due > now:
                self._regulars[channel] = due = min(due or upcoming, upcoming)
                digests.note_period(connection, name, told or now, due)
                return False
            until = last_digest(self._settings.of(channel), due, now)
            write(connection, self._settings, channel, told or due, until, now)
            digests.note_period(connection, name, until, upcoming)
        self._regulars[channel] = upcoming
        return True

    def readdress(self, *, everything: bool = False) -> int:
        """What waits for a road that the config has no more goes by the configured one; how many.

        A channel of Slack's only where nothing reaches it: it was mistyped, or given up. With
        `everything` any that is not configured: an operator asks for it.
        """
        channels = self._settings.channels
        if channels is None:
            return 0
        configured = self._settings.serves
        strays = {queue.channel: queue.broken for queue in self._outbox.queues()}
        for name in configured:
            strays.pop(name, None)
        if self._settings.road == WEBHOOK or everything:
            gone = set(strays)
        else:  # printed matter is not what was promised to a channel that works: that waits for its token
            gone = {name for name, broken in strays.items() if broken or name in {WEBHOOK, TERMINAL}}
        moved = self._outbox.unroute(gone, self._now())
        if moved:
            log.info(
                "%s that waited for %s by the configured road",
                "1 alert goes" if moved == 1 else f"{moved} alerts go",
                ", ".join(sorted(gone)),
            )
        return moved

    # --- sending -----------------------------------------------------------------------------------
    def deliver(
        self, stop: Callable[[], bool] = lambda: False, *, until_empty: bool = True, seconds: float = 600.0
    ) -> Tally:
        """Route and send until stopped, or for so many seconds, or until nothing more can be sent.

        Raises StoreError. What was being sent when it raises is found in `sending` and looked up.
        """
        with self._busy:
            self._lanes = {}
            updates = Updates(self._store, self._transport, self._settings, self._name, self._now)
            self.readdress()
            deadline = time.monotonic() + seconds
            try:
                while True:
                    self.route()
                    self.digest(bursts_too=until_empty)
                    wait = self._turn(stop)
                    if (strays := self._strays()) and self.readdress():
                        for name in strays:
                            self._lanes.pop(name).leave()
                        continue
                    if not stop():
                        change = updates.step(ending=until_empty and wait is None)
                        wait = min((one for one in (wait, change) if one is not None), default=None)
                    if self._second is not None and not stop() and self._second.turn(ending=until_empty):
                        continue
                    if stop() or time.monotonic() >= deadline or (wait is None and until_empty):
                        return self._tally()
                    poll = self._settings.timing.poll
                    self._rest(min(poll if wait is None else wait, poll, deadline - time.monotonic()), stop)
            finally:
                updates.leave()
                for lane in self._lanes.values():
                    lane.leave()

    @property
    def stuck(self) -> bool:
        """True while some channel, or the whole road, takes nothing."""
        return self._transport is None or any(lane.trouble is not None for lane in list(self._lanes.values()))

    def wake(self) -> None:
        """There is something new: look at once."""
        self._bell.set()

    def _turn(self, stop: Callable[[], bool]) -> float | None:
        """One step in every channel; the seconds until the next, or None where nothing can move."""
        waits: list[float] = []
        for channel in self._by_turns():
            if stop():
                break
            if self._transport is None or not self._transport.serves(channel):
                continue
            if self._transport.paced and (left := self._free_at - time.monotonic()) > 0:
                waits.append(left)
                break
            lane = self._lane(channel, self._transport)
            known, began = lane.trouble, lane.began
            wait = lane.step()
            if lane.began != began:
                self._last, self._free_at = channel, lane.began + self._settings.timing.workspace
            if known is None and lane.trouble is not None and lane.trouble.scope == "channel":
                waits.append(0.0)  # people are to hear of it elsewhere
            elif lane.trouble is None and wait is not None:
                waits.append(wait)
            elif lane.trouble is not None and lane.trouble.scope == "all":
                break
        return min(waits, default=None)

    def _by_turns(self) -> list[str]:
        """The channels in which something waits; the one that posted last comes last."""
        names = [queue.channel for queue in self._outbox.queues()]
        after = names.index(self._last) + 1 if self._last in names else 0
        return names[after:] + names[:after]

    def _strays(self) -> list[str]:
        """The channels that turned out to be broken and that the config names no longer."""
        configured = self._settings.serves
        return [
            name for name, lane in self._lanes.items() if lane.trouble is not None and name not in configured
        ]

    def _lane(self, channel: str, transport: Transport) -> Lane:
        if channel not in self._lanes:
            self._lanes[channel] = Lane(
                self._outbox,
                transport,
                self._settings,
                channel,
                self._name,
                self._now,
                since=self._birth(),
                restored=_moment(self._store.meta.get(RESTORED)),
                note=self._heard if self._second is not None else None,
                translate=self._translate,
                rows=self._rows,
            )
        return self._lanes[channel]

    def _heard(self, outcome: Outcome) -> None:
        """What came of an attempt. The only channel's refusal is Slack's: nobody is told in another."""
        if isinstance(outcome, Rejected) and outcome.scope == "channel" and len(self._settings.serves) == 1:
            outcome = replace(outcome, scope="all")
        self._reach.note(outcome)

    def _birth(self) -> float:
        """When the store's memory begins, less a day for clocks that disagree; in seconds since 1970."""
        born = _moment(self._store.meta.get(BORN))
        if born is None:
            born = self._outbox.oldest_trace() or self._now()
            self._store.meta.set(BORN, born.isoformat())
        return born.timestamp() - _DAY

    def _rest(self, seconds: float, stop: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not stop():
            if self._bell.wait(min(left, 0.2)):
                self._bell.clear()
                return

    def _tally(self) -> Tally:
        lanes = self._lanes
        broken = {name: lane.trouble for name, lane in lanes.items() if lane.trouble is not None}
        stopped = next((trouble.reason for trouble in broken.values() if trouble.scope == "all"), "")
        counts = self._outbox.counts()
        if self._transport is None:
            stopped = "no token or webhook is configured"
        return Tally(
            sent=sum(lane.sent for lane in lanes.values()),
            pending=counts.get("pending", 0) + counts.get("sending", 0),
            rejected=counts.get("rejected", 0),
            held=sum(lane.held for lane in lanes.values()),
            broken={name: trouble.told for name, trouble in broken.items()},
            stopped=stopped,
        )


def _moment(stored: str | None) -> datetime | None:
    """A time kept as ISO 8601, or as seconds since 1970."""
    if not stored:
        return None
    try:
        return datetime.fromtimestamp(float(stored), UTC)
    except ValueError:
        moment = datetime.fromisoformat(stored)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
