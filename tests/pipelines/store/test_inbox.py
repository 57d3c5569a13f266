"""The inbox on both databases: an envelope once, worked once, nothing left of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipelines.store import holds, inbox

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_an_envelope_is_kept_once_worked_once_and_emptied(store):
    with store.writing() as connection:
        assert inbox.put(connection, "e1", {"who": "ann"}, NOW)
        assert not inbox.put(connection, "e1", {"who": "bo"}, NOW)
        assert inbox.put(connection, "e2", {"who": "bo"}, NOW)
    with store.reading() as connection:
        first = inbox.oldest(connection)
        assert (first.asked, first.worked, first.at) == ({"who": "ann"}, False, NOW)
        assert inbox.oldest(connection, first.number).asked == {"who": "bo"}
    with store.writing() as connection:
        assert inbox.claim(connection, first.number)
        inbox.work(connection, first.number, "noted")
    with store.writing() as connection:
        assert not inbox.claim(connection, first.number)
    with store.reading() as connection:
        again = inbox.oldest(connection)
        assert (again.number, again.worked, again.answer) == (first.number, True, "noted")
    with store.writing() as connection:
        inbox.done(connection, first.number)
        assert not inbox.put(connection, "e1", {"who": "ann"}, NOW)  # Slack repeats itself
        inbox.forget(connection, NOW + timedelta(days=1))
        assert inbox.put(connection, "e1", {"who": "ann"}, NOW)
        assert inbox.oldest(connection).asked == {"who": "bo"}  # what is not done is never forgotten


def test_somebody_listens_while_the_hold_lasts(store):
    with store.writing() as connection:
        assert not inbox.listened(connection)
        token = holds.take(connection, inbox.BUTTONS, "us", 60.0)
        assert inbox.listened(connection)
        holds.give_back(connection, inbox.BUTTONS, token)
        assert not inbox.listened(connection)
