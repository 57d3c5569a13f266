"""The end of a first round: which sources finished their baseline, and what it holds. Told once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from pipelines.store.dialect import insert_new, one_at_a_time
from pipelines.store.schema import articles, meta, sources

if TYPE_CHECKING:
    from pipelines.store import Store

RECENT = timedelta(days=30)
NEWEST = 5
TOLD = "baseline_told"


def unread(store: Store, wanted: Collection[str]) -> set[str]:
    """Those of these sources that have not ended a turn yet, well or not."""
    with store.reading() as connection:
        seen = set(connection.scalars(select(sources.c.id).where(sources.c.last_turn.is_not(None))))
    return set(wanted) - seen


def told(store: Store) -> bool:
    """True once people were told of the store's first round."""
    return store.meta.get(TOLD) is not None


def summarise(store: Store, now: datetime, *, missing: int = 0) -> int:
    """Write one intent for the first round of a store, later one for each source added; how many.

    Sources whose baseline is complete and untold are told of now, in one transaction. `missing` is how
    many of the first round's sources have not been read yet: its message says so.
    """
    with store.writing() as connection:
        one_at_a_time(connection, ["baseline"])
        done = connection.execute(
            select(sources.c.id).where(sources.c.baseline_at.is_not(None), sources.c.summarised.is_(False))
        )
        ids = sorted(done.scalars())
        if not ids:
            return 0
        first = connection.scalar(select(meta.c.value).where(meta.c.name == TOLD)) is None
        groups = [ids] if first else [[identity] for identity in ids]
        for group in groups:
            detail = _count(connection, group, now) | {"first": first, "sources": group}
            if first and missing:
                detail["missing"] = missing
            subject = "first round" if first else group[0]
            store.outbox.intend(connection, "baseline", subject, at=now, detail=detail)
        connection.execute(update(sources).where(sources.c.id.in_(ids)).values(summarised=True))
        if first:
            connection.execute(insert_new(connection, meta).values(name=TOLD, value=now.isoformat()))
        return len(groups)


def _count(connection: Any, group: Collection[str], now: datetime) -> dict[str, Any]:
    """How many articles these sources' baselines hold, how many of them match, the newest matches."""
    of_group = articles.c.source.in_(group)
    told = (of_group, articles.c.matched.is_(True), articles.c.disposition == "baseline")
    when = func.coalesce(articles.c.published, articles.c.first_seen)
    newest = connection.execute(
        select(
            articles.c.id, articles.c.title, articles.c.url, articles.c.published, articles.c.published_day
        )
        .where(*told)
        .order_by(when.desc(), articles.c.id)
        .limit(NEWEST)
    )
    return {
        "articles": connection.scalar(select(func.count()).where(of_group)),
        "matched": connection.scalar(select(func.count()).where(*told)),
        "recent": connection.scalar(select(func.count()).where(*told, when >= now - RECENT)),
        "newest": [
            {
                "article": row.id,
                "title": row.title,
                "url": row.url,
                "published": (row.published_day or row.published).isoformat() if row.published else "",
            }
            for row in newest
        ],
    }
