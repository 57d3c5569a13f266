from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from alerts.dispatch import Dispatcher
from alerts.outcome import Ambiguous, Rejected, Retry, Sent
from alerts.second.reach import Reach
from alerts.second.road import Second, SecondRoad
from alerts.slack.transport import SlackTransport
from alerts.webhook import WebhookTransport
from tests.alerts.conftest import QUICK
from tests.support import stores
from tests.support.told import HOSTILE, NOW, tell, tell_story

HALF_AN_HOUR = timedelta(minutes=30)
DOWN = {"500": 1.0}
REVOKED = {"error=token_revoked": 1.0}


class Road:
    """A second road that keeps its letters; it answers as it was told to, then takes everything."""

    name = "mail"

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.letters = []

    def post(self, letter):
        self.letters.append(letter)
        return self.outcomes.pop(0) if self.outcomes else Sent()

    def reach(self):
        return Sent()

    @property
    def subjects(self):
        return [one.subject for one in self.letters]


@pytest.fixture
def road():
    return Road()


@pytest.fixture
def at(store, slack, settings, road):
    """Sends at so many minutes after NOW, in a new process, until nothing moves."""

    def send(minutes, second=road, seconds=10.0, **changes):
        transport = SlackTransport("xoxb-standin-1", api_url=slack.api_url, timeout=5)
        timing = replace(QUICK, heed=0.0, first=0.01, most=0.01)
        moment = NOW + timedelta(minutes=minutes)
        dispatcher = Dispatcher(
            store, transport, replace(settings, timing=timing, **changes), lambda: moment,
            Second(second, HALF_AN_HOUR),
        )  # fmt: skip
        return dispatcher.deliver(seconds=seconds)

    return send


def test_an_only_channel_that_is_archived_is_told_by_the_second_road(store, slack, road, at):
    tell(store, 1)
    slack.channels["C0ALERTS00"].archived = True
    for minutes in (0, 31):
        at(minutes, ops_channel="", seconds=0.5)
    assert "is_archived" in road.letters[0].text
    assert [one.facts["kind"] for one in road.letters[1:]] == ["new"]


@stores.ON_BOTH
def test_a_revoked_token_is_told_by_the_second_road_each_alert_once_and_in_slack_when_it_works(
    store, slack, road, at
):
    told = tell_story(store)
    slack.weather(REVOKED)
    at(0)
    at(29)
    assert road.letters == []
    at(31)
    start, *letters = road.letters
    assert "token_revoked" in start.text
    assert "reinstall the app" in start.text
    assert [one.facts["kind"] for one in letters] == ["new", "follow-up", "report"]
    assert "关于清理规范互联网网络接入服务市场的通知（1）" in letters[0].text
    assert "Slack has accepted nothing since 2026-11-24 16:00 Beijing" in letters[0].text
    at(45)
    assert len(road.letters) == 4
    assert store.outbox.counts()["pending"] == 4  # the three, and the word to the operators
    slack.weather({})
    at(60)
    assert len(road.letters) == 5
    assert "Slack accepts messages again" in road.letters[-1].text
    assert "3 alerts" in road.letters[-1].text
    assert [one.metadata["event_payload"]["subject"] for one in slack.messages("alerts")] == told
    assert all("Sent by e-mail on 2026-11-24 16:31" in one.text for one in slack.messages("alerts"))
    begun, ended = slack.messages("ops")
    assert "Slack has accepted nothing since" in begun.text
    assert "Slack accepts messages again" in ended.text
    at(61)
    assert (len(road.letters), len(slack.messages())) == (5, 5)
    assert [one.detail["road"] for one in store.events.read(kind="second-road")] == ["mail"] * 5


@pytest.mark.parametrize("weather", [DOWN, {"reset-before": 1.0}, {"error=service_unavailable": 1.0}])
def test_slack_is_down_where_no_attempt_is_answered(store, slack, road, at, weather):
    tell(store, 1)
    slack.weather(weather)
    at(0, seconds=0.3)
    at(31, seconds=0.3)
    assert [one.facts["kind"] for one in road.letters] == ["road", "new"]


@pytest.mark.parametrize("weather", [{"429=30": 1.0}, {"error=not_in_channel": 1.0}])
def test_a_limit_or_one_broken_channel_is_not_slack_down(store, slack, road, at, weather):
    tell(store, 1)
    slack.weather(weather)
    at(0, seconds=0.3)
    with store.writing() as connection:
        connection.execute(text("UPDATE channels SET next_at = 0"))
    at(31, seconds=0.3)
    assert road.letters == []


def test_what_is_taken_in_between_begins_the_time_anew(store, slack, road, at):
    tell(store, 1)
    slack.weather(REVOKED)
    at(0)
    slack.weather({})
    at(20)
    tell(store, 2)
    slack.weather(REVOKED)
    at(25)
    at(40)
    assert road.letters == []
    at(56)
    assert [one.facts["kind"] for one in road.letters] == ["road", "new"]


@stores.ON_BOTH
def test_an_outage_that_nobody_waited_for_is_forgotten(store, slack, road, at):
    tell(store, 1)
    slack.weather(REVOKED)
    at(0)
    with store.writing() as connection:
        connection.execute(text("UPDATE deliveries SET state = 'rejected'"))
    at(10)
    tell(store, 2)
    at(300)
    assert road.letters == []


def test_an_alert_that_comes_during_the_outage_goes_at_once(store, slack, road, at):
    tell(store, 1)
    slack.weather(REVOKED)
    at(0)
    at(31)
    tell(store, 2)
    at(32)
    assert [one.facts["kind"] for one in road.letters] == ["road", "new", "new"]


@stores.ON_BOTH
def test_many_become_one_letter_the_severe_first(store, slack, road, at):
    for number in range(1, 26):
        tell(store, number, severity="high" if number == 25 else "low")
    slack.weather(REVOKED)
    at(0, pace=1000)
    at(31)
    _, letter = road.letters
    assert "25 alerts wait for Slack" in letter.subject
    assert len(letter.facts["alert_ids"]) == 25
    lines = letter.text.splitlines()
    assert lines[2].endswith("（25）")
    tell(store, 26)
    at(32)
    assert len(road.letters) == 3
    for number in range(27, 50):
        tell(store, number)
    at(33)
    assert len(road.letters) == 3  # the next letter of many comes ten minutes after the last
    at(42)
    assert len(road.letters) == 4
    assert len(road.letters[-1].facts["alert_ids"]) == 23


def test_one_thing_in_three_channels_is_one_letter(store, slack, road, at):
    from alerts.route import Route

    tell(store, 1)
    slack.weather(REVOKED)
    routes = (Route("#alerts"), Route("#ops"), Route("#elsewhere"))
    at(0, routes=routes)
    at(31, routes=routes)
    assert [one.facts["kind"] for one in road.letters] == ["road", "new"]


def test_a_letter_that_may_have_arrived_goes_again_and_says_so_under_the_same_id(
    store, slack, at, monkeypatch
):
    monkeypatch.setattr("alerts.second.road._FIRST", 0.0)
    road = Road(Sent(), Ambiguous("the connection broke"))
    tell(store, 1)
    slack.weather(REVOKED)
    at(0)
    at(31, second=road)
    _, first, again = road.letters
    assert first.id == again.id
    assert "Sent again" not in first.text
    assert "Sent again: it is not known whether the first attempt arrived" in again.text
    assert again.facts["repeated"]


def test_what_was_surely_not_taken_goes_again_without_a_word(store, slack, at, monkeypatch):
    monkeypatch.setattr("alerts.second.road._FIRST", 0.0)
    road = Road(Retry(None, "the mail server cannot be reached"), Sent(), Rejected("530", "all", "Log in."))
    tell(store, 1)
    slack.weather(REVOKED)
    at(0)
    at(31, second=road)
    assert [one.facts["kind"] for one in road.letters] == ["road", "road", "new", "new"]
    assert not any(one.facts["repeated"] for one in road.letters)


def test_a_letter_that_is_never_answered_keeps_the_others_waiting_only_for_a_while(
    store, slack, at, monkeypatch
):
    monkeypatch.setattr("alerts.second.road._FIRST", 0.0)

    class Choosy(Road):
        def post(self, letter):
            super().post(letter)
            return Ambiguous("500") if "（1）" in letter.text else Sent()

    road = Choosy()
    tell(store, 1)
    tell(store, 2)
    slack.weather(REVOKED)
    at(0)
    at(31, second=road)
    shown = ["1" if "（1）" in one.text else "2" for one in road.letters[1:]]
    assert shown == ["1", "1", "1", "2", "1", "1"]


def test_what_is_refused_is_not_tried_again_and_waits_for_slack(store, slack, at):
    road = Road(Sent(), Rejected("the mail server says 552: too big"))
    tell(store, 1)
    slack.weather(REVOKED)
    at(0)
    at(31, second=road)
    at(32, second=road)
    assert len(road.letters) == 2
    assert store.outbox.counts()["pending"] == 2


def test_where_the_second_road_was_never_open_its_end_is_not_told_there(store, slack, at):
    road = Road(*[Retry(None, "the mail server cannot be reached")] * 9)
    tell(store, 1)
    slack.weather(REVOKED)
    at(0)
    at(31, second=road)
    tried = len(road.letters)
    slack.weather({})
    at(60, second=road)
    assert not any("accepts messages again" in one.text for one in road.letters[tried:])
    assert "No alert came meanwhile" in slack.messages("ops")[-1].text
    assert "Sent by" not in slack.messages("alerts")[0].text


@stores.ON_BOTH
def test_two_processes_send_a_letter_once(store, slack, road, at):
    tell_story(store)
    slack.weather(REVOKED)
    at(0)
    from pipelines.store import holds

    with store.writing() as connection:
        assert holds.take(connection, "second road", "another", 300.0)
    at(31)
    assert road.letters == []
    with store.writing() as connection:
        connection.execute(text("UPDATE holds SET until = 0"))
    at(32)
    assert len(road.letters) == 4


def test_a_regular_digest_does_not_go_there(store, slack, road, at):
    tell(store, 1)
    slack.weather(REVOKED)
    at(0)
    with store.writing() as connection:
        detail = {"since": NOW.isoformat(), "until": NOW.isoformat()}
        store.outbox.intend(connection, "digest", "regular", at=NOW, detail=detail)
    at(31)
    assert [one.facts["kind"] for one in road.letters] == ["road", "new"]


def test_hostile_text_stays_inert(store, slack, road, at):
    tell(store, 1, title=f"{HOSTILE}\r\nBcc: x@y", text=HOSTILE)
    slack.weather(REVOKED)
    at(0)
    at(31)
    letter = road.letters[-1]
    assert "\n" not in letter.subject + "".join(letter.subject.split("\r"))
    assert "\x1b" not in letter.text
    assert "\u202e" not in letter.text


def test_in_chinese(store, slack, road, at):
    tell(store, 1)
    slack.weather(REVOKED)
    at(0, language="zh-Hans")
    at(31, language="zh-Hans")
    slack.weather({})
    at(40, language="zh-Hans")
    assert "无法发送" in road.letters[0].text
    assert "电子邮件" in slack.messages("alerts")[0].text
    assert "Slack 已恢复" in road.letters[-1].text


def test_what_comes_when_the_round_is_nearly_over_goes_there_too(store, slack, settings, road):
    tell(store, 1)
    slack.weather(REVOKED)
    transport = SlackTransport("xoxb-standin-1", api_url=slack.api_url, timeout=5)
    patient = replace(settings, timing=replace(QUICK, heed=60.0))
    sender = Dispatcher(store, transport, patient, lambda: NOW, Second(road, timedelta(0)))
    sender.deliver()
    tell(store, 2)
    sender.deliver()
    assert [one.facts["kind"] for one in road.letters] == ["road", "new", "new"]
    assert (
        road.subjects[0]
        == "Gatewatch · DELIVERY Slack has accepted nothing since 2026-11-24 16:00 Beijing: token_revoked"
    )


def test_without_a_second_road_nothing_is_noted(store, slack, sender):
    tell(store, 1)
    slack.weather(REVOKED)
    sender().deliver()
    assert store.meta.get("slack_down") is None


@stores.ON_BOTH
def test_a_process_that_died_over_a_letter_leaves_a_doubt_that_the_next_one_says(store, slack, road, at):
    class Deadly(Road):
        def post(self, letter):
            if letter.facts["kind"] == "road":
                return Sent()
            raise SystemExit("killed over it")

    tell(store, 1)
    slack.weather(REVOKED)
    at(0)
    with pytest.raises(SystemExit):
        at(31, second=Deadly())
    at(32)
    assert road.letters == []  # somebody else is at it, as far as anybody knows
    with store.writing() as connection:
        connection.execute(text("UPDATE holds SET until = 0"))
    at(33)
    [letter] = road.letters
    assert "Sent again" in letter.text


def test_a_slack_webhook_that_is_down_has_a_second_road_too(store, slack, settings, road):
    tell(store, 1)
    slack.weather({"500": 1.0})
    for minutes in (0, 31):
        moment = NOW + timedelta(minutes=minutes)
        transport = WebhookTransport(slack.webhook_url, timeout=5)
        hooked = replace(settings, road="webhook", timing=replace(QUICK, heed=0.0))
        Dispatcher(store, transport, hooked, lambda at=moment: at, Second(road, HALF_AN_HOUR)).deliver(
            seconds=0.3
        )
    assert [one.facts["kind"] for one in road.letters] == ["road", "new"]
    slack.weather({})
    Dispatcher(store, transport, hooked, lambda: moment, Second(road, HALF_AN_HOUR)).deliver()
    assert any("Sent by e-mail on" in one.text for one in slack.messages())


@stores.ON_BOTH
def test_what_another_process_told_of_just_now_is_told_once(store, slack, settings, road, at):
    tell(store, 1)
    slack.weather(REVOKED)
    at(0)

    def later():
        return NOW + timedelta(minutes=31)

    def made(name, opened):
        timing = replace(settings, timing=replace(QUICK, heed=0.0))
        return SecondRoad(opened, Second(road, HALF_AN_HOUR), Reach(opened, later, 0.0), timing, later, name)

    first = made("first", store)
    assert first.turn(ending=True)  # the second road is used from now on

    class Slow:
        """The second process: before it writes anything, the first does a whole turn."""

        outbox, meta, reading = store.outbox, store.meta, store.reading
        done = False

        @contextmanager
        def writing(self):
            if not Slow.done:
                Slow.done = True
                first.turn(ending=True)
            with store.writing() as connection:
                yield connection

    made("second", Slow()).turn(ending=True)
    ids = [one.id for one in road.letters]
    assert len(ids) == len(set(ids)) == 1
