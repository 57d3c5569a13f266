"""What a channel's regular digest says of a time: what fell to the channel, by matter and topic. Never words.

What was told there fell to it, whatever the config says since; of what was not told yet, of what is too old
to be told alone, of dates and of documents to review, `route` says where they go and `silenced` what is
withheld. The coverage is that of the whole watch: that a channel is told nothing must mean that nothing
happened.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from alerts.alert import CHANGES, DUE, HELD, OTHER, TELLINGS
from alerts.route import weight
from alerts.routing import intent_of, withholding
from alerts.settings import AlertSettings
from pipelines.store.brought import Brought, coverage, due, held, to_review, told
from pipelines.store.digests import PART, Withheld, in_parts

MOST = 10 * PART
"""Lines a digest; what is beyond is counted, with the command that shows it."""
FIRST = 4
"""Dates that stand before the matters, so that the first message has them; the others follow."""
Fell = Literal["here", "silenced", "elsewhere"]


@dataclass(slots=True)
class Sum:
    """The sums of a digest, its lines (what `gather` makes an `alerts.alert.Line` of), and its articles.

    `beyond` are documents that would be too many lines.
    """

    sums: dict[str, Any]
    lines: list[dict[str, Any]] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    beyond: int = 0

    def messages(self, most: int = MOST) -> list[dict[str, Any]]:
        """A message a dozen lines: the first has the sums, the last says how many lines are left out."""
        parts: Sequence[Sequence[Any]] = in_parts(self.lines[:most]) or [()]
        said: list[dict[str, Any]] = [{"lines": list(part)} for part in parts]
        said[0] |= self.sums
        if left := max(0, len(self.lines) - most) + self.beyond:
            said[-1] |= {"more": left}
        return said


def sum_up(
    connection: Connection,
    settings: AlertSettings,
    channel: str,
    since: datetime,
    until: datetime,
    now: datetime,
) -> Sum:
    """What the channel's digest says of this time; `since` inclusive, `until` exclusive."""
    falls = _Falls(settings, settings.audience(channel), withholding(connection, now))
    by_matter: defaultdict[str, list[Brought]] = defaultdict(list)
    matched: set[str] = set()
    elsewhere: set[str] = set()
    silenced = 0
    for one in told(connection, TELLINGS | CHANGES, since, until):
        matter, fell = one.here or one.article, falls(one)
        if fell == "here":
            by_matter[matter].append(one)
        silenced += fell == "silenced"
        (elsewhere if fell == "elsewhere" else matched).add(matter)
    old = [(one, falls(one)) for one in held(connection, since, until)]
    kept = [one for one, fell in old if fell == "here"]
    silenced += sum(fell == "silenced" for _, fell in old)
    matters = _by_topic(by_matter.values())
    dates = list(_dates(connection, falls, until))
    counted = Counter(line["under"] for line in matters)
    sums = {
        "matched": len(matched) + sum(fell != "elsewhere" for _, fell in old),
        "elsewhere": len(elsewhere - matched) + sum(fell == "elsewhere" for _, fell in old),
        "topics": dict(counted.most_common()),
        "silenced": silenced,
        "held": len(kept),
        "review": sum(falls(one) != "elsewhere" for one in to_review(connection)),
        **coverage(connection, since, until),
    }
    newest = [_line(one, HELD) for one in reversed(kept)][:PART]  # a redesign brings hundreds: no flood
    lines = [*dates[:FIRST], *matters, *dates[FIRST:], *newest]
    shown = (one.article for rows in (*by_matter.values(), kept) for one in rows)
    return Sum(sums, lines, list(dict.fromkeys(shown)), len(kept) - len(newest))


@dataclass(frozen=True, slots=True)
class _Falls:
    """Whether something fell to the channel (empty: all does), and whether it is silenced there."""

    settings: AlertSettings
    channel: str
    withheld: Withheld | None

    def __call__(self, one: Brought) -> Fell:
        states = set(one.told.values())
        if self.channel:
            here = one.told or self.settings.leads(intent_of(one))
            if self.channel not in here:
                return "elsewhere"
            states = {one.told[self.channel]} if self.channel in one.told else set()
        if states == {"silenced"}:
            return "silenced"
        waits = states <= {"digest"}  # in no digest yet, or not even routed
        return "silenced" if waits and self.withheld is not None and self.withheld(one) else "here"


def _by_topic(matters: Iterable[Sequence[Brought]]) -> list[dict[str, Any]]:
    """A line a matter, by its most severe article: topic by topic, most severe first, then newest."""
    topics: defaultdict[str, list[tuple[tuple[int, float], dict[str, Any]]]] = defaultdict(list)
    for rows in matters:
        first = min(rows, key=lambda one: (-weight(one.severity or ""), one.kind != "new", one.at, one.id))
        under = first.topics[0] if first.topics else OTHER
        newest = max(one.at for one in rows).timestamp()
        line = _line(first, under) | {"articles": len({one.article for one in rows})}
        topics[under].append(((-weight(first.severity or ""), -newest), line))
    for lines in topics.values():
        lines.sort(key=lambda one: one[0])
    ordered = sorted(topics.values(), key=lambda lines: lines[0][0])
    return [line for lines in ordered for _, line in lines]


def _dates(connection: Connection, falls: _Falls, now: datetime) -> Iterator[dict[str, Any]]:
    """What is due soon of what fell to the channel, each once, unless a silence keeps its reminder back."""
    seen = set()
    for fact, one in due(connection, TELLINGS, now):
        key = (fact["date"], fact["kind"], one.here or one.article)
        reminder = replace(one, kind="deadline", detail=fact, told=dict.fromkeys(one.told, "digest"))
        if key not in seen and falls(reminder) == "here":
            seen.add(key)
            yield _line(one, DUE) | {"due": fact}


def _line(one: Brought, under: str) -> dict[str, Any]:
    seen = one.published_day or one.published or one.first_seen
    return {
        "under": under, "kind": one.kind, "doc_no": one.doc_no, "title": one.title, "url": one.url,
        "severity": one.severity or "", "source": one.source, "tier": one.tier, "day": seen.isoformat()[:10],
    }  # fmt: skip
