"""Row 4: senders killed with -9 at random instants, over a network that loses answers; what they show is true."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from alerts.wording.status_line import status_line
from alerts.wording.words import words
from pipelines.store.standing import standing_of
from tests.support.told import NOW, matter_id, tell_story

PACE = 12
WEATHER = {"429=1": 0.03, "500": 0.05, "reset-after": 0.1, "reset-before": 0.1, "cut-after": 0.05}


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("url", "senders", "kills", "matters"),
    [("sqlite", 1, 40, 45), ("sqlite", 2, 20, 45), ("postgresql", 2, 12, 15)],
    indirect=["url"],
)
def test_kills_lose_nothing_double_nothing_and_keep_order_and_pace(store, slack, senders, kills, matters):
    told = tell_story(store, matters=matters, size=4)
    slack.weather(WEATHER, seed=4)
    dice = random.Random(4)
    url = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.support.sending", url, slack.api_url, str(PACE), "120"]

    def start():
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)

    running = [start() for _ in range(senders)]
    killed = 0
    while killed < kills:
        victim = dice.randrange(senders)
        try:
            running[victim].wait(timeout=dice.uniform(0.6, 2.0))
            break  # everything is sent
        except subprocess.TimeoutExpired:
            running[victim].kill()
            running[victim].wait()
            killed += 1
            running[victim] = start()
    assert [process.wait() for process in running] == [0] * senders
    posted = slack.messages()
    subjects = [one.metadata["event_payload"]["subject"] for one in posted]
    assert [subject for subject, times in Counter(subjects).items() if times > 1] == []
    assert subjects == told
    assert min(later.at - earlier.at for earlier, later in pairwise(posted)) >= 1 / PACE
    assert killed >= kills / 2
    assert store.outbox.counts() == {"sent": len(told)}


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("url", "kills"), [("sqlite", 25), ("postgresql", 8)], indirect=["url"])
def test_kills_leave_no_line_that_is_not_true(store, slack, kills):
    told = tell_story(store, matters=12, size=2)
    slack.weather(WEATHER, seed=5)
    dice = random.Random(5)
    url = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.support.sending", url, slack.api_url, "50", "120"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    for _ in range(kills):
        try:
            running.wait(timeout=dice.uniform(0.4, 1.2))
        except subprocess.TimeoutExpired:
            running.kill()
        matter = matter_id(dice.randrange(0, 12) * 2 + 1)
        if dice.random() < 0.5:
            relevant = dice.random() < 0.5
            store.matters.mark(matter, relevant=relevant, by="li", reason="r", now=NOW)
        else:
            store.matters.take(matter, by=dice.choice(["li", "wang"]), reason="r", now=NOW)
        running.wait()
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    assert running.wait() == 0
    slack.weather({})
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # a round gives up after three faults
    assert store.outbox.counts() == {"sent": len(told)}
    listed = {one.ts: one for one in store.outbox.listing(limit=1000)}
    shown = slack.messages()
    assert sum(one.edits for one in shown) >= kills / 2
    for message in shown:
        one = listed[message.ts]
        assert message.text == (f"{one.text}\n{one.line}" if one.line else one.text)
        if not message.thread_ts:
            with store.reading() as connection:
                standing = standing_of(connection, one.article, NOW, NOW)
            assert one.line == status_line(standing, {}, ZoneInfo("Asia/Shanghai"), words("en"))
