"""Tells which document number (文号) is a document's own, apart from those that it cites.

Looks, in this order, at the label block, at what parsing found, at the title, and at lines of their
own near the top, where a letterhead may spread a number over three lines. Never looks into sentences.
"""

from __future__ import annotations

import re

from crawlers.article import Article
from pipelines import authorities
from pipelines.document_number import compose, find, flat_form, normalise
from pipelines.numerals import NUMERAL, number

_LABELS = re.compile(r"^(?:发文字号|发布文号|公文字号|文件编号|文号|文件号|字号|发文文号|文件字号)$")
_INLINE = re.compile(r"(?:发文字号|发布文号|公文字号|文件编号|文号)[ ]*[:：][ ]*(.{4,60})")

_NEXT_LABEL = re.compile(r"成文日期|发布日期|发布机构|标\s*题")
# `公告2026年第5号`, `2026年第5号`, `令第68号`, `第68号`, after blanks are gone
_BARE = re.compile(
    rf"(?P<kind>公告|通告|令)?[〔(]?(?:(?P<year>(?:19|20)\d\d)年)?第?(?P<n>[\d{NUMERAL}]{{1,5}})号[〕)]?"
)
# The end of `关于…的通知（工信部信管函〔2017〕32号）`; not of `《…》（令第68号）解读`
_TAIL = re.compile(r"[（(]([^（()）]*(?:[（(][^（()）]*[）)])?[^（()）]*号)[）)]$")
_KINDS = ("公告", "通告", "令")
_SHORT, _SENTENCE = 48, 120

HEAD_LINES = 14
"""How many lines from the top a number on a line of its own is still the document's own."""


def own(article: Article) -> str:
    """The document's own number, or empty."""
    for name, value in article.labels:
        if _LABELS.match(flat_form(name).strip(":：【】〔〕")) and (found := _first(value, article)):
            return found
    given = _first(article.doc_no, article) if article.doc_no else ""
    if given and not _only_cited(given, article):
        return given
    return _of_title(article) or _of_head(article)


def _first(value: str, article: Article) -> str:
    """The first number of a label's value; where it names no issuer, the article's authority is it."""
    found = find(value)
    return found[0].canonical if found else _bare(value, article)


def _only_cited(given: str, article: Article) -> bool:
    """Parsing took it from a sentence: it first stands behind a title, `《…》（国发〔2012〕23号）`."""
    whole = f"{article.title}\n{article.text[:3000]}"
    first = next((one for one in find(whole) if one.canonical == given), None)
    return first is not None and bool(re.search(r"》\s*[（(]?\s*$", whole[: first.start]))


def _bare(line: str, article: Article) -> str:
    """`2026年第5号`, `第68号` or `令第68号` alone: kind and issuer stand in the title or at the source."""
    match = _BARE.fullmatch(flat_form(line))
    if not match or ("第" not in line and not match["year"]):
        return ""
    title = flat_form(article.title)
    kind = match["kind"] or next((word for word in _KINDS if title.endswith(word)), "")
    issuer = next(iter(authorities.heading(title)), "") or authorities.name_of(article.authority)
    count = number(match["n"])
    if not kind or not issuer or not count or (kind != "令" and not match["year"]):
        return ""
    return compose(issuer, kind, int(match["year"]) if match["year"] else None, count)


def _of_title(article: Article) -> str:
    """`工业和信息化部公告2026年第5号`, or a title that closes with its number in brackets."""
    title = article.title.strip()
    tail = _TAIL.search(title)
    return normalise(title) or (normalise(tail.group(1)) if tail else "")


def _of_head(article: Article) -> str:
    """A line of its own near the top, or a letterhead: `…部` / `公　告` / `2026年第5号`."""
    lines = [line.strip() for line in article.text[:3000].splitlines() if line.strip()][:HEAD_LINES]
    title = flat_form(article.title)
    joined = title if title.endswith(_KINDS) else ""
    for line in lines:
        inline = _INLINE.search(line)
        if inline and (found := _first(_NEXT_LABEL.split(inline.group(1))[0].strip(), article)):
            return found
        if len(line) > _SENTENCE:
            break
        if len(line) > _SHORT:
            joined = ""
            continue
        joined += flat_form(line)
        if found := normalise(line) or _bare(line, article) or normalise(joined[-2 * _SHORT :]):
            return found
    return ""
