"""What people should be told, written down in the transaction of the fact itself.

An intent is unique by kind and subject, so that a repeated fact is told once. Never routes, never sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from pipelines.store.dialect import insert_new
from pipelines.store.schema import intents


def intend(
    connection: Connection,
    kind: str,
    subject: str,
    *,
    at: datetime,
    article: str | None = None,
    matter: str | None = None,
    source: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> bool:
    """Write an intent; False where this kind and subject was intended before."""
    made = connection.execute(
        insert_new(connection, intents)
        .values(
            kind=kind,
            subject=subject,
            article=article,
            matter=matter,
            source=source,
            detail=dict(detail or {}),
            at=at,
            routed=False,
        )
        .returning(intents.c.id)
    )
    return made.scalar_one_or_none() is not None


def count_of(connection: Connection, kind: str, source: str) -> int:
    """How many intents of this kind the source has had."""
    query = (
        select(func.count()).select_from(intents).where(intents.c.kind == kind, intents.c.source == source)
    )
    return int(connection.execute(query).scalar_one())
