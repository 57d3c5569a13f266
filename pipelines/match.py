"""What we concluded of an article: kept beside it, never in it.

Frozen records only; who makes them: `classify` the verdict, `matter` the facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from crawlers.article import Article

Severity = Literal["high", "medium", "low"]

Field = Literal["title", "text", "attachment"]
FIELDS: tuple[Field, ...] = ("title", "text", "attachment")

TOPICS: tuple[str, ...] = (
    "vpn-crackdown",
    "enforcement-penalty",
    "licensing",
    "cross-border-lines",
    "app-removal",
    "foreign-investment-opening",
    "circumvention-law",
    "official-clarification",
    "analysis",
    "foreign",
)
"""The topics of a match. `foreign` (another country's rules) never matches alone."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One term found. `start` and `end` are code points in the field as given; `quote` stands there.

    `attachment` is the address of the file, where the field is one's text.
    """

    rule: str
    term: str
    gloss: str
    field: Field
    start: int
    end: int
    quote: str
    attachment: str = ""

    @property
    def place(self) -> tuple[int, str, int, int]:
        """Where it stands, as it is read: title, text, files."""
        return FIELDS.index(self.field), self.attachment, self.start, self.end


@dataclass(frozen=True, slots=True)
class Match:
    """One rule that fired. `rule_hash` names the rule's text as it was (kept in the store)."""

    rule: str
    rule_hash: str
    topic: str
    severity: Severity
    score: float
    evidence: tuple[Evidence, ...]
    why: str
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """The rule that came nearest without firing, and what it lacked, in words."""

    rule: str
    lacked: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All rules over one text. `severity` is None exactly when `matched` is False."""

    matches: tuple[Match, ...] = ()
    near: Near | None = None

    @property
    def told(self) -> tuple[Match, ...]:
        """The matches that are not silent, the weightiest first."""
        return tuple(match for match in self.matches if not match.silent)

    @property
    def matched(self) -> bool:
        """People would be told, at once or in a digest."""
        return bool(self.told)

    @property
    def severity(self) -> Severity | None:
        """The highest severity of what is told."""
        order: tuple[Severity, ...] = ("high", "medium", "low")
        return min((match.severity for match in self.told), key=order.index, default=None)

    @property
    def score(self) -> float:
        """The highest score of what is told, 0.0 to 1.0."""
        return max((match.score for match in self.told), default=0.0)

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics of what is told, each once, the weightiest first."""
        return tuple(dict.fromkeys(match.topic for match in self.told))

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The evidence of what is told, title first, files last, each place once."""
        found = {(e.place, e.rule): e for m in self.told for e in m.evidence}
        return tuple(found[key] for key in sorted(found))


@dataclass(frozen=True, slots=True)
class DateFact:
    """A date that a document sets: what kind, which day, and the sentence that says it."""

    kind: Literal["effective", "deadline", "campaign-end"]
    date: date
    sentence: str


Form = Literal["document", "follow-up", "report"]
"""A regulator's document of its own; a regulator's unnumbered follow-up (Q&A, interpretation); the rest."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text says of itself and of others, for finding its matter.

    Document numbers are normalised (`工信部信管函〔2017〕32号`). `keys` are what other texts of the
    same matter share with this one (`no:工信部信管函〔2017〕32号`, `title:…`), strongest first; `cites` the
    keys of documents that it speaks of. `instrument` is one of law, administrative-regulation,
    departmental-rule, normative-document, draft, qa, bulletin, report; `stage` one of draft, final,
    extended, amended, repealed, clarified, enforced, reported.
    """

    form: Form = "report"
    doc_no: str = ""
    instrument: str = "report"
    stage: str = "reported"
    issuers: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    repeals: tuple[str, ...] = ()
    dates: tuple[DateFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """An article on its way through the pipelines: what the source said, beside what we concluded."""

    article: Article
    verdict: Verdict
    facts: Facts
