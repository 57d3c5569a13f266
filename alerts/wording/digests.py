"""The sentences and lines of a digest, in a channel's language.

Pure. Only says what the facts say; all foreign text that passes through is cleaned here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.alert import DUE, HELD, OTHER, Digest, Line, Pointer
from alerts.translate.machine import by_machine_line
from alerts.wording.digest_terms import digest_terms
from alerts.wording.inert import clean, safe_url
from alerts.wording.layout import Row
from alerts.wording.trouble_words import trouble_words
from alerts.wording.troubles import capital
from alerts.wording.words import Words, counted

MOST = 8
"""Authorities that a line names."""


@dataclass(frozen=True, slots=True)
class Summed:
    """What a digest says: sentences, a line for each thing, and the coverage."""

    lines: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    context: tuple[str, ...] = ()


def summed(digest: Digest, zone: ZoneInfo, say: Words, follows: Pointer | None = None) -> Summed:
    """A digest: what waited, a line each; or what a regular time brought, with its coverage.

    `follows` is the matter that all of it is about, where no thread shows it.
    """
    if digest.since is not None and digest.until is not None:
        span = {"since": _day(digest.since, zone), "until": _day(digest.until, zone)}
        return _regular(digest, span, (*_rows(digest, say), *_more(digest, zone, say)), say)
    lines = [digest_terms(say).digest.format(matches=counted(say, "waited", digest.count))]
    if digest.press:
        lines = [counted(say, "gathered", digest.count)]
    if digest.parts > 1:
        lines.append(_part(digest, say))
    rows = _rows(digest, say)
    if follows is not None:
        rows = (Row(f"{say.follows}:", clean(follows.label, 120), safe_url(follows.url)), *rows)
    return Summed(_capitals(lines), tuple(rows))


def _regular(digest: Digest, span: Mapping[str, str], rows: tuple[Row, ...], say: Words) -> Summed:
    """What a regular time brought: the sums and the coverage in its first part."""
    use = digest_terms(say)
    if digest.part > 1:
        here = f"{use.span.format(**span)}{say.comma}{_part(digest, say)}"
        return Summed(_capitals([here]), rows)
    lines = [_matched(digest, span, say)]
    if digest.topics:
        topics = [f"{clean(say.topics.get(topic, topic), 40)} {count}" for topic, count in digest.topics]
        lines.append(say.comma.join(topics))
    if digest.held:
        lines.append(use.held.format(matches=counted(say, "documents", digest.held)))
    if digest.silenced:
        lines.append(use.silenced.format(matches=counted(say, "waited", digest.silenced)))
    if digest.review:
        lines.append(use.review.format(matches=counted(say, "documents", digest.review)))
    if digest.parts > 1:
        lines.append(_part(digest, say))
    covered = _coverage(digest, say)
    return Summed(_capitals(lines), rows, (capital(covered[0]), *covered[1:]))


def _part(digest: Digest, say: Words) -> str:
    return digest_terms(say).digest_part.format(part=digest.part, parts=digest.parts)


def _capitals(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(capital(line) for line in lines)


def _more(digest: Digest, zone: ZoneInfo, say: Words) -> Iterable[Row]:
    """How many lines are left out, and which command shows them."""
    if digest.more and digest.since and digest.until:
        since, until = (
            at.astimezone(zone).isoformat(timespec="minutes") for at in (digest.since, digest.until)
        )
        command = f"gatewatch export --since {since} --until {until}"
        yield Row(capital(digest_terms(say).more.format(count=digest.more, command=command)), "")


def _matched(digest: Digest, span: Mapping[str, str], say: Words) -> str:
    """How much matched; that nothing did only where that is true of the whole watch."""
    use = digest_terms(say)
    if digest.matched:
        return use.regular.format(matches=counted(say, "matters", digest.matched), **span)
    if digest.elsewhere:
        return use.nothing_here.format(matches=counted(say, "matters", digest.elsewhere), **span)
    return use.nothing.format(**span)


def _coverage(digest: Digest, say: Words) -> list[str]:
    """What was seen and what was not; never empty."""
    use = digest_terms(say)
    covered = _authorities(digest, say)  # first: what is not seen must never be what is cut
    covered.append(use.covered.format(sources=counted(say, "sources", digest.sources)))
    if digest.ill:
        states = trouble_words(say).states
        names = [f"{clean(name, 60)} ({states.get(state, state)})" for name, state in digest.ill[:8]]
        covered.append(use.ill.format(names=say.comma.join(names)))
    return covered


def _authorities(digest: Digest, say: Words) -> list[str]:
    """Which authorities were not seen, or not always, and which were."""
    use = digest_terms(say)
    named = {
        use.uncovered: [_name(one, say) for one in digest.uncovered],
        use.blind: [f"{_name(one, say)} ({hours} h)" for one, hours in digest.blind],
        use.seen: [_name(one, say) for one in digest.covered],
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


def _rows(digest: Digest, say: Words) -> Iterable[Row]:
    """The lines, each under its head where it has one, with what a machine made of its title."""
    above = ""
    for one in digest.lines:
        if one.under != above:
            above = one.under
            yield Row("", _head(above, say), head=True)
        yield _line(one, say)
        for lead, text in by_machine_line(one.translated, say):
            yield Row(lead, text, extra=True)


def _head(under: str, say: Words) -> str:
    use = digest_terms(say)
    known = {DUE: use.due_soon, HELD: use.held_head, OTHER: use.other}
    said = clean(known.get(under) or say.topics.get(under, under), 60) or use.other
    return said[:1].upper() + said[1:]


def _line(one: Line, say: Words) -> Row:
    tag = say.tags["copy"] if one.kind == "report" and one.official else say.tags.get(one.kind, "")
    lead = " · ".join(part for part in (tag, say.severities.get(one.severity, "")) if part) or "•"
    due = "" if one.due is None else say.dates.get(one.due.kind, one.due.kind).format(day=one.due.date)
    tails = (due, clean(one.source, 40), "" if due else clean(one.to.day, 20))
    if one.under == DUE:
        lead, tails = f"{clean(due, 60)}:", ("", clean(one.source, 40), "")
    many = counted(say, "articles", one.articles) if one.articles > 1 else ""
    tail = " · ".join(part for part in (*tails, many) if part)
    return Row(lead, clean(one.to.label, 100), safe_url(one.to.url), tail)


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat()
