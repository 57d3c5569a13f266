"""Decides which matter an article belongs to: its document, the copies, questions and answers, the press.

    a regulator's document          opens its own matter, linked to those it cites
      with a number already known     a copy
    questions and answers           a follow-up of the notice that they name, or plainly belong to
    a correction without a number   an amendment of the document that it names
    the press                       a report of the document that it names, quotes or retells
    anything else that matched      opens a matter of its own

Pure: candidates are read by the store under `candidate_keys`. In doubt it joins nothing: a message
too many is noise, a wrong join would hide news in a silent thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawlers.article import OFFICIAL, Article
from pipelines.facts import facts
from pipelines.match import Facts
from pipelines.matter_evidence import Mention, authority_shared, mentions, retells, same_subject, same_text
from pipelines.matter_keys import candidate_keys, spellings, weak_keys

__all__ = ["Candidate", "Placement", "Relation", "candidate_keys", "facts", "place"]

Relation = Literal["opens", "copy", "follow-up", "amendment", "report", ""]
"""How an article stands to its matter; empty for one that belongs to none."""

Key = tuple[str, bool]
"""A key and whether a regulator's own document set it."""

FOLLOW_UP_DAYS = 14
"""So long after a notice an unnamed Q&A of the same authority on the same subject belongs to it."""

COPY_DAYS = 45
"""So far apart two pages with one title, one text and no number are one document; later it is a series."""

BACKGROUND_DAYS = 45
"""A document named so long after it appeared may be background to something newer."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A matter that shares a key with the article, as the store reads it.

    `keys` are all its keys; `title`, `opened_at` (published, else first seen), `opened_by_tier`,
    `extract` (the text's first 6,000 code points) and `authority` are its opening article's.
    """

    matter: str
    title: str
    opened_at: datetime
    opened_by_tier: str
    extract: str = ""
    authority: str = ""
    keys: tuple[Key, ...] = ()

    @property
    def official(self) -> frozenset[str]:
        """The keys that a regulator's own document set."""
        return frozenset(key for key, official in self.keys if official)

    @property
    def number(self) -> str:
        """The key of the document's own number, or empty."""
        return next((key for key, official in self.keys if official and key.startswith("no:")), "")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an article belongs.

    `matter` is the one to join, None to open one (`relation` "opens") or to leave it alone (""). `keys`
    are to be recorded for the matter: an official one takes the key over from whoever has it, another
    only where nobody has it. `cites` are the matters to link to. `because` says why, for people.
    """

    matter: str | None
    relation: Relation
    keys: tuple[Key, ...] = ()
    cites: tuple[str, ...] = ()
    because: str = ""


def place(
    article: Article, facts: Facts, verdict_matched: bool, candidates: Sequence[Candidate]
) -> Placement:
    """Where an article belongs, given every matter that shares one of its `candidate_keys`.

    `verdict_matched` decides only whether an article that is nobody's document and joins nothing opens
    a matter of its own.
    """
    if facts.form == "document":
        return (
            _copy(article, facts, candidates)
            or _amendment(article, facts, candidates)
            or _open(article, facts, candidates)
        )
    if article.tier in OFFICIAL:
        joined = _follow_up(article, facts, candidates)
        if joined or facts.form == "follow-up" or article.tier == "regulator":
            return joined or _open(article, facts, candidates)
    joined = _report(article, facts, candidates)
    if joined or verdict_matched:
        return joined or _open(article, facts, candidates)
    return Placement(None, "", because="names no known matter")


def _copy(article: Article, facts: Facts, candidates: Sequence[Candidate]) -> Placement | None:
    """The same document at another address."""
    number = f"no:{facts.doc_no}" if facts.doc_no else ""
    for one in candidates:
        if number and number in one.official:
            return _join(article, facts, one, "copy", candidates, f"has the number {facts.doc_no}")
    for one in candidates:
        if (number and one.number) or one.opened_by_tier not in OFFICIAL:
            continue  # two numbers are two documents; what the press wrote first is not the document
        age = _age(article, one)
        if age is None or abs(age) > COPY_DAYS:
            continue
        titled = any(key in one.official for key in facts.keys if key.startswith("title:"))
        if (titled and same_text(article.text, one.extract)) or same_text(
            article.text, one.extract, strict=True
        ):
            return _join(
                article,
                facts,
                one,
                "copy",
                candidates,
                "has the same title and text" if titled else "has the same text",
            )
    return None


def _amendment(article: Article, facts: Facts, candidates: Sequence[Candidate]) -> Placement | None:
    """A correction or extension without a number of its own, of a document that it names."""
    if facts.doc_no or facts.stage not in ("amended", "extended", "repealed"):
        return None
    named = _named(article, facts, candidates, official=True)
    named = [(one, mention) for one, mention in named if not mention.basis]
    if not named:
        return None
    one, mention = max(named, key=lambda pair: (pair[1].headline, pair[0].opened_at))
    return _join(article, facts, one, "amendment", candidates, f"amends {mention.name}")


def _follow_up(article: Article, facts: Facts, candidates: Sequence[Candidate]) -> Placement | None:
    """A regulator's questions and answers, or its news of a notice that it has just issued."""
    for one in candidates:
        if any(key in one.official for key in facts.keys) and not (
            facts.form == "report" and (_age(article, one) or 99) > COPY_DAYS
        ):
            return _join(article, facts, one, "copy", candidates, "was published before under this title")
    close = [
        (one, mention)
        for one, mention in _named(article, facts, candidates, official=True)
        if not mention.basis
        and (facts.form == "follow-up" or abs(_age(article, one) or 0.0) <= FOLLOW_UP_DAYS)
    ]
    if close:
        one, mention = max(
            close,
            key=lambda pair: (
                pair[1].headline,
                same_subject(article.title, pair[0].title),
                pair[0].opened_at,
            ),
        )
        return _join(article, facts, one, "follow-up", candidates, f"names {mention.name}")
    alike = [
        one
        for one in candidates
        if one.opened_by_tier in OFFICIAL
        and -1.0 <= _days(article, one) <= FOLLOW_UP_DAYS
        and authority_shared(article, facts, one.authority, one.title)
        and same_subject(article.title, one.title)
    ]
    if alike:
        one = max(alike, key=lambda one: one.opened_at)
        return _join(article, facts, one, "follow-up", candidates, "speaks of the same subject days after it")
    return None


def _report(article: Article, facts: Facts, candidates: Sequence[Candidate]) -> Placement | None:
    """The press on a document: it names it, quotes it, or retells it within days."""
    named = [
        (one, mention)
        for one, mention in _named(article, facts, candidates, official=False)
        if not (mention.basis and abs(_age(article, one) or 999.0) > BACKGROUND_DAYS)
    ]
    told = [
        (one, reason)
        for one in candidates
        if (
            reason := retells(
                article,
                facts,
                one.title,
                one.extract,
                one.authority,
                [key for key, _ in one.keys],
                _days(article, one),
            )
        )
    ]
    recent = [(one, mention) for one, mention in named if _days(article, one) <= BACKGROUND_DAYS]
    if recent or (named and not told):
        one, mention = max(
            recent or named,
            key=lambda pair: (pair[1].headline, not pair[1].basis, pair[1].number, pair[0].opened_at),
        )
        return _join(article, facts, one, "report", candidates, f"names {mention.name}")
    if told:
        best = max(weight for _, (weight, _) in told)
        first = [(one, reason) for one, (weight, reason) in told if weight == best]
        official = [pair for pair in first if pair[0].opened_by_tier in OFFICIAL]
        if len(official or first) == 1:
            one, why = (official or first)[0]
            return _join(article, facts, one, "report", candidates, why)
    return None


def _open(article: Article, facts: Facts, candidates: Sequence[Candidate]) -> Placement:
    """A matter of its own. A document takes its keys over from the press that wrote of it first."""
    official = article.tier in OFFICIAL
    newer = {
        key
        for one in candidates
        for key in one.official
        if key.startswith("title:") and _days(article, one) < 0
    }
    keys: dict[str, bool] = {key: official for key in facts.keys if key not in newer}
    if facts.form != "document":
        for mention in mentions(article, facts):
            if not mention.basis and (mention.number or mention.headline):
                keys.setdefault(mention.key, False)
    for key in weak_keys(facts, article):
        keys.setdefault(key, official)
    earlier = [
        one.matter
        for one in candidates
        if facts.form == "document" and set(facts.keys) & ({key for key, _ in one.keys} - one.official)
    ]
    return Placement(
        None,
        "opens",
        tuple(keys.items()),
        tuple(dict.fromkeys((*_linked(facts, candidates), *earlier))) if official else (),
        "is a document of its own" if facts.form == "document" else "is the first of its matter",
    )


def _join(
    article: Article,
    facts: Facts,
    one: Candidate,
    relation: Relation,
    candidates: Sequence[Candidate],
    because: str,
) -> Placement:
    """Join a matter; a regulator's page leaves its own keys there, so that its copies find it."""
    known = one.official
    own = [(key, True) for key in facts.keys if article.tier in OFFICIAL and key not in known]
    links = (
        ()
        if relation in ("report", "copy")
        else tuple(link for link in _linked(facts, candidates) if link != one.matter)
    )
    return Placement(one.matter, relation, tuple(own), links, because)


def _named(
    article: Article, facts: Facts, candidates: Iterable[Candidate], *, official: bool
) -> list[tuple[Candidate, Mention]]:
    """The candidates that the article names, each with the weightiest mention of it."""
    found = []
    said = mentions(article, facts)
    for one in candidates:
        keys = one.official if official else {key for key, _ in one.keys}
        here = [mention for mention in said if any(spelled in keys for spelled in spellings(mention.key))]
        if here:
            found.append(
                (one, max(here, key=lambda mention: (mention.headline, not mention.basis, mention.number)))
            )
    return found


def _linked(facts: Facts, candidates: Iterable[Candidate]) -> tuple[str, ...]:
    cited = {spelled for key in facts.cites for spelled in spellings(key)}
    return tuple(dict.fromkeys(one.matter for one in candidates if cited & one.official))


def _age(article: Article, one: Candidate) -> float | None:
    """Days from the matter's opening to the article; None where the article has no time at all."""
    at = article.published.at if article.published else article.fetched
    return (at - one.opened_at).total_seconds() / 86400 if at else None


def _days(article: Article, one: Candidate) -> float:
    """Likewise, and further away than any limit where it is not known."""
    age = _age(article, one)
    return 1e6 if age is None else age
