"""Opens the database: an address in, a SQLAlchemy engine out, set up so that a commit survives power loss.

SQLite: write-ahead log, foreign keys, 30 seconds of patience, synchronous FULL, and BEGIN IMMEDIATE for
whoever means to write (a reader that turns writer in mid-transaction cannot wait, it fails). PostgreSQL:
read committed for writing, one snapshot for reading. Knows no table; creates none.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from crawlers.errors import StoreError
from pipelines.store.dialect import dump
from pipelines.store.faults import told_plainly

PATIENCE = 30.0
"""Seconds to wait for another writer, and for a connection of the pool."""

_FROZEN = 20.0
_PAUSE = 0.05
_WRITING = "gatewatch_writing"
_KINDS = "Write sqlite:///path/to/file or postgresql://user:password@host/database."


def address(url: str) -> URL:
    """The address read. `postgres://` and `postgresql://` are one. Raises StoreError, never quoting it."""
    scheme, colon, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        scheme = "postgresql+psycopg"
    try:
        read = make_url(f"{scheme}{colon}{rest}")
    except (ArgumentError, ValueError):
        # `from None`: the parser's own words may carry a piece of the password
        raise StoreError("the address of the database cannot be read", _KINDS) from None
    if read.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise StoreError(f"the store does not speak {read.drivername!r}", _KINDS)
    if scheme != "sqlite" and "@" in f"{read.host}{read.database}":
        # a piece of the password would be taken for the host or the name, and shown
        raise StoreError("the address of the database cannot be read", "Write an @ in the password as %40.")
    if read.get_backend_name() == "sqlite" and read.database in {None, "", ":memory:"}:
        raise StoreError("the store needs a file, not a database in memory", _KINDS)
    return read


def masked(url: URL) -> str:
    """The address for people, without a password, wherever it stands."""
    secret = [name for name in url.query if "pass" in name.lower()]
    shown = url.difference_update_query(secret).render_as_string(hide_password=True)
    return shown if not secret else f"{shown} ({', '.join(secret)} hidden)"


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite store, or None for PostgreSQL."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def build(url: URL) -> Engine:
    """An engine for this address; connects to nothing yet. Raises StoreError where the driver is missing."""
    settings: dict[str, Any] = {
        "hide_parameters": True,
        "json_serializer": dump,
        "pool_timeout": PATIENCE,
    }
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": PATIENCE}, **settings)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    arguments: dict[str, Any] = {"application_name": "gatewatch", "connect_timeout": 10}
    if "options" not in url.query:
        # A worker frozen in mid-transaction lets go of its locks before others lose their patience.
        limits = {"lock_timeout": PATIENCE, "idle_in_transaction_session_timeout": _FROZEN}
        arguments["options"] = " ".join(f"-c {name}={limit * 1000:.0f}ms" for name, limit in limits.items())
    try:
        return create_engine(url, connect_args=arguments, pool_pre_ping=True, **settings)
    except ImportError:
        raise StoreError(
            "PostgreSQL needs the package psycopg, which is not installed",
            "Install it with: pip install 'gatewatch[postgresql]'",
        ) from None


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the store throughout, and writes nothing."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with told_plainly(masked(engine.url)), engine.execution_options(**options).connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may write: committed at the end of the block, undone if it raises.

    Never open one inside another of the same thread: on SQLite the inner one would wait for the outer.
    """
    with told_plainly(masked(engine.url)), engine.execution_options(**{_WRITING: True}).begin() as connection:
        yield connection


def _prepare_sqlite(raw: Any, record: ConnectionPoolEntry) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    raw.isolation_level = None  # we say BEGIN ourselves: the module would say it late, and DEFERRED
    cursor = raw.cursor()
    _keep_log(cursor)
    cursor.execute("PRAGMA synchronous = FULL")  # an alert that was promised must outlive a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _keep_log(cursor: sqlite3.Cursor) -> None:
    """Write ahead. SQLite does not wait where two processes turn one file over: so we do."""
    for left in reversed(range(max(1, round(PATIENCE / _PAUSE)))):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if left == 0 or "locked" not in str(error):
                raise
            time.sleep(_PAUSE)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
