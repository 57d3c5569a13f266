from __future__ import annotations

import csv
import io
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import feedparser
import openpyxl
import pytest

from gatewatch.config_file import Export
from gatewatch.exporting import write_due
from pipelines.export import FORMATS
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
    made.source_names = {}
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


WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo
from gatewatch.config_file import Export
from gatewatch.exporting import write_due
from pipelines.store import open_store
path, now = Path(sys.argv[2]), datetime(2026, 11, 24, tzinfo=UTC)
settings = SimpleNamespace(exports=((path, Export(path=str(path), every="1s")),), zone=ZoneInfo("Asia/Shanghai"))
house = SimpleNamespace(store=open_store(sys.argv[1]), settings=settings, clock=lambda: now)
write_due(house)
print("ready", flush=True)
while True:
    now = datetime.now(UTC) + timedelta(days=1)
    print("writing", flush=True)
    write_due(house)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx", "atom"])
def test_killed_at_any_moment_a_scheduled_file_is_whole_or_the_one_before(house, tmp_path, kind):
    for number in range(40):
        one = making.judged(making.notice(f"https://www.miit.gov.cn/{number}.html"))
        house.store.articles.save(one, None, entry_key=f"k{number}", now=making.NOW, rule_texts=making.RULES)
    path = tmp_path / "out" / f"matched.{kind}"
    url = house.store.engine.url.render_as_string()
    dice = random.Random(kind)
    for _ in range(4):
        command = [sys.executable, "-c", WRITER, url, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout.readline() == b"ready\n"
            for _ in range(dice.randint(1, 12)):
                assert writer.stdout.readline() == b"writing\n"
            writer.kill()  # while it writes
        assert entries(path) == 41
    plan(house, path, "1s")
    for left in path.parent.glob(".*.part"):
        written(left, datetime.now(UTC) - timedelta(days=2))
    house.now = datetime.now(UTC) + timedelta(days=1)
    write_due(house)
    assert [one.name for one in path.parent.iterdir()] == [path.name], "what the killed ones left is gone"


def entries(path):
    """How many articles another program finds in the file."""
    if path.suffix == ".xlsx":
        return openpyxl.load_workbook(path).active.max_row - 1
    if path.suffix == ".atom":
        return len(feedparser.parse(path.read_bytes()).entries)
    return len(list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))))


def test_every_format_can_be_written_on_a_schedule(house, tmp_path):
    for kind in FORMATS:
        plan(house, tmp_path / f"matched.{kind}", "1d")
        write_due(house)
        assert (tmp_path / f"matched.{kind}").stat().st_size > 100
    with pytest.raises(ValueError, match=r"ends in none of \.csv, \.xlsx"):
        Export(path="matched.pdf")


def test_a_file_that_cannot_be_written_does_not_stop_the_round(house, tmp_path, caplog):
    (tmp_path / "file").write_text("")
    plan(house, tmp_path / "file" / "matched.csv", "1d")
    write_due(house)
    assert "could not be written" in caplog.text
