"""What an article's transaction writes down of what was concluded: its matches, and what to tell of it.

Part of `saving` and of `growing`. Never decides what matches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from crawlers.article import Article
from pipelines.match import Evidence, Judged, Match
from pipelines.store.dialect import insert_new, text
from pipelines.store.intents import intend
from pipelines.store.schema import matches, rule_texts
from pipelines.store.texts import Kept

FRESH = timedelta(days=30)
"""What is older at first sight waits for the digest: old pages republished must not flood."""

KINDS: Mapping[str, str] = {
    "follow-up": "follow-up",
    "amendment": "amendment",
    "copy": "report",
    "report": "report",
}
"""The kind of alert by an article's relation to its matter; anything else is `new`."""


def disposition(article: Article, now: datetime, fresh_after: datetime | None, *, early: bool) -> str:
    """What becomes of a match: `baseline` where it was there before we watched, `held` where it is old."""
    published = article.published.at if article.published else now
    if early:
        return "baseline"
    return "held" if published < (fresh_after or now - FRESH) else "alert"


def tell(
    connection: Connection,
    article: str,
    relation: str,
    matter: str | None,
    source: str,
    now: datetime,
    *,
    asked: bool = False,
) -> bool:
    """Write the intent of an article; False where it had one. `asked`: one by one, however many."""
    kind = KINDS.get(relation, "new")
    detail = {"asked": True} if asked else None
    return intend(
        connection, kind, article, at=now, article=article, matter=matter, source=source, detail=detail
    )


def write_matches(
    connection: Connection,
    article: str,
    judged: Judged,
    kept: Kept,
    texts: Mapping[str, tuple[str, str]],
    now: datetime,
) -> None:
    """Every rule that fired, its text by hash, and each piece of evidence with its place in the kept text.

    A rule that fired on the article before keeps its evidence, and gets that of files beside it.
    """
    fired = judged.verdict.matches
    if not fired:
        return
    used = sorted({match.rule_hash for match in fired} & texts.keys())
    if used:
        connection.execute(
            insert_new(connection, rule_texts),
            [{"hash": key, "rule": texts[key][0], "text": text(texts[key][1]), "at": now} for key in used],
        )
    before = {
        row.rule: row for row in connection.execute(select(matches).where(matches.c.article == article)).all()
    }
    for match in fired:
        if match.rule in before:
            _add_files(connection, article, match, before[match.rule])
    fresh = [match for match in fired if match.rule not in before]
    if fresh:
        connection.execute(insert(matches), [_row(article, match, kept) for match in fresh])


def _row(article: str, match: Match, kept: Kept) -> dict[str, Any]:
    return {
        "article": article,
        "rule": match.rule,
        "rule_hash": match.rule_hash,
        "topic": match.topic,
        "severity": match.severity,
        "score": match.score,
        "silent": match.silent,
        "why": text(match.why),
        "evidence": [_found(found, kept.place(found)) for found in match.evidence],
    }


def _add_files(connection: Connection, article: str, match: Match, row: Any) -> None:
    known = {(one.get("attachment"), one["start"]) for one in row.evidence if one["field"] == "attachment"}
    new = [
        _found(one, one.start)
        for one in match.evidence
        if one.field == "attachment" and (one.attachment, one.start) not in known
    ]
    if new:
        connection.execute(
            update(matches)
            .where(matches.c.article == article, matches.c.rule == match.rule)
            .values(
                evidence=[*row.evidence, *new],
                why=text(match.why),
                score=max(row.score, match.score),
                silent=row.silent and match.silent,
            )
        )


def _found(found: Evidence, place: int | None) -> dict[str, Any]:
    values = asdict(found) | {"kept": place}
    if not found.attachment:
        del values["attachment"]
    return values | {"quote": text(found.quote)}
