"""One rule at work: does it apply, where does it fire, how much does that weigh, and why.

Never reads files, never sees more than one text.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.classify.country import Compass
from pipelines.classify.language import Rule
from pipelines.classify.nodes import Hit, Node, Span
from pipelines.classify.reading import Reading
from pipelines.match import Evidence

_BASE = {"high": 0.75, "medium": 0.55, "low": 0.35}
_OFFICIAL = ("regulator", "government")
_OFTEN = 1.5
"""Mentions in a thousand code points: texts on a subject have 1.6 to 18, passing mentions 0.2 to 1.2."""
_MOST_EVIDENCE = 24
_MOST_SPANS = 6


@dataclass(frozen=True, eq=False, slots=True)
class Ruling:
    """A rule ready for use. `text` is its canonical text, `hash` the SHA-256 of that.

    `masks` are the sets (as bits) of which, for each, one must occur; bit n of a number speaks of the nth.
    """

    rule: Rule
    node: Node
    unless: tuple[Node, ...]
    about: Node | None
    masks: tuple[int, ...]
    text: str
    hash: str
    file: str
    line: int

    @property
    def full(self) -> int:
        """All masks met."""
        return (1 << len(self.masks)) - 1

    def lacking(self, bits: int) -> list[str]:
        """The labels of the parts whose masks are not all met."""
        labels: list[str] = []
        for part in self.node.parts():
            size = len(part.masks())
            if bits & ((1 << size) - 1) != (1 << size) - 1:
                labels.append(part.label)
            bits >>= size
        return labels

    def applies(self, reading: Reading, tier: str, lang: str, source: str) -> bool:
        """Whether this is a text of the tiers, languages and sources that the rule is for."""
        rule = self.rule
        if rule.tier and tier not in rule.tier:
            return False
        if rule.source and source not in rule.source:
            return False
        if rule.lang:
            spoken = lang or ("zh" if reading.chinese else "en")
            return any(spoken == wanted or spoken.startswith(f"{wanted}-") for wanted in rule.lang)
        return True

    def spans(self, reading: Reading, compass: Compass | None, tier: str) -> list[Span]:
        """Where the rule fires: what its expression finds, less what is excluded or another country's."""
        spans = reading.find(self.node)
        if self.rule.country == "any" and not self.unless and self.about is None:
            return list(spans)
        return [span for span in spans if not self.refused(span, reading, compass, tier)]

    def refused(self, span: Span, reading: Reading, compass: Compass | None, tier: str) -> str:
        """Why the rule does not fire on a stretch that its expression found; empty if it does."""
        if self.rule.country != "any" and compass is not None:
            home = compass.at_home(reading, span, named=self.rule.country == "named")
            if home == (self.rule.country == "foreign"):
                return "it speaks of another country" if not home else "it speaks of the country watched"
        passage = reading.layout.passage(span[0])
        for node in self.unless:
            if reading.tally(node, "passage")[passage]:
                return f"it is excluded by “{node.label}”"
        if (
            self.about is not None
            and tier not in _OFFICIAL
            and not self._is_about(self.about, reading, passage)
        ):
            return f"{self.about.label} is only mentioned in passing"
        return ""

    @staticmethod
    def _is_about(node: Node, reading: Reading, passage: int) -> bool:
        """In the title, or often enough for the length of the passage."""
        layout = reading.layout
        if not layout.digest and reading.tally(node, "paragraph")[0]:
            return True
        return reading.tally(node, "passage")[passage] * 1000 >= _OFTEN * layout.length(passage)


def evidence(
    ruling: Ruling, reading: Reading, spans: list[Span], title: str, text: str
) -> tuple[Evidence, ...]:
    """The words that made the rule fire, each place once, the longest word where several overlap."""
    hits = {hit for span in spans[:_MOST_SPANS] for hit in span[2]}
    words = reading.automaton.words
    reach = 0
    found: list[Evidence] = []
    for hit in sorted(hits, key=_by_place):
        if hit[1] <= reach:
            continue
        reach = hit[1]
        word = words[hit[2]]
        if word.open_end:  # people are shown the word, not its stem
            hit = (hit[0], reading.word_end(hit[1]), hit[2])  # noqa: PLW2901
        field, start, end, quote = reading.quote(hit, title, text)
        found.append(Evidence(ruling.rule.id, _shown(word.term), word.gloss, field, start, end, quote))
    return tuple(found[:_MOST_EVIDENCE])


def _shown(term: str) -> str:
    """`licens*` as people read it: `licens`."""
    return term.rstrip("*")


def _by_place(hit: Hit) -> tuple[int, int]:
    """Earlier first, then the longer."""
    return hit[0], -hit[1]


def score(ruling: Ruling, reading: Reading, spans: list[Span], tier: str) -> float:
    """0.0 to 1.0: the severity, and a little for a title, an official source, more than one place."""
    weight = _BASE[ruling.rule.severity]
    weight += 0.1 if any(span[0] < reading.body for span in spans) else 0.0
    weight += 0.08 if tier in _OFFICIAL else 0.0
    weight += min(len(spans) - 1, 3) * 0.02
    return round(min(weight, 1.0), 2)


def reason(ruling: Ruling, found: tuple[Evidence, ...]) -> str:
    """One line for people: the rule's gloss and the words found with theirs."""
    words: dict[str, None] = {}
    for item in found:
        quote = " ".join(item.quote.split())
        gloss = "" if not item.gloss or item.gloss.casefold() == quote.casefold() else f" ({item.gloss})"
        words[f"{quote}{gloss}"] = None
    return f"{ruling.rule.gloss or ruling.rule.id}: {', '.join(list(words)[:8])}"
