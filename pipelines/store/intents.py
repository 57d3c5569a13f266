"""What people should be told, written down in the transaction of the fact itself.

An intent is unique by kind and subject, so that a repeated fact is told once. Never routes, never sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from pipelines.store.dialect import insert_new
from pipelines.store.schema import articles, intents


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


def with_article() -> Select[Any]:
    """Intents with what is asked of their article to route or to silence them.

    `here` is the matter that it lies in now.
    """
    return select(
        intents, articles.c.tier, articles.c.severity, articles.c.topics, articles.c.lang,
        func.coalesce(articles.c.matter, intents.c.matter).label("here"),
    ).outerjoin(articles, articles.c.id == intents.c.article)  # fmt: skip


def count_of(connection: Connection, kind: str, source: str) -> int:
    """How many intents of this kind the source has had."""
    query = (
        select(func.count()).select_from(intents).where(intents.c.kind == kind, intents.c.source == source)
    )
    return int(connection.execute(query).scalar_one())
