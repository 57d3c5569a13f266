"""A message that is never taken keeps no other from going, and an outage is not taken for that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.dispatch import Dispatcher
from alerts.slack.errors import meaning
from alerts.webhook import WebhookTransport
from tests.support.told import NOW, states, tell


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """The limits themselves are for a network where nearly half of all fails."""
    monkeypatch.setattr("alerts.stubborn.ATTEMPTS", 4)
    monkeypatch.setattr("alerts.stubborn.IN_A_ROW", 3)


@pytest.fixture
def choking(slack, sender, monkeypatch):
    """A sender to a Slack that answers one message with a fault each time."""

    def make(poison="poison", fault="500"):
        send = sender()
        post = send._transport.post

        def choke(place, message, **more):
            if poison in message.text:
                slack.fail("chat.postMessage", fault)
            return post(place, message, **more)

        monkeypatch.setattr(send._transport, "post", choke)
        return send

    return make


@pytest.mark.parametrize("fault", ["500", "error=internal_error"])
def test_one_message_that_slack_chokes_on_is_given_up_and_the_others_go(store, slack, choking, fault):
    tell(store, 1, title="poison")
    tell(store, 2)
    tell(store, 3)
    tally = choking(fault=fault).deliver(seconds=20.0)
    assert (tally.rejected, tally.pending) == (1, 0)
    assert [("（2）" in one.text, "（3）" in one.text) for one in slack.messages("alerts")] == [
        (True, False),
        (False, True),
    ]
    (dead,) = store.outbox.listing(["rejected"])
    assert "as plain text too" in dead.reason


def test_two_such_messages_in_a_row_are_let_by_both(store, slack, choking):
    tell(store, 1, title="poison")
    tell(store, 2, title="poison again")
    tell(store, 3)
    choking().deliver(stop=lambda: bool(slack.messages()), seconds=20.0)
    assert ["（3）" in one.text for one in slack.messages()] == [True]


def test_while_nothing_gets_through_nothing_is_given_up_and_the_order_is_kept(store, slack, sender):
    told = [tell(store, 1), tell(store, 2), tell(store, 3)]
    slack.weather({"500": 1.0})
    assert sender().deliver(lambda: slack.calls("chat.postMessage") > 14, seconds=20.0).rejected == 0
    slack.weather({})
    sender().deliver()
    assert states(store) == {"sent": 3}
    assert [one.metadata["event_payload"]["subject"] for one in slack.messages()] == told


def test_a_webhook_whose_answer_is_never_ok_is_not_told_the_same_for_ever(store, settings):
    class Other(WebhookTransport):
        posts = 0

        def post(self, place, message, **more):
            Other.posts += 1
            return meaning(204, "")

    tell(store, 1)
    hooked = Dispatcher(store, Other("http://127.0.0.1:9/x"), replace(settings, road="webhook"), lambda: NOW)
    tally = hooked.deliver(seconds=10.0)
    # the alert, and the word to the operators that it was refused; of that one nobody is told
    assert (Other.posts, tally.rejected, tally.pending) == (20, 2, 0)
    assert "not Slack" in store.outbox.listing(["rejected"])[0].reason
