"""What is due soon is told 14, 7 and 1 days before, once, in the matter's thread."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from alerts.quiet import Hours
from alerts.settings import Manners
from pipelines.store.deadlines import reached, remind
from tests.support import stores
from tests.support.told import NOW, tell

DUE = date(2026, 12, 24)
"""Thirty days after the articles are first seen."""


def sets(store, number, day=DUE, kind="deadline"):
    said = json.dumps([{"kind": kind, "date": day.isoformat(), "sentence": "请于该日前反馈意见。"}])
    with store.writing() as connection:
        where = {"key": f"https://www.miit.gov.cn/{number}", "said": said}
        connection.execute(text("UPDATE articles SET dates = :said WHERE key = :key"), where)


def at(day, hour=3):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def kinds(slack):
    return [one.metadata["event_payload"]["kind"] for one in slack.messages("alerts")]


@pytest.mark.parametrize(
    ("left", "seen_before", "step"),
    [(15, 30, None), (14, 30, 14), (9, 30, 14), (7, 30, 7), (2, 30, 7), (1, 30, 1), (0, 30, 1), (-1, 30, None),
     (9, 10, None), (7, 10, 7), (14, 14, None), (1, 1, None)],
)  # fmt: skip
def test_the_step_that_is_due(left, seen_before, step):
    assert reached(DUE, DUE - timedelta(days=seen_before), DUE - timedelta(days=left)) == step


def test_each_once_in_the_thread_and_shown_in_the_channel(store, slack, sender):
    tell(store, 1)
    tell(store, 2, "report", matter=1)
    for number in (1, 2):
        sets(store, number)
    assert remind(store, at(DUE - timedelta(days=14))) == 0  # nobody was told yet
    sender().deliver()
    made = [remind(store, at(DUE - timedelta(days=left))) for left in (20, 14, 14, 13, 7, 1, 0, -1)]
    assert made == [0, 1, 0, 0, 1, 1, 0, 0]
    sender().deliver()
    assert kinds(slack) == ["new", "report", "deadline", "deadline", "deadline"]
    first, _, *reminders = slack.messages("alerts")
    assert {one.thread_ts for one in reminders} == {first.ts}
    assert "14 days left on 10 December 2026" in reminders[0].text
    assert "1 day left on 23 December 2026" in reminders[2].text
    assert sender().deliver().sent == 0


@stores.ON_BOTH
def test_two_workers_make_one_of_it(store, slack, sender):
    tell(store, 1)
    sets(store, 1, kind="effective")
    sender().deliver()
    day = at(DUE - timedelta(days=7))
    with ThreadPoolExecutor(2) as workers:
        assert sum(workers.map(lambda _: remind(store, day), range(4))) == 1


OFFICE = Hours(ZoneInfo("Asia/Shanghai"), time(9), time(18), frozenset(range(5)))


@pytest.mark.parametrize(
    ("left", "hour", "told"),
    [
        (14, 16, "2026-12-10T01:00"),  # midnight in Beijing: it waits for nine, though its document would not
        (7, 16, "2026-12-17T01:00"),
        (1, 16, "2026-12-23T01:00"),
        (1, 3, "2026-12-23T03:00"),
    ],
)
def test_a_severe_one_wakes_nobody(store, slack, sender, left, hour, told):
    assert told_at(store, slack, sender, DUE, left, hour) == told


def test_one_that_would_come_after_its_day_comes_on_the_free_day_before_in_the_hours(store, slack, sender):
    monday = date(2026, 12, 28)
    assert told_at(store, slack, sender, monday, 1, 16) == "2026-12-27T01:00"


def told_at(store, slack, sender, day, left, hour):
    """When a regulator's severe document is reminded of, which was told long before."""
    tell(store, 1)
    sets(store, 1, day)
    clock = [NOW]
    send = sender(now=lambda: clock[0], manners={"#alerts": Manners(OFFICE)})
    send.deliver()
    clock[0] = at(day - timedelta(days=left), hour) - timedelta(days=hour >= 16)
    assert remind(store, clock[0]) == 1
    while send.deliver().sent == 0:
        clock[0] += timedelta(hours=1)
    assert kinds(slack) == ["new", "deadline"]
    return clock[0].strftime("%Y-%m-%dT%H:%M")


def test_it_keeps_to_quiet_hours(store, slack, sender):
    for number in (1, 2):
        tell(store, number, tier="press", severity="medium")
        sets(store, number)
    berlin = Hours(ZoneInfo("Europe/Berlin"), time(8), time(19))
    clock = [NOW]
    send = sender(now=lambda: clock[0], manners={"#alerts": Manners(berlin)})
    send.deliver()
    clock[0] = at(DUE - timedelta(days=7))
    assert remind(store, clock[0]) == 2
    assert send.deliver().sent == 0
    clock[0] += timedelta(hours=6)
    send.deliver()
    assert kinds(slack) == ["new", "new", "digest"]
    said = slack.messages("alerts")[-1].text
    assert "DEADLINE" in said
    assert "Comments until 2026-12-24" in said  # a reminder that does not name its day is none
