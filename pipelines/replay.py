"""What other rules would change of what was concluded before: gained, lost, graded otherwise.

Pure: a verdict before, a verdict after, the text. Never changes anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipelines.match import Verdict

Span = tuple[str, int, int]
Sign = Literal["+", "-", "~"]
_BEFORE, _AFTER = 30, 50


@dataclass(frozen=True, slots=True)
class Standing:
    """What is concluded of a text: told or not, how gravely, by which rules and where (field, start, end)."""

    matched: bool
    severity: str | None
    topics: frozenset[str]
    rules: tuple[str, ...]
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, verdict: Verdict) -> Standing:
        """Of a verdict."""
        told = verdict.told
        return cls(
            verdict.matched,
            verdict.severity,
            frozenset(verdict.topics),
            tuple(match.rule for match in told),
            tuple((found.field, found.start, found.end) for match in told for found in match.evidence),
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """`+`: it would be told; `-`: it would not be any more; `~`: told, with another severity or topic.

    `rules` are those that gain it, or lose it; `quote` the words of the text that they found, verbatim,
    with their surroundings.
    """

    sign: Sign
    rules: tuple[str, ...]
    quote: str
    why: str


def difference(before: Standing, after: Verdict, title: str, text: str) -> Difference | None:
    """What the rules after change about this text, or None."""
    then = Standing.of(after)
    if before.matched != then.matched:
        side: Standing = then if then.matched else before
        lost = f"{after.near.rule}: {after.near.lacked}" if after.near else "no rule is near"
        why = after.told[0].why if then.matched else lost
        return Difference("+" if then.matched else "-", side.rules, quote(side.spans, title, text), why)
    if before.matched and (before.severity, before.topics) != (then.severity, then.topics):
        was, now = (_graded(one) for one in (before, then))
        return Difference("~", then.rules, quote(then.spans, title, text), f"{was} → {now}")
    return None


def _graded(one: Standing) -> str:
    return f"{one.severity} {', '.join(sorted(one.topics))}"


def quote(spans: Iterable[Span], title: str, text: str) -> str:
    """The words around the first place found in the text, on its line; else the title."""
    here = [span for span in spans if span[0] != "attachment"]  # what stands in a file, `why` names
    first = min(here, key=lambda span: (span[0] == "title", span[1]), default=None)
    if first is None:
        return ""
    field, start, end = first
    if field == "title":
        return title
    left = max(text.rfind("\n", 0, start) + 1, start - _BEFORE)
    line = text.find("\n", end)
    return text[left : min(end + _AFTER, len(text) if line < 0 else line)]
