"""Which lines below messages may have to change: read off the events, on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from pipelines.store import open_store
from pipelines.store.events import Events
from pipelines.store.schema import deliveries, meta, shown
from pipelines.store.showing import Showing, keep
from pipelines.store.standing import standing_of
from tests.support.told import NOW, article_id, matter_id, tell

WHO = {"by": "li", "reason": "it concerns us", "now": NOW}


def posted(store, number, *, line=""):
    """A message of this article's own, as the sender notes it."""
    article = tell(store, number)
    with store.writing() as connection:
        (intent,) = [one for one in store.outbox.unrouted(connection, 100) if one.article == article]
        row = {"id": f"g{number}", "channel": "#alerts", "kind": "new", "article": article}
        row |= {
            "matter": matter_id(number),
            "state": "sent",
            "sent": NOW,
            "ts": f"{number}.0",
            "text": "told",
        }
        store.outbox.deliver(connection, [row], intent.id, NOW)
        keep(connection, f"g{number}", [{"type": "divider"}], line=line)
    return article


def due(showing):
    return sorted(one.alert for one in showing.due(10, (), 0.0))


@pytest.fixture
def showing(store):
    return ready(store)


def ready(store):
    """Two messages that show what they should."""
    made = Showing(store)
    for number in (1, 2):
        posted(store, number)
    made.look(0.0)
    assert due(made) == ["g1", "g2"]  # each is looked at once
    made.right([(one, None) for one in made.due(10, (), 0.0)])
    return made


def test_what_happens_to_a_matter_or_an_article_touches_its_messages(store, showing):
    assert due(showing) == []
    store.matters.mark(matter_id(1), relevant=True, **WHO)
    showing.look(0.0)
    assert due(showing) == ["g1"]
    store.matters.mark(article_id(2), relevant=True, **WHO)
    showing.look(0.0)
    assert due(showing) == ["g1", "g2"]


def test_what_is_told_touches_nothing(store, showing):
    with store.writing() as connection:
        Events.add(connection, "posted", at=NOW, article=article_id(1), alert="g1")
        Events.add(connection, "updated", at=NOW, article=article_id(1), alert="g1")
        Events.add(connection, "health", at=NOW, source="miit_notices")
    showing.look(0.0)
    assert due(showing) == []


def test_a_change_waits_for_others_but_no_longer_each_time(store, showing):
    for _ in range(3):
        store.matters.mark(matter_id(1), relevant=True, **WHO)
        showing.look(60.0)
    assert due(showing) == []
    with store.reading() as connection:
        row = connection.execute(select(shown).where(shown.c.alert == "g1")).one()
    assert row.due <= store.now() + 60.0
    assert row.version == 3
    assert [one.alert for one in showing.due(10, (), 60.0)] == ["g1"]
    assert showing.due(10, ["#alerts"], 60.0) == []


def test_a_line_that_time_will_make_wrong_is_due_then_and_sooner_where_something_happens(store, showing):
    store.matters.mark(matter_id(1), relevant=True, **WHO)
    showing.look(0.0)
    (one,) = showing.due(10, (), 0.0)
    showing.right([(one, 3600.0)])
    assert due(showing) == []
    later = Showing(store)  # another process, after a restart
    assert [one.alert for one in later.due(10, (), 3600.0)] == ["g1"]
    store.matters.mark(matter_id(1), relevant=False, **WHO)
    later.look(0.0)
    assert due(later) == ["g1"]
    (one,) = later.due(10, (), 0.0)
    later.done(one, "the line", 3600.0, NOW)
    assert due(later) == []
    assert [one.line for one in later.due(10, (), 3600.0)] == ["the line"]


def test_what_happened_while_nobody_looked_is_found_by_the_next_process(store, showing):
    store.matters.mark(matter_id(1), relevant=True, **WHO)
    later = Showing(store)
    later.look(0.0)
    assert due(later) == ["g1"]


def test_an_event_that_becomes_visible_after_a_later_one_is_seen(postgres_url):
    """Two writers at once, as only PostgreSQL has them: the first to begin is the last to end."""
    store, other = open_store(postgres_url), open_store(postgres_url)
    showing = ready(store)
    with other.writing() as slow:
        number = Events.add(slow, "marked", at=NOW, article=article_id(1), detail={})
        store.matters.mark(matter_id(2), relevant=True, **WHO)
        showing.look(0.0)
        assert due(showing) == ["g2"]
        showing.look(0.0)
        with store.reading() as connection:
            kept = connection.scalar(select(meta.c.value).where(meta.c.name == "shown_until"))
    assert int(kept) < number  # whoever goes on from here finds it too
    showing.look(0.0)
    assert due(showing) == ["g1", "g2"]
    for opened in (store, other):
        opened.close()


def test_what_happens_during_a_change_is_not_lost(store, showing):
    store.matters.mark(matter_id(1), relevant=True, **WHO)
    showing.look(0.0)
    (one,) = showing.due(10, (), 0.0)
    token = showing.hold("me", 60.0, lambda _: False)
    assert showing.begin(one, token, 60.0)
    assert showing.due(10, (), 0.0)[0].line is None
    store.matters.mark(matter_id(1), relevant=False, **WHO)
    showing.look(0.0)
    showing.done(one, "the line", None, NOW)
    (again,) = showing.due(10, (), 0.0)
    assert (again.alert, again.line) == ("g1", None)
    showing.done(again, "the line", None, NOW)
    assert due(showing) == []


def test_who_lost_the_hold_changes_nothing(store, showing):
    store.matters.mark(matter_id(1), relevant=True, **WHO)
    showing.look(0.0)
    (one,) = showing.due(10, (), 0.0)
    token = showing.hold("me", 60.0, lambda _: False)
    assert showing.hold("you", 60.0, lambda _: False) is None
    assert showing.hold("you", 60.0, lambda _: True) is not None
    assert not showing.begin(one, token, 60.0)


def test_what_was_given_up_is_not_touched_again(store, showing):
    store.matters.mark(matter_id(1), relevant=True, **WHO)
    showing.look(0.0)
    (one,) = showing.due(10, (), 0.0)
    showing.abandon(one, NOW, "message_not_found")
    store.matters.mark(matter_id(1), relevant=True, **WHO)
    showing.look(0.0)
    assert due(showing) == []


def test_joined_matters_touch_the_messages_of_both(store, showing):
    store.matters.mark(matter_id(2), relevant=True, **WHO)
    event = store.matters.join([matter_id(1), matter_id(2)], **WHO)
    showing.look(0.0)
    them = showing.due(10, (), 0.0)
    assert {one.alert for one in them} == {"g1", "g2"}
    showing.right([(one, None) for one in them])
    with store.reading() as connection:
        assert standing_of(connection, article_id(1), NOW, NOW).mark.by == "li"
    store.matters.undo(event, **WHO)
    showing.look(0.0)
    assert due(showing) == ["g1", "g2"]
    with store.reading() as connection:
        assert standing_of(connection, article_id(1), NOW, NOW).mark is None


def test_the_mark_of_the_article_stands_before_that_of_its_matter(store, showing):
    store.matters.mark(article_id(1), relevant=False, because="duplicate", **WHO)
    store.matters.mark(matter_id(1), relevant=True, **WHO | {"now": NOW + timedelta(hours=1)})
    with store.reading() as connection:
        assert standing_of(connection, article_id(1), NOW, NOW).mark.detail["because"] == "duplicate"
        assert connection.execute(select(deliveries.c.id)).scalars().all() == ["g1", "g2"]


def test_what_happened_while_it_was_changed_is_still_to_be_shown(store, showing):
    store.matters.mark(matter_id(1), relevant=True, **WHO)
    showing.look(0.0)
    (seen,) = showing.due(10, (), 0.0)
    store.matters.mark(matter_id(1), relevant=False, **WHO)
    showing.look(0.0)
    token = showing.hold("us", 60.0, lambda _: False)
    assert not showing.begin(seen, token, 60.0)
    showing.done(seen, "marked relevant", None, NOW)
    assert due(showing) == ["g1"]
