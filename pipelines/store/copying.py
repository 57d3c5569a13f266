"""A consistent copy of a store in one SQLite file, whatever engine it is on, while others go on writing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, insert, select

from crawlers.errors import StoreError
from pipelines.store.engine import address, build, masked, reading, sqlite_file, writing
from pipelines.store.faults import told_plainly
from pipelines.store.migrations import ensure, version
from pipelines.store.schema import metadata

_AT_ONCE = 500


def copy_to(engine: Engine, file: Path) -> None:
    """Write one moment of the store to `file`, which must not exist. Raises StoreError."""
    if file.exists():
        raise StoreError(f"{file} exists already", "Name another file.")
    if engine.dialect.name == "sqlite":
        _copy_pages(engine, file)
    else:
        _copy_rows(engine, file)


def copy_as_it_is(url: str, file: Path) -> bool:
    """Copy the store at this address, of whatever version it is, to `file`; False where there is none.

    Raises StoreError; also where a PostgreSQL store is older than this program, which cannot read its rows.
    """
    where = address(url)
    source = sqlite_file(where)
    if source is not None and not source.exists():
        return False
    engine = build(where)
    try:
        with reading(engine) as connection:
            if not version(connection):
                return False
        if source is None:
            ensure(engine, upgrade=False)
        copy_to(engine, file)
    finally:
        engine.dispose()
    return True


def _copy_pages(engine: Engine, file: Path) -> None:
    with told_plainly(masked(engine.url)), engine.connect() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        try:
            with closing(sqlite3.connect(file)) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        except sqlite3.Error as error:
            raise StoreError(
                f"the store cannot be copied to {file}: {error}", "Is there room on the disk?"
            ) from error


def _copy_rows(engine: Engine, file: Path) -> None:
    copy = build(address(f"sqlite:///{file}"))
    try:
        ensure(copy, upgrade=True)
        with reading(engine) as source, writing(copy) as target:
            for table in metadata.sorted_tables:
                found = source.execute(select(table), execution_options={"yield_per": _AT_ONCE})
                for part in found.mappings().partitions():
                    target.execute(insert(table), [dict(row) for row in part])
        with copy.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        copy.dispose()
