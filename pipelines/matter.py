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

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawlers.article import OFFICIAL, Article
from pipelines import titles
from pipelines.facts import facts
from pipelines.match import Facts
from pipelines.matter_evidence import (
    Mention,
    authority_shared,
    brings_new_date,
    mentions,
    retells,
    same_subject,
    same_text,
)
from pipelines.matter_keys import NEAR, candidate_keys, spellings, weak_keys

__all__ = ["Candidate", "Placement", "Relation", "apart", "candidate_keys", "facts", "place"]

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
    def known(self) -> frozenset[str]:
        """All keys."""
        return frozenset(key for key, _ in self.keys)

    @property
    def numbered(self) -> bool:
        """A document with a number of its own opened it, or is in it."""
        return any(key.startswith("no:") for key in self.official)


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
    """Where an article belongs, given every matter that has one of its `candidate_keys`.

    `verdict_matched` decides only whether an article that is nobody's document and joins nothing opens
    a matter of its own.
    """
    case = _Case(article, facts, candidates, mentions(article, facts))
    if facts.form == "document":
        return case.copy() or case.amendment() or case.open()
    if article.tier in OFFICIAL and (joined := case.follow_up()):
        return joined
    # A regulator's page is a page of its own; the government's news is news.
    if facts.form == "follow-up" or article.tier == "regulator":
        return case.open()
    if joined := case.report():
        return joined
    return case.open() if verdict_matched else Placement(None, "", because="names no known matter")


def apart(article: Article, facts: Facts, candidates: Sequence[Candidate]) -> Placement:
    """As a matter of its own, whatever it names: somebody said so."""
    return _Case(article, facts, candidates, mentions(article, facts)).open()


@dataclass(frozen=True, slots=True)
class _Case:
    """One article before its candidates, and what it names."""

    article: Article
    facts: Facts
    candidates: Sequence[Candidate]
    said: tuple[Mention, ...]

    def copy(self) -> Placement | None:
        """The same document at another address."""
        number = f"no:{self.facts.doc_no}" if self.facts.doc_no else ""
        for one in self.candidates:
            if number and number in one.official:
                return self.join(one, "copy", f"has the number {self.facts.doc_no}")
        for one in self.candidates:
            # Two numbers are two documents; what the press wrote first is not the document.
            if (number and one.numbered) or one.opened_by_tier not in OFFICIAL:
                continue
            titled = any(key in one.official for key in self.facts.keys)
            if abs(self.age(one)) <= COPY_DAYS and same_text(
                self.article.text, one.extract, strict=not titled
            ):
                return self.join(
                    one, "copy", "has the same title and text" if titled else "has the same text"
                )
            if titled and self.headline_of(one):
                return self.join(one, "copy", "is the text of a headline seen before")
        return None

    def amendment(self) -> Placement | None:
        """A correction or extension without a number of its own, of a document that it names."""
        if self.facts.doc_no or self.facts.stage not in ("amended", "extended", "repealed"):
            return None
        named = [pair for pair in self.named(official=True) if not pair[1].basis]
        if not named:
            return None
        one, mention = max(named, key=lambda pair: (pair[1].headline, pair[0].opened_at))
        return self.join(one, "amendment", f"amends {mention.name}")

    def follow_up(self) -> Placement | None:
        """Questions and answers on a notice, or a regulator's news of one that it has just issued."""
        explains = self.facts.form == "follow-up"
        for one in self.candidates:
            again = any(key in one.official and len(key) > _TELLING_TITLE for key in self.facts.keys)
            if again and (explains or same_text(self.article.text, one.extract) or self.headline_of(one)):
                return self.join(one, "copy", "was published before under this title")
        close = [
            (one, mention)
            for one, mention in self.named(official=True)
            if not mention.basis and (explains or abs(self.age(one)) <= FOLLOW_UP_DAYS)
        ]
        if close:
            one, mention = max(
                close, key=lambda pair: (pair[1].headline, self.same_subject(pair[0]), pair[0].opened_at)
            )
            return self.join(one, "follow-up", f"names {mention.name}")
        alike = [
            one
            for one in self.candidates
            if one.opened_by_tier in OFFICIAL
            and -1.0 <= self.age(one) <= FOLLOW_UP_DAYS
            and authority_shared(self.article, self.facts, one.authority, one.title)
            and self.same_subject(one)
        ]
        if alike:
            latest = max(alike, key=lambda one: one.opened_at)
            return self.join(latest, "follow-up", "speaks of the same subject days after it")
        return None

    def headline_of(self, one: Candidate) -> bool:
        """Of the candidate only the title was had (by an aggregator, days before), and it is this one's."""
        near = abs(self.age(one)) <= NEAR and bool(self.article.text)
        return (
            near and not one.extract and authority_shared(self.article, self.facts, one.authority, one.title)
        )

    def report(self) -> Placement | None:
        """The press on a document: it names it, quotes it, or retells it within days."""
        named = [(one, mention) for one, mention in self.named(official=False) if self.reports(one, mention)]
        recent = [pair for pair in named if self.age(pair[0]) <= BACKGROUND_DAYS]
        told = self.told()
        if recent or (named and not told):
            one, mention = max(recent or named, key=lambda pair: (*_weight(pair[1]), pair[0].opened_at))
            return self.join(one, "report", f"names {mention.name}")
        if len(told) == 1:
            return self.join(told[0][0], "report", told[0][1])
        return None

    def reports(self, one: Candidate, mention: Mention) -> bool:
        """Naming a recent document is being about it; naming an old one may be applying it, or news."""
        if abs(self.age(one)) <= BACKGROUND_DAYS:
            return True
        law = mention.number and "令" in mention.name
        subject = mention.headline or (mention.number and not law)
        return subject and not mention.basis and not brings_new_date(self.facts, one.known)

    def told(self) -> list[tuple[Candidate, str]]:
        """The candidates that the article retells best, a regulator's first; more than one means doubt."""
        others = frozenset(mention.key for mention in self.said if mention.number and not mention.basis)
        found = []
        for one in self.candidates:
            if one.numbered and others and not others & one.known:
                continue  # it names another document by number
            document = (one.title, one.extract, one.authority, one.known)
            if weighed := retells(self.article, self.facts, *document, self.age(one)):
                found.append((one, *weighed))
        best = max((weight for _, weight, _ in found), default=0)
        first = [(one, why) for one, weight, why in found if weight == best]
        official = [pair for pair in first if pair[0].opened_by_tier in OFFICIAL]
        return official or first

    def open(self) -> Placement:
        """A matter of its own. A document takes its keys over from the press that wrote of it first."""
        official = self.article.tier in OFFICIAL
        document = self.facts.form == "document"
        newer = {key for one in self.candidates if self.age(one) < 0 for key in one.official}
        keys = {key: official for key in self.facts.keys if not (key.startswith("title:") and key in newer)}
        if document and (draft := titles.short_name(self.article.title)):
            keys.setdefault(f"title:{draft}", False)
        if not document:
            about = (mention for mention in self.said if not mention.basis)
            keys |= {mention.key: False for mention in about if mention.number or mention.headline}
        taken = {key for one in self.candidates for key in one.known}
        keys |= dict.fromkeys(weak_keys(self.facts, self.article, taken), official)
        first = [
            one.matter
            for one in self.candidates
            if document and set(self.facts.keys) & (one.known - one.official)
        ]
        because = "is a document of its own" if document else "is the first of its matter"
        return Placement(
            None, "opens", tuple(keys.items()), tuple(dict.fromkeys((*self.linked(), *first))), because
        )

    def join(self, one: Candidate, relation: Relation, because: str) -> Placement:
        """Join a matter; a regulator's page leaves its own keys there, so that its copies find it."""
        official = self.article.tier in OFFICIAL
        own = tuple((key, True) for key in self.facts.keys if official and key not in one.official)
        links = (
            ()
            if relation in ("report", "copy")
            else tuple(link for link in self.linked() if link != one.matter)
        )
        return Placement(one.matter, relation, own, links, because)

    def named(self, *, official: bool) -> list[tuple[Candidate, Mention]]:
        """The candidates that the article names, each with the weightiest mention of it."""
        found = []
        for one in self.candidates:
            keys = one.official if official else one.known
            here = [mention for mention in self.said if any(key in keys for key in spellings(mention.key))]
            if here:
                found.append((one, max(here, key=_weight)))
        return found

    def linked(self) -> tuple[str, ...]:
        """The matters of documents that the article cites; a report's legal bases are not worth a link."""
        official = self.article.tier in OFFICIAL
        cited = {
            key for mention in self.said if official or not mention.basis for key in spellings(mention.key)
        }
        return tuple(dict.fromkeys(one.matter for one in self.candidates if cited & one.official))

    def same_subject(self, one: Candidate) -> bool:
        return same_subject(self.article.title, one.title)

    def age(self, one: Candidate) -> float:
        """Days from the matter's opening to the article; beyond every limit where the article has no time."""
        at = self.article.published.at if self.article.published else self.article.fetched
        return (at - one.opened_at).total_seconds() / 86400 if at else 1e6


_TELLING_TITLE = len("title:") + 10
"""`工作动态` is the title of many pages."""


def _weight(mention: Mention) -> tuple[bool, bool, bool]:
    return (mention.headline, not mention.basis, mention.number)
