from __future__ import annotations

import logging
import socket
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.dispatch import RESTORED, Dispatcher
from alerts.message import Message
from alerts.outcome import Ambiguous, Place, Rejected, Retry, Sent, Unreadable
from alerts.webhook import WebhookTransport
from gatewatch.demo.standin_server import HOOK_PATH
from tests.support.told import NOW, tell, tell_story

PLACE = Place("webhook", "webhook")
HELLO = Message("g1", "hello", (), None)


@pytest.fixture
def road(slack):
    return WebhookTransport(slack.webhook_url, timeout=2)


@pytest.fixture
def hooked(store, settings, road):
    def make(now=lambda: NOW, **changes):
        return Dispatcher(store, road, replace(settings, road="webhook", **changes), now)

    return make


def test_a_post_is_accepted_and_has_no_id(slack, road):
    assert road.post(PLACE, HELLO) == Sent()
    assert [one.text for one in slack.messages()] == ["hello"]


@pytest.mark.parametrize(
    "fault", ["500", "503", "reset-before", "reset-after", "close-after", "cut-after", "html-200"]
)
def test_a_lost_answer_is_ambiguous_and_nothing_is_repeated(slack, road, fault):
    slack.fail("webhook", fault)
    assert isinstance(road.post(PLACE, HELLO), Ambiguous)
    assert slack.calls("webhook") == 1


def test_a_limit_is_a_retry(slack, road):
    slack.fail("webhook", "429=4")
    outcome = road.post(PLACE, HELLO)
    assert isinstance(outcome, Retry)
    assert outcome.after == 4


def test_a_webhook_that_is_gone_stops_everything(slack):
    outcome = WebhookTransport(slack.webhook_url + "x").post(PLACE, HELLO)
    assert isinstance(outcome, Rejected)
    assert outcome.scope == "all"


def test_nothing_can_be_read(road):
    assert isinstance(road.read(PLACE, oldest=0), Unreadable)


def test_a_story_arrives_flat_and_names_what_it_follows(store, slack, hooked):
    tell_story(store)
    assert hooked().deliver().sent == 3
    document, answers, press = slack.messages()
    assert [one.thread_ts for one in (document, answers, press)] == ["", "", ""]
    assert "Follows" not in document.text
    for reply in (answers, press):
        assert "Follows: 工信部信管函〔2017〕1号" in reply.text


def test_only_what_may_have_arrived_is_repeated_and_it_says_so(store, slack, hooked):
    tell_story(store)
    slack.fail("webhook", "reset-after", "429=1", "", "503")
    assert hooked().deliver().sent == 3
    texts = [one.text for one in slack.messages()]
    assert ["Sent again" in text for text in texts] == [False, True, True, False]
    assert slack.messages()[0].alert == slack.messages()[1].alert


def test_a_delivery_found_in_sending_is_repeated_and_says_so(store, slack, hooked):
    tell(store, 1)
    sender = hooked()
    sender.route()
    head = store.outbox.head("webhook")
    token = store.outbox.hold("webhook", "killed", 0.0, lambda _: True)
    store.outbox.hold("webhook", "killed", 30.0, lambda _: True)
    assert not store.outbox.begin(head, token, NOW, lease=1, gap=0)
    assert store.outbox.begin(head, token + 1, NOW, lease=0, gap=0)
    assert hooked().deliver().sent == 1
    assert "Sent again" in slack.messages()[0].text


# --- row 35 ----------------------------------------------------------------------------------------
def test_after_a_restore_what_may_have_been_told_is_held_and_listed(store, slack, hooked):
    store.meta.set(RESTORED, NOW.isoformat())
    old = tell(store, 1, published=NOW - timedelta(hours=3), at=NOW + timedelta(minutes=5))
    undated = tell(store, 2, published=None, at=NOW + timedelta(minutes=5))
    tell(store, 3, published=NOW + timedelta(hours=1), at=NOW + timedelta(hours=2))
    tell(store, 4, published=None, at=NOW + timedelta(days=9))
    tally = hooked().deliver()
    assert (tally.sent, tally.held, tally.pending) == (2, 2, 0)
    held = store.outbox.listing(["held"])
    assert {row.article for row in held} == {old, undated}
    assert all("restored from a backup" in row.reason for row in held)


def test_what_was_held_is_sent_when_the_operator_asks_for_it(store, slack, hooked):
    store.meta.set(RESTORED, str(NOW.timestamp()))
    tell(store, 1, at=NOW)
    assert hooked().deliver().held == 1
    (row,) = store.outbox.listing(["held"])
    assert store.outbox.retry(NOW, [row.id]) == 1
    assert hooked().deliver().sent == 1


def test_what_the_operator_asked_for_is_not_held_again_after_trouble_on_the_way(store, slack, hooked):
    store.meta.set(RESTORED, NOW.isoformat())
    tell(store, 1, at=NOW)
    hooked().deliver()
    store.outbox.retry(NOW)
    slack.fail("webhook", "429=1", "503")
    tally = hooked().deliver()
    assert (tally.sent, tally.held) == (1, 0)


def test_with_a_token_nothing_is_held_since_the_channel_can_be_read(store, slack, sender):
    store.meta.set(RESTORED, NOW.isoformat())
    tell(store, 1, at=NOW)
    assert sender().deliver().sent == 1


# --- row 28 ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("fault", ["", "503", "reset-before", "html-200"])
def test_the_address_is_in_no_log_at_any_level_and_in_no_reason(slack, caplog, capfd, fault):
    caplog.set_level(logging.DEBUG)
    for name in ("slack_sdk", "slack_sdk.webhook.client", "gatewatch", "alerts"):
        caplog.set_level(logging.DEBUG, logger=name)
    road = WebhookTransport(slack.webhook_url, timeout=2)
    if fault:
        slack.fail("webhook", fault)
    outcome = road.post(PLACE, HELLO)
    assert HOOK_PATH not in caplog.text + "".join(capfd.readouterr()) + repr(outcome) + repr(road)


@pytest.mark.parametrize(
    "url",
    [
        "not an address",
        "ftp://hooks.example/secret-1",
        "http://[::1/secret-1",
        "https://127.0.0.1:1/services/ secret-1",
    ],
)
def test_an_impossible_address_is_an_outcome_and_not_quoted(url):
    outcome = WebhookTransport(url, timeout=1).post(PLACE, HELLO)
    assert not isinstance(outcome, Sent)
    assert "secret-1" not in repr(outcome)


def test_a_refused_connection_was_surely_not_sent():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert isinstance(WebhookTransport(f"http://127.0.0.1:{port}/x").post(PLACE, HELLO), Retry)
