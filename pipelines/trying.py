"""Tries proposed words on what is stored: what each would gain and cost, by the rules as they would be.

`widen` has the rules that would tell the same texts in the place of the one that no longer does, `measure`
the counts, `lacking` says why nothing came of it. Pure: texts come as they are read. Never changes a rule.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipelines.classify.rules import Rules
from pipelines.suggest import FEWEST, Finder, Proposal, Sample

_ROUNDS = 5
"""So often is asked which rules tell a text when those that told it do not."""


@dataclass(frozen=True, slots=True)
class Text:
    """A stored text to measure on. `relevant`: what people say, or None; `told`: whether it is told now."""

    title: str
    text: str
    said: Mapping[str, Any]
    told: bool
    relevant: bool | None


def widen(
    proposals: Sequence[Proposal],
    marked: Callable[[], Iterable[Text]],
    build: Callable[[Proposal], Rules],
    now: Rules,
) -> list[Proposal]:
    """The exclusions again, each from every rule that would go on telling the texts it is meant to silence.

    Those are the texts marked not relevant that the proposal's rule told and its word stands in. Where the
    rule alone is enough, or no more than `_ROUNDS` times as many rules, there is none.
    """
    wide = [replace(one, examples=[]) for one in proposals if one.kind == "exclude"]
    finder = Finder(wide)
    unsettled = set(range(len(wide)))
    for _ in range(_ROUNDS):
        changed = {number: build(wide[number]) for number in sorted(unsettled)}
        speaking: dict[int, dict[str, None]] = defaultdict(dict)
        for text in marked():
            if text.relevant is not False:
                continue
            numbers = [number for number in finder(text.title, text.text) if number in changed]
            told = _telling_rules(now, text) if numbers else ()
            for number in numbers:
                if wide[number].rule in told:
                    speaking[number] |= dict.fromkeys(_telling_rules(changed[number], text))
        unsettled = {number for number in unsettled if speaking[number].keys() - set(wide[number].rules)}
        for number in unsettled:
            new = [rule for rule in speaking[number] if rule not in wide[number].rules]
            wide[number].others += tuple(new)
        if not unsettled:
            break
    found = [one for one in wide if one.others]
    _count_theirs(found, marked() if found else (), now)
    return found


def _telling_rules(rules: Rules, text: Text) -> tuple[str, ...]:
    return tuple(match.rule for match in rules.judge(text.title, text.text, **text.said).told)


def _count_theirs(proposals: Sequence[Proposal], marked: Iterable[Text], now: Rules) -> None:
    """`of`: the texts marked not relevant that any of their rules told."""
    for one in proposals:
        one.of = 0
    for text in marked:
        if text.relevant is False:
            told = set(_telling_rules(now, text))
            for one in proposals:
                one.of += not told.isdisjoint(one.rules)


def measure(
    proposals: Sequence[Proposal],
    texts: Iterable[Text],
    build: Callable[[Proposal], Rules],
    now: Rules,
) -> list[Proposal]:
    """What each would gain and cost, by judging what its word stands in; the best, without the worthless.

    What loses nothing that is marked otherwise comes first.

    Of two that exclude the same word, one from some of the rules of the other, the better stays.
    """
    finder = Finder(proposals)
    changed = [build(one) for one in proposals]
    for text in texts:
        numbers = [
            number
            for number in finder(text.title, text.text)
            if (proposals[number].kind == "exclude") == text.told
        ]
        if not numbers:
            continue
        before = now.judge(text.title, text.text, **text.said)
        if before.matched != text.told:
            continue  # not one that today's rules see as it is stored
        for number in numbers:
            after = changed[number].judge(text.title, text.text, **text.said)
            if after.matched != text.told:
                _count(proposals[number], text)
            elif (after.severity, set(after.topics)) != (before.severity, set(before.topics)):
                proposals[number].regraded += 1
    kept: list[Proposal] = []
    for one in sorted(proposals, key=lambda one: (one.loses > 0, -one.worth, one.term, len(one.others))):
        if one.worth > 0 and not any(_covers(better, one) for better in kept):
            kept.append(one)
    return kept


def _covers(better: Proposal, one: Proposal) -> bool:
    """Both exclude the same word, of rules of which one has all that the other has."""
    if one.kind == "add" or (better.kind, better.term) != (one.kind, one.term):
        return False
    mine, theirs = set(one.rules), set(better.rules)
    return mine <= theirs or theirs <= mine


def lacking(
    samples: Sequence[Sample], found: Sequence[Proposal], rare: Sequence[Proposal], tried: Sequence[Proposal]
) -> str:
    """Why nothing is proposed: `found` by `propose`, `rare` of them by `background`, `tried` on all texts."""
    if not found:
        counted = Counter((one.kind, rule) for one in samples if one.bad for rule in one.rules)
        if not counted:
            return "nothing is marked of what these rules told or missed (the buttons, or `matters mark`)"
        (kind, rule), most = max(counted.items(), key=lambda item: (item[1], item[0]))
        if most < FEWEST:
            return "no rule has two such texts, and one text proves nothing"
        of = f"the {most} of {rule}" if kind == "exclude" and rule else f"the {most} that were missed"
        return (
            f"no word stands in two texts of one rule (of {of}, say) and much rarer in those marked otherwise"
        )
    if not rare:
        best = found[0]
        where = f"that {best.rule} told" if best.kind == "exclude" else "that are stored"
        return f"{len(found)} words tried, none much rarer in the other texts {where}: “{best.term}”, say"
    best = max(tried, key=lambda one: (one.worth, one.marked, one.term))
    does, cost = ("silence", "lose") if best.kind == "exclude" else ("find", "also find")
    rules = ", ".join(best.rules) or "a new rule"
    return (
        f"{len(rare)} words tried on everything stored, none worth its cost; the best, “{best.term}” "
        f"({best.kind}, {rules}), would {does} {best.marked} of {best.of}, {cost} {best.loses} marked "
        f"otherwise and change {best.unmarked} unmarked"
    )


def _count(one: Proposal, text: Text) -> None:
    right = one.kind == "add"  # what is found should be relevant, what is silenced should not
    if text.relevant is None:
        one.unmarked += 1
    elif text.relevant == right:
        one.marked += 1
    else:
        one.loses += 1
    if text.relevant is not right and len(one.examples) < 3:
        one.examples.append(text.title)
