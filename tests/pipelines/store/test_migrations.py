from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Integer, MetaData, insert, inspect, make_url, select, text

from crawlers.errors import StoreError
from pipelines.store import open_store
from pipelines.store.engine import address, build, writing
from pipelines.store.migrations import FOLDER, VERSIONS, version
from pipelines.store.schema import metadata
from tests.pipelines.store.making import NOW, notice
from tests.pipelines.store.test_people import keep
from tests.pipelines.store.test_schedule import together

SEARCH = ("article_words_index", "ix_article_words_words")
"""What finds words is no ordinary table or index: each database has its own (`test_search` holds them)."""


def test_the_steps_make_what_the_models_say(store):
    with store.engine.connect() as connection:
        own = {"compare_type": True, "include_name": lambda name, *_: not str(name).startswith(SEARCH)}
        context = MigrationContext.configure(connection, opts=own)
        assert compare_metadata(context, metadata) == []


def test_foreign_keys_and_hash_indexes_are_there(store):
    found = inspect(store.engine)
    for name, table in metadata.tables.items():
        wanted = {
            (key.parent.name, key.target_fullname, key.deferrable, key.initially)
            for key in table.foreign_keys
        }
        made = {
            (
                key["constrained_columns"][0],
                f"{key['referred_table']}.{key['referred_columns'][0]}",
                key["options"].get("deferrable"),
                key["options"].get("initially"),
            )
            for key in found.get_foreign_keys(name)
        }
        assert {one[:2] for one in made} == {one[:2] for one in wanted}
    if store.engine.dialect.name == "postgresql":
        (index,) = (one for one in found.get_indexes("articles") if one["name"] == "ix_articles_url")
        assert index["dialect_options"]["postgresql_using"] == "hash"


def test_the_program_knows_every_step_in_order():
    steps = [step.revision for step in ScriptDirectory(str(FOLDER)).walk_revisions()]
    assert tuple(reversed(steps)) == VERSIONS


def test_a_store_is_made_at_the_newest_version(store):
    with store.reading() as connection:
        assert version(connection) == VERSIONS[-1]


def test_a_store_newer_than_the_program_is_refused_and_left_alone(store, url):
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for upgrade in (True, False):
        with pytest.raises(StoreError, match="version 9999, newer than this program") as refused:
            open_store(url, upgrade=upgrade)
        assert "Upgrade Gatewatch" in refused.value.remedy
    with store.reading() as connection:
        assert version(connection) == "9999"


def test_an_older_store_is_upgraded_only_when_asked(tmp_path):
    file = tmp_path / "store.sqlite3"
    file.touch()
    with pytest.raises(StoreError, match="this program needs") as refused:
        open_store(f"sqlite:///{file}", upgrade=False)
    assert "gatewatch db upgrade" in refused.value.remedy
    open_store(f"sqlite:///{file}").close()
    again = open_store(f"sqlite:///{file}", upgrade=False)
    assert again.upgraded_from == VERSIONS[-1]
    again.close()


def test_processes_that_open_a_new_store_at_once_all_get_it(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    lines = together("opening", *([url] for _ in range(4)))
    assert [len(worker) for worker in lines] == [1] * 4
    open_store(url, upgrade=False).close()


def test_a_step_that_breaks_leaves_the_store_as_it_was(tmp_path):
    file = tmp_path / "store.sqlite3"
    file.touch()
    import sqlite3

    with sqlite3.connect(file) as raw:
        raw.execute("CREATE TABLE meta (theirs INTEGER)")  # in the way of the first step's last table
    raw.close()
    with pytest.raises(StoreError):
        open_store(f"sqlite:///{file}")
    with sqlite3.connect(file) as raw:
        assert raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == [("meta",)]
    raw.close()


def test_the_wheel_carries_the_steps():
    root = Path(__file__).parents[3]
    packages = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]
    assert "pipelines" in packages["packages"]
    assert (FOLDER / "env.py").exists()


def made_again_at(revision, store, url):
    """The store as a program of that version would have it: its tables, and of the rows what they had room for."""
    with store.reading() as connection:
        rows = {
            table.name: connection.execute(select(table)).mappings().all() for table in metadata.sorted_tables
        }
    with store.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    store.close()
    if url.startswith("sqlite"):
        Path(make_url(url).database).unlink()
    engine = build(address(url))
    with writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        had = MetaData()
        had.reflect(connection)
        for table in metadata.sorted_tables:
            if table.name in had.tables and rows[table.name]:
                room = had.tables[table.name].columns
                kept = [
                    {name: value for name, value in row.items() if name in room} for row in rows[table.name]
                ]
                connection.execute(insert(table), kept)
                for column in table.primary_key.columns:
                    if connection.dialect.name == "postgresql" and isinstance(column.type, Integer):
                        name = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
                        connection.execute(text(f"SELECT setval({name}, {len(kept)})"))
    engine.dispose()


def test_a_store_from_before_judgements_is_brought_up_to_date_with_all_it_knew(store, url):
    [saved] = keep(store, notice())
    before = store.matters.show(saved.matter)
    made_again_at("0001", store, url)
    upgraded = open_store(url)
    assert upgraded.upgraded_from == "0001"
    with upgraded.engine.connect() as connection:
        own = {"compare_type": True, "include_name": lambda name, *_: not str(name).startswith(SEARCH)}
        context = MigrationContext.configure(connection, opts=own)
        assert compare_metadata(context, metadata) == []
    assert upgraded.matters.show(saved.matter) == before
    assert upgraded.matters.show(saved.matter, NOW) == before
    assert upgraded.matters.mark(saved.matter, relevant=True, by="li", reason="yes", now=NOW)
    upgraded.close()
