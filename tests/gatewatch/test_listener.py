"""The listener against Slack's end of Socket Mode: acknowledged at once, worked once, heard again after trouble."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial

import pytest
from sqlalchemy import text

from alerts.answers.answering import Answering, Judging
from alerts.answers.buttons import read
from alerts.answers.replying import Reply
from alerts.answers.socket_mode import SocketMode
from alerts.dispatch import Dispatcher
from alerts.settings import AlertSettings
from alerts.slack.transport import SlackTransport
from gatewatch import listener as listening
from gatewatch.demo.standin_slack import Channel, StandinSlack
from gatewatch.listener import Listener
from pipelines.store import inbox
from tests.support import stores
from tests.support.sockets import Sockets, pressed
from tests.support.told import NOW, matter_id, tell

TOKEN = "xapp-1-standin"


@pytest.fixture(params=stores.PATIENT)
def url(request, tmp_path):
    return stores.address(request, tmp_path)


@pytest.fixture
def slack():
    with StandinSlack(
        token="xoxb-1", channels=[Channel("C0ALERTS00", "alerts"), Channel("C0OPS00000", "ops")]
    ) as one:
        yield one


@pytest.fixture
def sockets(slack):
    with Sockets(slack) as one:
        yield one


SETTINGS = AlertSettings(road="slack", channel="#alerts", ops_channel="#ops", pace=1000, answers=True)


@contextmanager
def listener(store, slack, *, token=TOKEN, settled=True):
    answering = Answering(
        store,
        SETTINGS,
        Judging(),
        commands=lambda text, channel: f"{text}, in {channel}",
        reply=Reply(slack.api_url),
        now=lambda: NOW,
    )
    connect = partial(SocketMode, token, api_url=slack.api_url)
    with Listener(store, answering, connect, lambda: NOW) as running:
        if settled:
            assert running.settled(5)
        yield running


def send(store, slack):
    Dispatcher(store, SlackTransport("xoxb-1", api_url=slack.api_url), SETTINGS, lambda: NOW).deliver()


def taken(store):
    return store.matters.taken([matter_id(1)]).get(matter_id(1))


def test_a_press_goes_from_slack_to_the_store_and_its_presser_hears_of_it(store, slack, sockets):
    with listener(store, slack):
        tell(store, 1)
        send(store, slack)
        message = slack.messages("alerts")[0]
        assert sockets.press(message, "take") < 1.0
        sockets.press(message, "not-relevant", "wrong-source", user="bo")
        sockets.command("help")
        assert sorted(sockets.answers(3)) == [
            "It is yours.",
            "Noted: not relevant (wrong source).",
            "help, in #alerts",
        ]
        assert taken(store).by == "ann"


def test_slack_is_told_in_time_whatever_the_store_does(store, slack, sockets, monkeypatch):
    monkeypatch.setattr(listening, "ACK", 0.3)
    with listener(store, slack):
        tell(store, 1)
        send(store, slack)
        message = slack.messages("alerts")[0]
        with store.writing() as connection:  # somebody writes, and goes on writing
            connection.execute(text("SELECT 1"))
            assert sockets.press(message, "take") < 2.0
        assert sockets.answers(1) == ["It is yours."]


def test_what_slack_gave_us_before_we_died_is_worked_at_the_next_start(store, slack, sockets):
    with listener(store, slack):
        tell(store, 1)
        send(store, slack)
    message = slack.messages("alerts")[0]
    with store.writing() as connection:
        asked = {"kind": "press"} | asdict(read("interactive", pressed(slack, message, "take")))
        inbox.put(connection, "e0", asked, NOW)
    with listener(store, slack):
        assert sockets.answers(1) == ["It is yours."]


def test_what_cannot_be_kept_is_not_acknowledged(store, slack, sockets, monkeypatch):
    monkeypatch.setattr("tests.support.sockets.ACK_SECONDS", 0.5)
    monkeypatch.setattr(inbox, "put", lambda *_: {}["a fault of our own"])
    with listener(store, slack), pytest.raises(AssertionError, match="not acknowledged"):
        sockets.command("help")
    assert slack.answers == []


def test_what_is_huge_and_what_is_not_for_us_is_acknowledged_and_stands_in_nobodys_way(store, slack, sockets):
    with listener(store, slack):
        tell(store, 1)
        send(store, slack)
        payload = pressed(slack, slack.messages("alerts")[0], "take")
        payload["message"]["text"] = "专" * 350_000  # a megabyte
        assert sockets.push("interactive", payload) < 2.0
        for kind, other in (
            ("interactive", {"type": "view_submission", "view": {"type": "modal", "state": {"values": {}}}}),
            ("interactive", {"type": "shortcut", "callback_id": "x"}),
            ("events_api", {"event": {"type": "message", "bot_id": "B0BOT00000"}}),
            ("slash_commands", {"command": "/other"}),
            ("of-next-year", {"type": []}),
        ):
            assert sockets.push(kind, other) < 2.0, kind
        assert sockets.answers(1) == ["It is yours."]
    assert taken(store).by == "ann"


@pytest.mark.slow
def test_a_connection_that_slack_refreshes_or_that_is_cut_is_made_again(store, slack, sockets, monkeypatch):
    monkeypatch.setattr("alerts.answers.socket_mode.QUIET", 1.0)
    monkeypatch.setattr("alerts.answers.socket_mode.PING", 0.2)
    with listener(store, slack):
        sockets.end("refresh_requested")
        sockets.wait(2)  # the new one is there before the old one goes
        sockets.command("one")
        made = sockets.made
        sockets.drop()
        slack.wait_for(lambda: sockets.made > made, 10)
        sockets.command("two")
        assert sockets.answers(2) == ["one, in C0ALERTS00", "two, in C0ALERTS00"]


@pytest.mark.slow
def test_of_two_processes_one_listens_and_the_other_when_that_is_gone(store, slack, sockets, monkeypatch):
    monkeypatch.setattr(listening, "OTHERS", 0.1)
    with listener(store, slack):
        with listener(store, slack):
            assert sockets.made == 1
        assert sockets.made == 1
    with listener(store, slack):
        assert sockets.made == 2


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("missing_scope", "connections:write"),
        ("invalid_auth", "app-level token"),
        ("link_disabled", "Socket Mode of the Slack app"),
        ("bot", "xapp-"),
    ],
)
def test_what_somebody_has_to_mend_is_told_once_and_messages_have_no_buttons(
    store, slack, sockets, code, remedy
):
    if code == "link_disabled":
        sockets.greeting = {"type": "disconnect", "reason": "link_disabled"}
    else:
        slack.fail("apps.connections.open", *[f"error={code}"] * 5)
    for _ in range(2):  # a new start says nothing new
        with listener(store, slack, token="xoxb-1-x" if code == "bot" else TOKEN):
            tell(store, 1 if not slack.messages() else 2)
            send(store, slack)
    (said,) = slack.messages("ops")
    assert "Buttons and /gatewatch do not work" in said.text
    assert remedy in said.text
    assert not any(block["type"] == "actions" for one in slack.messages("alerts") for block in one.blocks)


def test_it_ends_within_a_moment_also_while_slack_says_nothing(store, slack, sockets):
    sockets.greeting = None
    with listener(store, slack, settled=False):
        sockets.wait()
        began = time.monotonic()
    assert time.monotonic() - began < listening.STOP_SECONDS
    assert not [one for one in threading.enumerate() if one.name.startswith("listener-_answer")]
