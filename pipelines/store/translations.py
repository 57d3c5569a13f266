"""Machine translations that were made, so that none is asked for twice. Nothing is decided by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from pipelines.store import dialect
from pipelines.store.schema import translations


def known(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """The translations kept under these keys."""
    query = select(translations.c.key, translations.c.text).where(translations.c.key.in_(list(keys)))
    return {row.key: row.text for row in connection.execute(query)}


def keep(connection: Connection, found: Mapping[str, str], target: str, at: datetime) -> None:
    """Keep translations; one that another process kept meanwhile stays."""
    for key, text in found.items():
        row = dialect.insert_new(connection, translations).values(key=key, target=target, text=text, at=at)
        connection.execute(row)
