"""The outbox's sender in a thread of its own, so that a slow Slack never slows a crawl.

Only starts, drains and stops it; what is sent, and when, is `alerts.dispatch`.
"""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from typing import Self

from alerts.dispatch import Tally
from gatewatch.house import House
from gatewatch.reactor import Stage

STOP_SECONDS = 2.0
"""What the sender has to end a request when the program is asked to end."""


class Sender:
    """Sends while the block runs; `drain` sends what is left."""

    def __init__(self, house: House) -> None:
        self._dispatcher = house.dispatcher()
        self._draining = threading.Event()
        self._stop = threading.Event()
        self._deadline = float("inf")
        self._tally = Tally()
        self.error: BaseException | None = None
        """What ended the sending, or None."""
        self._thread = threading.Thread(target=self._work, name="sender", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *gone: object) -> None:
        """End within a moment; what is not sent stays in the outbox."""
        self._stop.set()
        if not self._draining.is_set():  # else `drain` has waited as long as there is time
            self._thread.join(STOP_SECONDS)

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                draining = self._draining.is_set()
                left = self._deadline - time.monotonic() if draining else 3600.0
                stop = self._stop.is_set if draining else self._interrupted
                tally = self._dispatcher.deliver(stop, until_empty=draining, seconds=max(0.0, left))
                self._tally = replace(
                    tally,
                    sent=self._tally.sent + tally.sent,
                    held=self._tally.held + tally.held,
                )
                if draining:
                    return
        except Exception as error:  # noqa: BLE001 - carried to the main thread, which raises it
            self.error = error

    @property
    def stuck(self) -> bool:
        """True while alerts cannot leave, or nobody is there to send them."""
        return self._dispatcher.stuck or not self._thread.is_alive()

    def _interrupted(self) -> bool:
        return self._stop.is_set() or self._draining.is_set()

    async def drain(self, stage: Stage, seconds: float) -> Tally:
        """Send what is left, at most so long; what became of it. Raises what the sender raised."""
        self._deadline = time.monotonic() + seconds
        self._draining.set()
        self._dispatcher.wake()
        stage.on_stop(self._stop.set)
        left = STOP_SECONDS
        while self._thread.is_alive() and left > 0:
            await asyncio.sleep(0.05)
            if self._stop.is_set():  # a request that hangs is left behind: its row is looked up next time
                left -= 0.05
        if self.error is not None:
            raise self.error
        return self._tally
