"""Row 31: a store that is lost, locked or full: loud, nothing half-stored, and the next run catches up."""

from __future__ import annotations

import sqlite3

import pytest

from tests.support.scene import altered, ban, column, count, due, notice, press

FULL = """
import sqlite3
from sqlalchemy import event
from sqlalchemy.engine import Engine
@event.listens_for(Engine, "connect")
def small(connection, _):
    if isinstance(connection, sqlite3.Connection):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {max(pages + 30, 150)}")
"""


def whole(desk):
    """Nothing of an article without the rest of it."""
    told = "SELECT count(*) FROM articles a WHERE disposition = 'alert' AND NOT EXISTS (SELECT 1 FROM intents i WHERE i.article = a.id)"
    matched = "SELECT count(*) FROM articles a WHERE matched AND NOT EXISTS (SELECT 1 FROM matches m WHERE m.article = a.id)"
    sighted = (
        "SELECT count(*) FROM articles a WHERE NOT EXISTS (SELECT 1 FROM sightings s WHERE s.article = a.id)"
    )
    return [desk.rows(sql)[0][0] for sql in (told, matched, sighted)] == [0, 0, 0]


def test_a_disk_that_is_full_is_loud_stores_nothing_by_halves_and_the_next_run_catches_up(site, desk):
    feed = press(site, desk)
    assert desk.run("crawl").returncode == 0
    feed.items[:0] = [ban(number, days=0.01 * number) for number in range(60)]
    full = altered(desk, FULL, "crawl", "--all")
    assert full.returncode == 1, full.stderr
    assert "full" in full.stderr.lower()
    assert "Traceback" not in full.stderr
    assert 2 <= count(desk, "articles") < 62
    assert whole(desk)
    due(desk)
    again = desk.run("crawl", "--all")
    assert again.returncode == 0, again.stderr
    assert count(desk, "articles") == 62
    assert whole(desk)
    assert count(desk, "deliveries", "kind = 'new' OR kind = 'report'") == 60
    assert count(desk, "deliveries", "state != 'sent'") == 0


@pytest.mark.slow
def test_a_store_that_another_program_locks_is_loud_and_the_next_run_catches_up(site, desk):
    made = column(site, desk)
    assert desk.run("crawl").returncode == 0
    notice(site, made)
    other = sqlite3.connect(desk.home / "gatewatch.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    locked = desk.run("crawl", "--all", timeout=110)
    other.execute("ROLLBACK")
    other.close()
    assert locked.returncode == 1, locked.stderr
    assert "lock" in locked.stderr
    assert "Traceback" not in locked.stderr
    assert count(desk, "articles") == 4
    again = desk.run("crawl", "--all")
    assert again.returncode == 0, again.stderr
    assert "（77）" in again.stdout


def test_a_store_that_is_missing_damaged_or_out_of_reach_ends_the_run_with_a_word_and_no_traceback(
    site, desk
):
    column(site, desk)
    blocked = desk.folder / "file"
    blocked.write_text("not a folder")
    desk.environ["DATABASE_URL"] = f"sqlite:///{blocked}/inside/store.sqlite3"
    nowhere = desk.run("crawl")
    assert nowhere.returncode == 2, nowhere.stderr
    desk.environ["DATABASE_URL"] = f"sqlite:///{blocked}"
    damaged = desk.run("crawl")
    assert damaged.returncode == 1, damaged.stderr
    assert blocked.read_text() == "not a folder"
    for done in (nowhere, damaged):
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) <= 4
    assert site.log == []


@pytest.mark.slow
def test_a_service_whose_store_disappears_ends_loudly_and_does_not_write_into_the_void(site, desk):
    press(site, desk, every="1s")
    process = desk.start("run")
    site.server.wait_for_count("/press.xml", 2, 40)
    for path in desk.home.glob("gatewatch.sqlite3*"):
        path.unlink()
    process.wait(timeout=40)
    assert process.returncode == 1
    assert "store" in process.stderr.read()
