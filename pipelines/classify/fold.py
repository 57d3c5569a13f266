"""Brings a text into the one shape that terms are looked up in, and knows the way back.

Folded are: case, full-width and other compatibility letters (NFKC, only where it changes a letter or
digit), traditional to simplified Chinese (OpenCC), and what people put inside Chinese words to hide or
set them off: spaces, zero-width and direction marks, dots, quotation marks. Punctuation that ends a
sentence and line breaks stay, so that sentences and paragraphs can still be told apart. Never
segments words, never changes the text given.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import opencc

HAN = "\u3400-\u4dbf\u4e00-\u9fff"

INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
"""Soft hyphen, joiners, direction marks, variation selectors: nobody sees them, nobody means them."""

COMPATIBLE = (
    "\u2100-\u214f\u2460-\u24ff\u2e80-\u2fdf\u3200-\u33ff\uf900-\ufaff\ufb00-\ufb06"
    "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f"
    "\U0001d400-\U0001d7ff\U0001f100-\U0001f1ff\U0002f800-\U0002fa1f"
)
"""Where NFKC changes letters and digits: ＶＰＮ, ㎏, ⼯ (a radical), ﬁ, 𝐕𝐏𝐍."""

SEPARATORS = " \t\u00a0\u2002-\u200a\u3000·•・‧∙\u2018\u2019“”「」『』〝〞"
"""What may stand between two Chinese characters without parting them: “翻墙”行为, 增值 电信, 翻·墙."""

# Matches the space of `增值 电信` and the marks of `“翻墙”行为` between two Chinese characters, the
# zero-width space inside `翻墙`, the `Ｖ` of `ＶＰＮ`; not the space of `VPN 业务`. The class stands first
# because `re` then skips to the next candidate: 15 µs for 1,200 characters, 29 for an alternation.
_ODD = (
    f"[{SEPARATORS}{INVISIBLE}{COMPATIBLE}\ud800-\udfff%s]"
    f"(?:(?<![{SEPARATORS}])|(?<=[{HAN}{INVISIBLE}].)[{SEPARATORS}{INVISIBLE}]{{0,3}}(?=[{HAN}]))"
)
# Matches one mark or invisible character, as a whole.
_HIDDEN = re.compile(f"[{SEPARATORS}{INVISIBLE}]")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. `breaks` are the places where its offsets part from the original's."""

    text: str
    breaks: tuple[int, ...] = ()
    origins: tuple[int, ...] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The code points [start, end) of the folded text as code points of the original."""
        if not self.breaks:
            return start, end
        return self._origin(start), self._origin(end - 1) + 1 if end > start else self._origin(start)

    def _origin(self, place: int) -> int:
        index = bisect_right(self.breaks, place) - 1
        return place if index < 0 else self.origins[index] + place - self.breaks[index]


def fold(text: str) -> Folded:
    """Fold a text of any length and content, in time linear in its length."""
    if text.isascii():
        return Folded(text.lower())
    lower = text.lower()
    if len(lower) != len(text):
        # `İ`, the one letter whose small form is two code points.
        lower = text.replace("İ", "i").lower()
    tidied = _tidy(lower, _patterns()[0])
    if tidied is not None:
        return Folded(*tidied)
    folded, breaks, origins = _tidy(lower, _patterns()[1]) or (lower, (), ())
    return Folded(_simplify(folded), breaks, origins)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Two patterns: one that finds odd and traditional characters, one that finds the odd ones only.

    The first is enough for most texts: where it meets no traditional character (none stands in a text in
    simplified Chinese) OpenCC has nothing to do, and a third of the time is saved.
    """
    signs = [chr(code) for code in range(0x3400, 0xA000)]
    simple = _converter().convert("\n".join(signs)).split("\n")
    traditional = "".join(sign for sign, new in zip(signs, simple, strict=True) if sign != new)
    return re.compile(_ODD % traditional), re.compile(_ODD % "")


def _tidy(lower: str, pattern: re.Pattern[str]) -> tuple[str, tuple[int, ...], tuple[int, ...]] | None:
    """Replace compatibility letters, drop what hides inside words, and note where offsets part.

    None where the pattern finds a traditional character.
    """
    pieces: list[str] = []
    breaks: list[int] = []
    origins: list[int] = []
    read = written = 0
    for found in pattern.finditer(lower):
        start, end = found.span()
        new = _replacement(lower[start])
        if new is None:
            return None
        pieces.append(lower[read:start])
        written += start - read
        read = end
        if new:
            pieces.append(new)
            # Every folded code point of an expansion (㈱ -> (株)) comes from the one original.
            for step in range(1, len(new)):
                breaks.append(written + step)
                origins.append(start)
            written += len(new)
            if len(new) == 1:
                continue
        breaks.append(written)
        origins.append(end)
    if not pieces:
        return lower, (), ()
    pieces.append(lower[read:])
    return "".join(pieces), tuple(breaks), tuple(origins)


@cache
def _replacement(odd: str) -> str | None:
    """What stands for an odd character: nothing for a hidden one, else its NFKC form in small letters.

    A surrogate that stands alone cannot be UTF-8, and so neither OpenCC nor the automaton takes it.

    None for a Chinese character, which is here because it is a traditional one.
    """
    if _HIDDEN.match(odd):
        return ""
    if "\ud800" <= odd <= "\udfff":
        return "\ufffd"
    return None if "\u3400" <= odd <= "\u9fff" else unicodedata.normalize("NFKC", odd).lower()


def _simplify(text: str) -> str:
    """Traditional to simplified, one code point for one, whatever the text holds."""
    simple = _converter().convert(text)
    if len(simple) == len(text):
        return simple
    # No entry of OpenCC's t2s changes the length today; should one, offsets matter more than it.
    return "".join(new if len(new) == 1 else old for old in text for new in (_converter().convert(old),))


@cache
def _converter() -> _Converter:
    # Made once and late: opening the dictionaries takes 20 ms.
    converter: _Converter = opencc.OpenCC("t2s")
    return converter


@cache
def variants(word: str) -> tuple[str, ...]:
    """The folded spellings of a term: itself, and as Taiwan says it (软件 and 軟體, 网络 and 網路)."""
    folded = fold(word).text
    taiwan = _simplify(_regional().convert(folded)) if not folded.isascii() else folded
    return tuple(dict.fromkeys((folded, taiwan)))


@cache
def _regional() -> _Converter:
    converter: _Converter = opencc.OpenCC("s2twp")
    return converter


def let_go() -> None:
    """Give back the dictionary of Taiwan's words: 40 MB that only loading rules needs; `variants` reopens it.

    The C library keeps what is freed in small pieces until it is told not to (malloc_trim, glibc only).
    """
    if not _regional.cache_info().currsize:
        return
    _regional.cache_clear()
    gc.collect()
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
