"""Rows 4, 5 and 32: killed at any moment, and while Slack has trouble."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time

import pytest

from tests.support.scene import CLAUSE, ban, by_token, column, count, days_ago, due, notice, press

MATCHES = 36
TROUBLE = {"429=1": 0.1, "500": 0.1, "reset-after": 0.1, "reset-before": 0.1, "cut-after": 0.05}


def test_killed_in_mid_baseline_the_rest_is_not_turned_into_news(site, desk):
    made = column(site, desk, count=0)
    documents = [
        site.publish(made, f"关于规范跨境专线经营活动的通知（{n}）", published=days_ago(20 - n), text=[CLAUSE], doc_no=f"工信部信管函〔2026〕{n}号")
        for n in range(1, 9)
    ]  # fmt: skip
    site.fault(documents[4].path, "stall")
    process = desk.start("crawl")
    site.server.wait_for(documents[4].path, 40)
    process.kill()
    process.communicate()
    half = count(desk, "articles")
    assert 0 < half < 8
    site.mend()
    due(desk)
    done = desk.run("crawl")
    assert done.returncode == 0, done.stderr
    assert desk.rows("SELECT disposition, count(*) FROM articles GROUP BY disposition") == [("baseline", 8)]
    assert [row[0] for row in desk.rows("SELECT kind FROM deliveries")] == ["baseline"]
    assert json.loads(desk.rows("SELECT detail FROM intents")[0][0])["matched"] == 8
    asked = [len(site.asked(document.path)) for document in documents]
    assert sum(asked) == 8 + 1  # what was stored before the kill is not fetched again


@pytest.mark.slow
def test_a_round_that_is_told_to_end_ends_with_0_holds_no_lease_and_keeps_what_waits(site, desk, slack):
    by_token(desk, slack)
    made = column(site, desk)
    press(site, desk, "stalled")
    assert desk.run("crawl").returncode == 0
    notice(site, made)
    site.fault("/stalled.xml", "stall")
    slack.fail("chat.postMessage", *["429=600"] * 3)
    process = desk.start("crawl", "--all")
    site.server.wait_for_count("/stalled.xml", 2, 40)
    assert next(line for line in process.stderr if "again in 600 s" in line)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0, said
    assert time.monotonic() - began < 10
    assert count(desk, "sources", "lease_until > 0") == 0
    assert desk.rows("SELECT state FROM deliveries WHERE kind = 'new'") == [("pending",)]


@pytest.mark.slow
def test_while_slack_asks_to_wait_the_crawl_goes_on_and_what_waits_arrives_in_order(site, desk, slack):
    by_token(desk, slack)
    feed = press(site, desk, every="1s")
    slack.fail("chat.postMessage", "503", "503", "429=6")
    process = desk.start("run")
    site.server.wait_for_count("/press.xml", 2, 40)
    feed.items[:0] = [ban(2, days=0.1), ban(1, days=0.2)]
    ends = time.monotonic() + 60
    while len(slack.messages()) < 3 and time.monotonic() < ends:
        site.server.wait_for_count("/press.xml", len(site.asked("/press.xml")) + 1, 30)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=15)
    assert process.returncode == 0, said
    posts = [at for method, at in slack.requests if method == "chat.postMessage"]
    assert posts[3] - posts[2] >= 6  # not before Retry-After
    assert sum(posts[2] < one.began < posts[3] for one in site.asked("/press.xml")) >= 3  # the crawl goes on
    shown = [one.text + json.dumps(one.blocks) for one in slack.messages()]
    assert len(shown) == len({one.alert for one in slack.messages()}) == 3
    assert [
        number
        for text in shown
        for number in ("(1)", "(2)")
        if f"approval {number}" in text and "baseline" not in text
    ][-2:] == ["(1)", "(2)"]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_backfill_killed_at_random_moments_under_bad_weather_arrives_exactly_once(site, desk, slack):
    by_token(desk, slack)
    for number in range(6):
        items = [ban(number * 100 + n, days=n + 1) for n in range(MATCHES // 6)]
        press(site, desk, f"press_{number}", items)
    assert desk.run("crawl").returncode == 0
    slack.weather(TROUBLE, seed=7)
    dice = random.Random(7)
    kills = 0
    for _ in range(14):
        process = desk.start("crawl", "--backfill")
        try:
            _, said = process.communicate(timeout=dice.uniform(1.5, 12))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
            continue
        assert process.returncode == 0, said
        break
    due(desk)
    done = desk.run("crawl", "--backfill", timeout=240)
    assert done.returncode == 0, done.stderr
    assert kills >= 3
    alerts = [one.alert for one in slack.messages("alerts")]
    assert len(alerts) == len(set(alerts))
    told = desk.rows("SELECT count(*) FROM deliveries WHERE kind IN ('new', 'report', 'follow-up')")[0][0]
    assert told == MATCHES
    assert count(desk, "deliveries", "state != 'sent'") == 0
    assert {row[0] for row in desk.rows("SELECT id FROM deliveries")} == set(alerts)
