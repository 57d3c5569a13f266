"""Which of the rules that fired are told: the weightiest first, last resorts only where nothing else fired.

A text on one affair brings words for many topics. Beyond three, a topic is told only for words of its own;
the rest is kept as silent matches. Never drops a match.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from pipelines.match import Match

_MOST_TOPICS = 3
_Place = tuple[int, str, int, int]


def weighed(matches: Iterable[Match], yielding: Collection[str]) -> list[Match]:
    """The matches, highest score first, with those silenced that say nothing more than others do.

    `yielding` are the ids of rules that are told only where no other rule is.
    """
    ordered = sorted(matches, key=lambda match: -match.score)
    if any(not match.silent and match.rule not in yielding for match in ordered):
        ordered = [replace(match, silent=True) if match.rule in yielding else match for match in ordered]
    topics: set[str] = set()
    used: set[_Place] = set()
    told: list[Match] = []
    for match in ordered:
        if not match.silent and match.topic not in topics:
            if len(topics) >= _MOST_TOPICS and not _own_words(match, used):
                match = replace(match, silent=True)  # noqa: PLW2901
            else:
                topics.add(match.topic)
        if not match.silent:
            used |= _places(match)
        told.append(match)
    return told


def _own_words(match: Match, used: Collection[_Place]) -> bool:
    """More than half of its words are words that no weightier match has."""
    places = _places(match)
    return 2 * sum(place not in used for place in places) > len(places)


def _places(match: Match) -> set[_Place]:
    return {found.place for found in match.evidence}
