"""One text being judged: where each set of terms occurs in it, and what has been worked out so far.

Lives as long as one call of `judge`. Holds positions and divisions; never knows rules or topics.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Literal

from pipelines.classify.engine import Automaton
from pipelines.classify.fold import Folded
from pipelines.classify.layout import Layout
from pipelines.classify.nodes import Hit, Node, Span, Within

_HAN_LEADS = bytes(range(0xE4, 0xEA))
"""The first of the three UTF-8 bytes of a Chinese character, U+4000 to U+9FFF."""
_OPENING = 600
_MOST_HITS = 10_000
"""Hits of one set that are looked at: more stand only in texts made to keep us busy."""

LATIN_STRETCH = 3
"""English news takes about three letters for what Chinese says in one character."""


class Reading:
    """The hits in one text, by set."""

    def __init__(self, automaton: Automaton, title: Folded, text: Folded) -> None:
        self.automaton = automaton
        self.title = title
        self.text = text
        self.haystack = f"{title.text}\n{text.text}"
        self.body = len(title.text) + 1
        self.hits = automaton.hits(self.haystack)
        self._plain = automaton.links not in self.hits and "\n【" not in text.text
        self._found: dict[int, Sequence[Span]] = {}
        self._tallies: dict[tuple[int, str], Counter[int]] = {}

    @cached_property
    def layout(self) -> Layout:
        """The divisions of the text."""
        heads = [hit[0] for hit in self.hits.get(self.automaton.links, ())]
        return Layout(self.haystack, self.body, heads)

    @cached_property
    def chinese(self) -> bool:
        """At least a tenth of the opening is Chinese characters."""
        opening = self.haystack[:_OPENING]
        encoded = opening.encode()
        return (len(encoded) - len(encoded.translate(None, _HAN_LEADS))) * 10 >= len(opening)

    @cached_property
    def stretch(self) -> int:
        """How many code points of this text say what one Chinese character says."""
        return 1 if self.chinese else LATIN_STRETCH

    def word_end(self, end: int) -> int:
        """Where the Latin word that goes on at `end` is over."""
        haystack = self.haystack
        while end < len(haystack) and haystack[end].isalpha() and haystack[end] < "\u2e80":
            end += 1
        return end

    def meaning(self, word: int) -> int:
        """The word of which this one is a spelling or a form: the same number for all of them."""
        return self.automaton.words[word].meaning

    def spans(self, index: int) -> Sequence[Span]:
        """The hits of a set outside lists of links and outside words that are to hide them, as spans."""
        key = -1 - index
        known = self._found.get(key)
        if known is None:
            hits: Sequence[Hit] = self.hits.get(index, ())[:_MOST_HITS]
            if hits and not self._plain and self.layout.sidebars:
                hits = [hit for hit in hits if not self.layout.aside(hit[0])]
            hides = self.automaton.hides.get(index)
            if hits and hides is not None and hides in self.hits:
                hits = _uncovered(hits, self.hits[hides])
            known = self._found[key] = [(hit[0], hit[1], (hit,)) for hit in hits]
        return known

    def find(self, node: Node) -> Sequence[Span]:
        """The spans of a node, worked out once."""
        key = id(node)
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = node.find(self)
        return known

    def tally(self, node: Node, within: Within) -> Counter[int]:
        """How often a node is satisfied in each division, by the division's number."""
        key = (id(node), within)
        known = self._tallies.get(key)
        if known is None:
            place = getattr(self.layout, within)
            known = self._tallies[key] = Counter(place(span[0]) for span in self.find(node))
        return known

    def quote(self, hit: Hit, title: str, text: str) -> tuple[Literal["title", "text"], int, int, str]:
        """Field, start, end and verbatim quote of a hit, in code points of the field as given."""
        if hit[0] < self.body:
            start, end = self.title.origin(hit[0], hit[1])
            return "title", start, end, title[start:end]
        start, end = self.text.origin(hit[0] - self.body, hit[1] - self.body)
        return "text", start, end, text[start:end]


def _uncovered(hits: Sequence[Hit], covers: Sequence[Hit]) -> list[Hit]:
    """The hits that lie inside none of the covers; both lists in order of end."""
    left: list[Hit] = []
    start = 0
    for hit in hits:
        while start < len(covers) and covers[start][1] < hit[1]:
            start += 1
        index = start
        # A cover longer than 64 code points would be a sentence, not a word.
        while index < len(covers) and covers[index][1] <= hit[1] + 64 and covers[index][0] > hit[0]:
            index += 1
        if index == len(covers) or covers[index][0] > hit[0]:
            left.append(hit)
    return left
