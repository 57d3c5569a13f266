"""The store: one database, opened, with its parts. The only way in for everything outside this folder.

    store = open_store("sqlite:///gatewatch.db")
    store.schedule   which source is due, who holds it          store.events   what happened
    store.articles   what was said and what we concluded        store.meta     single facts
    store.matters    what belongs together                      store.outbox   what people are told

Thread-safe; one store serves a process. Never shows a password.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, select

from crawlers.errors import ConfigError, StoreError
from pipelines.store import dialect
from pipelines.store.engine import address, build, masked, reading, sqlite_file, writing
from pipelines.store.events import Events
from pipelines.store.migrations import ensure
from pipelines.store.schedule import DatabaseSchedule
from pipelines.store.schema import meta

if TYPE_CHECKING:
    from pipelines.store.articles import Articles
    from pipelines.store.matters import Matters
    from pipelines.store.outbox import Outbox


class Meta:
    """Single facts about the store, by name. Raises StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, name: str) -> str | None:
        """The fact, or None."""
        with reading(self._engine) as connection:
            return connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar_one_or_none()

    def set(self, name: str, value: str) -> None:
        """Keep the fact in the place of the former one."""
        with writing(self._engine) as connection:
            connection.execute(dialect.insert_over(connection, meta, "name").values(name=name, value=value))


class Store:
    """An open store. Raises StoreError, whatever part is asked."""

    def __init__(self, engine: Engine, upgraded_from: str) -> None:
        self.engine = engine
        self.url = masked(engine.url)
        self.upgraded_from = upgraded_from
        """The version the tables had before they were opened; empty where they were made."""
        self.schedule = DatabaseSchedule(engine)
        self.events = Events(engine)
        self.meta = Meta(engine)

    @cached_property
    def articles(self) -> Articles:
        """What sources said, and what we concluded."""
        from pipelines.store.articles import Articles  # noqa: PLC0415 - a scheduler needs no articles

        return Articles(self.engine)

    @cached_property
    def matters(self) -> Matters:
        """What belongs together."""
        from pipelines.store.matters import Matters  # noqa: PLC0415 - likewise

        return Matters(self.engine)

    @cached_property
    def outbox(self) -> Outbox:
        """What people are told."""
        from pipelines.store.outbox import Outbox  # noqa: PLC0415 - it is built on the store

        return Outbox(self)

    def now(self) -> float:
        """The database's clock, seconds since 1970."""
        return self.schedule.now()

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that sees one moment throughout and writes nothing."""
        return reading(self.engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that may write. Never open one inside another of the same thread."""
        return writing(self.engine)

    def size(self) -> int:
        """Bytes on disk."""
        with self.reading() as connection:
            return dialect.size(connection)

    def copy_to(self, file: Path) -> None:
        """Write one moment of the store into a new SQLite file; others may go on writing."""
        from pipelines.store.copying import copy_to  # noqa: PLC0415 - for backups and rehearsals only

        copy_to(self.engine, file)

    def close(self) -> None:
        """Give all connections back; the store can still be used and opens new ones."""
        self.engine.dispose()


def open_store(url: str, *, upgrade: bool = True) -> Store:
    """Open the store at `sqlite:///path`, `postgresql://…` or `postgres://…`; bring its tables up to date.

    Makes the folder and the file of a SQLite store, unless `upgrade` is false. Raises StoreError: it is
    newer than the program, damaged, locked for 30 seconds, not reachable, or its driver is missing.
    Raises ConfigError where its folder cannot be made or written to.
    """
    where = address(url)
    file = sqlite_file(where)
    if file is not None:
        if not upgrade and not file.exists():
            raise StoreError(
                f"there is no store at {file}", "Run `gatewatch crawl` or `gatewatch db upgrade` once."
            )
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"the folder {file.parent} cannot be made: {error.strerror}", "Choose another with --home."
            ) from error
        if not file.exists() and not os.access(file.parent, os.W_OK | os.X_OK):
            remedy = "Change its rights, or choose another with --home."
            raise ConfigError(f"the folder {file.parent} cannot be written to", remedy)
    engine = build(where)
    try:
        return Store(engine, ensure(engine, upgrade=upgrade))
    except BaseException:
        engine.dispose()
        raise
