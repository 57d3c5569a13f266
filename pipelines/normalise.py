"""Makes every article look alike before anyone judges it: blanks, title, language, document number.

Changes nothing that a source said but its dress; never adds, cuts or translates text.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crawlers.article import OFFICIAL, Article
from crawlers.parse import urls
from pipelines import authorities, titles
from pipelines.document_number import normalise
from pipelines.script import telling

_SAMPLE = 4000
"""Code points that tell a text's language."""

_LANGUAGES = {
    "zh-cn": "zh-Hans",
    "zh-hans": "zh-Hans",
    "zh-sg": "zh-Hans",
    "zh-hans-cn": "zh-Hans",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "zh-hant": "zh-Hant",
    "zh-mo": "zh-Hant",
    "en-us": "en",
    "en-gb": "en",
}

# Blanks of every width, and what nobody sees; not the line break.
_BLANKS = re.compile(r"[^\S\n]+")
_UNSEEN = re.compile("[\u200b\u2060\ufeff\u00ad]")
_LINES = re.compile(r"\n[ ]*(?:\n[ ]*)+")


def normalised(article: Article) -> Article:
    """The article with tidy title and text, a language, and its number in one form. Idempotent."""
    title = titles.own(_tidy(article.title).replace("\n", " "))
    text = _tidy(article.text)
    doc_no = _tidy(article.doc_no).replace("\n", " ")
    strange = bool(article.site) and article.tier in OFFICIAL and not urls.government(article.site)
    return replace(
        article,
        # An aggregator's query for an authority's site may show what others say of it.
        tier="press" if strange else article.tier,
        title=title,
        text=text,
        doc_no=normalise(doc_no) or doc_no,
        origin=_tidy(article.origin).replace("\n", " "),
        authority="" if strange else authorities.of_site(article.site) or article.authority,
        lang=_LANGUAGES.get(article.lang.lower(), article.lang)
        if article.lang not in ("", "zh")
        else language(f"{title}\n{text}"),
        labels=tuple((_tidy(name), _tidy(value)) for name, value in article.labels),
        attachments=tuple(
            replace(one, name=_tidy(one.name).replace("\n", " "), text=_tidy(one.text))
            for one in article.attachments
        ),
    )


def language(text: str) -> str:
    """`zh-Hans`, `zh-Hant` or `en` by script; empty where a text has too few letters of either kind to tell.

    Chinese is what has at least one Han character to four other letters: Chinese news is full of Latin names.
    """
    sample = text[:_SAMPLE]
    han = "".join(char for char in sample if "\u3400" <= char <= "\u9fff")
    kana = sum("\u3040" <= char <= "\u30ff" for char in sample)
    letters = sum(char.isascii() and char.isalpha() for char in sample)
    others = sum(char.isalpha() for char in sample) - len(han) - letters - kana
    if han and len(han) * 4 >= letters and kana * 10 < len(han):
        simple, traditional = telling(han)
        return "zh-Hant" if traditional > simple else "zh-Hans"
    return "en" if letters >= 3 and letters > 2 * (others + kana) else ""


def _tidy(text: str) -> str:
    """Lines kept, blanks within one collapsed, empty lines and unseen characters gone."""
    if not text:
        return ""
    text = _UNSEEN.sub("", text)
    text = _BLANKS.sub(
        " ", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    )
    return "\n".join(line for line in (line.strip() for line in _LINES.sub("\n", text).split("\n")) if line)
