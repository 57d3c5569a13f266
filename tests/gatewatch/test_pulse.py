from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from crawlers.lease import Turn
from gatewatch.pulse import STILL_SECONDS, WAITING_SECONDS, FirstRound, Pulse
from pipelines.store import open_store
from pipelines.store.baseline import summarise

NOW = datetime(2026, 11, 24, tzinfo=UTC)
BOTH = ["busy", "good"]


@pytest.fixture
def store(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    store.schedule.sync([SimpleNamespace(id=name) for name in BOTH])
    yield store
    store.close()


class Time:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def watch(store, **turns):
    return SimpleNamespace(store=store, schedule=store.schedule, turns=turns)


def finish(store, name):
    (lease,) = store.schedule.claim([name], "w", limit=1)
    store.schedule.finish(lease, Turn("ok", next_due=store.now() + 3600), NOW)


def give_back(store, name, after):
    (lease,) = store.schedule.claim([name], "w", limit=1)
    store.schedule.release(lease, after=after)


def test_the_first_round_is_over_when_every_source_ended_a_turn(store):
    first = FirstRound(watch(store), Time())
    finish(store, "good")
    assert first.over(BOTH) is None
    finish(store, "busy")
    assert first.over(BOTH) == 0


def test_a_source_that_is_always_given_back_is_waited_for_ten_minutes_and_then_counted(store):
    time, seen = Time(), watch(store)
    first = FirstRound(seen, time)
    finish(store, "good")
    assert first.over(BOTH) is None
    time.now += WAITING_SECONDS  # its turn is open all the while: it is waited for
    assert first.over(BOTH) is None
    seen.turns["busy"] = Turn("released")
    assert first.over(BOTH) is None
    time.now += WAITING_SECONDS - 1
    assert first.over(BOTH) is None
    time.now += 1
    assert first.over(BOTH) == 1


def test_a_source_that_an_earlier_process_put_off_is_not_waited_for_either(store):
    time = Time()
    first = FirstRound(watch(store), time)
    finish(store, "good")
    give_back(store, "busy", 4000.0)
    assert first.over(BOTH) is None
    time.now += WAITING_SECONDS
    assert first.over(BOTH) == 1


def test_once_it_was_told_no_source_waits_for_another(store):
    finish(store, "good")
    summarise(store, NOW, missing=1)
    assert FirstRound(watch(store), Time()).over(BOTH) == 0


def waiting(store):
    with store.writing() as connection:
        store.outbox.intend(connection, "test", "t", at=NOW)


def test_it_beats_while_turns_end_and_where_nothing_is_due(store):
    time = Time()
    pulse = Pulse(time)
    assert pulse.beats(store, BOTH, 0)
    for turns in (1, 2):
        time.now += STILL_SECONDS - 1
        assert pulse.beats(store, BOTH, turns)
    time.now += STILL_SECONDS
    assert not pulse.beats(store, BOTH, 2)  # both are due, and no turn ends
    finish(store, "good")
    finish(store, "busy")
    assert pulse.beats(store, BOTH, 2)
    time.now += STILL_SECONDS
    assert pulse.beats(store, BOTH, 2)


def test_it_does_not_beat_where_an_alert_waits_and_none_leaves(store):
    time = Time()
    pulse = Pulse(time)
    assert pulse.beats(store, [], 0)
    waiting(store)
    time.now += STILL_SECONDS - 1
    assert pulse.beats(store, [], 0)
    time.now += 1
    assert not pulse.beats(store, [], 0)
