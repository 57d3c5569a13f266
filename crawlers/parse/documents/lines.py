"""Lines of a printed page back into paragraphs: a word that the page breaks must be found whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

# Ends a paragraph whatever its length: 。 ： and the like
_ENDS = re.compile(r"[。！？；：.!?;:]$")
# Begins one: 一、 （一） 1. 第三条 附件 -
_BEGINS = re.compile(
    r"(?:[一二三四五六七八九十百]{1,4}[、.．]|[（(][一二三四五六七八九十\d]{1,4}[）)]|\d{1,3}[、.．)]\s*\D"
    r"|第[一二三四五六七八九十百零\d]{1,6}[章节条编]|附件|附：|[-—–·•●■]\s)"
)
# `— 3 —`, `- 3 -`, `3`
_PAGE_NUMBER = re.compile(r"[-—–\s]*\d{1,4}[-—–\s]*")
_FULL = 0.8
"""A line this full, of the page's fullest, was broken because it was full."""


def paragraphs(pages: Iterable[Sequence[str]]) -> str:
    """The lines of pages as paragraphs, one a line; numbers of pages left out."""
    kept: list[str] = []
    full = False
    for page in pages:
        lines = [line for line in (" ".join(line.split()) for line in page) if line]
        while lines and _PAGE_NUMBER.fullmatch(lines[-1]):
            lines.pop()
        widths = sorted(map(_width, lines))
        most = widths[int(len(widths) * 0.95)] if widths else 0
        for line in lines:
            if kept and full and not _BEGINS.match(line):
                kept[-1] += _joint(kept[-1][-1], line[0]) + line
            else:
                kept.append(line)
            full = _width(line) >= most * _FULL and len(lines) > 1 and not _ENDS.search(line)
    return "\n".join(kept)


def _joint(left: str, right: str) -> str:
    """A blank between Latin words, nothing in Chinese."""
    return " " if left < "\u2e80" and right < "\u2e80" else ""


def _width(line: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line)
