from __future__ import annotations

import sqlite3
import stat
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select, text

from crawlers.errors import ConfigError, StoreError
from pipelines.store import engine, open_store
from pipelines.store.dialect import dump, short
from pipelines.store.schema import meta

SECRET = "hunter2/correct:horse"


def test_both_spellings_of_a_postgresql_address_are_one():
    addresses = {engine.address(f"{scheme}://u:p@h:5/d") for scheme in ("postgres", "postgresql")}
    assert len(addresses) == 1
    assert addresses.pop().drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "url",
    [
        f"postgres://u@h:{SECRET}/d",
        f"postgres://u:x@{SECRET}@h/d",  # an @ that is not quoted: the rest would be the host
        f"mysql://u:{SECRET}@h/d",
        f"{SECRET}",
        "sqlite://",
        "sqlite:///:memory:",
        "",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_quoted(url):
    with pytest.raises(StoreError) as refused:
        open_store(url)
    assert refused.value.remedy
    assert SECRET.split("/")[0] not in f"{refused.value!r}{refused.value.remedy}{refused.value.__cause__!r}"
    assert refused.value.__cause__ is None


def test_a_password_is_shown_nowhere():
    url = engine.address("postgresql://u:hunter2@h/d?sslpassword=horse")
    assert engine.masked(url) == "postgresql+psycopg://u:***@h/d (sslpassword hidden)"


def test_a_server_that_is_not_there_is_named_without_its_password(postgres, tmp_path):
    with pytest.raises(StoreError, match="the database cannot be reached") as lost:
        open_store(f"postgresql://u:hunter2@/d?host={tmp_path}")
    everything = f"{lost.value}{lost.value.remedy}{lost.value.__cause__!r}{lost.value.__cause__}"
    assert "hunter2" not in everything


def test_a_wrong_database_is_named(postgres):
    with pytest.raises(StoreError, match='"nothing" does not exist'):
        open_store(postgres.replace("/postgres?", "/nothing?"))


def test_a_missing_driver_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match="psycopg") as missing:
        open_store("postgresql://u@h/d")
    assert "gatewatch[postgresql]" in missing.value.remedy


def test_a_new_store_is_made_with_its_folder(tmp_path):
    file = tmp_path / "a" / "b" / "store.sqlite3"
    store = open_store(f"sqlite:///{file}")
    assert (store.upgraded_from, file.exists()) == ("", True)
    with store.writing() as connection:
        for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == wanted
    store.close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be made") as refused:
        open_store(f"sqlite:///{tmp_path}/file/store.sqlite3")
    assert "--home" in refused.value.remedy


def test_looking_at_a_store_that_is_not_there_makes_none(tmp_path):
    with pytest.raises(StoreError, match="there is no store"):
        open_store(f"sqlite:///{tmp_path}/store.sqlite3", upgrade=False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "store.sqlite3"
    file.write_bytes(b"minutes of a meeting " * 500)
    before = file.read_bytes()
    with pytest.raises(StoreError, match="not a database") as refused:
        open_store(f"sqlite:///{file}")
    assert "db restore" in refused.value.remedy
    assert file.read_bytes() == before


def test_a_damaged_store_is_named(tmp_path):
    file = tmp_path / "store.sqlite3"
    store = open_store(f"sqlite:///{file}")
    with store.writing() as connection:
        connection.execute(insert(meta), [{"name": f"n{n}", "value": "v" * 400} for n in range(400)])
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    with file.open("r+b") as raw:
        raw.seek(200_000)
        raw.write(b"\xff" * (file.stat().st_size - 200_000))
    with pytest.raises(StoreError, match="damaged") as refused:
        open_store(f"sqlite:///{file}").meta.get("n1")
    assert "db restore" in refused.value.remedy


def test_a_store_locked_by_another_program_is_told_after_a_while(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    open_store(url).close()
    monkeypatch.setattr(engine, "PATIENCE", 0.05)
    store = open_store(url)
    with closing(sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another program"):
            store.meta.set("a", "b")
        assert store.meta.get("a") is None  # readers do not wait for a writer
        other.execute("ROLLBACK")
    store.meta.set("a", "b")
    assert store.meta.get("a") == "b"
    store.close()


def test_a_row_locked_in_postgresql_is_told_after_a_while(postgres_url, monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE", 0.05)
    store = open_store(postgres_url)
    with store.writing() as connection:
        connection.execute(text("LOCK TABLE meta"))
        with pytest.raises(StoreError, match="locked"):
            store.meta.get("a")
    store.close()


def test_a_lost_connection_is_named_and_the_next_try_goes_on(postgres_url):
    store = open_store(postgres_url)

    def cut() -> None:
        with store.writing() as connection, store.reading() as other:
            connection.execute(insert(meta).values(name="lost", value="x"))
            own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            other.execute(text("SELECT pg_terminate_backend(:own, 5000)"), {"own": own})
            connection.execute(select(meta)).all()

    with pytest.raises(StoreError, match="the database is shutting down") as lost:
        cut()
    assert lost.value.remedy
    assert store.meta.get("lost") is None
    store.close()


def test_a_worker_frozen_in_mid_transaction_lets_go_of_its_locks(postgres_url, monkeypatch):
    monkeypatch.setattr(engine, "_FROZEN", 0.1)
    frozen = open_store(postgres_url)
    monkeypatch.undo()
    other = open_store(postgres_url)

    def late() -> None:
        with frozen.writing() as connection:
            connection.execute(text("LOCK TABLE meta"))
            assert other.meta.get("a") is None  # waits until the server has ended the frozen one
            connection.execute(insert(meta).values(name="late", value="x"))

    with pytest.raises(StoreError, match="stood still"):
        late()
    assert other.meta.get("late") is None
    frozen.close()
    other.close()


def test_a_full_disk_stores_nothing_by_halves_and_the_next_try_goes_on(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    store.meta.set("before", "kept")
    store.close()
    full = True

    @event.listens_for(store.engine, "connect")
    def limit(raw, record):
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages + 1 if full else 2**30}")

    def fill() -> None:
        with store.writing() as connection:
            connection.execute(insert(meta).values(name="small", value="1"))
            connection.execute(insert(meta).values(name="large", value="x" * 100_000))

    with pytest.raises(StoreError, match="the disk of the store is full") as refused:
        fill()
    assert "Free some space" in refused.value.remedy
    full = False
    store.close()
    with store.reading() as connection:
        assert connection.execute(select(meta.c.name)).scalars().all() == ["before"]
    store.meta.set("large", "x" * 100_000)
    store.close()


def test_a_store_that_cannot_be_written_is_named(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    open_store(url).close()
    store = open_store(url)

    @event.listens_for(store.engine, "connect")
    def forbid(raw, record):
        raw.execute("PRAGMA query_only = ON")

    store.close()
    with pytest.raises(StoreError, match="cannot be written"):
        store.meta.set("a", "b")
    assert stat.S_ISREG(Path(store.engine.url.database).stat().st_mode)
    store.close()


def test_a_reader_sees_one_moment(store):
    store.meta.set("a", "old")
    with store.reading() as connection:
        query = select(meta.c.value).where(meta.c.name == "a")
        assert connection.execute(query).scalar_one() == "old"
        store.meta.set("a", "new")
        assert connection.execute(query).scalar_one() == "old"
    assert store.meta.get("a") == "new"


def test_a_block_that_raises_undoes_what_it_wrote(store):
    def half() -> None:
        with store.writing() as connection:
            connection.execute(insert(meta).values(name="a", value="b"))
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        half()
    assert store.meta.get("a") is None


def test_a_store_serves_many_threads(store):
    def work(number):
        for _ in range(10):
            store.meta.set(f"n{number}", str(number))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [store.meta.get(f"n{number}") for number in range(6)] == [str(number) for number in range(6)]


def test_what_no_database_takes_is_left_out_and_the_rest_kept(store):
    with store.writing() as connection:
        store.events.add(connection, "seen", at=_now(), detail={"title": "跨境\ud800VPN\x00\\u0000", "n": 1})
    (found,) = store.events.read()
    assert found.detail == {"title": "跨境VPN\x00\\u0000", "n": 1}


def test_json_is_kept_readable():
    assert dump({"词": "跨境"}) == '{"词":"跨境"}'


def test_a_key_too_long_for_an_index_is_shortened_and_stays_itself():
    keys = ["https://x/" + "路" * 800 + ending for ending in "ab"]
    assert len({short(key) for key in keys}) == 2
    assert all(len(short(key).encode()) < 2_000 for key in keys)
    assert short("https://x/a") == "https://x/a"


def _now():
    from datetime import UTC, datetime

    return datetime(2026, 11, 24, tzinfo=UTC)
