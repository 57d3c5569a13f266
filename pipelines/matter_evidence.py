"""What speaks for two texts belonging to one matter: naming, quoting, the same subject, the same facts.

Each function weighs one article against one candidate's words and says yes or no, with a reason for
people. Decides nothing about threads or messages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from crawlers.article import Article
from pipelines import authorities, titles
from pipelines.document_number import find
from pipelines.facts import read
from pipelines.likeness import alike, grams, same_heading, skeleton, within
from pipelines.match import Facts
from pipelines.matter_keys import NEAR, dates_of, what, who
from pipelines.script import simplified
from pipelines.subjects import TELLING, acts, subjects

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

# `fined`, `被判`: a case is news of its own, even in the week of the notice
_CASE = re.compile(
    r"罚款|处罚|被罚|判处|被判|刑拘|抓获|逮捕|拘留|案件|\bfin(?:ed|es)\b|arrest|sentenc|detain|jail|court|prosecut",
    re.IGNORECASE,
)

FRESH = 5
"""Days after a document within which three things in common are enough, a rare subject among them."""

SAME_TEXT, SAME_TEXT_ALONE, QUOTES, HEADING = 0.7, 0.9, 0.3, 0.65
"""Thresholds; `likeness` says what pairs score."""

_SHORTEST = 60
_NUMBERS = re.compile(r"\d+")


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
    whole = simplified(read(article))
    headline = whole.index("\n")
    places = [(f"no:{one.canonical}", one.canonical, one.start, one.end) for one in find(whole)]
    places += [
        (f"title:{titles.bare(one.title)}", one.title, one.start, one.end) for one in titles.cited(whole)
    ]
    return tuple(
        Mention(
            key,
            name,
            key.startswith("no:"),
            start < headline,
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
    """The shorter text stands almost whole in the other, with its numbers, and neither is much longer.

    The numbers matter: one month's bulletin is the last month's with other days and counts. `strict` is
    for texts whose titles differ.
    """
    a, b = skeleton(one), skeleton(other)
    length = min(len(a), len(b))
    if length < _SHORTEST:
        return not strict and a == b
    if not strict and max(len(a), len(b)) > 3 * length:
        return False
    # Either may have been cut, or carry a head that the other lacks.
    a, b = a[: length + 200], b[: length + 200]
    floor = SAME_TEXT_ALONE if strict else SAME_TEXT
    if within(a[:length], b) < floor or alike(a, b) < floor - 0.15:
        return False
    few, many = sorted((set(_NUMBERS.findall(a)), set(_NUMBERS.findall(b))), key=len)
    return len(few & many) >= 0.85 * len(few)


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
    article: Article,
    facts: Facts,
    title: str,
    extract: str,
    authority: str,
    keys: Collection[str],
    age: float,
) -> tuple[int, str] | None:
    """A report is about this document though it does not name it: its weight and why; None if not.

    `age` is days after the document. Needed is a near-equal heading, a text that quotes the document's
    at length, or the same date set by the same authority on the same subject.
    """
    if not -1.5 <= age <= NEAR:
        return None
    heading = max(
        same_heading(article.title, title), same_heading(titles.subject(article.title), titles.subject(title))
    )
    quotes = len(skeleton(article.text)) >= _SHORTEST and within(article.text[:3000], extract) >= QUOTES
    shared = _shared_date(article, facts, keys, heading)
    weight = 3 * (heading >= HEADING) + 3 * quotes + 3 * bool(shared)
    if weight:
        return weight, shared or ("has nearly the same heading" if heading >= HEADING else "quotes its text")
    if _about_the_same(article, facts, title, extract, authority, keys, age):
        return 2, "tells of the same notice within days"
    return None


def _shared_date(article: Article, facts: Facts, keys: Collection[str], heading: float) -> str:
    """A date, an authority and a subject in common: a rare one, or more than one, or a heading not unlike."""
    pairs = [(code, subject) for code in who(article, facts) for subject in what(article)]
    held = dates_of(keys)
    for fact in facts.dates:
        common = [pair for pair in pairs if pair in held.get(fact.date, ())]
        rare = [pair for pair in common if pair[1] in TELLING]
        if rare or len({subject for _, subject in common}) > 1 or (common and heading >= 0.3):
            code, subject = (rare or common)[0]
            return f"gives the same date {fact.date}, {code}, {subject}"
    return ""


def _about_the_same(
    article: Article,
    facts: Facts,
    title: str,
    extract: str,
    authority: str,
    keys: Collection[str],
    age: float,
) -> bool:
    """No date speaks against it: the same authority, a paper spoken of, most of what is rare in it."""
    head = simplified(f"{article.title}\n{article.text[:800]}")
    if brings_new_date(facts, keys) or not _PAPER.search(head) or _CASE.search(head):
        return False
    mine = set(subjects(article.title, article.text)).intersection(TELLING)
    common = mine.intersection(subjects(title, extract))
    done = acts(article.title, article.text) & acts(title, extract)
    many = len(common) >= 3 or (common and age <= FRESH and len(common) + len(done) >= 3)
    return (
        bool(many) and len(common) >= 0.6 * len(mine) and authority_shared(article, facts, authority, title)
    )


def brings_new_date(facts: Facts, keys: Iterable[str]) -> bool:
    """The article tells of a date, and of none that the matter knows: it may be news of its own."""
    told = {fact.date for fact in facts.dates}
    return bool(told) and not told & dates_of(keys).keys()
