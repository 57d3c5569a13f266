"""What Slack never takes, though it takes others: when it is tried plain, let others by, and given up.

An answer of 5xx or `internal_error` may come of the message itself or of an outage. So a message that met
nothing else for long lets the next of its channel by; only if that gets through, and the message is answered
so once more, is it given up. While nothing gets through, or nothing waits behind it, it waits as anything
does. On a road that cannot be read, a service that answers, but never as Slack's webhooks do, is not told
the same without end. Never posts, never reads the store.
"""

from __future__ import annotations

from collections import Counter

from alerts.draft import PLAIN
from alerts.outcome import Ambiguous, Outcome, Sent
from pipelines.store.queue import Head

ATTEMPTS = 20
"""So many attempts in all come first: where nearly half of them fail, not one alert in millions has that."""
IN_A_ROW = 8
"""So many faults in a row, seen by this process, the last of those attempts."""
FOREIGN = 10
"""Attempts at a service that accepts them without Slack's `ok`: each may have arrived."""


class Stubborn:
    """The messages of one channel that met such answers. `readable`: its road can be looked at."""

    def __init__(self, *, readable: bool) -> None:
        self._readable = readable
        self.aside: set[str] = set()
        """Those that let the next one by."""
        self._faults: Counter[str] = Counter()
        self._foreign: Counter[str] = Counter()
        self._passed: set[str] = set()
        self._given_up: dict[str, str] = {}

    def note(self, head: Head, outcome: Outcome) -> bool:
        """What came of an attempt; True where the message is to be plain from now on."""
        if isinstance(outcome, Sent):
            self._passed |= self.aside
            self.aside.clear()
            self.forget(head)
            return False
        answer = outcome.answer if isinstance(outcome, Ambiguous) else ""
        self._foreign[head.id] += answer == "foreign" and not self._readable
        self._faults[head.id] = self._faults[head.id] + 1 if answer == "fault" else 0
        if self._foreign[head.id] >= FOREIGN:
            self._given_up[head.id] = f"the service that answers is not Slack: {FOREIGN} attempts, no `ok`"
        if self._faults[head.id] < IN_A_ROW or head.attempts + 1 < ATTEMPTS:
            self.aside.clear()
            return False
        if not head.reason.startswith(PLAIN):
            return True
        if head.id in self._passed:
            reason = outcome.reason if isinstance(outcome, Ambiguous) else ""
            self._given_up[head.id] = (
                f"Slack answers it with a fault each time ({reason}), as plain text too, and takes others: "
                f"{head.attempts + 1} attempts"
            )
        else:
            self.aside.add(head.id)
        return False

    def given_up(self, head: Head) -> str:
        """Why it is not tried again, should it not be there; empty where it is."""
        return self._given_up.get(head.id, "") if head.state == "sending" else ""

    def forget(self, head: Head) -> None:
        """It is done."""
        self._faults.pop(head.id, None)
        self._foreign.pop(head.id, None)
        self._passed.discard(head.id)
        self._given_up.pop(head.id, None)
