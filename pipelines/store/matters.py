"""Matters: what belongs together. Finds candidates, writes down where an article belongs, and reads.

Where an article belongs is decided by `pipelines.matter`, in the article's own transaction, from the
candidates read here. Never compares texts itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine, case, func, or_, select, update

from crawlers.article import Article
from pipelines.match import Facts
from pipelines.matter import Candidate, Placement
from pipelines.store.dialect import among, insert_new, insert_over, short, text
from pipelines.store.engine import reading
from pipelines.store.rows import Row, joined
from pipelines.store.schema import articles, matter_keys, matter_links, matters

EXTRACT = 6_000
"""Code points of an opening article's text that a candidate carries."""


class Matters:
    """The matters of a store. Raises StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self, *, limit: int = 100, since: datetime | None = None, matched: bool = True) -> list[Row]:
        """The matters that moved last: their columns, `articles` and `matched` (how many), `topics`.

        With `matched` only those with an article that people would be told of.
        """
        told = func.sum(case((articles.c.matched, 1), else_=0))
        query = (
            select(matters, func.count().label("articles"), told.label("matched"))
            .join(articles, articles.c.matter == matters.c.id)
            .group_by(*matters.c)
            .order_by(matters.c.updated.desc(), matters.c.id)
            .limit(limit)
        )
        if since is not None:
            query = query.where(matters.c.updated >= since)
        if matched:
            query = query.having(told > 0)
        with reading(self._engine) as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            topics = _topics(connection, [row["id"] for row in rows])
        return [row | {"topics": topics.get(row["id"], [])} for row in rows]

    def show(self, matter: str) -> Row | None:
        """A matter: its columns, `keys`, `cites`, `cited_by` (ids) and `articles` (joined rows, by time)."""
        with reading(self._engine) as connection:
            row = connection.execute(select(matters).where(matters.c.id == matter)).mappings().one_or_none()
            if row is None:
                return None
            when = func.coalesce(articles.c.published, articles.c.first_seen)
            members = connection.execute(
                select(articles).where(articles.c.matter == matter).order_by(when, articles.c.id)
            )
            links = connection.execute(
                select(matter_links).where(
                    or_(matter_links.c.matter == matter, matter_links.c.cites == matter)
                )
            ).all()
            keys = connection.execute(
                select(matter_keys.c.key).where(matter_keys.c.matter == matter).order_by(matter_keys.c.key)
            )
            return dict(row) | {
                "keys": list(keys.scalars()),
                "cites": sorted(link.cites for link in links if link.matter == matter),
                "cited_by": sorted(link.matter for link in links if link.cites == matter),
                "articles": joined(connection, members.mappings().all()),
            }


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


def _topics(connection: Connection, ids: Collection[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    query = select(articles.c.matter, articles.c.topics).where(
        among(connection, articles.c.matter, ids), articles.c.matched.is_(True)
    )
    for row in connection.execute(query.order_by(articles.c.first_seen, articles.c.id)):
        found[row.matter] += [topic for topic in row.topics if topic not in found[row.matter]]
    return found
