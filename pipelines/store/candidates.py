"""Finds the matters that an article may belong to, by its keys. Never decides; `pipelines.matter` does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, func, select

from pipelines.matter import Candidate
from pipelines.store.dialect import among, short
from pipelines.store.schema import articles, matter_keys, matters

EXTRACT = 6_000
"""Code points of an opening article's text that a candidate carries."""


def candidates(connection: Connection, keys: Collection[str]) -> list[Candidate]:
    """The matters that one of these keys leads to, the oldest first."""
    if not keys:
        return []
    found = list(
        connection.execute(
            select(matter_keys.c.matter)
            .where(among(connection, matter_keys.c.key, {short(key) for key in keys}))
            .distinct()
        ).scalars()
    )
    if not found:
        return []
    of_matter: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for row in connection.execute(select(matter_keys).where(among(connection, matter_keys.c.matter, found))):
        of_matter[row.matter].append((row.key, row.official))
    private = func.substr(articles.c.private_text, 1, EXTRACT)
    opened = func.coalesce(articles.c.published, articles.c.first_seen)
    openings = connection.execute(
        select(
            matters.c.id,
            articles.c.title,
            opened.label("opened_at"),
            articles.c.tier,
            articles.c.authority,
            private.label("private"),
            func.substr(articles.c.text, 1, EXTRACT).label("text"),
        )
        .join(articles, articles.c.id == matters.c.opened_by)
        .where(among(connection, matters.c.id, found))
        .order_by(matters.c.opened, matters.c.id)
    )
    return [
        Candidate(
            matter=row.id,
            title=row.title,
            opened_at=row.opened_at,
            opened_by_tier=row.tier,
            extract=row.private or row.text,
            authority=row.authority,
            keys=tuple(sorted(of_matter[row.id])),
        )
        for row in openings
    ]
