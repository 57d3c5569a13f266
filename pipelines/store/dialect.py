"""The few phrases that SQLite and PostgreSQL say differently. Everything else in the store is one text.

Knows no table, keeps no state.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Float,
    FromClause,
    Table,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy import any_ as any_of
from sqlalchemy.dialects import postgresql, sqlite

# julianday() counts days from noon of -4713-11-24; 2440587.5 is 1970. unixepoch('subsec') needs
# SQLite 3.42, Debian 12 has 3.40. PostgreSQL's now() stands still in a transaction, this one does not.
_CLOCKS = {
    "sqlite": "(julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "CAST(extract(epoch FROM clock_timestamp()) AS double precision)",
}

_LONGEST_KEY = 1500


def clock(connection: Connection) -> ColumnElement[float]:
    """The database's own clock as an expression: seconds since 1970."""
    return literal_column(_CLOCKS[connection.dialect.name], Float())


def now(connection: Connection) -> float:
    """The database's own clock, read now: seconds since 1970."""
    return float(connection.execute(select(clock(connection))).scalar_one())


def running(connection: Connection) -> tuple[int, int]:
    """The oldest write that is not over yet, and the number that the next one gets; equal: none is open.

    Rows get their numbers before they are committed: only what came before the oldest is all there. SQLite
    has one writer, whose rows come in order.
    """
    if connection.dialect.name != "postgresql":
        return 0, 0
    here = func.txid_current_snapshot()
    oldest, following = connection.execute(
        select(func.txid_snapshot_xmin(here), func.txid_snapshot_xmax(here))
    ).one()
    return int(oldest), int(following)


def insert_new(connection: Connection, into: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT into this table that leaves a row that is there already as it is."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(into).on_conflict_do_nothing()
    return sqlite.insert(into).on_conflict_do_nothing()


def insert_over(
    connection: Connection, into: Table, key: str, *, where: str = ""
) -> sqlite.Insert | postgresql.Insert:
    """An INSERT whose rows take the place of those with their key; with `where`, if that column is true."""
    new: sqlite.Insert | postgresql.Insert
    new = postgresql.insert(into) if connection.dialect.name == "postgresql" else sqlite.insert(into)
    values = {column.name: new.excluded[column.name] for column in into.columns}
    only = new.excluded[where] if where else None
    return new.on_conflict_do_update(index_elements=[key], set_=values, where=only)


def among(connection: Connection, tested: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
    """`tested IN (values)` with one parameter, however many values there are."""
    if connection.dialect.name == "postgresql":
        return tested == any_of(cast(bindparam(None, list(values), ARRAY(Text)), ARRAY(Text)))
    rows: FromClause = func.json_each(json.dumps(list(values))).table_valued("value")
    return tested.in_(select(rows.c.value))


def one_at_a_time(connection: Connection, names: Iterable[str]) -> None:
    """Wait until no other writer works under one of these names, until the end of the transaction.

    SQLite has one writer at a time anyway. On PostgreSQL these are advisory locks, taken in one
    order so that two writers cannot wait for each other.
    """
    if connection.dialect.name != "postgresql":
        return
    digests = (hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest() for name in names)
    numbers = sorted({int.from_bytes(digest[:8], "big", signed=True) for digest in digests})
    each = func.unnest(cast(bindparam(None, numbers, ARRAY(BigInteger)), ARRAY(BigInteger))).column_valued()
    connection.execute(select(func.pg_advisory_xact_lock(each)))


def size(connection: Connection) -> int:
    """How many bytes the store takes, without SQLite's write-ahead log."""
    if connection.dialect.name == "postgresql":
        return int(connection.execute(select(func.pg_database_size(func.current_database()))).scalar_one())
    pages, page = (
        int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()) for name in ("page_count", "page_size")
    )
    return pages * page


def text(value: str) -> str:
    """The text without what a database refuses: NUL (PostgreSQL) and lone surrogates (both)."""
    if "\0" in value:
        value = value.replace("\0", "")
    return value if value.isascii() else value.encode("utf-8", "ignore").decode("utf-8")


def short(key: str) -> str:
    """The key as the store keeps it, hashed where long: PostgreSQL indexes nothing above 2,700 bytes."""
    kept = text(key)
    raw = kept.encode()
    if len(raw) <= _LONGEST_KEY:
        return kept
    return raw[: _LONGEST_KEY // 2].decode("utf-8", "ignore") + "#" + hashlib.sha256(raw).hexdigest()


def dump(value: Any) -> str:
    """JSON as the store keeps it: Chinese readable, nothing that a database refuses."""
    return text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
