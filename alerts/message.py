"""Words an alert for Slack: plain fallback, blocks, metadata. Pure.

Top to bottom: a line built from facts, the title in the original, context, an excerpt with the
matched words marked. Foreign text stands only in rich-text and plain-text elements, which cannot
mention, link or format; in the fallback it is escaped. Never exceeds what Slack takes, whatever the
input: lengths are cut before, and measured after, the JSON is made. Buttons only where something listens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from alerts import troubles
from alerts.alert import Alert, Baseline, Digest, Pointer, Told
from alerts.buttons import buttons
from alerts.digest_words import summed
from alerts.excerpt import Piece, changed, excerpt
from alerts.file_words import file_words, not_read
from alerts.inert import clean, cut, escape_within, link, plain, safe_url
from alerts.limits import FALLBACK_LIMIT, fits
from alerts.machine import by_machine
from alerts.trouble_words import trouble_words
from alerts.wording import becoming, beforehand, coming, occasion, sentences, when
from alerts.words import Words, counted, words

EVENT_TYPE = "gatewatch_alert"
Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: `text` is the whole story in plain words, escaped; `blocks` the same, laid out."""

    alert: str
    text: str
    blocks: tuple[Block, ...] = ()
    metadata: Block | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the message: a bold or plain lead, and what it points to."""

    lead: str
    label: str
    url: str = ""
    tail: str = ""


@dataclass(frozen=True, slots=True)
class _Parts:
    lead: str
    lines: tuple[str, ...] = ()
    title: _Row | None = None
    rows: tuple[_Row, ...] = ()
    context: tuple[str, ...] = ()
    excerpt: tuple[Piece, ...] = ()
    many: bool = False
    """The rows are what it is about: all of them are shown, each shorter."""


@dataclass(frozen=True, slots=True)
class _Room:
    """How long the parts may be, in code points."""

    line: int
    title: int
    excerpt: int
    marks: int
    rows: int


_ROOMS = (_Room(900, 300, 300, 40, 6), _Room(500, 200, 160, 12, 3), _Room(300, 120, 0, 0, 1))


_LISTS = (_Room(900, 300, 0, 0, 30), _Room(500, 200, 0, 0, 20), _Room(300, 120, 0, 0, 10))


def compose(alert: Alert) -> Message:
    """The message of an alert, within every limit of Block Kit."""
    say = words(alert.language)
    parts = _parts(alert, say)
    blocks: tuple[Block, ...] = ()
    for room in _LISTS if parts.many else _ROOMS:
        blocks = (*_blocks(parts, room, say), *_answers(alert))
        if fits(blocks, status=alert.article is not None):
            break
    payload = {"alert_id": alert.id, "kind": alert.kind, "subject": cut(alert.subject, 200)}
    if alert.matter:
        payload["matter"] = alert.matter
    metadata = {"event_type": EVENT_TYPE, "event_payload": payload}
    return Message(alert.id, _fallback(parts, say), blocks, metadata)


def _answers(alert: Alert) -> Iterable[Block]:
    """The buttons of what tells of an article; whose matter another message stands for is not taken by it."""
    if alert.answers and alert.article is not None:
        yield buttons(alert.id, alert.language, matter=bool(alert.matter) and alert.kind != "report")


def _parts(alert: Alert, say: Words) -> _Parts:
    if alert.article is not None:
        parts = _article(alert, alert.article, say)
    elif alert.health or alert.outage or alert.cover:
        parts = _trouble(alert, say)
    elif alert.kind in {"channel", "road", "answers"}:
        said = troubles.said_of(alert.kind, alert.note, alert.zone, say)
        tag = say.tags.get(alert.kind, say.tags["road"])
        parts = _Parts(tag, said.lines, context=(when(alert.at, alert.zone, say),))
    elif alert.baseline is not None:
        parts = _baseline(alert.baseline, say)
    elif alert.digest is not None:
        parts = _digest(alert.digest, alert, say)
    else:
        parts = _Parts(
            say.tags.get(alert.kind, alert.kind.upper()),
            (clean(alert.note.get("line", ""), 400) or say.test,),
        )
    return replace(parts, lines=(*beforehand(alert, say), *parts.lines))


def _article(alert: Alert, told: Told, say: Words) -> _Parts:
    tag = (
        say.tags["copy"] if alert.kind == "report" and told.official else say.tags.get(alert.kind, alert.kind)
    )
    lead = " · ".join(part for part in (tag, say.severities.get(told.severity, "")) if part)
    rows = [_Row(lead_, text) for lead_, text in by_machine(alert.translated, say)]
    if alert.follows is not None:
        rows.append(_pointer(say.follows, alert.follows))
    rows += [_pointer(say.cites, cited) for cited in alert.cites[:3]]
    text, spans, file = told.quoted
    if alert.change is not None:
        lines = becoming(told, alert.kind, alert.change, alert.zone, say)
        quoted = changed(alert.change.parts)
    elif alert.due is not None:
        lines = coming(told, alert.due, say)
        quoted = (Piece(clean(alert.due.fact.sentence, 300)),) if alert.due.fact.sentence else ()
    else:
        lines, quoted = sentences(told, alert.kind, say), excerpt(text, spans)
        if file is not None:
            rows.insert(0, _pointer(file_words(say).in_file, Pointer(file.name, file.url)))
        lead_, names, missing = not_read(told.files, told.tier, say)
        if missing:
            rows.append(_Row(f"{lead_}:", names, safe_url(missing[0].url) if len(missing) == 1 else ""))
    return _Parts(
        lead,
        tuple(lines),
        _Row("", clean(told.title, 300) or clean(told.url, 300), safe_url(told.url)),
        tuple(rows),
        tuple(_context(alert, told, say)),
        quoted,
    )


def _context(alert: Alert, told: Told, say: Words) -> list[str]:
    """Where the article comes from, when, by which rules, and what of it is there."""
    context = [clean(told.source_name or told.source, 80), say.tiers.get(told.tier, told.tier)]
    if told.published is not None:
        context.append(when(told.published, alert.zone, say))
    else:
        context.append(say.undated.format(when=when(told.first_seen, alert.zone, say)))
    context.append(occasion(told.published or told.first_seen, say))
    rules = list(dict.fromkeys(clean(match.rule, 60) for match in told.matches))[:3]
    if rules:
        context.append(counted(say, "rules", len(rules), rules=", ".join(rules)))
    if not told.whole:
        context.append(say.summary_only)
    if told.attachments:
        context.append(counted(say, "attachments", told.attachments))
    if told.kept:
        context.append(say.kept.format(command=f"gatewatch archive show {told.id}"))
    return context


def _trouble(alert: Alert, say: Words) -> _Parts:
    tag, at = say.tags["source"], when(alert.at, alert.zone, say)
    if alert.health is not None:
        one = alert.health
        said = troubles.health(one, alert.zone, say)
        context = (clean(one.source, 63),) if one.state == "ok" else (clean(one.source, 63), at)
    elif alert.outage is not None:
        said, context = troubles.outage(alert.outage, alert.zone, say), (at,)
    else:
        assert alert.cover is not None
        tag = trouble_words(say).tags["lost" if alert.cover.worse else "again"]
        said, context = troubles.cover(alert.cover, alert.zone, say), (at,)
    return _Parts(tag, said.lines, rows=tuple(_Row("•", row) for row in said.rows), context=context)


def _baseline(base: Baseline, say: Words) -> _Parts:
    numbers = {
        "sources": counted(say, "sources", base.sources),
        "articles": counted(say, "articles", base.stored),
        "matches": counted(say, "matches", base.recent, days=base.days),
    }
    if base.source:
        line = say.later_source.format(name=clean(base.source, 80), **numbers)
        return _Parts(say.tags["baseline"], (line,))
    rows = [
        _Row("•", clean(one.label, 120), safe_url(one.url), clean(one.day, 20)) for one in base.newest[:5]
    ]
    lines = [say.first_round.format(**numbers)]
    if base.missing:
        lines.append(counted(say, "missing", base.missing))
    if base.recent:
        lines.append(say.list_rest)
    return _Parts(say.tags["baseline"], tuple(lines), rows=tuple(rows))


def _digest(digest: Digest, alert: Alert, say: Words) -> _Parts:
    said = summed(digest, alert.zone, say, alert.follows)
    rows = tuple(_Row(one.lead, one.label, one.url, one.tail) for one in said.rows)
    return _Parts(say.tags["digest"], said.lines, rows=rows, context=said.context, many=True)


def _pointer(lead: str, to: Pointer) -> _Row:
    return _Row(f"{lead}:", clean(to.label, 120), safe_url(to.url))


# --- blocks ----------------------------------------------------------------------------------------
def _blocks(parts: _Parts, room: _Room, say: Words) -> Iterable[Block]:
    sections = [
        _section([_text(parts.lead, bold=True), _text("  " + cut(_joined(parts.lines, say), room.line))])
    ]
    if parts.title is not None and parts.title.label:
        title = cut(parts.title.label, room.title)
        sections.append(
            _section(
                [_link(parts.title.url, title, bold=True) if parts.title.url else _text(title, bold=True)]
            )
        )
    for row in parts.rows[: room.rows]:
        label = row.label or row.url
        elements = [_text(f"{row.lead} ")] + ([_link(row.url, label)] if row.url else [_text(label or "—")])
        if row.tail:
            elements.append(_text(f"  {row.tail}"))
        sections.append(_section(elements))
    yield {"type": "rich_text", "elements": sections}
    if context := " · ".join(part for part in parts.context if part):
        shown = {"type": "plain_text", "text": cut(context, 400), "emoji": False}
        yield {"type": "context", "elements": [shown]}
    if parts.excerpt and room.excerpt:
        quoted = [_run(piece) for piece in _within(parts.excerpt, room)]
        yield {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": quoted}]}


def _joined(lines: Sequence[str], say: Words) -> str:
    return (say.stop.join(lines) + say.stop).rstrip() if lines else ""


def _within(pieces: Sequence[Piece], room: _Room) -> Iterable[Piece]:
    """The pieces cut to the room's length; marks beyond its number are shown unmarked."""
    left, marks = room.excerpt, 0
    loose: list[str] = []
    for piece in pieces:
        text = piece.text[:left]
        left -= len(text)
        if piece.struck or piece.came or (piece.marked and marks < room.marks):
            if loose:
                yield Piece("".join(loose))
                loose = []
            marks += 1
            yield replace(piece, text=text)
        else:
            loose.append(text)
        if left <= 0:
            break
    if "".join(loose):
        yield Piece("".join(loose))


def _section(elements: list[Block]) -> Block:
    return {"type": "rich_text_section", "elements": [element for element in elements if element["text"]]}


def _text(text: str, *, bold: bool = False) -> Block:
    return {"type": "text", "text": text, "style": {"bold": True}} if bold else {"type": "text", "text": text}


def _run(piece: Piece) -> Block:
    if piece.struck:
        return {"type": "text", "text": piece.text, "style": {"strike": True}}
    if piece.came:
        return {"type": "text", "text": piece.text, "style": {"bold": True, "italic": True}}
    return _text(piece.text, bold=piece.marked)


def _link(url: str, label: str, *, bold: bool = False) -> Block:
    element: Block = {"type": "link", "url": url, "text": label}
    if bold:
        element["style"] = {"bold": True}
    return element


# --- the fallback ----------------------------------------------------------------------------------
def _fallback(parts: _Parts, say: Words) -> str:
    """The same in plain words: what a notification shows, and what is sent where blocks are refused."""
    lines = [escape_within(plain(f"{parts.lead}: {_joined(parts.lines, say)}"), 900)]
    for row, room in ((parts.title, 500), *((row, 160) for row in parts.rows)):
        if row is None:
            continue
        label = escape_within(plain(f"“{row.label}”" if row is parts.title else row.label), room)
        target = link(row.url) if row.url else ""
        pieces = (row.lead, label, target if len(target) <= 400 else "", escape_within(plain(row.tail), 80))
        lines.append(" ".join(piece for piece in pieces if piece))
    if context := " · ".join(part for part in parts.context if part):
        lines.append(escape_within(plain(context), 300))
    if parts.excerpt:
        shown = "".join(_bracketed(piece) for piece in parts.excerpt)
        lines.append(escape_within(plain(f"“{shown}”"), 450))
    while sum(map(len, lines)) + len(lines) > FALLBACK_LIMIT:
        lines.pop()
    return "\n".join(lines)


def _bracketed(piece: Piece) -> str:
    """A run in plain words: of a change what went as [-…-], what came as {+…+}."""
    if piece.struck:
        return f"[-{piece.text}-]"
    return f"{{+{piece.text}+}}" if piece.came else piece.text
