from __future__ import annotations

from datetime import timedelta

from pipelines.store import second_road as marks
from tests.pipelines.store.test_outbox import routed
from tests.support.told import NOW, tell

BEGAN = NOW.isoformat()


def waiting(store, began=BEGAN):
    with store.reading() as connection:
        return marks.candidates(connection, began)


def test_one_thing_in_two_channels_is_one_and_it_is_marked_before_it_is_tried(store):
    tell(store, 1)
    routed(store, "#a", "#b")
    [one] = waiting(store)
    assert (one.alert, one.letter) == (f"g{one.intent}#a", "")
    with store.writing() as connection:
        marks.begin(connection, [one], "gx", "mail", NOW)
    [tried] = waiting(store)
    assert (tried.letter, tried.attempts) == ("gx", 1)
    with store.writing() as connection:
        assert marks.told_there(connection, one.intent) is None
        marks.sent(connection, [one], "gx", "mail", NOW)
        assert marks.told_there(connection, one.intent) == ("mail", NOW)
        assert marks.recent(connection, NOW - timedelta(hours=1)) == [("gx", 1, NOW)]
        assert marks.recent(connection, NOW) == []
    assert waiting(store) == []
    assert [row.elsewhere for row in store.outbox.listing()] == [NOW, NOW]
    assert [row.elsewhere for row in store.outbox.listing(as_of=NOW)] == [NOW, NOW]


def test_what_was_not_taken_is_as_before_unless_an_attempt_is_doubtful(store):
    tell(store, 1)
    routed(store, "#a")
    [one] = waiting(store)
    with store.writing() as connection:
        marks.begin(connection, [one], "gx", "mail", NOW)
        marks.not_sent(connection, "gx", "refused", doubtful=False)
    assert waiting(store) == [one]
    with store.writing() as connection:
        marks.begin(connection, [one], "gx", "mail", NOW)
        marks.not_sent(connection, "gx", "it broke", doubtful=True)
        marks.begin(connection, [one], "gx", "mail", NOW)
        marks.not_sent(connection, "gx", "refused", doubtful=False)
    assert [(found.letter, found.attempts) for found in waiting(store)] == [("gx", 2)]


def test_the_end_of_an_outage_goes_where_its_beginning_went(store):
    tell(store, 1)
    with store.writing() as connection:
        marks.begun(connection, BEGAN, NOW, {"road": "mail", "why": "token_revoked"})
    routed(store, "#a")
    with store.writing() as connection:  # `routed` calls all of them news
        road = "SELECT id FROM intents WHERE kind = 'road'"
        connection.exec_driver_sql(f"UPDATE deliveries SET kind = 'road' WHERE intent IN ({road})")
    beginning, article = waiting(store)
    assert (beginning.kind, article.kind) == ("road", "new")
    with store.writing() as connection:
        marks.ended(connection, BEGAN, NOW)
    routed(store, "#a")
    with store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE deliveries SET kind = 'road' WHERE intent IN ({road})")
    assert waiting(store, "") == []
    with store.writing() as connection:
        marks.begin(connection, [beginning], "gx", "mail", NOW)
    assert [one.subject for one in waiting(store, "")] == [f"ended:{BEGAN}"]
    [end, *_] = waiting(store, "2026-12-01T00:00:00+00:00")
    assert end.subject == f"ended:{BEGAN}"


def test_once_slack_has_it_nothing_goes_there(store):
    tell(store, 1)
    routed(store, "#a")
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET state = 'sent'")
    assert waiting(store) == []


def test_a_test_message_stays_away(store):
    for number in (1, 2, 3):
        tell(store, number)
    routed(store, "#a")
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET kind = 'test' WHERE intent = 1")
    assert [one.intent for one in waiting(store)] == [2, 3]
