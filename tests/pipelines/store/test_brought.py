"""What a time brought, over both engines."""

from __future__ import annotations

from datetime import date, timedelta

from alerts.alert import TELLINGS
from crawlers.article import Moment
from pipelines.store import brought
from pipelines.store.schema import articles
from tests.pipelines.store.making import NOW, article, notice, press
from tests.pipelines.store.test_people import keep

UNTIL = NOW + timedelta(days=1)


def deliver(store, saved, channel, state, gathered=None):
    with store.writing() as connection:
        [intent] = [one for one in store.outbox.unrouted(connection, 9) if one.article == saved.article]
        row = {"id": f"g{channel}", "channel": channel, "kind": intent.kind, "article": saved.article}
        row |= {
            "matter": saved.matter,
            "broadcast": False,
            "state": state,
            "gathered": gathered,
            "reason": "",
        }
        store.outbox.deliver(connection, [row], intent.id, NOW)


def test_what_was_to_be_told_and_where_it_was_told(store):
    first, second = keep(store, notice(), press())
    deliver(store, first, "#a", "sent")
    deliver(store, second, "#b", "digest", "g1")
    with store.reading() as connection:
        one, other = brought.told(connection, TELLINGS, NOW, UNTIL)
        assert brought.told(connection, TELLINGS, NOW - timedelta(days=9), NOW) == []
        assert brought.told(connection, {"amended"}, NOW, UNTIL) == []
    assert (one.article, one.kind, one.told, one.topics) == (
        first.article,
        "new",
        {"#a": "sent"},
        ["vpn-crackdown"],
    )
    assert (other.kind, other.here, other.told) == ("report", first.matter, {"#b": "gathered"})


def test_what_is_too_old_is_of_the_time_in_which_it_matched(store):
    old = Moment(NOW - timedelta(days=99))
    _, held = keep(store, notice(), article(published=old))
    with store.reading() as connection:
        [one] = brought.held(connection, NOW, UNTIL)
        assert brought.held(connection, UNTIL, UNTIL + timedelta(days=1)) == []
    assert (one.article, one.kind, one.told, dict(one.detail)) == (held.article, "new", {}, {})


def test_what_is_due_soon_and_to_review(store):
    first, *_ = keep(store, notice(), press(), article())
    deliver(store, first, "#a", "sent")
    day = (NOW + timedelta(days=14)).date()
    dates = [
        {"kind": kind, "date": one.isoformat()}
        for kind, one in (("effective", day), ("deadline", date(2017, 2, 6)))
    ]
    with store.writing() as connection:
        mine = articles.update().where(articles.c.id == first.article)
        connection.execute(mine.values(dates=dates, review="attachment"))
    with store.reading() as connection:
        found = list(brought.due(connection, TELLINGS, NOW))
        [review] = brought.to_review(connection)
    assert [(fact["kind"], fact["date"], fact["left"]) for fact, _ in found] == [
        ("effective", "2017-02-05", 14)
    ]
    assert [one.told for _, one in found] == [{"#a": "sent"}]
    assert review.article == first.article
