from __future__ import annotations

import logging
import socket

import pytest

from alerts.message import Message
from alerts.outcome import Ambiguous, Place, Reading, Rejected, Retry, Sent, Unreadable
from alerts.slack.transport import SlackTransport

TOKEN = "xoxb-standin-1"
PLACE = Place("C0ALERTS00", "#alerts")


def message(alert="g1", text="hello"):
    return Message(
        alert,
        text,
        (),
        {
            "event_type": "gatewatch_alert",
            "event_payload": {"alert_id": alert, "kind": "new", "subject": "a1"},
        },
    )


@pytest.fixture
def road(slack):
    transport = SlackTransport(TOKEN, api_url=slack.api_url, timeout=2)
    transport.identify()
    return transport


def test_a_post_gives_its_ts_and_where_it_is(slack, road):
    sent = road.post(PLACE, message())
    (posted,) = slack.messages()
    assert sent == Sent(
        posted.ts, f"https://standin.slack.com/archives/C0ALERTS00/p{posted.ts.replace('.', '')}"
    )


def test_a_reply_is_linked_within_its_thread(slack, road):
    root = road.post(PLACE, message())
    reply = road.post(PLACE, message("g2"), thread_ts=root.ts, broadcast=True)
    assert reply.permalink.endswith(f"?thread_ts={root.ts}&cid=C0ALERTS00")
    assert slack.messages()[1].broadcast


def test_each_post_is_one_request_whatever_happens(slack, road):
    """The SDK's own retry handlers would repeat after a reset, and so post twice."""
    for fault in ("reset-before", "reset-after", "503", "429=1", "close-after", "cut-after"):
        before = slack.calls("chat.postMessage")
        slack.fail("chat.postMessage", fault)
        assert isinstance(road.post(PLACE, message()), Ambiguous | Retry)
        assert slack.calls("chat.postMessage") == before + 1


@pytest.mark.parametrize(
    "fault",
    [
        "reset-before",
        "reset-after",
        "close-after",
        "cut-after",
        "500",
        "503",
        "html-200",
        "500-after",
        "error=internal_error",
    ],
)
def test_a_lost_answer_is_ambiguous(slack, road, fault):
    slack.fail("chat.postMessage", fault)
    assert isinstance(road.post(PLACE, message()), Ambiguous)


def test_a_limit_is_a_retry_with_the_time_asked_for(slack, road):
    slack.fail("chat.postMessage", "429=7")
    outcome = road.post(PLACE, message())
    assert isinstance(outcome, Retry)
    assert outcome.after == 7


def test_a_refused_connection_or_an_unknown_host_was_surely_not_sent(slack):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert isinstance(
        SlackTransport(TOKEN, api_url=f"http://127.0.0.1:{port}/api/").post(PLACE, message()), Retry
    )


def test_an_answer_that_never_comes_is_ambiguous():
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        road = SlackTransport(TOKEN, api_url=f"http://127.0.0.1:{deaf.getsockname()[1]}/api/", timeout=1)
        assert isinstance(road.post(PLACE, message()), Ambiguous)


def test_a_dead_proxy_was_surely_not_passed(slack, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://user:proxy-pass@127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setenv("HTTPS_PROXY", dead)
    outcome = SlackTransport(TOKEN, api_url=slack.api_url).post(PLACE, message())
    assert isinstance(outcome, Retry)
    assert "proxy-pass" not in outcome.reason
    assert slack.requests == []


def test_no_proxy_goes_round_the_proxy(slack, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert isinstance(SlackTransport(TOKEN, api_url=slack.api_url).post(PLACE, message()), Sent)


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("#alerts", "C0ALERTS00"),
        ("alerts", "C0ALERTS00"),
        ("C0OPS00000", "C0OPS00000"),
        ("#elsewhere", "C0ELSE0000"),
    ],
)
def test_a_channel_is_found_by_name_or_taken_by_id(road, channel, expected):
    assert road.resolve(channel) == Place(expected, channel)


def test_an_unknown_channel_is_broken_with_a_remedy(road):
    outcome = road.resolve("#nowhere")
    assert isinstance(outcome, Rejected)
    assert (outcome.scope, "invite the bot" in outcome.remedy) == ("channel", True)


def test_a_wrong_token_breaks_everything(slack):
    outcome = SlackTransport("xoxb-wrong", api_url=slack.api_url).resolve("#alerts")
    assert isinstance(outcome, Rejected)
    assert outcome.scope == "all"


def test_the_history_is_read_over_all_pages_and_only_our_messages_are_ours(slack, road, monkeypatch):
    monkeypatch.setattr("alerts.slack.transport._PAGE", 2)
    sent = [road.post(PLACE, message(f"g{number}")) for number in range(5)]
    road.post(PLACE, Message("", "somebody else's"))
    reading = road.read(PLACE, oldest=0)
    assert isinstance(reading, Reading)
    assert {(found.alert, found.ts) for found in reading.found} == {
        (f"g{n}", one.ts) for n, one in enumerate(sent)
    }
    assert len(reading.stamps) == 6


def test_silent_replies_are_read_from_their_thread_only(road):
    root = road.post(PLACE, message())
    reply = road.post(PLACE, message("g2"), thread_ts=root.ts)
    assert [found.alert for found in road.read(PLACE, oldest=0).found] == ["g1"]
    assert [found.ts for found in road.read(PLACE, oldest=0, thread_ts=root.ts).found] == [root.ts, reply.ts]


def test_nothing_older_than_asked_for_is_read(road):
    first = road.post(PLACE, message())
    second = road.post(PLACE, message("g2"))
    assert [found.ts for found in road.read(PLACE, oldest=float(first.ts)).found] == [second.ts]


@pytest.mark.parametrize("fault", ["503", "429=2", "cut-after", "reset-before", "html-200"])
def test_a_page_that_fails_is_no_empty_page(slack, road, fault):
    slack.fail("conversations.history", fault)
    assert isinstance(road.read(PLACE, oldest=0), Retry)


def test_without_the_scope_the_past_is_unreadable(slack, road):
    slack.scopes = {"chat:write"}
    assert isinstance(road.read(PLACE, oldest=0), Unreadable)


def test_a_thread_that_is_gone_says_so(road):
    outcome = road.read(PLACE, oldest=0, thread_ts="1485187200.000100")
    assert isinstance(outcome, Rejected)
    assert outcome.scope == "thread"


# --- row 28 ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("fault", ["", "503", "reset-before", "error=invalid_auth", "html-200"])
def test_the_token_is_in_no_log_at_any_level_and_in_no_reason(slack, caplog, capfd, fault):
    caplog.set_level(logging.DEBUG)
    for name in ("slack_sdk", "slack_sdk.web.base_client", "urllib3", "gatewatch", "alerts"):
        caplog.set_level(logging.DEBUG, logger=name)
    road = SlackTransport(TOKEN, api_url=slack.api_url, timeout=2)
    if fault:
        slack.fail("chat.postMessage", fault)
    outcome = road.post(PLACE, message())
    seen = (
        caplog.text
        + "".join(capfd.readouterr())
        + repr(outcome)
        + repr(road)
        + str(vars(outcome) if hasattr(outcome, "__dict__") else "")
    )
    assert TOKEN not in seen


def test_a_token_that_no_header_can_carry_is_not_shown_by_the_error(slack):
    """http.client quotes a header's value in its ValueError."""
    outcome = SlackTransport("xoxb-bad\nvalue-1", api_url=slack.api_url).post(PLACE, message())
    assert "value-1" not in repr(outcome)
    outcome = SlackTransport("xoxb-密码", api_url=slack.api_url).post(PLACE, message())
    assert "密码" not in repr(outcome)
