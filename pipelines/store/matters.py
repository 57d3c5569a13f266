"""Matters: what belongs together, today or as it was known then. The door for readers and for people's word.

Where an article belongs is decided by `pipelines.matter` and written by `settling`, in the article's own
transaction. Never compares texts itself.
"""

from __future__ import annotations

import builtins
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, case, func, or_, select

from pipelines.silence import About, Silence
from pipelines.store import people, undoing
from pipelines.store.dialect import among
from pipelines.store.engine import reading, writing
from pipelines.store.judgements import Judgement, Marks, judgements, marks
from pipelines.store.reviewing import unreviewed
from pipelines.store.rows import Row, joined
from pipelines.store.schema import articles, matter_keys, matter_links, matters
from pipelines.store.silences import silence, silences
from pipelines.store.taking import Taken, take, taken
from pipelines.store.then import judgements_then, matter_then, matters_then


class Matters:
    """The matters of a store. Raises StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(
        self,
        *,
        limit: int = 100,
        since: datetime | None = None,
        matched: bool = True,
        as_of: datetime | None = None,
    ) -> list[Row]:
        """The matters that moved last: their columns, `articles` and `matched` (how many), `topics`, `taken`.

        With `matched` only those with an article that people would be told of; with `as_of` those that
        were known then, as they were.
        """
        if as_of is not None:
            with reading(self._engine) as connection:
                return [_counted(row) for row in matters_then(connection, as_of, limit, matched=matched)]
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
            ids = [row["id"] for row in rows]
            topics, words = _topics(connection, ids), taken(connection, ids)
        return [row | {"topics": topics.get(row["id"], []), "taken": words.get(row["id"])} for row in rows]

    def to_review(self, limit: int = 100) -> builtins.list[Row]:
        """The articles that a person should look at and nobody has marked: joined rows.

        Those that matched first, then those near a rule, then the rest; the latest of each first.
        """
        with reading(self._engine) as connection:
            query = (
                select(articles)
                .where(unreviewed(connection))
                .order_by(
                    articles.c.matched.desc(),
                    case((articles.c.near_rule != "", 0), else_=1),
                    articles.c.first_seen.desc(),
                    articles.c.id,
                )
                .limit(limit)
            )
            return joined(connection, connection.execute(query).mappings().all())

    def show(self, matter: str, as_of: datetime | None = None) -> Row | None:
        """A matter: its columns, `keys`, `cites`, `cited_by` (ids) and `articles` (joined rows, by time).

        Also `taken` (who has it, or None), `judgements`, and `joined_from`, the matters that people joined to
        it; one that was joined to another is shown as that other one. With `as_of` as it was known then; None
        where it was not.
        """
        with reading(self._engine) as connection:
            if as_of is not None:
                return matter_then(connection, matter, as_of)
            moved = select(func.coalesce(matters.c.joined, matters.c.id)).where(matters.c.id == matter)
            query = select(matters).where(matters.c.id == moved.scalar_subquery())
            row = connection.execute(query).mappings().one_or_none()
            return None if row is None else _shown(connection, dict(row))

    def mark(
        self, target: str, *, relevant: bool, because: str = "", by: str, reason: str, now: datetime
    ) -> int:
        """Say that an article or a matter is relevant, or not and why. The event's number.

        Raises ConfigError for what is not known, as do the other judgements.
        """
        with writing(self._engine) as connection:
            return people.mark(
                connection, target, relevant=relevant, because=because, by=by, reason=reason, now=now
            )

    def join(self, names: Sequence[str], *, by: str, reason: str, now: datetime) -> int:
        """Make these matters one, the first named; later articles of any of them come there. The event."""
        with writing(self._engine) as connection:
            return people.join(connection, names, by=by, reason=reason, now=now)

    def split(
        self, matter: str, articles_: Sequence[str], *, by: str, reason: str, now: datetime
    ) -> tuple[int, str]:
        """Take these articles out into a matter that the first of them opens. The event, the new matter."""
        with writing(self._engine) as connection:
            return people.split(connection, matter, articles_, by=by, reason=reason, now=now)

    def take(self, matter: str, *, by: str, reason: str, now: datetime, to: str | None = None) -> int:
        """`by` takes the matter, or gives it `to` somebody. The event; the old one where nothing changes."""
        with writing(self._engine) as connection:
            return take(connection, matter, by=by, reason=reason, now=now, to=to)

    def taken(self, names: Collection[str], until: datetime | None = None) -> Mapping[str, Taken]:
        """Who has each of these matters (at `until`); what is nobody's is left out."""
        with reading(self._engine) as connection:
            return taken(connection, names, until)

    def silence(
        self, about: About, value: str, until: datetime, *, by: str, reason: str, now: datetime
    ) -> int:
        """Tell nothing of this matter, topic, source or rule until then. The event's number."""
        with writing(self._engine) as connection:
            return silence(connection, about, value, until, by, reason, now)

    def silences(self, at: datetime, *, everything: bool = False) -> builtins.list[Silence]:
        """The silences in force at that time (`everything`: and those that were over), the oldest first."""
        with reading(self._engine) as connection:
            return silences(connection, at, everything=everything)

    def judgements(self, at: datetime, *, limit: int = 100) -> builtins.list[tuple[Judgement, str]]:
        """What people said and pressed by then, the latest first, and what that was about, as called then."""
        with reading(self._engine) as connection:
            return judgements_then(connection, at, limit)

    def undo(self, event: int, *, by: str, reason: str, now: datetime) -> int:
        """Take a judgement back. The number of the event that says so."""
        with writing(self._engine) as connection:
            return undoing.undo(connection, event, by=by, reason=reason, now=now)

    def marks(self) -> Marks:
        """The marks that stand."""
        with reading(self._engine) as connection:
            return marks(connection)


def _shown(connection: Connection, row: Row) -> Row:
    matter = row["id"]
    when = func.coalesce(articles.c.published, articles.c.first_seen)
    query = select(articles).where(articles.c.matter == matter).order_by(when, articles.c.id)
    members = joined(connection, connection.execute(query).mappings().all())
    others = connection.execute(select(matters.c.id).where(matters.c.joined == matter)).scalars().all()
    group = {matter, *others}
    citing, cited = matters.alias(), matters.alias()
    query = (
        select(
            func.coalesce(citing.c.joined, citing.c.id).label("matter"),
            func.coalesce(cited.c.joined, cited.c.id).label("cites"),
        )
        .select_from(matter_links)
        .join(citing, citing.c.id == matter_links.c.matter)
        .join(cited, cited.c.id == matter_links.c.cites)
        .where(or_(among(connection, citing.c.id, group), among(connection, cited.c.id, group)))
    )
    links = [link for link in connection.execute(query) if link.matter != link.cites]
    keys = select(matter_keys.c.key).where(matter_keys.c.matter == matter).order_by(matter_keys.c.key)
    return row | {
        "keys": sorted(connection.execute(keys).scalars()),
        "cites": sorted({link.cites for link in links if link.matter == matter}),
        "cited_by": sorted({link.matter for link in links if link.cites == matter}),
        "joined_from": sorted(others),
        "taken": taken(connection, [matter]).get(matter),
        "articles": members,
        "judgements": judgements(connection, group, [one["id"] for one in members]),
    }


def _topics(connection: Connection, ids: Collection[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    query = select(articles.c.matter, articles.c.topics).where(
        among(connection, articles.c.matter, ids), articles.c.matched.is_(True)
    )
    for row in connection.execute(query.order_by(articles.c.first_seen, articles.c.id)):
        found[row.matter] += [topic for topic in row.topics if topic not in found[row.matter]]
    return found


def _counted(row: Row) -> Row:
    """A matter with its articles as the list shows it: how many, how many matched, their topics."""
    matched = [one for one in row["articles"] if one["matched"]]
    topics = list(dict.fromkeys(topic for one in matched for topic in one["topics"]))
    return row | {"articles": len(row["articles"]), "matched": len(matched), "topics": topics}
