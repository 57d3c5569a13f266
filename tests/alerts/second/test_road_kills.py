"""The sender of the second road killed with -9 while it sends: nothing is lost, and what comes twice says so.

The server at the other end decides what becomes of each letter: it is taken, refused for now, taken or lost
as the connection breaks; and before, after or soon after that the sender is killed.
"""

from __future__ import annotations

import email
import email.policy
import json
import random
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from tests.support.mail import MailServer
from tests.support.told import tell_story
from tests.support.wire import Reply, Server

KILLS = 8
AGAIN = "Sent again: it is not known whether the first attempt arrived"
FATES = {
    # whether the letter is taken, whether its sender hears of it, and when the sender is killed
    "taken": 8,
    "later": 2,
    "drop": 2,
    "lost": 2,
    "killed before": 2,
    "killed after": 3,
    "killed soon": 2,
}


@dataclass(frozen=True)
class Came:
    """A letter that was handed over; with an empty id a kill that came of itself."""

    letter: str = ""
    again: bool = False
    fate: str = ""

    @property
    def taken(self):
        return self.fate in {"taken", "drop", "killed after", "killed soon"}

    @property
    def known(self):
        return self.fate in {"taken", "later"}


class Receiver:
    """What the other end makes of letters, and of their sender; `victim` is the process that sends."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.victim = None
        self.came = []
        self.kills = 0

    def fate(self, letter, words):
        fate = self.dice.choices(*zip(*FATES.items(), strict=True))[0]
        if self.kills >= KILLS:
            fate = "taken"
        self.came.append(Came(letter, AGAIN in words, fate))
        if fate in {"killed before", "killed after"}:
            self.kill()
        elif fate == "killed soon":
            threading.Timer(self.dice.uniform(0, 0.02), self.kill).start()
        return fate

    def kill(self):
        self.kills += 1
        self.victim.kill()


class Mail(MailServer):
    def __init__(self, receiver):
        super().__init__()
        self.receiver = receiver
        self.road = ""

    def __enter__(self):
        super().__enter__()
        self.road = f"mail:{self.port}"
        return self

    async def handle_DATA(self, server, _session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        fate = self.receiver.fate(mail["X-Gatewatch-Alert"], mail.get_content())
        if fate not in {"taken", "later", "killed soon"}:
            server.transport.abort()
        return "451 later" if fate == "later" else "250 taken"


@contextmanager
def post(receiver):
    """The other end of a webhook."""

    def answer(request):
        body = json.loads(request.body)
        fate = receiver.fate(body["id"], body["text"])
        if fate in {"taken", "killed soon"}:
            return Reply(204)
        return Reply(429) if fate == "later" else Reply(silent=True, ending="reset")

    server = Server(answer)
    server.start()
    server.road = f"http://127.0.0.1:{server.port}/hooks/x"
    try:
        yield server
    finally:
        server.stop()


def doubtful(came):
    """The letters of which their sender could not know, at some attempt, whether an earlier one arrived."""
    found, killed = set(), False
    for one in came:
        if not one.letter:
            killed = True
            continue
        if killed:  # over this one, before it was handed over, or over none
            found.add(one.letter)
        killed = one.fate == "killed soon"  # it may have been about the next by then
        if not one.known:
            found.add(one.letter)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("url", "end"), [("sqlite", Mail), ("postgresql", post)], indirect=["url"])
def test_killed_over_its_letters_it_loses_none_and_what_comes_twice_says_so(store, slack, end):
    told = tell_story(store, matters=6, size=3)
    slack.weather({"error=token_revoked": 1.0})
    receiver = Receiver(seed=9)
    address = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.support.sending", address, slack.api_url, "1000", "60"]

    def marks():
        with store.reading() as connection:
            return Counter(connection.scalars(text("SELECT state FROM second_road")))

    with end(receiver) as other:
        while sum(marks().values()) < len(told) + 1 or marks()["sending"]:
            receiver.victim = subprocess.Popen([*command, other.road], stdout=subprocess.DEVNULL)
            patience = receiver.dice.uniform(1.0, 4.0) if receiver.kills < KILLS else None
            try:
                assert receiver.victim.wait(patience) in {0, -9}
            except subprocess.TimeoutExpired:
                receiver.came.append(Came())
                receiver.kill()
                receiver.victim.wait()
        came = receiver.came
        slack.weather({})
        assert subprocess.run([*command, other.road], check=True, capture_output=True).returncode == 0

    letters = {one.letter for one in came if one.letter}
    assert len(letters) == len(told) + 2  # and that it begins and ends
    taken = Counter(one.letter for one in came if one.taken)
    assert marks()["rejected"] >= len(
        letters - set(taken)
    )  # given up after five attempts, and kept for Slack
    again = [one for one in came if one.again]
    assert {one.letter for one in again} <= doubtful(came)
    seen = set()
    for one in came:
        assert one.again or one.letter not in seen, "a second copy that does not say so"
        seen |= {one.letter} if one.taken else set()
    assert receiver.kills >= KILLS
    assert [one.metadata["event_payload"]["subject"] for one in slack.messages("alerts")] == told
