"""What a database says when it fails, in words an operator can act on. Wrapped once, here.

Never shows a password: an address is rendered masked, the parameters of a statement are hidden by
the engine, and an address that cannot be read is not quoted at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from crawlers.errors import StoreError

_SQLITE: tuple[tuple[str, str, str], ...] = (
    (
        "database is locked",
        "the store was locked by another program for 30 seconds",
        "Close what holds the file (a database browser, a copy tool), then run the command again.",
    ),
    (
        "database or disk is full",
        "the disk of the store is full",
        "Free some space; nothing was half stored, and the next run catches up.",
    ),
    (
        "file is not a database",
        "the file of the store is not a database",
        "Move it away and bring back a copy with `gatewatch db restore FILE`.",
    ),
    (
        "malformed",
        "the store is damaged",
        "Move its file away and bring back a copy with `gatewatch db restore FILE`.",
    ),
    (
        "unable to open database file",
        "the file of the store cannot be opened",
        "Check that its folder exists and that this user may write there.",
    ),
    (
        "readonly database",
        "the store cannot be written",
        "Give this user the right to write to its file and folder.",
    ),
    ("disk i/o error", "the disk of the store answers with errors", "Check the disk before anything else."),
)

_POSTGRESQL: tuple[tuple[str, str, str], ...] = (
    ("28", "the database refuses the user or the password", "Correct DATABASE_URL."),
    ("3D", "the database does not exist", "Create it, or correct the name in DATABASE_URL."),
    ("42501", "the database user lacks a right", "Make it the owner of the database."),
    ("53100", "the disk of the database is full", "Free some space; nothing was half stored."),
    ("53300", "the database has no connection left", "Raise max_connections, or run fewer workers."),
    ("53", "the database is out of resources", "See the server's own log."),
    ("25006", "the database is read-only", "Point DATABASE_URL at the primary server."),
    (
        "25P03",
        "the worker stood still in the middle of a transaction",
        "The next try goes on where this one stopped.",
    ),
    ("55P03", "a row of the store was locked for 30 seconds", "End the transaction that is left open."),
    ("57P", "the database is shutting down or starting", "The next try goes on where this one stopped."),
    ("40", "the database broke off this transaction", "The next try goes on where this one stopped."),
)


@contextmanager
def told_plainly(name: str) -> Iterator[None]:
    """Turn the database's errors inside the block into StoreError. `name` is the masked address."""
    try:
        yield
    except SQLAlchemyError as error:
        message, remedy = _words(error)
        raise StoreError(f"{message} ({name})", remedy) from error


def _words(error: SQLAlchemyError) -> tuple[str, str]:
    origin = error.orig if isinstance(error, DBAPIError) else None
    if origin is None:
        return f"the store failed: {error}", "See the log; if it happens again, report it."
    if isinstance(origin, sqlite3.Error):
        said = str(origin).lower()
        for sign, message, remedy in _SQLITE:
            if sign in said:
                return message, remedy
    state = str(getattr(origin, "sqlstate", None) or "")
    for code, message, remedy in _POSTGRESQL:
        if state.startswith(code):
            return message, remedy
    if isinstance(error, DBAPIError) and (
        error.connection_invalidated or (not state and _unreachable(origin))
    ):
        last = str(origin).strip().splitlines()[-1:]  # libpq names host, user and database, no password
        return (
            f"the database cannot be reached: {''.join(last).rpartition('FATAL:')[2].strip()}",
            "Check that the server runs and that DATABASE_URL names it and its user.",
        )
    return f"the store failed: {origin}", "See the log; if it happens again, report it."


def _unreachable(origin: BaseException) -> bool:
    """True where psycopg gives no SQLSTATE where no session came about, or the line broke."""
    return type(origin).__module__.startswith("psycopg") and type(origin).__name__ in {
        "OperationalError",
        "ConnectionTimeout",
        "InterfaceError",
    }
