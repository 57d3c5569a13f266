"""What a rule asks for, as a small tree whose nodes find spans in a reading.

`Terms` finds the words of a set; `AnyOf`, `AllOf` and `AtLeast` combine spans. Every node yields at most one
span for each span it is fed, so that the work grows with the number of hits, never with their
combinations. Never touches text: only positions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from pipelines.classify.reading import Reading

Hit = tuple[int, int, int]
"""A word found: start and end in the haystack, and the number of the word."""
Span = tuple[int, int, tuple[Hit, ...]]
"""A stretch that satisfies a node: start, end, the hits that did it. Lists of spans are in order of end."""
_MOST_SPANS = 2_000
"""Spans of one node that are looked at; more arise only where common words are combined with each other."""
_MOST_SHOWN = 24
"""Hits that a span carries as evidence; nested expressions would gather the whole text otherwise."""

Within = Literal["sentence", "paragraph", "passage"]


def _end(span: Span) -> int:
    return span[1]


class Node(Protocol):
    """A part of a rule."""

    @property
    def label(self) -> str:
        """In words, what it asks for."""

    def find(self, reading: Reading) -> Sequence[Span]:
        """Every stretch that satisfies this node."""

    def masks(self) -> tuple[int, ...]:
        """Sets (as bits) of which, for each mask, one must occur for this node to be satisfied at all."""

    def parts(self) -> tuple[Node, ...]:
        """The nodes that must all be satisfied; itself where it cannot be divided."""


@dataclass(frozen=True, eq=False, slots=True)
class Terms:
    """One of the words of a set; in these fields only, if any are given."""

    label: str
    index: int
    fields: tuple[str, ...] = ()

    def find(self, reading: Reading) -> Sequence[Span]:
        """The hits of the set."""
        spans = reading.spans(self.index)
        if not self.fields:
            return spans
        return [span for span in spans if reading.layout.field(span[0], span[1]) in self.fields]

    def masks(self) -> tuple[int, ...]:
        """Its own bit."""
        return (1 << self.index,)

    def parts(self) -> tuple[Node, ...]:
        """Itself."""
        return (self,)


@dataclass(frozen=True, eq=False, slots=True)
class AnyOf:
    """One of several nodes; in these fields only, if any are given."""

    label: str
    nodes: tuple[Node, ...]
    fields: tuple[str, ...] = ()

    def find(self, reading: Reading) -> Sequence[Span]:
        """The spans of all nodes."""
        spans = [span for node in self.nodes for span in reading.find(node)]
        if self.fields:
            spans = [span for span in spans if reading.layout.field(span[0], span[1]) in self.fields]
        spans.sort(key=_end)
        return spans

    def masks(self) -> tuple[int, ...]:
        """One mask: any of what any node needs most."""
        mask = 0
        for node in self.nodes:
            mask |= min(node.masks(), key=int.bit_count)
        return (mask,)

    def parts(self) -> tuple[Node, ...]:
        """Itself."""
        return (self,)


@dataclass(frozen=True, eq=False, slots=True)
class AllOf:
    """All of several nodes, near each other, and none of the others there.

    `near` is the longest stretch in Chinese characters (0: any; a text in Latin letters, which says less in
    a character, gets three times as many); `within` the division that all must share.
    `none` is looked for in that division, and with `near` also no farther than that from the span.
    """

    label: str
    nodes: tuple[Node, ...]
    none: tuple[Node, ...] = ()
    near: int = 0
    within: Within = "passage"
    ordered: bool = False

    def find(self, reading: Reading) -> Sequence[Span]:
        """The shortest stretch that ends at each span and holds one of each node."""
        place: Callable[[int], int] = getattr(reading.layout, self.within)
        near = self.near * reading.stretch
        fed: list[tuple[Span, int]] = []
        for number, node in enumerate(self.nodes):
            spans = reading.find(node)
            if not spans:
                return ()
            fed += [(span, number) for span in spans]
        fed.sort(key=lambda item: item[0][1])
        seen: list[Span | None] = [None] * len(self.nodes)
        found: list[Span] = []
        here = -1
        for span, number in fed:
            where = place(span[0])
            if where != here:
                seen = [None] * len(self.nodes)
                here = where
            if self.ordered:
                if not self._follows(seen, number, span):
                    continue
                seen[number + 1 :] = [None] * (len(seen) - number - 1)
            old = seen[number]
            # Of two spans that end together the later start is the tighter one.
            if old is None or old[1] < span[1] or old[0] < span[0]:
                seen[number] = span
            union = self._union(seen, near)
            if union and not self._spoiled(union, reading, place, near):
                found.append(union)
                if len(found) == _MOST_SPANS:
                    break
        return found

    @staticmethod
    def _follows(seen: Sequence[Span | None], number: int, span: Span) -> bool:
        before = seen[number - 1] if number else span
        return before is not None and before[0] <= span[0]

    @staticmethod
    def _union(seen: Sequence[Span | None], near: int) -> Span | None:
        start, end = 1 << 62, 0
        for span in seen:
            if span is None:
                return None
            start = min(start, span[0])
            end = max(end, span[1])
        if near and end - start > near:
            return None
        hits = {hit: None for span in seen if span for hit in span[2]}
        return start, end, tuple(hits)[:_MOST_SHOWN]

    def _spoiled(self, span: Span, reading: Reading, place: Callable[[int], int], near: int) -> bool:
        where = place(span[0])
        for node in self.none:
            if not near:
                if where in reading.tally(node, self.within):
                    return True
                continue
            others = reading.find(node)
            for other in others[bisect_left(others, span[0] - near, key=_end) :]:
                if other[0] > span[1] + near:
                    break
                if place(other[0]) == where:
                    return True
        return False

    def masks(self) -> tuple[int, ...]:
        """What each node needs."""
        return tuple(mask for node in self.nodes for mask in node.masks())

    def parts(self) -> tuple[Node, ...]:
        """Its nodes, each by itself."""
        return self.nodes


@dataclass(frozen=True, eq=False, slots=True)
class AtLeast:
    """At least `count` different words of a node's, in one division and no farther apart than `near`."""

    label: str
    node: Node
    count: int
    near: int = 0
    within: Within = "passage"

    def find(self, reading: Reading) -> Sequence[Span]:
        """The shortest stretch that ends at each span and holds so many different words."""
        place: Callable[[int], int] = getattr(reading.layout, self.within)
        near = self.near * reading.stretch
        recent: dict[int, Span] = {}
        found: list[Span] = []
        here = -1
        for span in reading.find(self.node):
            where = place(span[0])
            if where != here:
                recent.clear()
                here = where
            word = reading.meaning(span[2][0][2])
            recent.pop(word, None)
            recent[word] = span
            if len(recent) < self.count:
                continue
            last = [recent[key] for key, _ in zip(reversed(recent), range(self.count), strict=False)]
            start = min(each[0] for each in last)
            if not near or span[1] - start <= near:
                found.append((start, span[1], tuple(hit for each in reversed(last) for hit in each[2])))
        return found

    def masks(self) -> tuple[int, ...]:
        """What the node needs."""
        return self.node.masks()

    def parts(self) -> tuple[Node, ...]:
        """Itself."""
        return (self,)
