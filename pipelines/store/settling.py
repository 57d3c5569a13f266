"""Writes down where an article belongs: opens a matter or notes that it moved, keeps its keys and links.

Part of the article's own transaction. A matter that somebody joined to another stands for that other one.
Never decides where something belongs: `pipelines.matter` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from crawlers.article import Article
from pipelines.match import Facts
from pipelines.matter import Placement
from pipelines.store.dialect import among, insert_new, insert_over, short, text
from pipelines.store.events import Events
from pipelines.store.schema import matter_keys, matter_links, matters


def standing(connection: Connection, matter: str) -> str:
    """The matter, or the one that it was joined to; locked, so that nobody joins it in the meantime."""
    query = select(func.coalesce(matters.c.joined, matters.c.id)).where(matters.c.id == matter)
    # Weaker than FOR UPDATE: the foreign keys of others' rows are no business of ours.
    return connection.execute(query.with_for_update(key_share=True)).scalar_one_or_none() or matter


def settle(
    connection: Connection, article: Article, facts: Facts, placement: Placement, now: datetime
) -> str | None:
    """Open the matter, or note that it moved; keep its keys and links. The matter's id, if there is one."""
    matter = placement.matter
    if matter is None and placement.relation != "opens":
        return None
    if matter is None:
        matter = "m" + article.id[1:]
        connection.execute(
            insert_new(connection, matters).values(
                id=matter,
                title=text(article.title),
                doc_no=text(facts.doc_no or article.doc_no),
                authority=article.authority,
                opened_by=article.id,
                opened=article.published.at if article.published else now,
                updated=now,
                stage=facts.stage,
            )
        )
    else:
        matter = standing(connection, matter)
        moved = {"stage": facts.stage} if placement.relation == "amendment" else {}
        connection.execute(update(matters).where(matters.c.id == matter).values(updated=now, **moved))
    _keep_keys(connection, matter, placement.keys, now)
    links = [
        {"matter": matter, "cites": cited, "since": now}
        for cited in sorted(set(placement.cites))
        if cited != matter
    ]
    if links:
        connection.execute(insert_new(connection, matter_links), links)
    return matter


def _keep_keys(connection: Connection, matter: str, keys: Iterable[tuple[str, bool]], now: datetime) -> None:
    """An official key takes over from whoever has it, another only where nobody has it."""
    official: dict[str, bool] = {}
    for key, is_official in keys:
        official[short(key)] = official.get(short(key), False) or is_official
    if not official:
        return
    held = {
        row.key: row
        for row in connection.execute(
            select(matter_keys).where(
                among(connection, matter_keys.c.key, [key for key in official if official[key]])
            )
        )
    }
    ours = {key: row.since for key, row in held.items() if row.matter == matter}
    # In one order, so that two writers on PostgreSQL cannot wait for each other.
    rows = [
        {"key": key, "matter": matter, "official": official[key], "since": ours.get(key, now)}
        for key in sorted(official)
    ]
    connection.execute(insert_over(connection, matter_keys, "key", where="official"), rows)
    taken = [row for row in held.values() if row.matter != matter]
    for loser in sorted({row.matter for row in taken}):
        lost = [_taken(row, matter, now) for row in taken if row.matter == loser]
        Events.add(connection, "rekeyed", at=now, matter=loser, detail={"keys": lost})


def _taken(row: Any, matter: str, now: datetime) -> dict[str, Any]:
    """A key that changes hands, in the form that `changing` writes and `then` reads."""
    since = row.since.isoformat() if row.since else None
    return {"key": row.key, "was": [row.matter, row.official, since], "is": [matter, True, now.isoformat()]}
