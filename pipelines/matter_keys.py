"""The keys by which a matter is found again: exact strings, so that a look-up is one indexed query.

    no:工信部信管函〔2017〕32号                     a document number                      strong
    title:清理规范互联网网络接入服务市场的通知      a title in bare form                   strong
    date:2018-03-31|MIIT|vpn|0                      a date set, by whom, about what        weak
    on:2017-01-22|MIIT|vpn|0                        published that day, by whom, what      weak
    like:2017-01|5a0c31f2                           a fingerprint of the heading           weak

A strong key names a document. A weak key only brings a candidate to be compared; it never joins
anything by itself. A key leads to one matter at a time; the number at the end of a weak one leaves
room for a few that have the rest in common.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from crawlers.article import OFFICIAL, Article
from pipelines import authorities, titles
from pipelines.document_number import variants
from pipelines.facts import on
from pipelines.likeness import fingerprints
from pipelines.match import Facts
from pipelines.subjects import TELLING, subjects

NEAR = 10
"""Days after a document within which a report is taken to be about it without naming it."""

PLACES = 3
"""How many matters may share a date, an authority and a subject."""

_BY, _ABOUT, _DATES = 2, 5, 4
"""At most so many authorities, subjects and dates make keys: a long text names everything."""


def candidate_keys(facts: Facts, article: Article) -> tuple[str, ...]:
    """The keys to look up before `place`: own, cited, and weak ones; at most a few hundred, each once."""
    strong = [spelled for key in (*facts.keys, *facts.cites) for spelled in spellings(key)]
    day = on(article)
    near = [day - timedelta(days=back) for back in range(-1, NEAR + 1)] if day else []
    months = {f"{at:%Y-%m}" for at in (near[0], near[-1], day - timedelta(days=28))} if day else set()
    weak = [f"{key}|{place}" for key in _stems(facts, article, near) for place in range(PLACES)]
    like = [f"like:{month}|{mark}" for month in sorted(months) for mark in _marks(article)]
    return tuple(dict.fromkeys((*strong, *weak, *like)))


def weak_keys(facts: Facts, article: Article, taken: Collection[str]) -> tuple[str, ...]:
    """The weak keys that an article leaves when it opens a matter, beside those already `taken`."""
    day = on(article)
    places = (
        next((f"{key}|{place}" for place in range(PLACES) if f"{key}|{place}" not in taken), "")
        for key in _stems(facts, article, [day] if day else [])
    )
    like = (f"like:{day:%Y-%m}|{mark}" for mark in _marks(article) if day)
    return tuple(dict.fromkeys(key for key in (*places, *like) if key and key not in taken))


def spellings(key: str) -> tuple[str, ...]:
    """A strong key and what else the same document is cited under."""
    kind, _, name = key.partition(":")
    return tuple(f"no:{spelled}" for spelled in variants(name)) if kind == "no" else (key,)


def who(article: Article, facts: Facts) -> tuple[str, ...]:
    """The codes of the authorities that speak (a document) or are spoken of near the top (a report)."""
    codes = [authorities.code_of(name) for name in facts.issuers]
    if article.tier in OFFICIAL:
        codes.append(authorities.code_of(article.authority) or article.authority)
    if not any(codes):
        codes += authorities.named(f"{article.title}\n{article.text[:1500]}")
    return tuple(dict.fromkeys(code for code in codes if code))[:_BY]


def what(article: Article) -> tuple[str, ...]:
    """What the article is about, the rarest subjects first, because they tell most."""
    found = subjects(article.title, article.text)
    rare = [subject for subject in TELLING if subject in found]
    return tuple(dict.fromkeys((*rare, *found)))[:_ABOUT]


def dates_of(keys: Iterable[str]) -> dict[date, set[tuple[str, str]]]:
    """The dates that a matter's keys hold, each with the authorities that set it and the subjects."""
    found: dict[date, set[tuple[str, str]]] = {}
    for key in keys:
        if key.startswith("date:"):
            day, by, about = key[5:].split("|")[:3]
            found.setdefault(date.fromisoformat(day), set()).add((by, about))
    return found


def _stems(facts: Facts, article: Article, days: Iterable[date]) -> Iterator[str]:
    by, about = who(article, facts), what(article)
    pairs = [(code, subject) for code in by for subject in about]
    for at in list(dict.fromkeys(fact.date for fact in facts.dates))[:_DATES]:
        yield from (f"date:{at}|{code}|{subject}" for code, subject in pairs)
    for at in days:
        yield from (f"on:{at}|{code}|{subject}" for code, subject in pairs if subject in TELLING)


def _marks(article: Article) -> tuple[str, ...]:
    """Fingerprints of what the title is about; of a report also of its first lines, which others reprint."""
    marks = fingerprints(titles.subject(titles.own(article.title)))
    if article.tier not in OFFICIAL:
        marks += fingerprints(article.text[:160], size=12, window=10)
    return tuple(dict.fromkeys(marks))
