from __future__ import annotations

from datetime import timedelta

from pipelines.store.then import matter_then
from tests.pipelines.store.making import NOW, answers, notice, press
from tests.pipelines.store.test_people import (
    NUMBER,
    WHO,
    elsewhere,
    keep,
    later,
    members,
    other_notice,
    story,
)


def at(store, minutes, matter):
    return store.matters.show(matter, NOW + timedelta(minutes=minutes))


def test_a_matter_is_known_from_its_first_article_on_with_what_had_come_by_then(store):
    first, qa, report, _ = story(store)
    assert at(store, -1, first.matter) is None
    assert members(store, first.matter, NOW) == [first.article]
    assert members(store, first.matter, NOW + timedelta(minutes=1)) == [first.article, qa.article]
    assert members(store, first.matter, later(0)) == [first.article, qa.article, report.article]
    assert at(store, 0, first.matter)["updated"] == NOW
    assert at(store, 0, "m0") is None


def test_now_and_then_are_told_alike(store):
    first, qa, _, other = story(store)
    store.matters.join([first.matter, other.matter], **WHO, now=later(0))
    store.matters.split(first.matter, [qa.article], **WHO, now=later(1))
    store.matters.mark(first.matter, relevant=True, **WHO, now=later(2))
    for matter in (first.matter, other.matter, "m" + qa.article[1:]):
        assert store.matters.show(matter, later(3)) == store.matters.show(matter)


def test_what_was_judged_later_was_not_known(store):
    first, qa, _, other = story(store)
    before = {one: store.matters.show(one) for one in (first.matter, other.matter)}
    joined = store.matters.join([first.matter, other.matter], **WHO, now=later(10))
    between = store.matters.show(first.matter)
    split, new = store.matters.split(first.matter, [qa.article], **WHO, now=later(20))
    apart = store.matters.show(new)
    store.matters.undo(split, **WHO, now=later(30))
    store.matters.undo(joined, **WHO, now=later(40))
    for matter, known in before.items():
        assert store.matters.show(matter, later(9)) == known
        assert store.matters.show(matter, later(10))["id"] == first.matter
    assert store.matters.show(other.matter, later(15)) == between
    assert store.matters.show(new, later(9)) is None
    assert store.matters.show(new, later(25)) == apart
    assert [one.undone_at for one in store.matters.show(first.matter, later(25))["judgements"]] == [
        None,
        None,
    ]
    assert store.matters.show(new, later(35))["id"] == first.matter
    assert f"no:{NUMBER}" in store.matters.show(other.matter, later(15))["keys"]
    assert set(store.matters.show(first.matter)["keys"]) == set(before[first.matter]["keys"])


def test_a_key_that_a_document_took_over_was_the_press_s_before(store):
    [paper] = keep(store, press(), now=NOW)
    assert f"no:{NUMBER}" in store.matters.show(paper.matter)["keys"]
    [document] = keep(store, notice(), now=later(0))
    if document.matter == paper.matter:  # the document opens a matter of its own
        raise AssertionError
    assert f"no:{NUMBER}" not in store.matters.show(paper.matter)["keys"]
    assert f"no:{NUMBER}" in store.matters.show(paper.matter, later(-1))["keys"]
    assert f"no:{NUMBER}" in store.matters.show(document.matter, later(0))["keys"]


def waiting(store):
    """The notice, waiting in a channel."""
    [first] = keep(store, notice())
    with store.writing() as connection:
        [row] = store.outbox.unrouted(connection, 10)
        made = {"id": "g1", "channel": "#a", "kind": "new", "article": first.article, "matter": first.matter,
                "parent": None, "broadcast": False}  # fmt: skip
        store.outbox.deliver(connection, [made], row.id, later(0))
    return first


def test_what_was_not_told_yet_waits(store):
    first = waiting(store)
    head = store.outbox.head("#a")
    done = {"ts": "1.000001", "permalink": "https://x.example", "text": "t", "gap": 5, "found": False}
    assert store.outbox.sent(head, later(5), **done)
    told = {
        minute: [
            (one["state"], one["permalink"])
            for one in store.matters.show(first.matter, later(minute))["articles"][0]["deliveries"]
        ]
        for minute in (-1, 0, 5)
    }
    assert told == {-1: [], 0: [("pending", "")], 5: [("sent", "https://x.example")]}


def test_what_waited_in_a_channel_that_was_given_up_since_waited_there_then(store):
    first = waiting(store)
    assert store.outbox.unroute({"#a"}, later(5)) == 1
    waited = {
        minute: [
            (one["id"], one["channel"], one["state"])
            for one in store.matters.show(first.matter, later(minute))["articles"][0]["deliveries"]
        ]
        for minute in (-1, 4, 5)
    }
    assert waited == {-1: [], 4: [("g1", "#a", "pending")], 5: []}


def test_a_rejected_alert_was_rejected_from_then_on(store):
    first = waiting(store)
    store.outbox.set_aside(store.outbox.head("#a"), "rejected", later(5), "channel_not_found")
    states = [
        (one["state"], one["reason"])
        for minute in (4, 6)
        for one in store.matters.show(first.matter, later(minute))["articles"][0]["deliveries"]
    ]
    assert states == [("pending", ""), ("rejected", "channel_not_found")]


def test_a_store_that_never_saw_the_matter_has_nothing_to_tell(store):
    with store.reading() as connection:
        assert matter_then(connection, "m1", NOW) is None
    keep(store, notice(), elsewhere(answers(), "https://www.gov.cn/x.html"), other_notice())
    assert at(store, -60, "m1") is None
