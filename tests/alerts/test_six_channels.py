"""Six channels at once, the sender killed with -9 again and again, over a network that loses answers."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest

from alerts.route import Route
from gatewatch.demo.standin_slack import Channel, StandinSlack
from tests.support import stores
from tests.support.told import tell_story

PACE = 6
KILLS = 20
NAMES = [f"room-{number}" for number in range(6)]
WEATHER = {"429=1": 0.03, "500": 0.05, "reset-after": 0.1, "reset-before": 0.1, "cut-after": 0.05}


@stores.ON_SQLITE
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_240_alerts_over_six_channels_and_20_kills_are_each_there_once_in_order_and_in_their_thread(
    store, sender
):
    told = tell_story(store, matters=48, size=5, channels=6)
    routes = tuple(Route(f"#{name}", frozenset({f"topic-{number}"})) for number, name in enumerate(NAMES))
    rooms = [Channel(f"C0ROOM000{number}", name) for number, name in enumerate(NAMES)]
    with StandinSlack(token="xoxb-standin-1", channels=rooms) as slack:
        sender(channel="#room-0", ops_channel="", routes=routes).route()
        slack.weather(WEATHER, seed=6)
        dice = random.Random(6)
        url = store.engine.url.render_as_string()
        command = [sys.executable, "-m", "tests.support.sending", url, slack.api_url, str(PACE), "200"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        killed = 0
        while killed < KILLS:
            try:
                process.wait(timeout=dice.uniform(0.8, 2.2))
                break  # everything is sent
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                killed += 1
                process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        assert process.wait() == 0
        posted = {name: slack.messages(name) for name in NAMES}
    assert killed >= KILLS / 2
    assert store.outbox.counts() == {"sent": len(told)}
    times = Counter(one.metadata["event_payload"]["subject"] for room in posted.values() for one in room)
    assert times == dict.fromkeys(told, 1)
    for room in posted.values():
        found = [one.metadata["event_payload"]["subject"] for one in room]
        assert found == sorted(found)
        assert min(later.at - earlier.at for earlier, later in pairwise(room)) >= 1 / PACE
        for position in range(0, len(room), 5):
            root, *replies = room[position : position + 5]
            assert root.thread_ts == ""
            assert {one.thread_ts for one in replies} == {root.ts}
    links = {row.ts: (row.permalink, row.text) for row in store.outbox.listing(limit=1000)}
    assert all(
        one.text == links[one.ts][1] and one.ts.replace(".", "") in links[one.ts][0]
        for room in posted.values()
        for one in room
    )
