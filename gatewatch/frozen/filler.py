"""Replaces a text by filler of the same script and length; dates, numbers of documents and labels stay.

Deterministic: a beginning of a text becomes the beginning of its filler, so that a title that a list cuts
still begins as the whole one does. No letter stays what it was, so no sentence can survive. The filler is
of the Thousand Character Classic (6th century) and of meaningless Latin syllables.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from urllib.parse import quote, unquote, urlsplit, urlunsplit
from zlib import crc32

from crawlers.parse import labels
from pipelines.script import telling

# Encodable in GB2312 and, in its traditional form, in Big5, so that a page keeps its encoding.
_HANS = (
    "天地玄黄宇宙洪荒日月盈辰宿列寒来暑往秋收冬藏云雨露霜金生水玉出昆剑珠"
    "光果珍李柰菜重芥姜海咸河淡鳞潜羽翔龙师火帝鸟官始字乃服衣裳"
)
_HANT = (
    "天地玄黃宇宙洪荒日月盈辰宿列寒來暑往秋收冬藏雲雨露霜金生水玉出崑劍珠"
    "光果珍李柰菜重芥薑海鹹河淡鱗潛羽翔龍師火帝鳥官始字乃服衣裳"
)
_VOWELS, _CONSONANTS = "aeiou", "bdfgklmnprstvz"
# Letters of other scripts become these of theirs.
_OTHERS = {
    "CYRILLIC": "авеикно",
    "GREEK": "αεικνορ",
    "ARABIC": "ابتسمن",
    "HEBREW": "אבגדה",
    "THAI": "กขคงจ",
    "HIRAGANA": "あいうえお",
    "KATAKANA": "アイウエオ",
    "HANGUL": "가나다라마",
    "DEVANAGARI": "कखगचज",
}

_BYLINE_WORDS = """
    来源 來源 时间 時間 发布时间 日期 作者 责任编辑 编辑 浏览次数 字号 字体 大 中 小 打印 分享 附件 首页
    尾页 上一页 下一页 通知 公告 通告 公示 意见
"""
BYLINE = tuple(_BYLINE_WORDS.split())
"""Words beside titles and lists that stay, as the labels of a document do."""
# 标题 | 标　　题
_LABELS = "|".join(
    r"[\s\u3000\ue000]*".join(name) for name in sorted({*labels.NAMES, *BYLINE}, key=len, reverse=True)
)
_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DAYS = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?"
_CLOCK = r"\d{1,2}[:时]\d{2}(?:[:分]\d{2}(?:\.\d+)?秒?)?"
_ZONE = r"(?:\s?(?:[+-]\d{2}:?\d{2}|GMT|UTC|Z|E[SD]T|CST)\b)?"
_KEPT = re.compile(
    # 2026-11-24T08:00:00Z | 2026年11月24日 | Tue, 24 Nov 2026 08:00:00 +0800 | Nov 24, 2026
    rf"(?:19|20)\d{{2}}\s?[-/.年]\s?\d{{1,2}}\s?[-/.月]\s?\d{{1,2}}日?(?:[T\s]\s?{_CLOCK}{_ZONE})?"
    rf"|{_DAYS}\s{_MONTHS}\s\d{{1,2}}\s{_CLOCK}\s[A-Z]{{3,4}}\s\d{{4}}"
    rf"|(?:{_DAYS},?\s)?\d{{1,2}}\s{_MONTHS},?\s\d{{4}}(?:,?\s{_CLOCK}{_ZONE})?"
    rf"|{_MONTHS}\s\d{{1,2}},\s\d{{4}}(?:,?\s{_CLOCK}{_ZONE})?"
    r"|[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
    # 函〔2026〕123号 | 第42号
    r"|[\u4e00-\u9fff]?[〔\[（(【](?:19|20)\d{2}[〕\]）)】]\s?第?\d{1,5}\s?号"
    r"|第\s?\d{1,5}\s?[号條条章批期]"
    # 发文机关： at the beginning, or alone
    rf"|(?:(?<=^)|(?<=[\s【\[>　])|(?<=\n))(?:{_LABELS})(?=\s*[：:】\]]|\s*$)",
    re.MULTILINE,
)
_JOINTS = re.compile(r"(\s[-–—|]\s|\n)")
_SLUG = re.compile(r"[A-Za-z]+(?:[-_+][A-Za-z0-9]+){3,}")


class Filler:
    """Replaces texts; `seed` (a source's id) makes two sources' filler differ. Never raises."""

    def __init__(self, seed: str, sample: str = "") -> None:
        self._seed = crc32(seed.encode())
        simple, traditional = telling(sample)
        self._han = _HANT if traditional > simple else _HANS

    def text(self, text: str) -> str:
        """The filler of a text. Blanks and punctuation stay."""
        # "Title - Publisher", and lines: each part is filled as if it stood alone.
        return "".join(self._part(part) for part in _JOINTS.split(text))

    def _part(self, text: str) -> str:
        found: list[str] = []
        at, state = 0, self._seed
        for kept in _KEPT.finditer(text):
            part, state = self._replaced(text[at : kept.start()], state)
            found += (part, kept[0])
            at = kept.end()
        return "".join((*found, self._replaced(text[at:], state)[0]))

    def url(self, url: str) -> str:
        """The address with its shape: words of a slug and what is percent-encoded are replaced."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return self.text(url)
        path = "/".join(self._step(step) for step in parts.path.split("/"))
        query = "&".join(self._pair(pair) for pair in parts.query.split("&"))
        return urlunsplit((parts.scheme, parts.netloc, path, query, ""))

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if "://" in (whole := unquote(value)):
            return name + equals + quote(self.url(whole), safe="")
        return name + equals + self._step(value.replace("+", "%20"))

    def _step(self, step: str) -> str:
        plain = unquote(step)
        if plain.isascii() and plain == step and " " not in step and not _SLUG.search(step):
            return step
        stem, dot, ending = plain.rpartition(".")
        if not dot or len(ending) > 5 or not ending.isascii():
            stem, dot, ending = plain, "", ""
        return quote(self._replaced(stem, self._seed)[0], safe="-_.~!$&'()*+,;=:@") + dot + ending

    def _replaced(self, text: str, state: int) -> tuple[str, int]:
        letters = []
        for letter in text:
            state = crc32(letter.encode("utf-8", "surrogatepass"), state)
            letters.append(self._letter(letter, state >> 7))
        return "".join(letters), state

    def _letter(self, letter: str, state: int) -> str:
        if letter.isascii():
            if letter.isdigit():
                return _other("0123456789", letter, state)
            if not letter.isalpha():
                return letter
            pool = _VOWELS if letter.lower() in _VOWELS else _CONSONANTS
            new = _other(pool, letter.lower(), state)
            return new.upper() if letter.isupper() else new
        category = unicodedata.category(letter)
        if category[0] not in {"L", "N"} and category not in {"Mn", "Mc", "Co", "Cn", "So"}:
            return letter
        if "\u3400" <= letter <= "\u9fff" or "\uf900" <= letter <= "\ufaff" or letter >= "\U00020000":
            return _other(self._han, letter, state)
        return _other(_pool(letter), letter.lower(), state)


def _other(pool: str, letter: str, state: int) -> str:
    """A letter of the pool that is not this one."""
    new = pool[state % len(pool)]
    return new if new != letter else pool[(state + 1) % len(pool)]


@cache
def _pool(letter: str) -> str:
    script = unicodedata.name(letter, "").partition(" ")[0]
    return _OTHERS.get(script, _VOWELS)
