"""The press on one matter is gathered in its thread: the first few at once, the others every few hours."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.quiet import Hours
from alerts.settings import Manners
from alerts.webhook import WebhookTransport
from gatewatch.demo.standin_checks import check_message
from tests.support import stores
from tests.support.told import NOW, article_id, kinds, states, tell

SIX = timedelta(hours=6)


class Clock:
    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now

    def passes(self, **time):
        self.now += timedelta(**time)


@pytest.fixture
def clock():
    return Clock()


def press(store, number, **more):
    more = {"matter": 1, "severity": "medium", "tier": "press"} | more
    return tell(store, number, "report", title=f"Press report number {number}", **more)


def test_of_thirty_reports_three_are_told_at_once_and_the_others_once_each_in_the_thread(
    store, slack, sender, clock
):
    tell(store, 1)
    send = sender(gather=SIX, now=clock)
    for number in range(2, 32):
        press(store, number)
        send.deliver()
        clock.passes(minutes=11)
    assert kinds(slack) == ["new", *["report"] * 3]
    clock.passes(hours=6)
    assert send.deliver().sent == 3
    root, *thread = slack.messages("alerts")
    assert kinds(slack) == ["new", *["report"] * 3, *["digest"] * 3]
    assert {(one.thread_ts, one.broadcast) for one in thread} == {(root.ts, False)}
    assert "27 more reports on this matter" in thread[3].text.split("\n")[0].lower()
    links = Counter(
        part["url"]
        for one in thread
        for block in one.blocks
        for section in block["elements"]
        for part in section.get("elements", ())
        if part["type"] == "link"
    )
    for number in range(2, 32):
        assert links[f"https://www.miit.gov.cn/art/{number}.html?a=1&b=2"] == 1
    for one in thread:
        check_message({"text": one.text, "blocks": one.blocks})
    assert states(store) == {"sent": 31}


def test_what_a_regulator_or_a_government_says_of_it_never_waits(store, slack, sender, clock):
    tell(store, 1)
    send = sender(gather=SIX, now=clock)
    for number in range(2, 8):
        press(store, number)
    for number, tier in ((8, "regulator"), (9, "government"), (10, "regulator")):
        tell(store, number, "follow-up" if number == 10 else "report", matter=1, tier=tier)
    send.deliver()
    said = [one.metadata["event_payload"]["subject"] for one in slack.messages("alerts")]
    assert said == [article_id(number) for number in (1, 2, 3, 4, 8, 9, 10)]


def test_the_window_after_a_window_has_its_own_reply_and_after_quiet_hours_a_first_few_again(
    store, slack, sender, clock
):
    tell(store, 1)
    send = sender(gather=SIX, now=clock)
    for number in range(2, 38):  # one in 20 minutes, for twelve hours
        press(store, number)
        send.deliver()
        clock.passes(minutes=20)
    clock.passes(hours=6)
    send.deliver()
    assert states(store) == {"sent": 37}
    assert Counter(kinds(slack))["report"] == 3
    assert Counter(kinds(slack))["digest"] <= 5  # two or three replies, a dozen reports a message
    clock.passes(hours=7)
    press(store, 50)
    assert send.deliver().sent == 1
    assert kinds(slack)[-1] == "report"


def test_a_single_one_that_waited_comes_as_itself_and_other_matters_are_other_threads(
    store, slack, sender, clock
):
    tell(store, 1)
    tell(store, 101)
    send = sender(gather=SIX, now=clock)
    for number in range(2, 6):
        press(store, number)
    for number in range(102, 108):
        press(store, number, matter=101)
    assert send.deliver().sent == 8
    clock.passes(hours=6)
    assert send.deliver().sent == 2
    lone, gathered = slack.messages("alerts")[-2:]
    roots = [one.ts for one in slack.messages("alerts") if not one.thread_ts]
    assert [lone.thread_ts, gathered.thread_ts] == roots
    assert [one.metadata["event_payload"]["kind"] for one in (lone, gathered)] == ["report", "digest"]


def test_never_means_one_by_one_and_a_round_of_crawl_does_not_cut_the_wait_short(store, slack, sender, clock):
    tell(store, 1)
    for number in range(2, 12):
        press(store, number)
    assert sender(gather=SIX, now=clock).deliver().sent == 4
    assert sender(gather=SIX, now=clock).deliver().sent == 0, "another round, the wait goes on"
    tell(store, 101)
    for number in range(102, 112):
        press(store, number, matter=101)
    assert sender(now=clock).deliver().sent == 11


def test_it_waits_on_until_the_channel_hears(store, slack, sender):
    berlin = Hours(ZoneInfo("Europe/Berlin"), time(8), time(19), frozenset(range(5)))
    clock = Clock(datetime(2026, 11, 24, 15, tzinfo=UTC))  # 16 o'clock in Berlin
    tell(store, 1)
    for number in range(2, 12):
        press(store, number)
    send = sender(gather=SIX, now=clock, manners={"#alerts": Manners(berlin)})
    assert send.deliver().sent == 4
    clock.passes(hours=7)  # 23 o'clock
    assert send.deliver().sent == 0
    clock.passes(hours=9)
    assert send.deliver().sent == 1


@stores.ON_BOTH
def test_killed_at_any_step_each_is_told_exactly_once(store, slack, sender, clock):
    tell(store, 1)
    for number in range(2, 12):
        press(store, number)
    sender(gather=SIX, now=clock).route()  # and then nothing more of this process
    assert states(store) == {"digest": 7, "pending": 4}
    sender(gather=SIX, now=clock).deliver()
    clock.passes(hours=6)
    assert sender(gather=SIX, now=clock).digest() == 1  # fixed, not posted
    slack.fail("chat.postMessage", "reset-after")  # posted, and the answer lost
    sender(gather=SIX, now=clock).deliver()
    sender(gather=SIX, now=clock).deliver()
    assert kinds(slack) == ["new", *["report"] * 3, "digest"]
    assert states(store) == {"sent": 11}


def test_without_threads_the_reply_names_its_matter(store, slack, sender, clock):
    tell(store, 1)
    for number in range(2, 12):
        press(store, number)
    send = sender(WebhookTransport(slack.webhook_url), road="webhook", gather=SIX, now=clock)
    send.deliver()
    clock.passes(hours=6)
    send.deliver()
    assert len(slack.messages()) == 5
    assert "Follows: 工信部信管函〔2017〕1号" in slack.messages()[-1].text
