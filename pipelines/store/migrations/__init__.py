"""Brings a store's tables to the version this program speaks. One version, one file, one transaction.

Steps are Alembic revisions in `versions/`, numbered 0001, 0002 …, shipped in the wheel. Never touches a
store that is newer than the program, and never goes back: an older program needs an older backup.
"""

from __future__ import annotations

import io
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, Table, Text, inspect, select

from crawlers.errors import StoreError
from pipelines.store.dialect import one_at_a_time
from pipelines.store.engine import reading, writing

VERSIONS: tuple[str, ...] = (
    *("0001", "0002", "0003", "0004", "0005"),
    *("0006", "0007", "0008", "0009", "0010"),
    *("0011", "0012", "0013", "0014"),
)
"""Every version this program knows, oldest first; the last is what it speaks."""

FOLDER = Path(__file__).parent

_versions = Table("alembic_version", MetaData(), Column("version_num", Text))


def version(connection: Connection) -> str:
    """The version of the store's tables, or an empty string where it has none yet."""
    if not inspect(connection).has_table(_versions.name):
        return ""
    return connection.execute(select(_versions.c.version_num)).scalar() or ""


def ensure(engine: Engine, *, upgrade: bool) -> str:
    """Make the tables what the program speaks; the version they had before.

    Raises StoreError where they are newer, or older while `upgrade` is false.
    """
    with reading(engine) as connection:
        had = version(connection)
    _refuse_newer(had)
    if had == VERSIONS[-1]:
        return had
    if not upgrade:
        raise StoreError(
            f"the store is of version {had or 'none'}, this program needs {VERSIONS[-1]}",
            "Run `gatewatch db upgrade`.",
        )
    with writing(engine) as connection:
        one_at_a_time(connection, ["migrations"])
        now_has = version(connection)  # another process may have been quicker
        _refuse_newer(now_has)
        if now_has != VERSIONS[-1]:
            _upgrade(connection)
    return had


def _refuse_newer(found: str) -> None:
    if found and found not in VERSIONS:
        raise StoreError(
            f"the store is of version {found}, newer than this program (it knows up to {VERSIONS[-1]})",
            "Upgrade Gatewatch, or restore a backup that this version made.",
        )


def _upgrade(connection: Connection) -> None:
    # Late: Alembic brings Mako and takes a tenth of a second, for something needed once a release.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
