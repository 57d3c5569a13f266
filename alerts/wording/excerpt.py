"""Picks the few lines of a text that show why it matched, and marks the matched words in them.

Pure. Positions are code points in the text as stored; nothing is searched for by a word boundary, so
marks work inside Chinese. Never invents text: what it returns stands in the article, ellipses apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alerts.wording.inert import visible

LIMIT = 300
_LEAD = 60
"""How far before the first matched word a beginning of a sentence is looked for."""

# "…。其二", "… end. Next", a line end
_SENTENCE = re.compile(r"[。！？；\n]|[.!?;](?=\s)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked where it is a matched word; struck where it went, or came."""

    text: str
    marked: bool = False
    struck: bool = False
    came: bool = False


def excerpt(text: str, spans: Iterable[tuple[int, int, str]], limit: int = LIMIT) -> tuple[Piece, ...]:
    """At most `limit` characters of the text, around the matched words (start, end, quote).

    A span whose quote does not stand where it says is looked for; where the text has it nowhere, it
    is left out. With no span left the text's beginning is given. Empty text gives no piece.
    """
    placed = _placed(text, spans)
    begin, end = _window(text, placed, limit - 2)
    pieces = [Piece("…")] if text[:begin].strip() else []
    at = begin
    for start, stop in placed:
        if start < begin or stop > end:
            continue
        pieces += [Piece(text[at:start]), Piece(text[start:stop], marked=True)]
        at = stop
    pieces.append(Piece(text[at:end]))
    if end < len(text.rstrip()):
        pieces.append(Piece("…"))
    return _tidy(pieces)


def changed(parts: Iterable[tuple[str, str]]) -> tuple[Piece, ...]:
    """What went and what came, with a little around it."""
    return tuple(
        Piece(visible(text).replace("\n", " "), struck=tag == "-", came=tag == "+") for tag, text in parts
    )


def _placed(text: str, spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """The spans that stand in the text, merged where they overlap, in order."""
    found: list[tuple[int, int]] = []
    for start, end, quote in spans:
        if not quote:
            continue
        if 0 <= start < end and text[start:end] == quote:
            found.append((start, end))
        elif (at := text.find(quote)) >= 0:
            found.append((at, at + len(quote)))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, spans: Sequence[tuple[int, int]], room: int) -> tuple[int, int]:
    """The part to show: from the beginning of a sentence, with as many different words as will fit."""
    fitting = [(start, end) for start, end in spans if end - start <= room - _LEAD]
    if not fitting:
        begin = len(text) - len(text.lstrip())
        return begin, min(len(text), begin + room)
    best, most, right = 0, 0, 0
    words = [text[start:end].casefold() for start, end in fitting]
    for left, (start, _) in enumerate(fitting):
        right = max(right, left)
        while right < len(fitting) and fitting[right][1] - start <= room - _LEAD:
            right += 1
        different = len(set(words[left : min(right, left + 64)]))
        if different > most:
            best, most = left, different
    first = fitting[best][0]
    begin = max(0, first - _LEAD)
    sentences = [found.end() for found in _SENTENCE.finditer(text, begin, first)]
    if sentences:
        begin = sentences[-1]
    while begin < first and text[begin].isspace():
        begin += 1
    return begin, min(len(text), begin + room)


def _tidy(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Visible text only, blanks single, neighbours of one kind joined, no empty piece."""
    tidy: list[Piece] = []
    for piece in pieces:
        text = visible(piece.text)
        if text.startswith(" ") and (not tidy or tidy[-1].text.endswith(" ")):
            text = text[1:]
        if not text:
            continue
        if tidy and tidy[-1].marked == piece.marked:
            tidy[-1] = Piece(tidy[-1].text + text, piece.marked)
        else:
            tidy.append(Piece(text, piece.marked))
    return tuple(tidy) if any(piece.text.strip(" …") for piece in tidy) else ()
