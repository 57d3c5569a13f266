"""Keeps matters in memory as the store keeps them, so that placing can be tested without a database.

Candidates are found by exact keys only; an official key takes over, another stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crawlers.article import Article
from pipelines.match import Facts
from pipelines.matter import Candidate, Placement, candidate_keys, facts, place


@dataclass
class Placed:
    """An article, and where it went: the matter's id, or None."""

    article: Article
    facts: Facts
    placement: Placement
    matter: str | None

    @property
    def relation(self) -> str:
        return self.placement.relation


@dataclass
class Ledger:
    keys: dict[str, tuple[str, bool]] = field(default_factory=dict)
    openings: dict[str, Article] = field(default_factory=dict)
    placed: list[Placed] = field(default_factory=list)

    def put(self, article: Article, *, matched: bool = True) -> Placed:
        known = facts(article)
        wanted = candidate_keys(known, article)
        matters = dict.fromkeys(self.keys[key][0] for key in wanted if key in self.keys)
        placement = place(article, known, matched, [self.candidate(matter) for matter in matters])
        matter = placement.matter
        if placement.relation == "opens":
            matter = f"m{len(self.openings) + 1}"
            self.openings[matter] = article
        for key, official in placement.keys:
            if matter and (official or key not in self.keys):
                self.keys[key] = (matter, official)
        self.placed.append(Placed(article, known, placement, matter))
        return self.placed[-1]

    def candidate(self, matter: str) -> Candidate:
        opening = self.openings[matter]
        return Candidate(
            matter=matter,
            title=opening.title,
            opened_at=opening.published.at,
            opened_by_tier=opening.tier,
            extract=opening.text[:6000],
            authority=opening.authority,
            keys=tuple((key, official) for key, (owner, official) in self.keys.items() if owner == matter),
        )
