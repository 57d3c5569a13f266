"""Listens to buttons and commands in threads of its own: neither Slack nor the store holds up a crawl.

One process at a time listens, over all machines: Slack gives each envelope to one connection of many. What
comes is written down before Slack hears that we have it, then worked. What was written down and not worked
when the process died is worked at the next start. Nothing that goes wrong here ends the service.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, Self

from alerts.answers import deafness
from alerts.answers.answering import Answering
from alerts.answers.socket_mode import Receive, SocketMode, Trouble
from alerts.holder import dead, holder
from crawlers.errors import StoreError
from pipelines.store import Store, holds, inbox

LEASE = 60.0
KEEP = 15.0
OTHERS = 5.0
"""Seconds between two looks whether another process still listens."""
STEP = 0.2
FIRST, MOST = 1.0, 60.0
LASTING = 300.0
"""Seconds until what somebody has to mend is tried again."""
ACK = 1.5
"""Seconds that an envelope may take to be written down before it is acknowledged: Slack waits three."""
STOP_SECONDS = 2.0

log = logging.getLogger("gatewatch")

Connect = Callable[[Receive], SocketMode]


class Listener:
    """Listens while the block runs. `settled` waits until it is known whether somebody listens."""

    def __init__(
        self, store: Store, answering: Answering, connect: Connect, clock: Callable[[], Any]
    ) -> None:
        self._store = store
        self._answering = answering
        self._socket = connect(self._receive)
        self._clock = clock
        self._name = holder()
        self._tokens: dict[str, int] = {}
        self._kept_at = 0.0
        self._not_before = 0.0
        self._failures = 0
        self._connected = False
        self._incoming: queue.Queue[tuple[str, str, Mapping[str, Any], Future[bool]]] = queue.Queue()
        self._stop, self._settled, self._bell = threading.Event(), threading.Event(), threading.Event()
        self._threads = [
            threading.Thread(target=work, name=f"listener-{work.__name__.strip('_')}", daemon=True)
            for work in (self._listen, self._keep, self._answer)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *gone: object) -> None:
        """End within a moment: let others listen; what is not worked yet stays in the inbox."""
        self._stop.set()
        self._bell.set()
        self._socket.give_up()
        until = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def settled(self, seconds: float) -> bool:
        """Wait until the first connection is made or refused, or so long."""
        return self._settled.wait(seconds)

    # --- the connection ----------------------------------------------------------------------------
    def _listen(self) -> None:
        try:
            while not self._stop.is_set():
                try:
                    wait = self._step()
                except StoreError as error:  # the service itself ends over this; here it is waited out
                    log.warning("listening to Slack waits for the store: %s", error)
                    wait = OTHERS
                self._stop.wait(wait)
        finally:
            self._connected = False
            with contextlib.suppress(StoreError):
                self._let_go()
            self._socket.close()

    def _step(self) -> float:
        """Hold the task, or try to; connect where that is due. The seconds until the next step."""
        now = time.monotonic()
        if not self._held(now):
            if self._connected:
                log.warning("another process listens to Slack now")
                self._connected = False
                self._socket.close()
            self._settled.set()
            return OTHERS
        if self._connected and self._socket.alive:
            return STEP
        if now < self._not_before:
            return STEP
        trouble = self._socket.ended if self._connected else None
        self._connected = False
        trouble = trouble or self._socket.connect()
        if trouble is None:
            self._heard()
            return STEP
        self._settled.set()
        return self._deaf(trouble)

    def _held(self, now: float) -> bool:
        if self._tokens and now - self._kept_at < KEEP:
            return True
        with self._store.writing() as connection:
            for name in [inbox.LISTENER, *([inbox.BUTTONS] if self._connected else [])]:
                token = self._tokens.pop(name, None)
                if token is None or not holds.keep(connection, name, token, LEASE):
                    token = holds.take(connection, name, self._name, LEASE, dead)
                if token is not None:
                    self._tokens[name] = token
        self._kept_at = now
        return inbox.LISTENER in self._tokens

    def _heard(self) -> None:
        """The connection is greeted: from now on messages have buttons."""
        if self._failures or not self._settled.is_set():
            log.info("listening to Slack for buttons and /gatewatch")
        self._connected, self._failures = True, 0
        self._not_before = (
            time.monotonic() + FIRST
        )  # a connection that is ended at once is not made in a rush
        self._kept_at = 0.0
        self._held(time.monotonic())
        deafness.over(self._store)
        self._bell.set()
        self._settled.set()

    def _deaf(self, trouble: Trouble) -> float:
        """Nothing can be heard: told once where somebody has to mend it. The seconds until the next try."""
        self._failures += 1
        if not trouble.lasting:
            wait = min(MOST, FIRST * 2 ** min(self._failures - 1, 16))
            log.info("Slack cannot be listened to: %s; again in %.0f s", trouble.reason, wait)
            self._not_before = time.monotonic() + wait
            return STEP
        self._let_go()
        if deafness.begin(self._store, trouble.reason, trouble.remedy, self._clock()):
            log.error("buttons and /gatewatch do not work: %s. %s", trouble.reason, trouble.remedy)
        return LASTING

    def _let_go(self) -> None:
        tokens, self._tokens = self._tokens, {}
        if tokens:
            with self._store.writing() as connection:
                for name, token in tokens.items():
                    holds.give_back(connection, name, token)

    # --- what comes --------------------------------------------------------------------------------
    def _receive(self, envelope: str, kind: str, payload: Mapping[str, Any]) -> bool:
        """Have it written down, unless the store takes too long: then Slack is told before that is done."""
        written: Future[bool] = Future()
        self._incoming.put((envelope, kind, payload, written))
        try:
            return written.result(ACK)
        except TimeoutError:
            log.warning("the store is slow: a press in Slack is acknowledged before it is written down")
            return True

    def _keep(self) -> None:
        while not self._stop.is_set():
            try:
                envelope, kind, payload, written = self._incoming.get(timeout=STEP)
            except queue.Empty:
                continue
            while True:
                try:
                    self._answering.take_in(envelope, kind, payload)
                    written.set_result(True)
                    break
                except StoreError as error:
                    log.warning("a press in Slack waits for the store: %s", error)
                    if self._stop.wait(FIRST):
                        written.set_result(False)
                        return
                except Exception:
                    # not acknowledged: Slack shows whoever pressed that it failed
                    log.exception("an envelope of Slack's cannot be kept")
                    written.set_result(False)
                    break
            self._bell.set()

    def _answer(self) -> None:
        while not self._stop.is_set():
            self._bell.wait(OTHERS)
            self._bell.clear()
            if not self._connected or self._stop.is_set():
                continue
            try:
                if self._answering.work():
                    self._stop.wait(FIRST)
                    self._bell.set()
            except StoreError as error:
                log.warning("what was pressed in Slack waits for the store: %s", error)
