"""Tells whose rules a passage speaks of: those of the country watched, or another's.

A sentence that names both counts as ours. Where the sentence names none, the paragraph decides, then
the passage with its title; a Chinese text that names no country speaks of home. Never looks at topics.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.classify.nodes import Node, Span, Within
from pipelines.classify.reading import Reading

_TITLE_WEIGHT = 3


@dataclass(frozen=True, eq=False, slots=True)
class Compass:
    """Tells home from abroad by two nodes that find their names."""

    home: Node
    foreign: Node

    def at_home(self, reading: Reading, span: Span, *, named: bool = False) -> bool:
        """Whether the stretch speaks of home, alone or among others; with `named`, only where it says so."""
        layout = reading.layout
        first, last = layout.sentence(span[0]), layout.sentence(span[1] - 1)
        home = sum(
            self._count(reading, self.home, "sentence", number)
            for number in range(first, min(last, first + 4) + 1)
        )
        if home:
            return True
        if any(
            self._count(reading, self.foreign, "sentence", number)
            for number in range(first, min(last, first + 4) + 1)
        ):
            return False
        paragraph = layout.paragraph(span[0])
        home = self._count(reading, self.home, "paragraph", paragraph)
        foreign = self._count(reading, self.foreign, "paragraph", paragraph)
        if home or foreign:
            return home > foreign if named else home >= foreign
        passage = layout.passage(span[0])
        home = self._count(reading, self.home, "passage", passage) + self._titled(reading, self.home)
        foreign = self._count(reading, self.foreign, "passage", passage) + self._titled(reading, self.foreign)
        if home or foreign:
            return home > foreign if named else home >= foreign
        return reading.chinese and not named

    def _titled(self, reading: Reading, node: Node) -> int:
        if reading.layout.digest:
            return 0
        return (_TITLE_WEIGHT - 1) * sum(span[1] <= reading.body for span in reading.find(node))

    @staticmethod
    def _count(reading: Reading, node: Node, within: Within, number: int) -> int:
        return reading.tally(node, within)[number]
