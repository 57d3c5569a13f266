from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gatewatch import highwater
from pipelines.store import open_store

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'home' / 'a.sqlite3'}")
    yield store
    store.close()


def add(store, count):
    with store.writing() as connection:
        for _ in range(count):
            store.events.add(connection, "seen", at=NOW)


def test_a_store_that_went_on_is_no_alarm(store, tmp_path):
    add(store, 3)
    highwater.remember(store, tmp_path)
    add(store, 2)
    assert not highwater.check(store, tmp_path, NOW)
    assert store.meta.get("restored_at") is None


def test_a_store_that_was_copied_back_by_hand_is_taken_for_restored_once(store, tmp_path):
    add(store, 3)
    (tmp_path / highwater.NAME).write_text("50")
    assert highwater.check(store, tmp_path, NOW)
    assert store.meta.get("restored_at") == NOW.isoformat()
    assert not highwater.check(store, tmp_path, NOW)


@pytest.mark.parametrize("text", ["", "many", "\x00"])
def test_a_file_that_is_not_there_or_says_nothing_is_no_alarm(store, tmp_path, text):
    assert not highwater.check(store, tmp_path, NOW)
    (tmp_path / highwater.NAME).write_text(text)
    assert not highwater.check(store, tmp_path, NOW)
