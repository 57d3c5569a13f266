"""What speaks for two texts belonging to one matter: naming, quoting, the same subject, the same facts.

Each function weighs one article against one candidate's words and says yes or no, with a reason for
people. Decides nothing about threads or messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawlers.article import Article
from pipelines import authorities, titles
from pipelines.document_number import find
from pipelines.likeness import alike, grams, same_heading, skeleton, within
from pipelines.match import Facts
from pipelines.matter_keys import NEAR, day_of, what, who
from pipelines.script import simplified
from pipelines.subjects import TELLING, subjects

# `根据《电信条例》第五十九条`, `违反了《…》`: the law that is applied, not what the text is about
_BASIS_BEFORE = re.compile(
    r"(?:根据|依据|依照|按照|违反|触犯|适用|依|遵守|符合|under|pursuant to|violat\w+)了?[^。；\n《]{0,12}$",
    re.IGNORECASE,
)
_BASIS_AFTER = re.compile(
    r"^[^。；\n《]{0,10}第[\d一二三四五六七八九十百]+条|^(?:等(?:有关|相关)?(?:法律|规定|法规))"
)
# `通知`, `notice`: a report of a document says so
_PAPER = re.compile(
    r"通知|公告|通告|意见|办法|规定|文件|印发|notice|circular|document|announce|statement|issued|\brules?\b|regulations?\b",
    re.IGNORECASE,
)

SAME_TEXT, SAME_TEXT_ALONE, QUOTES, HEADING = 0.7, 0.9, 0.3, 0.6
"""Thresholds, see `likeness` for what pairs score."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A document that a text names: by number, in the headline, or only as the legal basis of something."""

    key: str
    name: str
    number: bool
    headline: bool
    basis: bool


def mentions(article: Article, facts: Facts) -> tuple[Mention, ...]:
    """The documents that an article names, in its order, its own left out."""
    title = titles.own(article.title)
    whole = simplified(f"{title}\n{article.text}")
    places = [(f"no:{one.canonical}", one.canonical, one.start, one.end) for one in find(whole)]
    places += [
        (f"title:{titles.bare(one.title)}", one.title, one.start, one.end) for one in titles.cited(whole)
    ]
    return tuple(
        Mention(
            key,
            name,
            key.startswith("no:"),
            start < len(title),
            # `根据《…的通知》（工信部信管函〔2017〕32号）`: the number shares the title's place.
            bool(
                _BASIS_BEFORE.search(re.sub(r"《[^《》]*》[（(]?$", "", whole[max(0, start - 90) : start]))
                or _BASIS_AFTER.search(whole[end : end + 24])
            ),
        )
        for key, name, start, end in sorted(places, key=lambda place: place[2])
        if key not in facts.keys
    )


def same_text(one: str, other: str, *, strict: bool = False) -> bool:
    """The shorter text stands almost whole in the other, and neither is much more than the other."""
    a, b = skeleton(one), skeleton(other)
    if min(len(a), len(b)) < 60:
        return not strict and a == b
    # Either may have been cut, or carry a head that the other lacks.
    length = min(len(a), len(b))
    if not strict and max(len(a), len(b)) > 3 * length:
        return False
    floor = SAME_TEXT_ALONE if strict else SAME_TEXT
    return within(a[:length], b) >= floor and alike(a[: length + 200], b[: length + 200]) >= floor - 0.15


def same_subject(title: str, other: str) -> bool:
    """Two titles speak of one thing: `…就清理规范接入市场答记者问` and `关于清理规范接入市场的通知`."""
    a, b = titles.subject(titles.own(title)), titles.subject(titles.own(other))
    short, long = sorted((grams(a, 3), grams(b, 3)), key=len)
    return len(short) >= 4 and len(short & long) / len(short) >= 0.7


def authority_shared(article: Article, facts: Facts, authority: str, title: str) -> bool:
    """The article's authority is the document's, by code or by the name in its title."""
    mine = set(who(article, facts)) | {article.authority}
    theirs = {
        authority,
        authorities.code_of(authority),
        *map(authorities.code_of, authorities.heading(title)),
    }
    return bool((mine & theirs) - {""})


def retells(
    article: Article, facts: Facts, title: str, extract: str, authority: str, keys: Iterable[str], age: float
) -> tuple[int, str] | None:
    """A report is about this document though it does not name it: its weight and why; None if not.

    `age` is days after the document. Needed is a near-equal heading, a text that quotes the document's
    at length, or the same date set by the same authority on the same rare subject.
    """
    if not -1.5 <= age <= NEAR:
        return None
    held = list(keys)
    others = {mention.key for mention in mentions(article, facts) if mention.number and not mention.basis}
    if others and not others & set(held) and any(key.startswith("no:") for key in held):
        return None  # it names another document by number
    heading = max(
        same_heading(article.title, title), same_heading(titles.subject(article.title), titles.subject(title))
    )
    quoted = within(article.text[:3000], extract) if len(skeleton(article.text)) >= 80 else 0.0
    shared = _shared_date(article, facts, held)
    weight = 3 * (heading >= HEADING) + 3 * (quoted >= QUOTES) + 3 * bool(shared)
    reason = shared or ("has nearly the same heading" if heading >= HEADING else "quotes its text")
    if not weight and _about_the_same(article, facts, title, extract, authority, held):
        weight, reason = 2, "tells of the same notice within days"
    return (weight, reason) if weight else None


def _shared_date(article: Article, facts: Facts, keys: list[str]) -> str:
    """`sets 2018-03-31, as MIIT does on vpn`: a date, an authority and a rare subject in common."""
    dates = {fact.date for fact in facts.dates}
    by, about = who(article, facts), what(article)
    for key in keys:
        day = day_of(key)
        if day in dates:
            _, code, subject = key.split("|")
            if code in by and subject in about and subject in TELLING:
                return f"gives the same date {day}, {code}, {subject}"
    return ""


def _about_the_same(
    article: Article, facts: Facts, title: str, extract: str, authority: str, keys: list[str]
) -> bool:
    """No date speaks against it: the same authority, a paper spoken of, most of its rare subjects."""
    held = {day for key in keys if (day := day_of(key))}
    told = {fact.date for fact in facts.dates}
    if (told and held and not told & held) or not _PAPER.search(
        simplified(f"{article.title}\n{article.text[:800]}")
    ):
        return False
    if not authority_shared(article, facts, authority, title):
        return False
    mine = set(subjects(article.title, article.text)) & TELLING
    theirs = set(subjects(title, extract)) & TELLING
    return len(mine & theirs) >= 3 and len(mine & theirs) >= 0.6 * len(mine)
