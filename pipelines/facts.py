"""What a text says of itself and of others: its kind, number, titles, issuers, stage and dates.

Pure: an Article in, Facts out. Never decides which matter an article belongs to (that is `matter`)
and never whether anyone should care (that is `classify`).
"""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

from crawlers.article import OFFICIAL, Article
from pipelines import authorities, paper, titles
from pipelines.dates import dates
from pipelines.days import days
from pipelines.document_number import find
from pipelines.match import DateFact, Facts, Form
from pipelines.own_number import own
from pipelines.script import simplified

BEIJING = ZoneInfo("Asia/Shanghai")

READ = 60_000
"""Code points from the beginning of a text that are read; annexes are longer than what sets the dates."""

# `同时废止《…》`; `《…》（工信部令第5号）同时废止`, `自…起停止执行`
_REPEALS_AFTER = re.compile(
    r"(?:[、和及与，,\s]|以及)*(?:自[^，。；]{1,20}起)?(?:同时|即行|予以|一并|相应)*(?:废止|停止执行|失效)"
)
# `废止《…》`, `决定废止以下文件：《…》《…》`
_REPEALS_BEFORE = re.compile(r"(?:废止|宣布失效)[^，。；《》]{0,12}(?:[、和及与]|\s)*$")
# `《…》`, `（工信部令第5号）`: what may stand between a title and what is done with it
_BETWEEN = re.compile(r"《[^《》]*》|[（(][^（()）]*[）)]|^[）)]")

_ISSUED_LABELS = ("成文日期", "发文日期", "印发日期", "签发日期", "公布日期", "发布日期")
_EFFECTIVE_LABELS = ("施行日期", "实施日期", "生效日期")
_ISSUER_LABELS = ("发文机关", "发布机构", "发文单位", "发布单位", "制定机关", "发文部门", "公布机关")


def facts(article: Article) -> Facts:
    """What the article says of itself and of others. Any text is welcome, empty and broken ones included."""
    title = titles.own(article.title)
    number = ""
    if article.tier in OFFICIAL and (not paper.follows_up(title) or _labelled(article)):
        number = own(article)
    form = paper.form(article, title, number)
    names = titles.names(title) if form == "document" else titles.names(title)[:1]
    keys = (*((f"no:{number}",) if number else ()), *(f"title:{name}" for name in names))
    cites, repeals = _cites(read(article), keys)
    return Facts(
        form=form,
        doc_no=number,
        instrument=paper.instrument(title, number, form),
        stage=paper.stage(article, title, form),
        issuers=_issuers(article, title),
        keys=keys,
        cites=cites,
        repeals=repeals,
        dates=_dates(article, form),
    )


def read(article: Article) -> str:
    """Title and text, as far as they are read: of a very long text the beginning and the end."""
    text = article.text
    if len(text) > READ:  # `本规定自…起施行` is the last sentence of a regulation
        text = f"{text[:READ]}\n{text[-READ // 10 :]}"
    return f"{titles.own(article.title)}\n{text}"


def on(article: Article) -> date | None:
    """The day of an article where China is: published, else fetched."""
    if article.published is not None:
        return article.published.day or article.published.at.astimezone(BEIJING).date()
    return article.fetched.astimezone(BEIJING).date() if article.fetched else None


def _label(name: str) -> str:
    """`标　　题：` → `标题`."""
    return simplified("".join(name.split())).strip(":：【】[]")


def _labelled(article: Article) -> bool:
    """The label block gives a number, so that even a page called 解读 is a document."""
    return any("字号" in _label(name) and find(value) for name, value in article.labels)


def _cites(whole: str, own_keys: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of what the text cites, numbers before titles, and of what it repeals."""
    plain = simplified(whole)
    places = [(f"no:{one.canonical}", one.start, one.end) for one in find(plain)]
    places += [(f"title:{titles.bare(one.title)}", one.start, one.end) for one in titles.cited(plain)]
    cites = dict.fromkeys(key for key, _, _ in places if key not in own_keys)
    repeals = dict.fromkeys(
        key
        for key, start, end in places
        if key in cites
        and (
            _REPEALS_AFTER.match(_BETWEEN.sub("", plain[end : end + 200]))
            or _REPEALS_BEFORE.search(_BETWEEN.sub("", plain[max(0, start - 200) : start]))
        )
    )
    return tuple(cites), tuple(repeals)


def _issuers(article: Article, title: str) -> tuple[str, ...]:
    """Who issued an official paper, by their Chinese names: by label, by title, else the source's own."""
    if article.tier not in OFFICIAL:
        return ()
    for name, value in article.labels:
        if _label(name) in _ISSUER_LABELS:
            parts = (
                authorities.canonical(part) for part in re.split(r"[、，,;；\s]+", value) if part.strip()
            )
            named = tuple(dict.fromkeys(part for part in parts if authorities.code_of(part)))
            if named:  # `办公厅` alone names nobody
                return named
    found = authorities.heading(simplified(title))
    return found or ((authorities.name_of(article.authority),) if article.authority else ())


def _dates(article: Article, form: Form) -> tuple[DateFact, ...]:
    """The dates of labels and text. Only a document's own day lets 自印发之日起 count."""
    published = on(article)
    found: dict[tuple[str, date], DateFact] = {}
    for name, value in article.labels:
        if _label(name) in _EFFECTIVE_LABELS:
            for day in days(value, published)[:1]:
                found["effective", day.date] = DateFact(
                    "effective", day.date, f"{_label(name)}：{value.strip()}"
                )
    issued = _issued(article) if form == "document" else None
    for fact in dates(read(article), published=published, issued=issued, own=form == "document"):
        found.setdefault((fact.kind, fact.date), fact)
    return tuple(found.values())


def _issued(article: Article) -> date | None:
    """The day of issue by the label block, else of publication."""
    labels = {_label(name): value for name, value in article.labels}
    named = (days(labels[label]) for label in _ISSUED_LABELS if label in labels)
    return next((found[0].date for found in named if found), on(article))
