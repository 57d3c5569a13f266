"""The keys by which a matter is found again: exact strings, so that a look-up is one indexed query.

    no:工信部信管函〔2017〕32号                     a document number                      strong
    title:清理规范互联网网络接入服务市场的通知      a title in bare form                   strong
    date:2018-03-31|MIIT|vpn                        a date set, by whom, about what        weak
    on:2017-01-22|MIIT|vpn                          published that day, by whom, what      weak
    like:2017-01|5a0c31f2                           a fingerprint of the heading           weak

A strong key names a document. A weak key only brings a candidate to be compared; it never joins
anything by itself. Any of them leads to one matter at a time.
"""

from __future__ import annotations

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

_BY, _ABOUT, _DATES = 3, 5, 4
"""At most so many authorities, subjects and dates make keys: a long text names everything."""


def candidate_keys(facts: Facts, article: Article) -> tuple[str, ...]:
    """The keys to look up before `place`: own, cited, and weak ones; at most a few hundred, each once."""
    strong = [spelled for key in (*facts.keys, *facts.cites) for spelled in spellings(key)]
    day = on(article)
    near = [day - timedelta(days=back) for back in range(-1, NEAR + 1)] if day else []
    months = {f"{at:%Y-%m}" for at in (near[0], near[-1], day - timedelta(days=28))} if day else set()
    by, about = who(article, facts), what(article)
    return tuple(
        dict.fromkeys(
            (
                *strong,
                *_set(facts, by, about),
                *(
                    f"on:{at}|{code}|{subject}"
                    for at in near
                    for code in by
                    for subject in about
                    if subject in TELLING
                ),
                *(f"like:{month}|{mark}" for month in sorted(months) for mark in _marks(article)),
            )
        )
    )


def weak_keys(facts: Facts, article: Article) -> tuple[str, ...]:
    """The weak keys that an article leaves when it opens a matter."""
    by, about, day = who(article, facts), what(article), on(article)
    return tuple(
        dict.fromkeys(
            (
                *_set(facts, by, about),
                *(
                    f"on:{day}|{code}|{subject}"
                    for code in by
                    for subject in about
                    if day and subject in TELLING
                ),
                *(f"like:{day:%Y-%m}|{mark}" for mark in _marks(article) if day),
            )
        )
    )


def spellings(key: str) -> tuple[str, ...]:
    """A strong key and what else the same document is cited under."""
    kind, _, name = key.partition(":")
    return tuple(f"no:{spelled}" for spelled in variants(name)) if kind == "no" else (key,)


def who(article: Article, facts: Facts) -> tuple[str, ...]:
    """The codes of the authorities that speak (a document) or are spoken of near the top (a report)."""
    codes = [authorities.code_of(name) for name in facts.issuers]
    if article.tier in OFFICIAL:
        codes.append(authorities.code_of(article.authority) or article.authority)
    if not any(codes) or article.tier not in OFFICIAL:
        codes += authorities.named(f"{article.title}\n{article.text[:1500]}")
    return tuple(dict.fromkeys(code for code in codes if code))[:_BY]


def what(article: Article) -> tuple[str, ...]:
    """What the article is about, the rarest subjects first, because they tell most."""
    found = subjects(article.title, article.text)
    return tuple(sorted(found, key=lambda subject: subject not in TELLING))[:_ABOUT]


def day_of(key: str) -> date | None:
    """The day of a `date:` key; None for any other."""
    return date.fromisoformat(key[5:15]) if key.startswith("date:") else None


def _set(facts: Facts, by: tuple[str, ...], about: tuple[str, ...]) -> list[str]:
    days = dict.fromkeys(fact.date for fact in facts.dates)
    return [f"date:{at}|{code}|{subject}" for at in list(days)[:_DATES] for code in by for subject in about]


def _marks(article: Article) -> tuple[str, ...]:
    """Fingerprints of what the title is about; of a report also of its first lines, which others reprint."""
    marks = fingerprints(titles.subject(titles.own(article.title)))
    if article.tier not in OFFICIAL:
        marks += fingerprints(article.text[:160], size=12, window=10)
    return tuple(dict.fromkeys(marks))
