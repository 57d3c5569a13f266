"""Lays out what a message says: as blocks, and in plain words. Pure.

Foreign text stands only in rich-text and plain-text elements, which cannot mention, link or format; in the
plain words it is escaped. Lengths are cut to a room; whether that is small enough is measured by others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from alerts.wording.excerpt import Piece
from alerts.wording.inert import URL_LIMIT, cut, escape_within, link, plain
from alerts.wording.limits import FALLBACK_LIMIT
from alerts.wording.words import Words

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the message: a bold or plain lead, what it points to, and what stands after it.

    `head`: it stands above the lines that follow. `extra`: it may go where room is short.
    """

    lead: str
    label: str
    url: str = ""
    tail: str = ""
    head: bool = False
    extra: bool = False

    @property
    def alone(self) -> bool:
        """There is a lead and nothing else."""
        return bool(self.lead) and not (self.label or self.url or self.tail)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a message says, top to bottom."""

    lead: str
    lines: tuple[str, ...] = ()
    title: Row | None = None
    rows: tuple[Row, ...] = ()
    context: tuple[str, ...] = ()
    excerpt: tuple[Piece, ...] = ()
    many: bool = False
    """The rows are what it is about: none is left out, each is shorter."""


@dataclass(frozen=True, slots=True)
class Room:
    """How long the parts may be, in code points; `rows` is how many. A longer address is no link."""

    line: int
    title: int = 500
    excerpt: int = 0
    marks: int = 0
    rows: int = 100
    label: int = 1000
    tail: int = 1000
    url: int = URL_LIMIT
    context: int = 400
    extras: bool = True


ROOMS = (Room(900, 300, 300, 40, 6), Room(500, 200, 160, 12, 3), Room(300, 120, 0, 0, 1))
LISTS = (
    Room(900, label=300, tail=120),
    Room(900, label=120, tail=80, url=700),
    Room(700, label=80, tail=60, url=400),
    Room(500, label=60, tail=40, url=200, extras=False),
    Room(400, label=30, tail=20, url=0, context=200, extras=False),
    Room(200, label=12, tail=0, url=0, context=100, extras=False),
)
"""However long everything is, a dozen lines, each under a head of its own, fit into the last."""

_PLAIN = (Room(900, label=160, tail=80, url=400, context=300),)
_PLAIN_LISTS = (
    *_PLAIN,
    Room(900, label=100, tail=60, url=200, context=300),
    Room(700, label=70, tail=50, url=120, context=300, extras=False),
    Room(500, label=60, tail=40, url=0, context=300, extras=False),
    Room(400, label=40, tail=20, url=0, context=300, extras=False),
)


# --- blocks ----------------------------------------------------------------------------------------
def blocks(parts: Parts, room: Room, say: Words) -> Iterable[Block]:
    """The message as blocks, cut to the room."""
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
    sections += [_section(list(_row(row, room))) for row in _shown(parts, room)[: room.rows]]
    yield {"type": "rich_text", "elements": sections}
    if context := " · ".join(part for part in parts.context if part):
        shown = {"type": "plain_text", "text": cut(context, room.context), "emoji": False}
        yield {"type": "context", "elements": [shown]}
    if parts.excerpt and room.excerpt:
        quoted = [_run(piece) for piece in _within(parts.excerpt, room)]
        yield {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": quoted}]}


def _shown(parts: Parts, room: Room) -> Sequence[Row]:
    return [row for row in parts.rows if room.extras or not row.extra]


def _row(row: Row, room: Room) -> Iterable[Block]:
    label = cut(row.label or row.url, room.label)
    if row.head:
        yield _text(label, bold=True)
        return
    yield _text(f"{row.lead} ")
    if row.alone:
        return
    yield _link(row.url, label) if row.url and len(row.url) <= room.url else _text(label or "—")
    if row.tail and room.tail:
        yield _text(f"  {cut(row.tail, room.tail)}")


def _joined(lines: Sequence[str], say: Words) -> str:
    return (say.stop.join(lines) + say.stop).rstrip() if lines else ""


def _within(pieces: Sequence[Piece], room: Room) -> Iterable[Piece]:
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
def fallback(parts: Parts, say: Words) -> str:
    """The same in plain words: what a notification shows, and what is sent where blocks are refused."""
    lines: list[str] = []
    for room in _PLAIN_LISTS if parts.many else _PLAIN:
        lines = list(_plain(parts, room, say))
        if _size(lines) <= FALLBACK_LIMIT:
            break
    while _size(lines) > FALLBACK_LIMIT:
        lines.pop()
    return "\n".join(lines)


def _size(lines: Sequence[str]) -> int:
    return sum(map(len, lines)) + len(lines)


def _plain(parts: Parts, room: Room, say: Words) -> Iterable[str]:
    yield escape_within(plain(f"{parts.lead}{say.colon}{_joined(parts.lines, say)}"), room.line)
    if parts.title is not None:
        yield _plain_row(replace(parts.title, label=f"“{parts.title.label}”"), replace(room, label=500))
    yield from (_plain_row(row, room) for row in _shown(parts, room))
    if context := " · ".join(part for part in parts.context if part):
        yield escape_within(plain(context), room.context)
    if parts.excerpt:
        shown = "".join(_bracketed(piece) for piece in parts.excerpt)
        yield escape_within(plain(f"“{shown}”"), 450)


def _plain_row(row: Row, room: Room) -> str:
    target = link(row.url) if row.url else ""
    pieces = (
        "—" if row.head else escape_within(plain(row.lead), 120),
        escape_within(plain(row.label), room.label),
        target if len(target) <= room.url else "",
        escape_within(plain(row.tail), room.tail),
    )
    return " ".join(piece for piece in pieces if piece)


def _bracketed(piece: Piece) -> str:
    """A run in plain words: of a change what went as [-…-], what came as {+…+}."""
    if piece.struck:
        return f"[-{piece.text}-]"
    return f"{{+{piece.text}+}}" if piece.came else piece.text
