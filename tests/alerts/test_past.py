from __future__ import annotations

import time

from alerts.message import Message
from alerts.outcome import Place, Reading, Retry
from alerts.past import Past
from alerts.slack.transport import SlackTransport
from tests.alerts.conftest import QUICK

PLACE = Place("C0ALERTS00", "#alerts")


def message(alert):
    return Message(
        alert,
        alert,
        (),
        {
            "event_type": "gatewatch_alert",
            "event_payload": {"alert_id": alert, "kind": "new", "subject": alert},
        },
    )


def make(slack):
    road = SlackTransport("xoxb-standin-1", api_url=slack.api_url)
    road.identify()
    return road, Past(road, PLACE, QUICK)


def test_a_thread_opened_in_this_hold_need_not_be_read(slack):
    road, past = make(slack)
    past.read("", oldest=0)
    sent = road.post(PLACE, message("g1"))
    past.posted("", sent.ts)
    assert past.knows(sent.ts)
    assert not past.knows("1485187200.000100")


def test_a_reading_that_failed_teaches_nothing(slack):
    _, past = make(slack)
    slack.fail("conversations.history", "503")
    assert isinstance(past.read("", oldest=0), Retry)
    assert not past.knows("")


def test_the_delay_is_measured_on_the_first_message_posted_and_then_trusted(slack):
    road, past = make(slack)
    past.read("", oldest=0)
    assert past.left("", QUICK.settle / 2) > 0
    sent = road.post(PLACE, message("g1"))
    past.posted("", sent.ts)
    assert past.left("", QUICK.settle / 2) == 0
    calls = slack.calls("conversations.history")
    past.posted("", road.post(PLACE, message("g2")).ts)
    past.watch()
    assert slack.calls("conversations.history") == calls


def test_a_missing_message_is_not_believed_while_the_last_known_one_does_not_show(slack):
    road, past = make(slack)
    past.read("", oldest=0)
    slack.lag = 60
    past.posted("", road.post(PLACE, message("g1")).ts)
    assert past.left("", QUICK.settle * 2) > 0
    assert past.left("", QUICK.lag) == 0
    slack.lag = 0
    past.read("", oldest=0)
    assert past.left("", QUICK.settle * 2) == 0


def test_a_measurement_that_fails_is_made_later(slack):
    road, past = make(slack)
    past.read("", oldest=0)
    slack.fail("conversations.history", "503")
    past.posted("", road.post(PLACE, message("g1")).ts)
    assert past.left("", QUICK.settle / 2) > 0
    past.read("", oldest=0)
    assert past.left("", QUICK.settle / 2) == 0


def test_later_readings_begin_where_the_first_ended(slack, monkeypatch):
    asked = []
    road, past = make(slack)
    real = road.read
    monkeypatch.setattr(
        road, "read", lambda place, **more: asked.append(more["oldest"]) or real(place, **more)
    )
    sent = road.post(PLACE, message("g1"))
    past.read("", oldest=5.0)
    past.read("", oldest=5.0)
    assert asked == [5.0, float(sent.ts) - 60.0]


def test_what_was_hidden_so_long_may_hide_another_as_long(slack):
    class Hides:
        """The first message does not show yet; the second does."""

        def read(self, place, *, oldest, thread_ts=""):
            return Reading((), frozenset({"2.0"}))

    past = Past(Hides(), PLACE, QUICK)
    past.read("", oldest=0)
    past.posted("", "1.0", time.monotonic() - 0.3)
    past.posted("", "2.0")
    assert past.left("", 0.1) > 0.1
