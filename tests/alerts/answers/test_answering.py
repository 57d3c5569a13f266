"""What is pressed becomes a judgement once, whoever presses, however often it comes; what is forged, nothing."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

import pytest
from sqlalchemy import select

from alerts.answers.answering import REASON, Answering, Judging
from alerts.answers.buttons import read
from pipelines.store import inbox
from pipelines.store import schema as tables
from tests.support import stores
from tests.support.sockets import pressed
from tests.support.told import NOW, article_id, matter_id, tell


class Desk:
    """The answering desk over a store, with what it said kept."""

    def __init__(self, store, settings, **judging):
        self.store, self.said, self.now = store, [], NOW
        self.reachable = True
        self.desk = Answering(
            store,
            settings,
            Judging(**judging),
            commands=lambda text, channel: f"{text} in {channel}",
            reply=self._reply,
            now=lambda: self.now,
        )

    def _reply(self, url, text):
        if self.reachable:
            self.said.append((url.rpartition("/")[2], text))
        return self.reachable

    def take(self, payload, kind="interactive", envelope=""):
        self.desk.take_in(envelope or uuid4().hex, kind, payload)

    def work(self, payload, **more):
        self.take(payload, **more)
        self.desk.work()
        return self.said[-1][1] if self.said else ""

    def events(self, *kinds):
        return [(one.kind, one.detail) for one in self.store.events.read() if one.kind in kinds]


@pytest.fixture
def told(store, slack, settings, sender):
    """A regulator's document that stands in Slack with its buttons."""
    tell(store, 1)
    with store.writing() as connection:
        connection.execute(tables.holds.insert().values(name=inbox.BUTTONS, holder="x", token=1, until=9e12))
    sender(answers=True).deliver()
    return slack.messages("alerts")[0]


@pytest.fixture
def desk(store, settings):
    return Desk(store, settings)


def test_buttons_are_there_only_while_somebody_listens(store, slack, settings, sender):
    tell(store, 1)
    sender(answers=True).deliver()
    assert [block["type"] for block in slack.messages("alerts")[0].blocks if block["type"] == "actions"] == []


@stores.ON_BOTH
def test_a_press_is_a_judgement_with_who_when_and_why(desk, told, slack):
    assert desk.work(pressed(slack, told, "relevant")) == "Noted: relevant."
    (event,) = [one for one in desk.store.events.read() if one.kind == "marked"]
    assert (event.at, event.article, event.matter) == (NOW, article_id(1), matter_id(1))
    assert event.detail == {"by": "ann", "reason": REASON, "relevant": True, "because": ""}


def test_not_relevant_says_why(desk, told, slack):
    assert (
        desk.work(pressed(slack, told, "not-relevant", "wrong-term")) == "Noted: not relevant (wrong term)."
    )
    assert desk.store.matters.marks().articles[article_id(1)].because == "wrong-term"


def test_pressed_twice_it_is_said_once(desk, told, slack):
    desk.work(pressed(slack, told, "relevant"))
    assert "already" in desk.work(pressed(slack, told, "relevant"))
    assert len(desk.events("marked")) == 1


@stores.ON_BOTH
def test_the_same_envelope_is_worked_once(desk, told, slack):
    desk.work(pressed(slack, told, "relevant"), envelope="same")
    desk.take(pressed(slack, told, "not-relevant", "other"), envelope="same")
    desk.desk.work()
    assert [detail["relevant"] for _, detail in desk.events("marked")] == [True]


@stores.ON_BOTH
def test_of_two_people_both_are_kept_the_last_stands_and_hears_of_the_first(desk, told, slack):
    desk.work(pressed(slack, told, "relevant", user="ann"))
    said = desk.work(pressed(slack, told, "not-relevant", "duplicate", user="bo"))
    assert "ann said: relevant" in said
    assert [detail["by"] for _, detail in desk.events("marked")] == ["ann", "bo"]
    assert not desk.store.matters.marks().articles[article_id(1)].relevant
    assert "already" not in desk.work(pressed(slack, told, "relevant", user="ann"))  # a word of its own again


@stores.ON_BOTH
def test_in_a_chinese_channel_both_sentences_are_chinese(store, settings, told, slack):
    desk = Desk(store, replace(settings, language="zh-Hans"))
    desk.work(pressed(slack, told, "relevant", user="ann"))
    said = desk.work(pressed(slack, told, "not-relevant", "duplicate", user="bo"))
    assert said == "已记录：不相关（重复）。此前 ann 认为：相关。两者均予保留，以您的为准。"


def test_who_takes_it_has_it(desk, told, slack):
    assert desk.work(pressed(slack, told, "take")) == "It is yours."
    assert "already" in desk.work(pressed(slack, told, "take"))
    assert desk.work(pressed(slack, told, "take", user="bo")) == "It is yours; ann had it before."
    assert desk.store.matters.taken([matter_id(1)])[matter_id(1)].by == "bo"


@stores.ON_BOTH
def test_a_snoozed_matter_says_nothing_until_then(desk, told, slack, sender):
    said = desk.work(pressed(slack, told, "snooze", "7d"))
    assert "silent until 2026-12-01 16:00 (Asia/Shanghai)" in said
    desk.now += timedelta(minutes=5)
    assert "already" in desk.work(pressed(slack, told, "snooze", "7d"))
    assert "already" in desk.work(pressed(slack, told, "snooze", "1d"))
    (one,) = desk.store.matters.silences(desk.now)
    assert (one.about, one.value, one.by, one.reason) == ("matter", matter_id(1), "ann", REASON)
    tell(desk.store, 2, "report", matter=1)
    sender().deliver()
    assert desk.store.outbox.counts() == {"sent": 1, "silenced": 1}
    assert "2026-12-24" in desk.work(pressed(slack, told, "snooze", "30d"))


@stores.ON_BOTH
def test_a_press_on_a_matter_that_was_joined_since_is_on_todays(desk, told, slack):
    tell(desk.store, 2)
    desk.store.matters.join([matter_id(2), matter_id(1)], by="li", reason="same", now=NOW)
    desk.now = NOW + timedelta(days=400)  # and a year later
    desk.work(pressed(slack, told, "take"))
    assert desk.store.matters.taken([matter_id(2)])[matter_id(2)].by == "ann"


def test_what_was_taken_back_can_be_said_again(desk, told, slack):
    desk.work(pressed(slack, told, "relevant"))
    event = desk.store.matters.marks().articles[article_id(1)].event
    desk.store.matters.undo(event, by="li", reason="no", now=NOW)
    assert desk.work(pressed(slack, told, "relevant")) == "Noted: relevant."


# --- and everybody sees it -------------------------------------------------------------------------
def below(slack, sender):
    """What stands below the message once the sender has been; its buttons stay the last."""
    sender(answers=True).deliver()
    (message,) = slack.messages("alerts")
    assert message.blocks[-1]["type"] == "actions"
    return message.text.rpartition("\n")[2]


@stores.ON_BOTH
def test_what_is_pressed_stands_below_the_message_with_who_and_when_until_it_is_taken_back(
    desk, told, slack, sender
):
    before = told.text
    desk.work(pressed(slack, told, "take"))
    assert below(slack, sender) == "with ann since 2026-11-24 16:00 Beijing"
    desk.now += timedelta(minutes=5)
    desk.work(pressed(slack, told, "not-relevant", "wrong-term", user="bo"))
    desk.work(pressed(slack, told, "snooze", "7d"))
    assert below(slack, sender) == (
        "with ann since 2026-11-24 16:00 Beijing · silenced by ann until 2026-12-01 16:05 Beijing"
        " · marked not relevant (wrong term) by bo, 2026-11-24 16:05 Beijing"
    )
    for event in [one for one in desk.store.events.read() if one.kind in {"taken", "marked", "silenced"}]:
        desk.store.matters.undo(event.id, by="li", reason="no", now=desk.now)
    below(slack, sender)
    assert slack.messages("alerts")[0].text == before


@pytest.mark.parametrize("people", ["pseudonyms", "none"])
def test_what_is_not_kept_of_who_stands_below_no_message(store, settings, told, slack, sender, people):
    desk = Desk(store, settings, people=people)
    desk.work(pressed(slack, told, "take", user="mallory"))
    desk.work(pressed(slack, told, "relevant", user="mallory"))
    line = below(slack, sender)
    assert "marked relevant by" in line
    assert "mallory" not in json.dumps([line, slack.messages("alerts")[0].blocks]).lower()


@stores.ON_BOTH
def test_two_listeners_at_once_work_each_press_once(store, settings, told, slack, monkeypatch):
    """A refusal, since a judgement said twice would be one all the same."""
    both = Barrier(2)
    desks = [Desk(store, settings, judges=("nobody",)) for _ in range(2)]
    for number in range(4):
        desks[0].take(pressed(slack, told, "take", user=f"u{number}"))

    def together(one, worked):
        with suppress(BrokenBarrierError):  # the other was late, and has seen that this one is worked
            both.wait(0.5)
        return worked(one)

    for one in desks:
        monkeypatch.setattr(one.desk, "_worked", partial(together, worked=one.desk._worked))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: one.desk.work(), desks))
    refused = sorted(detail["by"] for _, detail in desks[0].events("press-refused"))
    assert refused == [f"u{number}" for number in range(4)]


# --- who may, and what is kept of who --------------------------------------------------------------
def test_only_judges_judge(store, settings, told, slack):
    for number, judge in enumerate(["U0ANN", "ann", "@Ann"]):
        desk = Desk(store, settings, judges=(judge,))
        assert "Only the people named" in desk.work(pressed(slack, told, "relevant", user="bo"))
        assert desk.events("press-refused")[-1][1]["reason"] == "not a judge"
        assert len(desk.events("marked")) == min(number, 1)
        said = desk.work(pressed(slack, told, "relevant", user="ann"))
        assert said.startswith("Noted: relevant" if number == 0 else "You have said so already")


@stores.ON_BOTH
def test_who_is_called_as_a_judges_id_is_no_judge(store, settings, told, slack):
    desk = Desk(store, settings, judges=("U0ANN", "@U012ABCDE", "wu2", ""))
    for name in ("u0ann", "U0ANN", "u012abcde", "", "wu"):
        payload = pressed(slack, told, "take", user="bo")
        payload["user"]["username"] = name
        assert "Only the people named" in desk.work(payload), name
    assert desk.events("taken") == []
    payload["user"]["username"] = "Wu2"
    assert desk.work(payload) == "It is yours."


def test_a_pseudonym_is_the_same_for_one_person_and_says_nothing_of_who(store, settings, told, slack):
    desk = Desk(store, settings, people="pseudonyms")
    desk.work(pressed(slack, told, "relevant", user="ann"))
    again = Desk(store, settings, people="pseudonyms")  # a new process, the same key
    assert "already" in again.work(pressed(slack, told, "relevant", user="ann"))
    desk.work(pressed(slack, told, "relevant", user="bo"))
    kept = json.dumps([dict(one.detail) for one in store.events.read()])
    assert "ann" not in kept.lower().replace("channel", "")
    assert len({detail["by"] for _, detail in desk.events("marked")}) == 2


def test_nothing_may_be_kept_of_who(store, settings, told, slack):
    desk = Desk(store, settings, people="none")
    desk.work(pressed(slack, told, "relevant"))
    assert [detail["by"] for _, detail in desk.events("marked")] == ["somebody"]
    with store.reading() as connection:
        rows = connection.execute(select(tables.inbox)).all()
    assert [(row.state, row.asked, row.answer) for row in rows] == [("done", {}, "")]


# --- forged ----------------------------------------------------------------------------------------
def forged(slack, told, **changes):
    payload = pressed(slack, told, "relevant")
    payload["actions"][0] |= changes
    return payload


FORGED = (
    {"value": "g" + "0" * 23},
    {"value": '{"alert":'},
    {"value": "g" * 5000},
    {"value": None},
    {"value": ["g"]},
    {"action_id": "drop-tables"},
    {"action_id": None},
    {"action_id": ["take"]},
    {"value": "x", "selected_option": "y"},
    {"selected_option": {"value": "g" + "0" * 23 + " wrong-term"}},
)


def test_a_forged_value_changes_nothing_and_is_said(desk, told, slack):
    for number, changes in enumerate(FORGED, 1):
        assert "nothing was changed" in desk.work(forged(slack, told, **changes)), changes
        assert len(desk.events("press-refused")) == number
    assert desk.events("marked", "taken") == []


def test_the_alert_of_another_message_or_channel_is_refused(desk, told, slack):
    elsewhere = pressed(slack, told, "take")
    elsewhere["channel"] = {"id": "C0OPS00000"}
    assert "another message" in desk.work(elsewhere)
    other = pressed(slack, told, "take")
    other["container"]["message_ts"] = "1.000001"
    assert "another message" in desk.work(other)
    assert desk.events("taken") == []


def test_what_is_not_for_us_is_not_kept(desk):
    for kind, payload in (
        ("events_api", {"event": {}}),
        ("interactive", {"type": "view_submission"}),
        ("slash_commands", {"command": "/other", "text": "x"}),
        ("interactive", {}),
    ):
        assert read(kind, payload) is None
        desk.take(payload, kind=kind)
    with desk.store.reading() as connection:
        assert inbox.oldest(connection) is None


def test_a_block_of_no_shape_at_all_is_refused_quietly(desk, told):
    desk.take({"type": "block_actions", "actions": "x", "user": 3})
    assert desk.desk.work() is False
    assert desk.events("press-refused")[0][1]["reason"] == "no such verb"
    assert desk.said == []  # it gives no address to answer to


def test_a_press_on_a_message_that_was_deleted_counts_and_the_message_is_given_up(desk, told, slack, sender):
    payload = pressed(slack, told, "relevant")
    slack.delete(told.ts)
    assert desk.work(payload) == "Noted: relevant."
    sender(answers=True).deliver()
    (event,) = desk.store.events.read(kind="abandoned")
    assert "was deleted in Slack" in event.detail["reason"]


def test_a_press_of_a_megabyte_is_refused_and_kept_small(desk, told, slack):
    large = "专" * 1_000_000
    payload = pressed(slack, told, "take") | {"message": {"ts": told.ts, "text": large}}
    payload["actions"] += [{"action_id": large, "value": large}] * 3
    payload["actions"][0] |= {"value": large, "action_id": "take"}
    payload["user"]["username"] = large
    desk.take(payload, envelope="e" + large)
    desk.take({"command": "/gatewatch", "text": large, "response_url": "u/a"}, kind="slash_commands")
    with desk.store.reading() as connection:
        rows = connection.execute(select(tables.inbox)).all()
    assert [len(json.dumps(row.asked)) + len(row.envelope) < 5_000 for row in rows] == [True, True]
    desk.desk.work()
    assert desk.events("taken") == []
    assert all(len(json.dumps(dict(detail))) < 1_000 for _, detail in desk.events("press-refused"))


def test_a_press_in_a_modal_or_a_home_tab_is_below_no_message_of_ours(desk, told, slack, store):
    with store.writing() as connection:  # posted a moment ago, and not written down yet
        connection.execute(tables.deliveries.update().values(ts="", state="sending"))
        connection.execute(tables.channels.update().values(channel_id=""))
    for view in ({"type": "modal"}, {"type": "home"}):
        payload = pressed(slack, told, "take") | {
            "view": view,
            "container": {"type": "view", "view_id": "V1"},
        }
        del payload["channel"], payload["message"]
        assert "nothing was changed" in desk.work(payload)
    assert desk.events("press-refused")[-1][1]["reason"] == "below no message"
    assert desk.events("taken") == []


def test_only_people_press(desk, told, slack):
    for who in (
        {"id": "B0BOT00000", "username": "ann"},
        {"id": "A0APP"},
        {"id": ""},
        {"name": "ann"},
        None,
        "ann",
    ):
        desk.work(pressed(slack, told, "take") | {"user": who})
    assert {detail["reason"] for _, detail in desk.events("press-refused")} == {"nobody pressed"}
    assert desk.events("taken") == []


def test_a_person_of_an_organisation_without_a_team_or_a_name_presses_like_any_other(desk, told, slack):
    payload = pressed(slack, told, "take") | {"user": {"id": "W012A3CDE", "team_id": None}, "team": None}
    payload |= {"enterprise": {"id": "E1", "name": "Org"}, "is_enterprise_install": True}
    assert desk.work(payload) == "It is yours."
    assert desk.store.matters.taken([matter_id(1)])[matter_id(1)].by == "W012A3CDE"


@pytest.mark.parametrize("address", [None, 7, "", {"url": "x"}])
def test_who_gives_no_address_is_not_answered_and_the_press_counts(desk, told, slack, address):
    desk.reachable = False
    desk.take(pressed(slack, told, "take") | {"response_url": address})
    assert desk.desk.work() is False  # done: nothing is left to be tried
    assert len(desk.events("taken")) == 1


def test_an_envelope_that_comes_again_later_changes_nothing_even_after_a_restart(
    store, settings, told, slack
):
    Desk(store, settings).work(pressed(slack, told, "snooze", "1d"), envelope="same")
    for minutes in (10, 60 * 24):
        again = Desk(store, settings)
        again.now += timedelta(minutes=minutes)
        again.take(pressed(slack, told, "snooze", "30d"), envelope="same")
        again.desk.work()
        assert again.said == []
    assert len(again.events("silenced")) == 1


BROKEN = (
    {"channel": {"id": "C0\ud800"}},
    {"channel": {"id": "C0\x00"}},
    {"container": {"message_ts": "\ud800", "channel_id": "C0ALERTS00"}},
    {"user": {"id": "U0ANN", "username": "\ud800\x00"}},
)


def test_what_no_database_can_hold_stands_in_nobodys_way(desk, told, slack):
    for changes in BROKEN:
        desk.take(pressed(slack, told, "relevant") | changes)
    desk.work(pressed(slack, told, "take", user="bo"))
    assert desk.said[-1] == ("bo", "It is yours.")
    desk.desk.work()
    with desk.store.reading() as connection:
        assert inbox.oldest(connection) is None


def test_a_row_of_another_version_stands_in_nobodys_way(desk, told, slack):
    with desk.store.writing() as connection:
        inbox.put(connection, "e1", {"kind": "press", "who": "somebody", "reply": "u/x"}, NOW)
        inbox.put(connection, "e2", {}, NOW)
    assert desk.work(pressed(slack, told, "take")) == "It is yours."
    assert desk.desk.work() is False


# --- what stands in the way ------------------------------------------------------------------------
def test_what_was_kept_and_not_worked_is_worked_by_the_next_process(store, settings, told, slack):
    Desk(store, settings).take(pressed(slack, told, "take"))
    later = Desk(store, settings)
    later.desk.work()
    assert later.store.matters.taken([matter_id(1)])[matter_id(1)].by == "ann"
    assert later.said == [("ann", "It is yours.")]


@stores.ON_BOTH
def test_what_another_process_has_worked_meanwhile_is_not_worked_again(store, settings, told, slack):
    """A listener that was frozen, and comes back after another took its place."""
    frozen, other = Desk(store, settings), Desk(store, settings)
    frozen.take(pressed(slack, told, "relevant"))
    with store.reading() as connection:
        seen = inbox.oldest(connection)
    other.desk.work()
    assert frozen.desk._worked(seen) == ""
    assert len(frozen.events("marked")) == 1


def test_an_answer_that_does_not_arrive_is_given_again_and_then_no_more(desk, told, slack):
    desk.reachable = False
    desk.take(pressed(slack, told, "take"))
    assert [desk.desk.work() for _ in range(3)] == [True, True, False]
    assert len(desk.events("taken")) == 1


def test_what_fails_for_a_reason_nobody_foresaw_holds_nothing_else_up(store, settings, told, slack):
    desk = Desk(store, settings)
    desk.desk._commands = lambda text, channel: 1 / 0
    desk.take({"command": "/gatewatch", "text": "x", "response_url": "u/a"}, kind="slash_commands")
    desk.work(pressed(slack, told, "take"))
    assert [text[:15] for _, text in desk.said] == ["That did not wo", "It is yours."]


def test_an_old_question_is_not_answered_any_more(desk, told, slack):
    desk.take(pressed(slack, told, "take"))
    desk.now = NOW + timedelta(hours=1)
    desk.desk.work()
    assert desk.said == []
    assert len(desk.events("taken")) == 1


def test_a_command_is_asked_in_the_channel_as_the_config_calls_it(desk, told):
    payload = {"command": "/gatewatch", "text": "status", "channel_id": "C0ALERTS00", "response_url": "u/a"}
    assert desk.work(payload, kind="slash_commands") == "status in #alerts"


def test_a_hostile_name_stays_inert(desk, told, slack):
    desk.work(pressed(slack, told, "take", user="<!channel> *b*"))
    # Slack's ids are checked: a person without one cannot press
    assert desk.events("press-refused")[0][1]["reason"] == "nobody pressed"
    payload = pressed(slack, told, "take")
    payload["user"]["username"] = "<!channel> *b* \x1b[31m"
    desk.work(payload)
    assert "had it before" in desk.work(pressed(slack, told, "take", user="bo"))
    assert "<" not in desk.said[-1][1].replace("&lt;", "")
    assert "*" not in desk.said[-1][1]


@pytest.mark.parametrize("more", ["x", "\n", " wrong-term\n", " wrong-term; x"])
def test_a_value_is_ours_as_a_whole_or_not_at_all(told, slack, more):
    payload = pressed(slack, told, "relevant")
    assert read("interactive", payload).wrong == ""
    payload["actions"][0]["value"] += more
    assert read("interactive", payload).wrong == "no such value"
