from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from gatewatch.config_file import Export
from gatewatch.exporting import write_due
from pipelines.store import open_store
from tests.pipelines.store import making

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def house(tmp_path):
    """The parts of a house that an export needs, with a clock that a test moves."""
    store = open_store(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    store.articles.save(
        making.judged(making.notice()), None, entry_key="k", now=making.NOW, rule_texts=making.RULES
    )
    made = SimpleNamespace(
        store=store, now=NOW, settings=SimpleNamespace(exports=(), zone=ZoneInfo("Asia/Shanghai"))
    )
    made.clock = lambda: made.now
    yield made
    store.close()


def plan(house, path, every):
    house.settings.exports = ((path, Export(path=str(path), every=every)),)


def written(path, at):
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_a_scheduled_export_is_written_at_once_and_then_when_its_time_has_come(house, tmp_path):
    path = tmp_path / "out" / "matched.csv"
    plan(house, path, "1d")
    write_due(house)
    assert path.read_bytes().count(b"\r\n") == 2
    path.write_text("kept")
    written(path, NOW)
    house.now = NOW + timedelta(hours=23)
    write_due(house)
    assert path.read_text() == "kept"
    house.now = NOW + timedelta(hours=25)
    write_due(house)
    assert path.read_bytes().count(b"\r\n") == 2


def test_a_cron_expression_is_in_the_configured_zone(house, tmp_path):
    path = tmp_path / "matched.jsonl"
    plan(house, path, "0 9 * * *")
    path.write_text("kept")
    written(path, datetime(2026, 11, 24, 0, 30, tzinfo=UTC))
    house.now = datetime(2026, 11, 24, 0, 59, tzinfo=UTC)
    write_due(house)
    assert path.read_text() == "kept"
    house.now = datetime(2026, 11, 24, 1, 1, tzinfo=UTC)
    write_due(house)
    assert path.read_bytes().startswith(b'{"article_id"')


def test_a_file_that_cannot_be_written_does_not_stop_the_round(house, tmp_path, caplog):
    (tmp_path / "file").write_text("")
    plan(house, tmp_path / "file" / "matched.csv", "1d")
    write_due(house)
    assert "could not be written" in caplog.text
