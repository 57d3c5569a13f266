"""Everything stored, text by text, to be read again with other rules: bounded memory, short transactions.

The texts are whole, private ones included: they are judged here, never exported. Never writes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, or_, select, tuple_

from crawlers.article import Attachment
from pipelines.store.dialect import among
from pipelines.store.files import as_told, by_article
from pipelines.store.schema import articles, matches

if TYPE_CHECKING:
    from pipelines.store import Store
    from pipelines.store.judgements import Mark

_AT_ONCE = 50
_COLUMNS = (
    *("id", "title", "url", "tier", "lang", "source", "first_seen", "matched", "severity"),
    *("matter", "near_rule"),
)
_NOT_THE_RULE_S_FAULT = ("duplicate", "wrong-source")


@dataclass(frozen=True, slots=True)
class Told:
    """A rule that fired and was not silent, with the places that made it: (field, start, end)."""

    rule: str
    topic: str
    spans: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """An article with its whole text, what was concluded of it, and what people say of it."""

    id: str
    title: str
    text: str
    url: str
    tier: str
    lang: str
    source: str
    first_seen: datetime
    matched: bool
    severity: str | None
    near_rule: str
    told: tuple[Told, ...]
    mark: Mark | None
    attachments: tuple[Attachment, ...] = ()

    @property
    def faulty(self) -> bool:
        """People say that the rules are wrong about it, not its source, and not that it was told before."""
        mark = self.mark
        return mark is not None and not mark.relevant and mark.because not in _NOT_THE_RULE_S_FAULT


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a rule fired, and of what was marked how much was relevant, and how much wrong."""

    fired: int = 0
    relevant: int = 0
    wrong: int = 0

    @property
    def precision(self) -> float | None:
        """The share of the relevant among what people marked; None where they marked nothing."""
        marked = self.relevant + self.wrong
        return self.relevant / marked if marked else None


def everything(
    store: Store, *, since: datetime | None = None, matched: bool = False, marked: bool = False
) -> Iterator[Stored]:
    """The articles first seen since then, in that order: all, those that matched, those that were marked."""
    said = store.matters.marks()
    columns = [articles.c[name] for name in _COLUMNS]
    text = func.coalesce(func.nullif(articles.c.private_text, ""), articles.c.text).label("text")
    query = select(*columns, text).order_by(articles.c.first_seen, articles.c.id).limit(_AT_ONCE)
    if since is not None:
        query = query.where(articles.c.first_seen >= since)
    last: tuple[Any, ...] | None = None
    while True:
        page = query
        if last is not None:
            page = page.where(tuple_(articles.c.first_seen, articles.c.id) > last)
        with store.reading() as connection:
            if matched:
                page = page.where(articles.c.matched.is_(True))
            if marked:
                mine = among(connection, articles.c.id, said.articles.keys())
                page = page.where(or_(mine, among(connection, articles.c.matter, said.matters.keys())))
            rows = connection.execute(page).mappings().all()
            ids = [row["id"] for row in rows]
            told, files = _told(connection, ids), by_article(connection, ids)
        for row in rows:
            values = {name: row[name] for name in (*_COLUMNS, "text") if name != "matter"}
            mark = said.of(row["id"], row["matter"])
            said_by_files = tuple(map(as_told, files.get(row["id"], ())))
            yield Stored(**values, told=tuple(told.get(row["id"], ())), mark=mark, attachments=said_by_files)
        if len(rows) < _AT_ONCE:
            return
        last = (rows[-1]["first_seen"], rows[-1]["id"])


def _told(connection: Connection, ids: Collection[str]) -> Mapping[str, list[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    query = (
        select(matches.c.article, matches.c.rule, matches.c.topic, matches.c.evidence)
        .where(among(connection, matches.c.article, ids), matches.c.silent.is_(False))
        .order_by(matches.c.score.desc(), matches.c.rule)
    )
    for row in connection.execute(query):
        spans = tuple((one["field"], one["start"], one["end"]) for one in row.evidence)
        found[row.article].append(Told(row.rule, row.topic, spans))
    return found


def tallies(store: Store) -> dict[str, Tally]:
    """What became of each rule: how often it fired on what is stored, and what people said of that."""
    relevant: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for one in everything(store, marked=True):
        if one.mark is not None and (one.mark.relevant or one.faulty):
            (relevant if one.mark.relevant else wrong).update(told.rule for told in one.told)
    query = select(matches.c.rule, func.count()).where(matches.c.silent.is_(False)).group_by(matches.c.rule)
    with store.reading() as connection:
        fired = {str(rule): int(count) for rule, count in connection.execute(query)}
    return {rule: Tally(count, relevant[rule], wrong[rule]) for rule, count in fired.items()}
