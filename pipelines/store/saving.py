"""One article into the store, in one transaction: article, matches, matter, events and what to tell.

Killed at any instant, all of it is there or none. The unique key decides what is new, the lease's token
whether this worker may still commit. Never classifies, never routes, never sends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from crawlers.article import Article
from crawlers.lease import Lease, Look
from pipelines.kept_copy import KeptCopy
from pipelines.match import Judged, Verdict
from pipelines.matter import Placement, candidate_keys, place
from pipelines.store import files
from pipelines.store.amending import amended
from pipelines.store.candidates import candidates
from pipelines.store.concluding import disposition as disposed
from pipelines.store.concluding import tell, write_matches
from pipelines.store.dialect import insert_new, one_at_a_time, short, text
from pipelines.store.events import Events
from pipelines.store.growing import grow, review, twin_told
from pipelines.store.headlines import heading, told_already
from pipelines.store.looks import found_again, watch
from pipelines.store.looks import hold as hold_look
from pipelines.store.page_tables import kept, versions
from pipelines.store.schedule import hold
from pipelines.store.schema import articles
from pipelines.store.search import index
from pipelines.store.settling import settle, standing
from pipelines.store.sightings import of_baseline, sight
from pipelines.store.texts import Kept, fingerprint, keep, twin


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of an article. `new` is false where it was stored before.

    `relation` is opens, copy, follow-up, amendment, report or empty; `disposition` none, baseline, held
    or alert.
    """

    article: str
    new: bool
    relation: str
    disposition: str
    matter: str | None = None
    amended: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article with what can be worked out of it before the transaction, so that others wait less."""

    judged: Judged
    keys: tuple[str, ...]
    twin: str
    heading: str
    kept: Kept


def prepare(judged: Judged) -> Prepared:
    """Work out the keys, the twin's hash and the text to keep."""
    article = judged.article
    keys = candidate_keys(judged.facts, article)
    return Prepared(judged, keys, twin(article), heading(article), keep(article, judged.verdict))


def save(
    connection: Connection,
    prepared: Prepared,
    lease: Lease | Look | None,
    *,
    entry_key: str,
    now: datetime,
    rule_texts_: Mapping[str, tuple[str, str]],
    fresh_after: datetime | None,
    copies: Sequence[KeptCopy] = (),
) -> Saved:
    """Store an article under the lease. Raises LeaseLost."""
    judged = prepared.judged
    article, verdict, facts = judged.article, judged.verdict, judged.facts
    _hold(connection, lease)
    strong = [key for key in prepared.keys if key.startswith(("no:", "title:"))]
    one_at_a_time(
        connection,
        [f"article:{article.key}", f"twin:{prepared.twin}", f"heading:{prepared.heading}", *strong],
    )
    known = _stored(connection, article)
    if known is not None:
        sight(connection, article.source, entry_key, known.article, now)
        grow(
            connection,
            known.article,
            judged,
            prepared.kept,
            prepared.keys,
            now=now,
            rule_texts_=rule_texts_,
            fresh_after=fresh_after,
        )
        refer(connection, known.article, copies)
        return known
    older = _older_twin(connection, article, prepared.twin)
    anew = older is not None and not older.matched and _by_files_first(connection, verdict, prepared.twin)
    if older is None:
        older = told_already(connection, article, prepared.heading, now)
    if older is not None:
        placement = Placement(older.matter, "copy", because=f"is {older.id} again, under another address")
        matter = standing(connection, older.matter) if older.matter else None
    else:
        placement = place(article, facts, verdict.matched, candidates(connection, prepared.keys))
        matter = settle(connection, article, facts, placement, now)
    early = (isinstance(lease, Lease) and lease.baseline) or of_baseline(
        connection, article.source, entry_key
    )
    disposition = "none"
    if verdict.matched and (older is None or anew):
        disposition = disposed(article, now, fresh_after, early=early)
    concluded = {"matter": matter, "relation": placement.relation, "disposition": disposition}
    columns = _columns(judged, prepared.kept) | {
        "first_seen": now,
        "twin": prepared.twin,
        "heading": prepared.heading,
    }
    connection.execute(insert(articles).values(columns | concluded))
    files.note(connection, article, baseline=early, at=now)
    if grade := review(connection, article.id, article.tier):
        connection.execute(update(articles).where(articles.c.id == article.id).values(review=grade))
    body = "\n".join([prepared.kept.private or columns["text"], *files.texts(connection, article.id)])
    index(connection, article.id, columns["title"], columns["doc_no"], body)
    write_matches(connection, article.id, judged, prepared.kept, rule_texts_, now)
    refer(connection, article.id, copies)
    sight(connection, article.source, entry_key, article.id, now)
    _events(connection, judged, placement, matter, disposition, now)
    if disposition == "alert":
        tell(connection, article.id, placement.relation, matter, article.source, now)
    if older is not None:
        found_again(connection, older.id, article, now)
    elif verdict.matched:
        watch(connection, article)
    return Saved(article.id, new=True, relation=placement.relation, disposition=disposition, matter=matter)


def amend(
    connection: Connection,
    prepared: Prepared,
    lease: Lease | Look | None,
    *,
    now: datetime,
    rule_texts_: Mapping[str, tuple[str, str]],
    copies: Sequence[KeptCopy] = (),
) -> Saved:
    """The stored article was read again. Raises LeaseLost."""
    _hold(connection, lease)
    columns = _columns(prepared.judged, prepared.kept)
    changed, row = amended(connection, prepared, columns=columns, now=now, copies=copies)
    if changed:
        write_matches(connection, row["id"], prepared.judged, prepared.kept, rule_texts_, now)
        refer(connection, row["id"], copies)
    return Saved(row["id"], False, row["relation"], row["disposition"], row["matter"], amended=changed)


def _hold(connection: Connection, lease: Lease | Look | None) -> None:
    """Whoever commits holds the source, or the page."""
    if isinstance(lease, Look):
        hold_look(connection, lease)
    elif lease is not None:
        hold(connection, lease)


def refer(connection: Connection, article: str, copies: Sequence[KeptCopy]) -> None:
    """Note what of the article lies in the archive."""
    if copies:
        rows = [asdict(one) | {"article": article, "url": text(one.url)} for one in copies]
        connection.execute(insert_new(connection, kept), rows)


def _stored(connection: Connection, article: Article) -> Saved | None:
    """What became of the article when it was stored, or None where it was not."""
    columns = (articles.c.id, articles.c.relation, articles.c.disposition, articles.c.matter)
    row = connection.execute(select(*columns).where(articles.c.key == short(article.key))).one_or_none()
    return None if row is None else Saved(row.id, False, row.relation, row.disposition, row.matter)


def _by_files_first(connection: Connection, verdict: Verdict, same: str) -> bool:
    """A republication whose files match, where those of what it republishes could not be had."""
    by_files = all(one.field == "attachment" for one in verdict.evidence)
    return by_files and not twin_told(connection, same, "")


def _older_twin(connection: Connection, article: Article, same: str) -> Any:
    """The article that this one republishes: same text, and the same authority or the same source."""
    ours = articles.c.source == article.source
    if article.authority:
        ours |= articles.c.authority == article.authority
    former = select(versions.c.article).where(versions.c.twin == same)
    return connection.execute(
        select(articles.c.id, articles.c.matter, articles.c.matched)
        .where((articles.c.twin == same) | articles.c.id.in_(former), ours)
        .order_by(articles.c.first_seen, articles.c.id)
        .limit(1)
    ).one_or_none()


def _columns(judged: Judged, kept: Kept) -> dict[str, Any]:
    article, verdict, facts = judged.article, judged.verdict, judged.facts
    at = article.published
    public = text(kept.text)
    return {
        "id": article.id,
        "key": short(article.key),
        "source": article.source,
        "url": text(article.url),
        "title": text(article.title),
        "text": public,
        "private_text": text(kept.private),
        "published": at.at if at else None,
        "published_day": at.day if at else None,
        "doc_no": text(article.doc_no or facts.doc_no),
        "origin": text(article.origin),
        "guid": text(article.guid),
        "lang": article.lang,
        "tier": article.tier,
        "authority": article.authority,
        "attachments": [{"name": text(one.name), "url": text(one.url)} for one in article.attachments],
        "labels": [list(label) for label in article.labels],
        "whole": article.whole,
        "fetched": article.fetched,
        "sha256": fingerprint(public),
        "matched": verdict.matched,
        "severity": verdict.severity,
        "score": verdict.score,
        "topics": list(verdict.topics),
        "stage": facts.stage,
        "instrument": facts.instrument,
        "dates": [asdict(fact) | {"date": fact.date.isoformat()} for fact in facts.dates],
        "near_rule": verdict.near.rule if verdict.near else "",
        "near_lacked": text(verdict.near.lacked) if verdict.near else "",
    }


def _events(
    connection: Connection,
    judged: Judged,
    placement: Placement,
    matter: str | None,
    disposition: str,
    now: datetime,
) -> None:
    about: dict[str, Any] = {
        "at": now,
        "source": judged.article.source,
        "article": judged.article.id,
        "matter": matter,
    }
    Events.add(
        connection, "seen", **about, detail={"relation": placement.relation, "because": placement.because}
    )
    if judged.verdict.matched:
        rules = {match.rule: match.rule_hash for match in judged.verdict.told}
        Events.add(connection, "matched", **about, detail={"rules": rules, "disposition": disposition})
