from __future__ import annotations

import contextlib
import json
import stat
import zipfile

import pytest
from sqlalchemy import select

from crawlers.errors import ConfigError, StoreError
from pipelines.store import open_store
from pipelines.store.backup import MANIFEST, STORE, backup, describe, restore
from pipelines.store.migrations import VERSIONS
from pipelines.store.schema import articles, events, intents, matter_keys, metadata, sources
from pipelines.store.status import faults, status
from tests.pipelines.store.making import NOW, answers, article, notice
from tests.pipelines.store.test_articles import save
from tests.pipelines.store.test_schedule import take


@pytest.fixture
def full(store):
    """A store with a story in it, and a source whose turn is open."""
    for given in (notice(), answers(), article()):
        save(store, given)
    take(store)
    store.meta.set("a", "b")
    return store


def rows(store):
    with store.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in metadata.sorted_tables
            if table not in {sources, events} and table.name not in {"meta", "holds"}
        }


def test_a_backup_says_what_it_holds_and_holds_no_secret(full, tmp_path):
    config = tmp_path / "gatewatch.yaml"
    config.write_text("contact: a@example.com\n")
    (tmp_path / "out").mkdir()
    file = tmp_path / "out" / "backup.zip"
    held = backup(full, file, now=NOW, files={"gatewatch.yaml": config}, extra={"program": "9.9"})
    assert held == describe(file)
    assert (held.schema, held.engine, held.holds["articles"], held.holds["matters"]) == (
        VERSIONS[-1],
        full.engine.dialect.name,
        3,
        2,
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as pack:
        assert sorted(pack.namelist()) == ["files/gatewatch.yaml", MANIFEST, STORE]
        assert json.loads(pack.read(MANIFEST))["made"] == NOW.isoformat(timespec="seconds")
    assert sorted(path.name for path in file.parent.iterdir()) == ["backup.zip"]


def test_secrets_that_stand_in_the_operator_s_files_stay_out(full, tmp_path):
    config = tmp_path / "own.yaml"
    config.write_text(
        "proxy: http://user:hunter2@proxy:8080/\n"
        "# xoxb-1-2-hunter2 and xapp-1-hunter2 and 'https://hooks.slack.com/services/T0/B0/hunter2'\n"
        "url: https://www.miit.gov.cn:443/a@b?c=词\n"
    )
    backup(full, tmp_path / "b.zip", now=NOW, files={"own.yaml": config})
    with zipfile.ZipFile(tmp_path / "b.zip") as pack:
        kept = pack.read("files/own.yaml").decode()
        assert not any(b"hunter2" in pack.read(name) for name in pack.namelist())
    assert kept.splitlines() == [
        "proxy: http://user:***@proxy:8080/",
        "# xoxb-*** and xapp-*** and 'https://hooks.slack.com/services/***'",
        "url: https://www.miit.gov.cn:443/a@b?c=词",
    ]


@pytest.mark.parametrize("name", [".env", "sub/.env.local", "../outside", "/abs"])
def test_what_may_hold_a_secret_or_lead_outside_is_refused(full, tmp_path, name):
    with pytest.raises(StoreError, match="does not belong"):
        backup(full, tmp_path / "b.zip", now=NOW, files={name: tmp_path / "x"})
    assert not (tmp_path / "b.zip").exists()


def test_a_restored_store_has_everything_knows_it_and_holds_no_lease(full, tmp_path):
    before = rows(full)
    backup(full, tmp_path / "b.zip", now=NOW)
    home = tmp_path / "new" / "home"
    restore(tmp_path / "b.zip", home / "store.sqlite3", now=NOW)
    again = open_store(f"sqlite:///{home / 'store.sqlite3'}", upgrade=False)
    assert rows(again) == before
    assert again.meta.get("restored_at") == NOW.isoformat()
    assert [event.detail["made"] for event in again.events.read(kind="restored")] == [
        NOW.isoformat(timespec="seconds")
    ]
    assert status(again).leases == ()
    assert faults(again) == []
    assert len(again.schedule.claim(["s0"], "w", limit=1)) == 1
    again.close()
    assert [path.name for path in home.iterdir()] == ["store.sqlite3"]


def test_alert_ids_are_the_same_after_a_restore_because_subjects_are(full, tmp_path):
    backup(full, tmp_path / "b.zip", now=NOW)
    restore(tmp_path / "b.zip", tmp_path / "again.sqlite3", now=NOW)
    again = open_store(f"sqlite:///{tmp_path / 'again.sqlite3'}")
    subjects = []
    for one in (full, again):
        saved = save(one, article("https://x/after"))
        with one.reading() as connection:
            query = select(intents.c.kind, intents.c.subject).where(intents.c.article == saved.article)
            subjects.append(connection.execute(query).one())
    assert subjects[0] == subjects[1]
    again.close()


def test_a_store_that_is_there_is_kept_beside_and_only_when_asked(full, tmp_path):
    backup(full, tmp_path / "b.zip", now=NOW)
    there = tmp_path / "there.sqlite3"
    store = open_store(f"sqlite:///{there}")
    store.meta.set("who", "the old one")
    store.close()
    with pytest.raises(ConfigError, match="exists already") as refused:
        restore(tmp_path / "b.zip", there, now=NOW)
    assert "--replace" in refused.value.remedy
    restore(tmp_path / "b.zip", there, now=NOW, replace=True)
    old = open_store(f"sqlite:///{there}.before-restore")
    assert old.meta.get("who") == "the old one"
    old.close()
    new = open_store(f"sqlite:///{there}")
    assert new.meta.get("a") == "b"
    new.close()


def test_the_operator_s_files_come_back_and_never_over_theirs(full, tmp_path):
    made = {}
    for name in ("gatewatch.yaml", "rules/own.yaml"):
        made[name] = tmp_path / name.replace("/", "_")
        made[name].write_text(f"# {name}\n")
    backup(full, tmp_path / "b.zip", now=NOW, files=made)
    home = tmp_path / "home"
    home.mkdir()
    (home / "gatewatch.yaml").write_text("theirs")
    restore(tmp_path / "b.zip", home / "store.sqlite3", now=NOW, files_to=home)
    assert (home / "gatewatch.yaml").read_text() == "theirs"
    assert (home / "rules" / "own.yaml").read_text() == "# rules/own.yaml\n"


def test_what_is_no_backup_or_a_damaged_one_changes_nothing(full, tmp_path):
    backup(full, tmp_path / "b.zip", now=NOW)
    good = (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "b.zip") as pack:
        manifest, store = pack.read(MANIFEST), pack.read(STORE)
    hostile = {**json.loads(manifest), "files": ["../../outside.yaml"]}
    cases = {
        "text": b"not a zip",
        "cut": good[: len(good) // 2],
        "flipped": good[:5000] + bytes(byte ^ 255 for byte in good[5000:5040]) + good[5040:],
        "other": _zip({"a.txt": b"x"}),
        "newer": _zip({MANIFEST: json.dumps({**json.loads(manifest), "format": 99}).encode(), STORE: b""}),
        "no store": _zip({MANIFEST: manifest, STORE: b"minutes of a meeting" * 99}),
        "empty store": _zip({MANIFEST: manifest, STORE: b""}),
        "hostile": _zip(
            {MANIFEST: json.dumps(hostile).encode(), STORE: store, "files/../../outside.yaml": b"x"}
        ),
    }
    target = tmp_path / "home" / "store.sqlite3"
    for name, content in cases.items():
        file = tmp_path / "case.zip"
        file.write_bytes(content)
        refused = None
        with contextlib.suppress(StoreError, ConfigError):
            refused = restore(file, target, now=NOW, files_to=tmp_path / "home")
        assert (refused, target.exists()) == (None, False), name
        assert not (tmp_path.parent / "outside.yaml").exists()
    with pytest.raises(ConfigError, match="cannot be read"):
        restore(tmp_path / "nowhere.zip", target, now=NOW)


def test_a_copy_is_one_moment_in_one_file(full, tmp_path):
    before = rows(full)
    full.copy_to(tmp_path / "copy.sqlite3")
    save(full, article("https://x/later"))
    copy = open_store(f"sqlite:///{tmp_path / 'copy.sqlite3'}", upgrade=False)
    assert rows(copy) == before
    with copy.reading() as connection:
        assert connection.execute(select(matter_keys)).first() is not None
        assert connection.execute(select(articles.c.fetched)).scalars().first().tzinfo is not None
    copy.close()
    with pytest.raises(StoreError, match="exists already"):
        full.copy_to(tmp_path / "copy.sqlite3")


def test_the_status_counts_and_names_who_holds_what(full):
    found = status(full)
    assert (found.schema, found.newest, found.engine) == (
        VERSIONS[-1],
        VERSIONS[-1],
        full.engine.dialect.name,
    )
    assert found.counts["articles"] == found.matched == 3
    assert found.counts["intents"] == 3
    (lease,) = found.leases
    assert (lease.name, lease.holder) == ("s0", "w")
    assert 50 < lease.left <= 60
    assert found.bytes > 100_000
    assert found.restored_at is None
    assert "***" in found.url or found.url.startswith("sqlite:///")
    assert faults(full) == []


def test_what_points_nowhere_is_found(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql(
            "INSERT INTO sightings (source, key, article, at) VALUES ('s', 'k', 'nobody', '2017-01-01')"
        )
    store.close()
    assert faults(store) == ["sightings row 1 points nowhere"]
    store.close()


def _zip(files):
    import io

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as pack:
        for name, content in files.items():
            pack.writestr(name, content)
    return made.getvalue()
