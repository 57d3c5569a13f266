"""What of an article's text is kept for everyone. Pure.

Official documents are outside copyright and are kept whole. Of everybody else's text the store keeps an
extract beside a private whole that is never exported: the lead, and the sentences around the evidence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawlers.article import OFFICIAL, Article
from pipelines.match import Evidence, Verdict

LONGEST = 600
"""Characters of an extract, what joins its pieces included."""

_GAP = " … "
_SIDE = 90  # characters left and right of a match within a sentence without end

# Ends a sentence, as in `内容。下一句`, `为什么？因为`, a line break, and `It ended. Then`
_END = re.compile(r"[。！？!?；\n]+|\.(?=\s)")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store keeps of a text: `text` for everyone, `private` the whole where that is more.

    `pieces` (start, end, at) say which part of the whole stands where in `text`.
    """

    text: str
    private: str = ""
    pieces: tuple[tuple[int, int, int], ...] = ()

    def place(self, evidence: Evidence) -> int | None:
        """Where the evidence begins in `text` (elsewhere: as it is), or None where it was left out."""
        if evidence.field != "text" or not self.private:
            return evidence.start
        for start, end, at in self.pieces:
            if start <= evidence.start and evidence.end <= end:
                return at + evidence.start - start
        return None


def keep(article: Article, verdict: Verdict) -> Kept:
    """What is kept of this article, judged so."""
    if article.tier in OFFICIAL or len(article.text) <= LONGEST:
        return Kept(article.text)
    spans = [(found.start, found.end) for found in verdict.evidence if found.field == "text"]
    pieces = _pieces(article.text, spans)
    text, placed = "", []
    for start, end in pieces:
        text += _GAP if text else ""
        placed.append((start, end, len(text)))
        text += article.text[start:end]
    return Kept(text, article.text, tuple(placed))


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The lead's and the evidence's sentences, in order, none overlapping, LONGEST characters at most."""
    wanted = [_sentence(text, span) for span in spans]
    lead = len(text) - len(text.lstrip())
    wanted.append(_sentence(text, (lead, min(lead + 1, len(text)))))
    chosen: list[tuple[int, int]] = []
    for piece in wanted:
        tried = _merged([*chosen, piece])
        if sum(end - start + len(_GAP) for start, end in tried) - len(_GAP) <= LONGEST:
            chosen = tried
    return chosen


def _sentence(text: str, span: tuple[int, int]) -> tuple[int, int]:
    start, end = span
    left = max(0, start - _SIDE)
    right = min(len(text), end + _SIDE)
    before = [found.end() for found in _END.finditer(text, left, start)]
    after = _END.search(text, end, right)
    begin = before[-1] if before else left
    while begin < start and text[begin].isspace():
        begin += 1
    return begin, after.end() if after else right


def _merged(pieces: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def twin(article: Article) -> str:
    """A hash that a republication elsewhere shares: of title, document number and text, blanks aside.

    A text too short to tell articles apart (a list's summary, "see the attachment") counts with its date.
    """
    body = _BLANK.sub("", article.text)
    parts = [_BLANK.sub("", article.title), article.doc_no, body]
    if len(body) < _TELLING:
        at = article.published
        parts.append((at.day or at.at).isoformat() if at else article.key)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


_TELLING = 80


def fingerprint(text: str) -> str:
    """The SHA-256 of a stored text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
