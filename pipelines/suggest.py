"""Proposes words from what people marked: to silence what is not relevant, to find what was missed.

Candidates are character n-grams and words that many marked texts of one sort share and few of the other;
`background` says how usual each is in everything stored; `trying.py` tries them there. Pure: texts come as
they are read. Never changes a rule.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import yaml

from crawlers.strict import Document, parse
from pipelines.classify.engine import Automaton, Word
from pipelines.classify.fold import fold
from pipelines.classify.rules import Rules

Kind = Literal["exclude", "add"]
_SIDE = 100
"""Code points to each side of what a rule found: what speaks against it stands near."""
_OPENING = 600
_MOST_TERMS = 400_000
"""Terms counted at once; above it those seen once are forgotten."""
FEWEST = 2
"""One text proves nothing."""
_ALIKE = 4
_LIFT = 2.0
_HAN = re.compile(r"[\u3400-\u9fff]{2,}")
# `leased`, `app-store`: words of three letters and more
_LATIN = re.compile(r"[a-z][a-z'’-]{2,}")


@dataclass(frozen=True, slots=True)
class Sample:
    """A marked text: `rules` are those that told it, or, of a text that was missed, the nearest (or "").

    `found` are words that those rules live by: excluded, they would say nothing any more.
    """

    kind: Kind
    bad: bool
    rules: tuple[str, ...]
    words: frozenset[str]
    found: frozenset[str] = frozenset()


@dataclass(slots=True)
class Proposal:
    """A word to exclude from a rule, or to add to it (a rule of its own where none was near).

    `others` are rules to exclude it from as well: they would tell the same texts in the rule's place.
    `marked` is how many marked texts it would put right, of `of`; `loses` how many marked ones it would
    put wrong, `unmarked` how many others it would change: look at those before it goes live. `regraded`
    are told still, with another severity or topic.
    """

    kind: Kind
    rule: str
    term: str
    of: int = 0
    share: float = 0.0
    seen: int = 0
    marked: int = 0
    loses: int = 0
    unmarked: int = 0
    regraded: int = 0
    examples: list[str] = field(default_factory=list)
    others: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """All the rules it would change, the first named first; none for a rule of its own."""
        return (self.rule, *self.others) if self.rule else ()

    @property
    def worth(self) -> float:
        """What it gains less what it costs; an unmarked text counts a quarter."""
        return self.marked - 2 * self.loses - self.unmarked / 4


def sample(
    kind: Kind,
    title: str,
    text: str,
    rules: Sequence[str],
    spans: Iterable[tuple[str, int, int]] = (),
    *,
    bad: bool,
) -> Sample:
    """The words of a marked text that may tell it apart: near what a rule found, else of its opening."""
    places = list(spans)
    near = [text[max(0, start - _SIDE) : end + _SIDE] for where, start, end in places[:3] if where == "text"]
    fields = {"title": title, "text": text}
    found = "\n".join(fields[where][start:end] for where, start, end in places if where in fields)
    words = terms("\n".join([title, *(near or [text[:_OPENING]])]))
    return Sample(kind, bad, tuple(rules), frozenset(words), frozenset(terms(found)))


def terms(text: str) -> Iterator[str]:
    """The words and pairs of words, and the runs of two to five Chinese characters, of a text, folded."""
    folded = fold(text).text.casefold()
    for run in _HAN.finditer(folded):
        signs = run.group()
        for size in range(2, 6):
            yield from (signs[start : start + size] for start in range(len(signs) - size + 1))
    words = _LATIN.findall(folded)
    yield from words
    yield from (f"{one} {two}" for one, two in pairwise(words) if f"{one} {two}" in folded)


def propose(samples: Sequence[Sample], kind: Kind, most: int = 300) -> list[Proposal]:
    """Words that part, for each rule, what it should not have told from what it should, and the reverse."""
    of_rule: dict[str, list[Sample]] = defaultdict(list)
    for one in samples:
        if one.kind == kind:
            for rule in one.rules:
                of_rule[rule].append(one)
    found: list[Proposal] = []
    for rule, group in of_rule.items():
        wanted = [one for one in group if one.bad]
        if len(wanted) >= FEWEST:
            found += _of_rule(kind, rule, wanted, [one for one in group if not one.bad])[:most]
    return found


def _of_rule(kind: Kind, rule: str, wanted: Sequence[Sample], others: Sequence[Sample]) -> list[Proposal]:
    counted: Counter[str] = Counter()
    for one in wanted:
        counted.update(one.words)
        if len(counted) > _MOST_TERMS:
            counted = Counter({term: count for term, count in counted.items() if count > 1})
    lived_by = frozenset[str]().union(*(one.found for one in (*wanted, *others)))
    against = Counter(term for one in others for term in one.words if counted[term] >= FEWEST)
    same: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for term, count in counted.items():
        if term in lived_by:
            continue
        if count >= FEWEST and count * len(others) >= _LIFT * against[term] * len(wanted):
            same[tuple(number for number, one in enumerate(wanted) if term in one.words)].append(term)
    made = [
        Proposal(kind, rule, term, of=len(wanted), share=len(where) / len(wanted))
        for where, found in same.items()
        for term in _telling(found)
    ]
    return sorted(
        made, key=lambda one: (against[one.term] - one.share * len(wanted), -len(one.term), one.term)
    )


def _telling(found: Iterable[str]) -> list[str]:
    """Of words that stand in the same texts the longest few, none of them a part of another."""
    kept: list[str] = []
    for term in sorted(found, key=lambda term: (-len(term), term)):
        if len(kept) < _ALIKE and not any(term in longer for longer in kept):
            kept.append(term)
    return kept


class Finder:
    """Which of these proposals' words stand in a text."""

    def __init__(self, proposals: Sequence[Proposal]) -> None:
        self._automaton = Automaton(
            (Word(one.term, number, one.term, "", number) for number, one in enumerate(proposals)), {}
        )

    def __call__(self, title: str, text: str) -> list[int]:
        """Their numbers."""
        return sorted(self._automaton.hits(fold(f"{title}\n{text}").text.casefold())) if title or text else []


def background(
    proposals: Sequence[Proposal], texts: Iterable[tuple[str, str, Sequence[str]]], most: int = 5
) -> list[Proposal]:
    """Those that are much rarer elsewhere than in what was marked, the best of each rule.

    `texts` are (title, text, rules that told it); a word to exclude is held against what its rule told.
    """
    finder = Finder(proposals)
    seen: Counter[str] = Counter()
    whole = 0
    for title, text, rules in texts:
        whole += 1
        seen.update(rules)
        for number in finder(title, text):
            if proposals[number].kind == "add" or proposals[number].rule in rules:
                proposals[number].seen += 1
    kept: dict[tuple[Kind, str], list[Proposal]] = defaultdict(list)
    for one in proposals:
        among = seen[one.rule] if one.kind == "exclude" else whole
        # What is left of all that the rule told, or of all that is stored, without what was marked.
        usual = max(0.0, one.seen - one.share * one.of) / max(1, among - one.of)
        if one.share >= _LIFT * usual:
            kept[one.kind, one.rule].append(one)
    return [one for group in kept.values() for one in group[:most]]


def document(one: Proposal, rules: Rules, topic: str) -> Document:
    """The rule file that would make the proposal so."""
    return parse(lines(one, rules, topic), f"proposed: {one.term}")


def lines(one: Proposal, rules: Rules, topic: str) -> str:
    """The proposal as people would write it into a file of their own."""
    known: Mapping[str, Any] = {ruling.rule.id: ruling.rule for ruling in rules.rulings}
    given: list[dict[str, Any]]
    if one.kind == "exclude":
        given = [{"id": id_, "unless": [*known[id_].unless, {"words": [one.term]}]} for id_ in one.rules]
    elif one.rule in known:
        given = [{"id": one.rule, "also": {"words": [one.term]}}]
    else:
        named = "".join(sign if sign.isalnum() else "-" for sign in one.term)
        given = [{"id": f"found-{named}", "topic": topic or "analysis", "words": [one.term]}]
    return "rules:\n" + "".join(map(_entry, given))


def _entry(given: Mapping[str, Any]) -> str:
    keys = [f"{key}: {value if isinstance(value, str) else _flow(value)}" for key, value in given.items()]
    return "  - " + "\n    ".join(keys) + "\n"


def _flow(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=1_000_000).strip()
