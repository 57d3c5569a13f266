"""An article that is stored comes again, with files that could not be had before: what they add.

In the transaction of the article, under its lease. A first match is told as any other; what matched before
was told, and is told once: what a file adds to it is stored, shown and exported. Its text stays what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, select, update

from pipelines.match import Judged
from pipelines.matter import place
from pipelines.store import files
from pipelines.store.candidates import candidates
from pipelines.store.concluding import disposition, tell, write_matches
from pipelines.store.dialect import text
from pipelines.store.events import Events
from pipelines.store.looks import start
from pipelines.store.schema import articles
from pipelines.store.search import index
from pipelines.store.settling import settle
from pipelines.store.texts import Kept

_ORDER = ("high", "medium", "low")


def grow(
    connection: Connection,
    id_: str,
    judged: Judged,
    kept: Kept,
    keys: tuple[str, ...],
    *,
    now: datetime,
    rule_texts_: Mapping[str, tuple[str, str]],
    fresh_after: datetime | None,
) -> None:
    """Take in what its files say. Nothing happens where none was waited for, or its text is another."""
    row = connection.execute(select(articles).where(articles.c.id == id_)).one()
    article, verdict = judged.article, judged.verdict
    if text(article.text) != (row.private_text or row.text):
        return
    settled = files.update_from(connection, id_, article, now)
    if not settled:
        return
    values: dict[str, Any] = {"review": review(connection, id_, row.tier)}
    said = [file for file in settled if file.text]
    gained = bool(said) and verdict.matched
    if gained:
        write_matches(connection, id_, judged, kept, rule_texts_, now)
        values |= _graded(row, judged)
    if gained and not row.matched:
        values |= _first_match(connection, row, judged, keys, now, fresh_after)
    connection.execute(update(articles).where(articles.c.id == id_).values(**values))
    if said:
        body = "\n".join([row.private_text or row.text, *files.texts(connection, id_)])
        index(connection, id_, row.title, row.doc_no, body)
    about: dict[str, Any] = {"at": now, "source": row.source, "article": id_}
    about["matter"] = values.get("matter", row.matter)
    told = [{"name": file.name, "url": file.url, "reason": file.reason} for file in settled]
    Events.add(connection, "files", **about, detail={"files": told})
    if "matter" in values and values["matter"] is not None:
        moved = {"from": None, "relation": values["relation"], "event": None}
        Events.add(connection, "moved", **about, detail=moved)
    if "disposition" in values:
        rules = {match.rule: match.rule_hash for match in verdict.told}
        detail = {"rules": rules, "disposition": values["disposition"], "files": True}
        Events.add(connection, "matched", **about, detail=detail)
    if gained and not row.matched:
        start(connection, id_, row.source)
    if values.get("disposition") == "alert":
        relation = values.get("relation", row.relation)
        tell(connection, id_, relation, about["matter"], row.source, now)


def review(connection: Connection, article: str, tier: str) -> str:
    """Why a person should look at the article: a regulator's file that we cannot read may say anything."""
    return "attachment" if tier == "regulator" and files.lacking(connection, article) else ""


def _graded(row: Any, judged: Judged) -> dict[str, Any]:
    verdict = judged.verdict
    grades = [grade for grade in (row.severity, verdict.severity) if grade]
    return {
        "matched": True,
        "severity": min(grades, key=_ORDER.index, default=None),
        "score": max(row.score, verdict.score),
        "topics": list(dict.fromkeys([*row.topics, *verdict.topics])),
        "near_rule": "",
        "near_lacked": "",
    }


def _first_match(
    connection: Connection,
    row: Any,
    judged: Judged,
    keys: tuple[str, ...],
    now: datetime,
    fresh_after: datetime | None,
) -> dict[str, Any]:
    """Its matter where it had none, and what becomes of it; a copy of what was told is not told."""
    article = judged.article
    if row.relation == "copy" and twin_told(connection, row.twin, row.id):
        return {}
    values: dict[str, Any] = {}
    if row.matter is None:
        placement = place(article, judged.facts, True, candidates(connection, keys))
        matter = settle(connection, article, judged.facts, placement, now)
        values = {"matter": matter, "relation": placement.relation}
    early = files.of_baseline(connection, row.id)
    return values | {"disposition": disposition(article, now, fresh_after, early=early)}


def twin_told(connection: Connection, twin: str, but: str) -> bool:
    """Another article with the same text matched already."""
    same = (articles.c.twin == twin) & (articles.c.id != but) & articles.c.matched.is_(True)
    return bool(connection.scalar(select(exists().where(same))))
