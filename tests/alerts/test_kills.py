"""Row 4: the sender killed with -9 at random instants, over a network that loses answers."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter

import pytest

from tests.support.told import tell_story

KILLS = 40
WEATHER = {"429=1": 0.03, "500": 0.05, "reset-after": 0.1, "reset-before": 0.1, "cut-after": 0.05}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_forty_kills_lose_nothing_double_nothing_and_keep_the_order(store, slack):
    told = tell_story(store, matters=60, size=4)
    slack.weather(WEATHER, seed=4)
    dice = random.Random(4)
    command = [
        sys.executable,
        "-m",
        "tests.support.sending",
        store.engine.url.render_as_string(),
        slack.api_url,
        "12",
    ]
    kills = 0
    while kills < KILLS:
        process = subprocess.Popen([*command, "60"], stdout=subprocess.DEVNULL)
        try:
            process.wait(timeout=dice.uniform(0.6, 2.0))
        except subprocess.TimeoutExpired:
            process.kill()
            kills += 1
        process.wait()
        if process.returncode == 0:
            break
    alive = len(slack.messages())
    subprocess.run([*command, "120"], check=True, stdout=subprocess.DEVNULL)
    subjects = [one.metadata["event_payload"]["subject"] for one in slack.messages()]
    assert [subject for subject, times in Counter(subjects).items() if times > 1] == []
    assert subjects == told
    assert kills >= KILLS / 2
    assert alive < len(told) or kills == KILLS
    assert store.outbox.counts() == {"sent": len(told)}
