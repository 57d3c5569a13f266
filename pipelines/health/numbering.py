"""Holes in an authority's numbering: 31号 and 33号 are known, 32号 is not. A lead, never an alert.

Most documents of a series are never published, so only a small hole between two known numbers says
something: its neighbours were published, and what lies between may have been. Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

WIDEST = 3
"""A wider hole is how series are: nobody publishes every number."""

# `工信部信管函〔2026〕` and 32 of `工信部信管函〔2026〕32号`; `工业和信息化部公告2026年第` and 5 of `…第5号`
_NUMBER = re.compile(r"(?P<series>.*?(?:〔(?P<year>\d{4})〕|(?P<other>\d{4})年第))(?P<n>\d{1,5})号")


@dataclass(frozen=True, slots=True)
class Hole:
    """Numbers of one series (issuer and year) between two known ones that no source has shown."""

    series: str
    missing: tuple[int, ...]
    before: int
    after: int

    def number(self, missing: int) -> str:
        """The document number that one of the missing would have."""
        return f"{self.series}{missing}号"


def series_of(canonical: str) -> tuple[str, int] | None:
    """The series and the number of a document number in canonical form; None where it has no year."""
    found = _NUMBER.fullmatch(canonical)
    return (found["series"], int(found["n"])) if found else None


def holes(numbers: Iterable[str]) -> list[Hole]:
    """The small holes between the known numbers of each series, in order."""
    known: dict[str, set[int]] = defaultdict(set)
    for canonical in numbers:
        if found := series_of(canonical):
            known[found[0]].add(found[1])
    return [
        Hole(series, tuple(range(one + 1, other)), one, other)
        for series, found in sorted(known.items())
        for one, other in pairwise(sorted(found))
        if 0 < other - one - 1 <= WIDEST
    ]
