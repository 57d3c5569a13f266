"""The same page says something else: the new text takes the old one's place, the old one is kept for ever.

One transaction under the lease or the look that found it: version, article, matches, words, event and what to
tell. A change is told once, however often and in however many copies it is found. Never compares a text
that was read by another source: two readers differ without any change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from pipelines import changes
from pipelines.kept_copy import KeptCopy
from pipelines.store import files
from pipelines.store.dialect import one_at_a_time, short
from pipelines.store.events import Events
from pipelines.store.intents import intend
from pipelines.store.page_tables import looks, versions
from pipelines.store.schema import articles, matches, matters
from pipelines.store.search import index

if TYPE_CHECKING:
    from pipelines.store.saving import Prepared


def amended(
    connection: Connection,
    prepared: Prepared,
    *,
    columns: Mapping[str, Any],
    now: datetime,
    copies: Sequence[KeptCopy],
) -> tuple[bool, RowMapping]:
    """Write the new version where it counts as one; whether it does, and the row as it was.

    The caller writes matches and copies: `columns` are the new columns of the article.
    """
    article, verdict = prepared.judged.article, prepared.judged.verdict
    one_at_a_time(connection, [f"article:{article.key}"])
    row = connection.execute(select(articles).where(articles.c.key == short(article.key))).mappings().one()
    old, new = row["private_text"] or row["text"], columns["private_text"] or columns["text"]
    was = changes.said(row["tier"], old, (one["name"] for one in row["attachments"]))
    now_is = changes.said(row["tier"], new, (one["name"] for one in columns["attachments"]))
    before, after = changes.fingerprint(row["title"], was), changes.fingerprint(columns["title"], now_is)
    if row["source"] != article.source or not article.whole or before == after:
        _doubt(connection, row["id"], "")
        return False, row
    if _doubtful(connection, row["id"], after):
        return False, row
    number = 1 + int(
        connection.scalar(select(func.count()).select_from(versions).where(versions.c.article == row["id"]))
        or 0
    )
    fired = select(matches).where(matches.c.article == row["id"])
    weightiest = fired.order_by(matches.c.score.desc(), matches.c.rule)
    concluded = {
        name: row[name]
        for name in (
            "matched",
            "severity",
            "score",
            "topics",
            "dates",
            "doc_no",
            "stage",
            "disposition",
            "attachments",
        )
    } | {
        "published": row["published"].isoformat() if row["published"] else None,
        "matches": [dict(one) for one in connection.execute(weightiest).mappings()],
    }
    kept = {name: row[name] for name in ("title", "text", "private_text", "sha256", "twin")}
    connection.execute(
        insert(versions).values(
            article=row["id"], number=number, until=now, print=before, concluded=concluded, **kept
        )
    )
    same = {"id", "key", "source", "url", "guid", "tier", "authority", "lang"}
    values = {name: value for name, value in columns.items() if name not in same}
    if row["published"] is not None:  # when it was published first; a page's own date may move with the text
        values |= {"published": row["published"], "published_day": row["published_day"]}
    told = row["matched"] or verdict.matched
    if verdict.matched and row["disposition"] == "none" and row["relation"] != "copy":
        values["disposition"] = "alert"
    connection.execute(
        update(articles).where(articles.c.id == row["id"]).values(**values, twin=prepared.twin)
    )
    files.note(connection, article, baseline=False, at=now)
    connection.execute(delete(matches).where(matches.c.article == row["id"]))
    index(connection, row["id"], columns["title"], columns["doc_no"], new)
    if row["matter"]:
        connection.execute(update(matters).where(matters.c.id == row["matter"]).values(updated=now))
    parts = changes.diff(
        "\n".join((row["title"], *changes.counting(was))),
        "\n".join((columns["title"], *changes.counting(now_is))),
    )
    removed, added = changes.counted(parts)
    detail = {
        "version": number + 1,
        "removed": removed,
        "added": added,
        "was": row["sha256"],
        "is": columns["sha256"],
        "records": [one.record for one in copies],
    }
    about: dict[str, Any] = {
        "at": now,
        "source": row["source"],
        "article": row["id"],
        "matter": row["matter"],
    }
    Events.add(connection, "amended", **about, detail=detail)
    if told:
        shown = [[part.tag, part.text] for part in changes.shown(parts)]
        meant = {"parts": shown, "matched_before": row["matched"], "matched_now": verdict.matched}
        # The same change in two copies of a document, and the same once more after another: one alert.
        subject = f"{row['matter'] or row['id']}:{after[:16]}"
        intend(
            connection,
            "amended",
            subject,
            at=now,
            article=row["id"],
            matter=row["matter"],
            source=row["source"],
            detail=detail | meant,
        )
    return True, row


def _doubtful(connection: Connection, article: str, print_: str) -> bool:
    """True where a former version came back, and for the first time: it may be a stale copy of the site's."""
    former = select(versions.c.number).where(versions.c.article == article, versions.c.print == print_)
    if connection.execute(former.limit(1)).first() is None:
        _doubt(connection, article, "")
        return False
    doubted = connection.scalar(select(looks.c.doubted).where(looks.c.article == article))
    _doubt(connection, article, "" if doubted == print_ else print_)
    return doubted != print_


def _doubt(connection: Connection, article: str, print_: str) -> None:
    connection.execute(update(looks).where(looks.c.article == article).values(doubted=print_))
