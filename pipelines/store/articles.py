"""Articles: what sources said, and beside it what we concluded. The door for writers and readers.

Writing is one transaction an article (`saving`); reading gives joined rows (`rows`). Never fetches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Select, exists, false, func, or_, select, update

from crawlers.lease import Lease, Look
from pipelines.kept_copy import KeptCopy
from pipelines.match import Judged
from pipelines.store.concluding import tell
from pipelines.store.dialect import among, short
from pipelines.store.engine import reading, writing
from pipelines.store.page_tables import kept, looks, versions
from pipelines.store.rows import Row, joined, newest_first, stream
from pipelines.store.saving import Saved, amend, prepare, refer, save
from pipelines.store.schema import articles, matches, sightings
from pipelines.store.texts import keep, twin
from pipelines.store.then import rows_then

__all__ = ["Articles", "Row", "Saved", "keep", "twin"]


class Articles:
    """The articles of a store. Raises StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(
        self,
        judged: Judged,
        lease: Lease | Look | None,
        *,
        entry_key: str,
        now: datetime,
        rule_texts: Mapping[str, tuple[str, str]],
        fresh_after: datetime | None = None,
        copies: Sequence[KeptCopy] = (),
        again: bool = False,
    ) -> Saved:
        """Store an article with its matches, its matter and what to tell, under the lease's token.

        A match of a baseline turn is `baseline`, one published before `fresh_after` (30 days ago) `held`,
        any other `alert`, with its intent. A republication is a `copy` and never told. `copies` is what
        of it lies in the archive. `again`: it is stored, and was read once more. Raises LeaseLost.
        """
        prepared = prepare(judged)
        with writing(self._engine) as connection:
            if again:
                return amend(connection, prepared, lease, now=now, rule_texts_=rule_texts, copies=copies)
            return save(
                connection,
                prepared,
                lease,
                entry_key=entry_key,
                now=now,
                rule_texts_=rule_texts,
                fresh_after=fresh_after,
                copies=copies,
            )

    def baseline_to_intents(self, now: datetime) -> int:
        """Tell of everything that matched in a baseline, the oldest first; how many (`crawl --backfill`)."""
        when = func.coalesce(articles.c.published, articles.c.first_seen)
        with writing(self._engine) as connection:
            waiting = connection.execute(
                select(articles.c.id, articles.c.relation, articles.c.matter, articles.c.source)
                .where(articles.c.matched.is_(True), articles.c.disposition == "baseline")
                .order_by(when, articles.c.id)
                .with_for_update()
            ).all()
            for row in waiting:
                tell(connection, row.id, row.relation, row.matter, row.source, now, asked=True)
            connection.execute(
                update(articles)
                .where(among(connection, articles.c.id, [row.id for row in waiting]))
                .values(disposition="alert")
            )
        return len(waiting)

    def get(self, id_or_url: str) -> Row | None:
        """The joined row of an article, by id, address, key, or a key that some source lists it under."""
        named = short(id_or_url)
        queries = (
            select(articles).where(or_(articles.c.id == named, articles.c.key == named)),
            select(articles).where(articles.c.url == id_or_url).order_by(articles.c.first_seen).limit(1),
            select(articles)
            .join(sightings, sightings.c.article == articles.c.id)
            .where(sightings.c.key == named)
            .order_by(sightings.c.at)
            .limit(1),
        )
        with reading(self._engine) as connection:
            for query in queries:
                found = connection.execute(query).mappings().first()
                if found is not None:
                    return joined(connection, [found])[0]
        return None

    def copies(self, article: str | None = None) -> list[Row]:
        """What lies in the archive (of this article, or of all), oldest first: the columns of `kept`."""
        query = select(kept).order_by(kept.c.at, kept.c.record)
        if article is not None:
            query = query.where(kept.c.article == article)
        with reading(self._engine) as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def refer(self, article: str, copies: Sequence[KeptCopy]) -> None:
        """Note what more of the article lies in the archive."""
        with writing(self._engine) as connection:
            refer(connection, article, copies)

    def page(self, article: str) -> Row | None:
        """How the article's page is, as far as it is looked at: the columns of `looks`."""
        with reading(self._engine) as connection:
            found = connection.execute(select(looks).where(looks.c.article == article)).mappings().first()
        return None if found is None else dict(found)

    def sure(self, article: str) -> None:
        """The page says what is stored: another version that was seen in between was a stale copy."""
        with writing(self._engine) as connection:
            doubted = (looks.c.article == article, looks.c.doubted != "")
            connection.execute(update(looks).where(*doubted).values(doubted=""))

    def versions(self, article: str) -> list[Row]:
        """What the article said before, the oldest first: the columns of `versions`."""
        query = select(versions).where(versions.c.article == article).order_by(versions.c.number)
        with reading(self._engine) as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def recent(self, limit: int = 50, matched: bool | None = None) -> list[Row]:
        """The articles seen last, newest first."""
        with reading(self._engine) as connection:
            return joined(
                connection, connection.execute(newest_first(matched=matched, limit=limit)).mappings().all()
            )

    def rows_for_export(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        by: Literal["first_seen", "published"] = "first_seen",
        topic: str | None = None,
        everything: bool = False,
        as_of: datetime | None = None,
        only: Collection[str] | None = None,
    ) -> Iterator[Row]:
        """The joined rows of matched articles (`everything`: of all) by first_seen and id, one moment's.

        `since` inclusive, `until` exclusive, both of `by`; `topic` keeps what a telling rule has it.
        With `as_of` what was known then, as it was known: its matter, and what had been told. `only` these.
        """
        time = articles.c[by]
        query = select(articles).order_by(articles.c.first_seen, articles.c.id)
        # What was amended since may have matched otherwise: it is judged below, by what it said then.
        amended = (
            exists().where(versions.c.article == articles.c.id, versions.c.until > as_of)
            if as_of
            else false()
        )
        if not everything:
            query = query.where(or_(articles.c.matched.is_(True), amended))
        if since is not None:
            query = query.where(time >= since)
        if until is not None:
            query = query.where(time < until)
        if as_of is not None:
            query = query.where(articles.c.first_seen <= as_of)
        if topic is not None:
            of_topic = exists().where(
                matches.c.article == articles.c.id, matches.c.topic == topic, matches.c.silent.is_(False)
            )
            query = query.where(or_(of_topic, amended))
        with reading(self._engine) as connection:
            for part in stream(connection, _only(connection, query, only)):
                if as_of is None:
                    yield from part
                    continue
                # What matched by a file that came later had not matched then.
                for row in rows_then(connection, part, as_of):
                    topics = {one["topic"] for one in row["matches"] if not one["silent"]}
                    if (everything or row["matched"]) and (topic is None or topic in topics):
                        yield row


def _only(connection: Connection, query: Select[Any], these: Collection[str] | None) -> Select[Any]:
    return query if these is None else query.where(among(connection, articles.c.id, these))
