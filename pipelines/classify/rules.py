"""The rules, loaded: `Rules.judge` says what a text is about and why.

Pure: the same text gives the same verdict; no clock, network, database, no file (`loading` reads those).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crawlers.article import Attachment
from pipelines.classify.country import Compass
from pipelines.classify.engine import Automaton
from pipelines.classify.explain import Explanation, Failure, explained, nearest
from pipelines.classify.files import with_file
from pipelines.classify.fold import fold
from pipelines.classify.judging import Ruling, evidence, reason, score
from pipelines.classify.language import Case
from pipelines.classify.nodes import Span
from pipelines.classify.reading import Reading
from pipelines.classify.weighing import weighed
from pipelines.match import Match, Near, Verdict


class Rules:
    """All rules of a set of files, in order. `texts` holds the canonical text of every rule by its hash."""

    def __init__(self, rulings: Iterable[Ruling], automaton: Automaton, compass: Compass | None) -> None:
        self.rulings = tuple(rulings)
        self.texts: Mapping[str, tuple[str, str]] = {
            ruling.hash: (ruling.rule.id, ruling.text) for ruling in self.rulings
        }
        self._compass = compass
        self.automaton = automaton
        self._yielding = frozenset(ruling.rule.id for ruling in self.rulings if ruling.rule.yields)
        self._enabled = tuple(ruling for ruling in self.rulings if ruling.rule.enabled)
        self._parts: dict[int, list[tuple[int, int]]] = {}
        for number, ruling in enumerate(self._enabled):
            for bit, mask in enumerate(ruling.masks):
                for index in range(mask.bit_length()):
                    if mask >> index & 1:
                        self._parts.setdefault(index, []).append((number, 1 << bit))

    def judge(
        self,
        title: str,
        text: str,
        *,
        tier: str = "press",
        lang: str = "",
        source: str = "",
        attachments: Sequence[Attachment] = (),
    ) -> Verdict:
        """All rules over one text, and over each attached file's as if it were the text under this title.

        Evidence offsets are code points of the title or text as given. A rule that fires on several is one
        match with the evidence of all; nothing is put together from words that stand in different files.
        """
        matches, near = self._fired(title, text, tier, lang, source)
        for file in attachments:
            if file.text:
                more, _ = self._fired(title, file.text, tier, lang, source)
                matches = with_file(matches, more, file)
        if any(not match.silent for match in matches):
            near = None
        return Verdict(tuple(weighed(matches, self._yielding)), near)

    def _fired(
        self, title: str, text: str, tier: str, lang: str, source: str
    ) -> tuple[list[Match], Near | None]:
        """The rules that fire on one text, and the nearest where none does that is told."""
        reading = Reading(self.automaton, fold(title), fold(text))
        met = self._met(reading)
        matches: list[Match] = []
        for number in sorted(number for number, bits in met.items() if bits == self._enabled[number].full):
            ruling = self._enabled[number]
            if ruling.applies(reading, tier, lang, source):
                spans = ruling.spans(reading, self._compass, tier)
                if spans:
                    matches.append(_match(ruling, reading, spans, title, text, tier))
        near = None
        if met and all(match.silent for match in matches):
            loud = ((self._enabled[number], bits) for number, bits in met.items())
            near = nearest(loud, reading, self._compass, tier, lang, source)
        return matches, near

    def _met(self, reading: Reading) -> dict[int, int]:
        """For each rule, the bits of the parts that can be met here; no work for what does not occur."""
        met: dict[int, int] = {}
        for index in reading.hits:
            for number, bit in self._parts.get(index, ()):
                met[number] = met.get(number, 0) | bit
        return met

    def explain(
        self, title: str, text: str, *, tier: str = "press", lang: str = "", source: str = ""
    ) -> tuple[Explanation, ...]:
        """What became of each rule on this text, the nearest first."""
        reading = Reading(self.automaton, fold(title), fold(text))
        return explained(self.rulings, reading, self._compass, title, text, tier, lang, source)

    def run_cases(self) -> list[Failure]:
        """The cases that stand beside the rules and do not come out as they should."""
        failures: list[Failure] = []
        for ruling in self.rulings:
            if not ruling.rule.enabled:
                continue
            for wanted, cases in ((True, ruling.rule.should), (False, ruling.rule.should_not)):
                for case in cases:
                    fired = self._fires(ruling, case)
                    if fired != wanted:
                        failures.append(
                            Failure(ruling.rule.id, wanted, case.title, case.text, ruling.file, ruling.line)
                        )
        return failures

    def _fires(self, ruling: Ruling, case: Case) -> bool:
        verdict = self.judge(case.title, case.text, tier=case.tier, lang=case.lang, source=case.source)
        return any(match.rule == ruling.rule.id for match in verdict.matches)


def _match(ruling: Ruling, reading: Reading, spans: list[Span], title: str, text: str, tier: str) -> Match:
    found = evidence(ruling, reading, spans, title, text)
    rule = ruling.rule
    return Match(
        rule=rule.id,
        rule_hash=ruling.hash,
        topic=rule.topic,
        severity=rule.severity,
        score=score(ruling, reading, spans, tier),
        evidence=found,
        why=reason(ruling, found),
        silent=rule.silent,
    )
