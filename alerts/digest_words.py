"""The sentences and lines of a digest, in a channel's language.

Pure. Only says what the facts say; all foreign text that passes through is cleaned here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.alert import Digest, Line, Pointer
from alerts.inert import clean, safe_url
from alerts.trouble_words import trouble_words
from alerts.troubles import capital
from alerts.words import Words, counted

MOST = 8
"""Authorities that a line names."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line that points somewhere: what stands before it, its label, where to, and what stands after."""

    lead: str
    label: str
    url: str = ""
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Summed:
    """What a digest says: sentences, a line for each thing, and the coverage."""

    lines: tuple[str, ...]
    rows: tuple[Item, ...] = ()
    context: tuple[str, ...] = ()


def summed(digest: Digest, zone: ZoneInfo, say: Words, follows: Pointer | None = None) -> Summed:
    """A digest: what waited, a line each; or what a regular time brought, with its coverage.

    `follows` is the matter that all of it is about, where no thread shows it.
    """
    if digest.since is None or digest.until is None:
        lines = [say.digest.format(matches=counted(say, "waited", digest.count))]
        if digest.press:
            lines = [counted(say, "gathered", digest.count)]
        if digest.parts > 1:
            lines.append(say.digest_part.format(part=digest.part, parts=digest.parts))
        said = tuple(capital(line) for line in lines)
        rows = [_line(one, say) for one in digest.lines]
        if follows is not None:
            rows.insert(0, Item(f"{say.follows}:", clean(follows.label, 120), safe_url(follows.url)))
        return Summed(said, tuple(rows))
    span = {"since": _day(digest.since, zone), "until": _day(digest.until, zone)}
    lines = [say.nothing.format(**span)]
    if digest.matched:
        lines = [say.regular.format(matches=counted(say, "matters", digest.matched), **span)]
        topics = [f"{say.topics.get(topic, topic)} {count}" for topic, count in digest.topics]
        lines.append(say.comma.join(topics))
    rows = [_line(one, say) for one in digest.lines]
    for kind, to in digest.due:
        act = say.dates.get(kind, kind).format(day=to.day)
        rows.append(Item(f"{act}:", clean(to.label, 100), safe_url(to.url)))
    if digest.held_count:
        lines.append(say.held.format(matches=counted(say, "documents", digest.held_count)))
        rows += [_line(one, say) for one in digest.held]
    if digest.silenced:
        lines.append(say.silenced.format(matches=counted(say, "waited", digest.silenced)))
    if digest.review:
        lines.append(say.review.format(matches=counted(say, "documents", digest.review)))
    covered = _coverage(digest, say)
    said = tuple(capital(line) for line in lines)
    return Summed(said, tuple(rows), (capital(covered[0]), *covered[1:]))


def _coverage(digest: Digest, say: Words) -> list[str]:
    """What was seen and what was not; never empty."""
    covered = _authorities(digest, say)  # first: what is not seen must never be what is cut
    covered.append(say.covered.format(sources=counted(say, "sources", digest.sources)))
    if digest.ill:
        states = trouble_words(say).states
        names = [f"{clean(name, 60)} ({states.get(state, state)})" for name, state in digest.ill[:8]]
        covered.append(say.ill.format(names=say.comma.join(names)))
    return covered


def _authorities(digest: Digest, say: Words) -> list[str]:
    """Which authorities were not seen, or not always, and which were."""
    named = {
        say.uncovered: [_name(one, say) for one in digest.uncovered],
        say.blind: [f"{_name(one, say)} ({hours} h)" for one, hours in digest.blind],
        say.seen: [_name(one, say) for one in digest.covered],
    }
    return [
        template.format(
            names=say.comma.join(names[:MOST]) + (f" +{len(names) - MOST}" if names[MOST:] else "")
        )
        for template, names in named.items()
        if names
    ]


def _name(authority: str, say: Words) -> str:
    return clean(say.authorities.get(authority, authority), 40)


def _line(one: Line, say: Words) -> Item:
    tag = say.tags["copy"] if one.kind == "report" and one.official else say.tags.get(one.kind, "")
    lead = " · ".join(part for part in (tag, say.severities.get(one.severity, "")) if part) or "•"
    due = "" if one.due is None else say.dates.get(one.due.kind, one.due.kind).format(day=one.due.date)
    tail = " · ".join(part for part in (due, clean(one.source, 40), "" if due else one.to.day) if part)
    return Item(lead, clean(one.to.label, 100), safe_url(one.to.url), tail)


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat()
