from __future__ import annotations

import sqlite3
import zipfile

import pytest

from tests.pipelines.store import making

TOKEN = "xoxb-" + "1-2-verysecret"


def test_upgrade_makes_the_store_and_says_so_once(desk):
    assert "made, version" in desk.call("db", "upgrade").stdout
    assert desk.file.exists()
    assert "already" in desk.call("db", "upgrade").stdout


def test_status_counts(story):
    found = story.desk.json("db", "status", of="db-status")
    assert found["counts"]["articles"] == 4
    assert found["matched"] == 3
    assert found["leases"] == []
    assert "articles" in story.desk.call("db", "status").stdout


def test_a_backup_comes_back_elsewhere_with_the_operator_s_files_and_without_secrets(story, monkeypatch):
    desk = story.desk
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    (desk.folder / ".env").write_text(f"SLACK_APP_TOKEN={TOKEN}\n")
    desk.call("db", "backup", "safe.zip")
    with zipfile.ZipFile(desk.folder / "safe.zip") as pack:
        names = set(pack.namelist())
        assert all(b"verysecret" not in pack.read(name) for name in names)
    assert {"files/gatewatch.yaml", "files/sources.yaml", "files/rules.yaml"} <= names
    assert not [name for name in names if ".env" in name]
    done = desk.call("db", "restore", "safe.zip", "--home", "elsewhere", "--files", "copy")
    assert "4 articles" in done.stdout
    assert (desk.folder / "copy" / "rules.yaml").exists()
    assert desk.json("db", "status", "--home", "elsewhere", of="db-status")["counts"]["articles"] == 4


def test_without_a_name_a_backup_goes_into_the_home(story):
    story.desk.call("db", "backup")
    assert len(list((story.desk.folder / "home" / "backups").glob("gatewatch-*.zip"))) == 1


def test_a_store_that_is_there_is_not_overwritten_unasked(story):
    story.desk.call("db", "backup", "safe.zip")
    done = story.desk.call("db", "restore", "safe.zip", code=2)
    assert "exists already" in done.stderr
    story.desk.store(making.judged(making.article("https://news.example.com/later")))
    story.desk.call("db", "restore", "safe.zip", "--replace")
    assert story.desk.json("db", "status", of="db-status")["counts"]["articles"] == 4


@pytest.mark.parametrize("words", [["status"], ["backup", "x.zip"]])
def test_where_there_is_no_store_none_is_made(desk, words):
    assert "there is no store" in desk.call("db", *words, code=2).stderr
    assert not desk.file.exists()


def test_a_backup_is_not_restored_into_postgresql(story, monkeypatch):
    story.desk.call("db", "backup", "safe.zip")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hush@db.invalid/x")
    done = story.desk.call("db", "restore", "safe.zip", code=2)
    assert "PostgreSQL" in done.stderr
    assert "hush" not in done.output


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04broken"])
def test_what_is_no_backup_is_refused(desk, content):
    (desk.folder / "x.zip").write_bytes(content)
    assert "x.zip" in desk.call("db", "restore", "x.zip", code=2).stderr
    assert not desk.file.exists()


def test_a_newer_store_stops_an_older_program_with_a_clear_word(story):
    with sqlite3.connect(story.desk.file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    done = story.desk.call("db", "status", code=1)
    assert "newer than this program" in done.stderr
    assert "Upgrade Gatewatch" in done.stderr


def test_a_damaged_store_is_told_plainly(story):
    story.desk.file.write_bytes(b"not a database" * 1000)
    done = story.desk.call("matters", "list", code=1)
    assert "Traceback" not in done.stderr
    assert str(story.desk.file) in done.stderr
