"""What is taken back from a channel, and what is sent again: the answer to "whom did we tell then" stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from alerts.dispatch import Dispatcher
from alerts.settings import AlertSettings
from tests.support.told import NOW, article_id, tell

LATER = NOW + timedelta(hours=2)
BETWEEN = NOW + timedelta(hours=1)
OLD = AlertSettings(road="slack", channel="#alrets")
NEW = replace(OLD, channel="#alerts")


def routed(store, settings, at=NOW):
    Dispatcher(store, None, settings, lambda: at).deliver()


def listed(store, at=None):
    return [(one.id, one.channel, one.title, one.state, one.reason) for one in store.outbox.listing(as_of=at)]


def test_what_waited_in_a_channel_that_was_given_up_waited_there_then(store):
    tell(store, 1)
    routed(store, OLD)
    then = listed(store, BETWEEN)
    assert [channel for _, channel, *_ in then] == ["#alrets"]
    assert store.outbox.unroute({"#alrets"}, LATER) == 1
    routed(store, NEW, LATER)
    assert listed(store, BETWEEN) == then
    assert [channel for _, channel, *_ in listed(store)] == ["#alerts"]
    assert listed(store, LATER) == listed(store)


def test_what_was_sent_again_waited_from_then_on(store):
    tell(store, 1)
    routed(store, OLD)
    store.outbox.set_aside(store.outbox.head("#alrets"), "rejected", NOW, "no_text")
    assert store.outbox.retry(LATER) == 1
    stood = [[(state, why) for *_, state, why in listed(store, at)] for at in (BETWEEN, LATER, None)]
    assert stood == [[("rejected", "no_text")], *2 * [[("pending", "asked for by the operator")]]]


def test_what_may_have_arrived_is_looked_for_on_its_new_way_too(store):
    tell(store, 1)
    routed(store, OLD)
    token = store.outbox.hold("#alrets", "x", 60.0, lambda _: False)
    assert store.outbox.begin(store.outbox.head("#alrets"), token, NOW, lease=60.0, gap=0.0)
    store.outbox.unroute({"#alrets"}, LATER)
    routed(store, NEW, LATER)
    assert store.outbox.head("#alerts").state == "sending"


def test_a_digest_is_taken_apart_and_what_may_have_arrived_with_it_is_in_doubt(store):
    for number in range(1, 14):
        tell(store, number, "report", severity="medium")
    many = replace(OLD, burst=3)
    routed(store, many)
    token = store.outbox.hold("#alrets", "x", 60.0, lambda _: False)
    first = store.outbox.head("#alrets")
    assert first.kind == "digest"
    assert store.outbox.begin(first, token, NOW, lease=60.0, gap=0.0)
    assert store.outbox.unroute({"#alrets"}, LATER) == 13
    routed(store, replace(many, burst=0, channel="#alerts"), LATER)
    with store.reading() as connection:
        query = "SELECT channel, kind, state, article FROM deliveries ORDER BY position"
        found = [tuple(row) for row in connection.execute(text(query))]
    of_the_first = [("#alerts", "report", "sending", article_id(number)) for number in range(1, 13)]
    assert found == [*of_the_first, ("#alerts", "report", "pending", article_id(13))]
