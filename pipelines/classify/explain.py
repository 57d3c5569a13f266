"""Why a rule fired, or what it lacked.

`nearest` is cheap enough for every text that has any term at all; `explained` goes through all rules.
Never changes a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.classify.country import Compass
from pipelines.classify.judging import Ruling, evidence
from pipelines.classify.reading import Reading
from pipelines.match import Evidence, Near

_WORTH_NAMING = 0.5
"""A rule with fewer of its parts than this is not near."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of one rule on one text. `nearness` 1.0: everything it asks for is there."""

    rule: str
    fired: bool
    nearness: float
    lacked: str
    found: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A case beside a rule that did not come out: `wanted` says whether it should have fired."""

    rule: str
    wanted: bool
    title: str
    text: str
    file: str
    line: int

    def __str__(self) -> str:
        verb = "should fire and does not" if self.wanted else "should not fire and does"
        shown = " ".join(f"{self.title} {self.text}".split())
        return f"{self.file}:{self.line}: {self.rule} {verb}: {shown[:80]}"


def nearest(
    met: Iterable[tuple[Ruling, int]],
    reading: Reading,
    compass: Compass | None,
    tier: str,
    lang: str,
    source: str,
) -> Near | None:
    """The loud rule with the largest share of its masks met, if that is half of them."""
    best: Ruling | None = None
    had = 0
    most = _WORTH_NAMING
    for ruling, bits in met:
        share = bits.bit_count() / len(ruling.masks)
        if (
            len(ruling.masks) > 1
            and not ruling.rule.silent
            and (share > most or (share == most and not best))
        ):
            best, had, most = ruling, bits, share
    if best is None:
        return None
    lacking = best.lacking(had)
    lacked = "no " + ", no ".join(lacking) if lacking else _lacked(best, reading, compass, tier, lang, source)
    return Near(best.rule.id, lacked)


def explained(
    rulings: Iterable[Ruling],
    reading: Reading,
    compass: Compass | None,
    title: str,
    text: str,
    tier: str,
    lang: str,
    source: str,
) -> tuple[Explanation, ...]:
    """What became of every rule, those that fired first, then the nearest."""
    explanations: list[Explanation] = []
    for ruling in rulings:
        spans = ruling.spans(reading, compass, tier)
        fired = bool(spans) and ruling.rule.enabled and ruling.applies(reading, tier, lang, source)
        parts = ruling.node.parts()
        found = tuple(part.label for part in parts if reading.find(part))
        lacked = "" if fired else _lacked(ruling, reading, compass, tier, lang, source)
        shown = evidence(ruling, reading, spans, title, text) if fired else ()
        explanations.append(
            Explanation(ruling.rule.id, fired, round(len(found) / len(parts), 2), lacked, found, shown)
        )
    explanations.sort(key=lambda one: (not one.fired, -one.nearness))
    return tuple(explanations)


def _lacked(
    ruling: Ruling, reading: Reading, compass: Compass | None, tier: str, lang: str, source: str
) -> str:
    if not ruling.rule.enabled:
        return "it is switched off"
    missing = [part.label for part in ruling.node.parts() if not reading.find(part)]
    if missing:
        return "no " + ", no ".join(missing)
    spans = reading.find(ruling.node)
    if not spans:
        return "its parts do not stand near enough to each other"
    if not ruling.applies(reading, tier, lang, source):
        return "it is not for texts of this tier, language or source"
    return next(filter(None, (ruling.refused(span, reading, compass, tier) for span in spans)), "")
