"""A source that brings much at once is told in one message, over a real store and a stand-in Slack."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from gatewatch.demo.standin_checks import check_message
from tests.support import stores
from tests.support.told import NOW, kinds, states, tell


def brings(store, numbers, **more):
    for number in numbers:
        tell(store, number, "report", **{"severity": "medium", "tier": "press", **more})


def test_a_burst_is_one_message_and_a_regulator_s_severe_document_stands_alone(store, slack, sender):
    tell(store, 1)
    brings(store, range(2, 13))
    send = sender(burst=10)
    assert send.deliver().sent == 2
    assert kinds(slack) == ["new", "digest"]
    assert "11 alerts" in slack.messages("alerts")[1].text
    for one in slack.messages("alerts"):
        check_message({"channel": "C", "text": one.text, "blocks": one.blocks})
    assert states(store) == {"sent": 12}
    assert send.deliver().sent == 0


def test_so_many_come_singly_and_any_number_where_that_is_set(store, slack, sender):
    brings(store, range(1, 11))
    assert sender(burst=10).deliver().sent == 10
    brings(store, range(11, 41))
    assert sender(burst=0).deliver().sent == 30
    assert "digest" not in kinds(slack)


def test_a_burst_over_several_looks_is_gathered_when_it_is_over(store, slack, sender):
    clock = [NOW]
    send = sender(burst=3, now=lambda: clock[0])
    brings(store, (1, 2))
    send.deliver()
    for number in range(3, 20):
        brings(store, [number])
        send.route()
        assert send.digest() == 0
        clock[0] += timedelta(seconds=30)
    clock[0] += timedelta(seconds=61)
    assert send.digest() == 2
    send.deliver()
    assert kinds(slack) == ["report", "report", "digest", "digest"]
    assert states(store) == {"sent": 19}


def test_the_next_ones_after_the_burst_come_singly(store, slack, sender):
    clock = [NOW]
    send = sender(burst=3, now=lambda: clock[0])
    brings(store, range(1, 6))
    send.deliver()
    clock[0] += timedelta(minutes=11)
    brings(store, (7, 8))
    send.deliver()
    assert kinds(slack) == ["digest", "report", "report"]


@stores.ON_BOTH
def test_killed_between_nothing_is_lost_and_nothing_told_twice(store, slack, sender):
    brings(store, range(1, 14))
    sender(burst=3).route()  # and then nothing more of this process
    assert states(store) == {"digest": 13}
    dying = sender(burst=3)
    assert dying.digest(bursts_too=True) == 2
    sender(burst=3).deliver()
    assert kinds(slack) == ["digest", "digest"]
    assert states(store) == {"sent": 13}


def test_what_an_operator_asked_for_comes_one_by_one(store, slack, sender):
    brings(store, range(1, 8))
    with store.writing() as connection:
        connection.execute(text("UPDATE articles SET disposition = 'baseline'"))
        connection.execute(text("DELETE FROM intents"))
    assert store.articles.baseline_to_intents(NOW) == 7
    sender(burst=3).deliver()
    assert "digest" not in kinds(slack)
    assert states(store) == {"sent": 7}


def test_what_was_tried_is_not_bundled(store, slack, sender):
    """It may be there already."""
    brings(store, range(1, 4))
    first = sender(burst=3)
    first.route()
    token = store.outbox.hold("#alerts", "somebody", 60.0, lambda _: True)
    head = store.outbox.head("#alerts")
    assert store.outbox.begin(head, token, NOW, lease=60.0, gap=0.0)
    store.outbox.again(head, state="pending", reason="")  # tried, surely not taken
    store.outbox.give_back("#alerts", token)
    brings(store, range(4, 8))
    sender(burst=3).deliver()
    assert kinds(slack)[0] == "report"
    assert states(store) == {"sent": 7}


def test_what_an_operator_asked_for_is_not_bundled(store, slack, sender):
    brings(store, range(1, 4))
    sender(burst=3).route()
    store.outbox.set_aside(store.outbox.head("#alerts"), "held", NOW, "held back")
    assert store.outbox.retry(NOW) == 1
    brings(store, range(4, 8))
    sender(burst=3).deliver()
    assert kinds(slack)[0] == "report"
