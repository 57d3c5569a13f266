"""Shows messages of the stand-in Slack as people would see them: on a terminal, as plain text, as a picture.

Day headings, replies indented under their message, a broadcast marked. What the messages say is
foreign text: it is shown as characters, never as markup or control codes. Never posts, never fetches.
"""

from __future__ import annotations

import html
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TextIO

from rich.box import ROUNDED
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.style import Style
from rich.text import Text

from gatewatch.demo.story import BEIJING, Day

WIDTH = 100
INDENT = 6

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip  # not strftime: its names follow the machine's locale

# <https://example.org/a|label>, <https://example.org/a>, <!channel>
_ANGLES = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")

# @font-face { font-family: "Fira Code"; src: local(…), url("https://…"); } : a picture must fetch nothing
_FONT = re.compile(r"@font-face\s*\{[^}]*\}\s*")


# <text class="gatewatch-r1" x="0" y="20" textLength="24.4" clip-path="url(#line-0)">工信</text>
_TEXT = re.compile(r'(<text [^>]*textLength=")([\d.]+)("[^>]*>)([^<]+)(?=</text>)')


class Message(Protocol):
    """What is shown of a message; `standin_slack.Posted` is one."""

    @property
    def ts(self) -> str:
        """Seconds since 1970 with six decimals: its identity and its time."""

    @property
    def text(self) -> str:
        """The fallback, escaped as Slack wants it."""

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The layout; may be empty."""

    @property
    def thread_ts(self) -> str:
        """The message that this one replies to, or empty."""

    @property
    def broadcast(self) -> bool:
        """A reply that the channel sees too."""


@dataclass(frozen=True, slots=True)
class Look:
    """How to draw. `framed`: boxes and colours; otherwise indented lines."""

    framed: bool


def tell(told: Sequence[tuple[Day, Sequence[Message]]], stream: TextIO, *, rows: int, file: Path) -> None:
    """The whole story to a stream: under each day what arrived on it, in the end what was written.

    `told` is a day and the messages of its round, an earlier one again where it was changed; a day that
    comes twice was polled once more. Colours only where the stream is a terminal.
    """
    console = Console(file=stream, highlight=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    look = Look(framed=console.is_terminal)
    earlier: list[Message] = []
    shown = ""
    for day, arrived in told:
        again = day.label == shown
        new = 0 if again else len(day.publishes)
        _print(console, _heading(f"{day.label}, polled once more" if again else day.label, look))
        known = {message.ts for message in earlier}
        came = sum(message.ts not in known for message in arrived)
        _print(console, Padding(Text(_summary(new, came), "dim"), (0, 0, 1, 2)))
        for row in _day(arrived, earlier, look):
            _print(console, row)
        earlier.extend(arrived)
        shown = day.label
    _print(console, _heading("What was written", look))
    _print(console, Padding(Text(f"{file}: {rows} articles matched, a row each"), (0, 0, 0, 2)))


def _summary(new: int, told: int) -> str:
    found = f"{new} new on the sites" if new else "nothing new on the sites"
    return f"{found}; {told} message{'s' * (told != 1)}" if told else f"{found}; the channel stays silent"


def show_channel(messages: Sequence[Message], stream: TextIO) -> None:
    """The channel as it stands in the end: by day, every message with the whole of its thread beneath."""
    console = Console(file=stream, highlight=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    _print(console, _channel(messages, Look(framed=console.is_terminal)))


def _print(console: Console, shown: RenderableType) -> None:
    """To the console; plain text without the blanks that fill a line."""
    if console.is_terminal:
        console.print(shown)
        return
    with console.capture() as got:
        console.print(shown)
    console.file.write("".join(f"{line.rstrip()}\n" for line in got.get().splitlines()))


def picture(messages: Sequence[Message], *, title: str = "Slack") -> str:
    """The channel as it stands in the end, as SVG that fetches nothing. Same messages, same bytes."""
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(_channel(messages, Look(framed=True)))
    return _TEXT.sub(_widened, _FONT.sub("", console.export_svg(title=title, unique_id="gatewatch")))


def _widened(found: re.Match[str]) -> str:
    """The length of a text run in cells: rich counts characters, and Chinese ones are two cells wide."""
    before, length, between, content = found.groups()
    plain = html.unescape(content)
    return f"{before}{float(length) / len(plain) * cell_len(plain):.1f}{between}{content}"


def day_of(message: Message) -> str:
    """`Sunday 22 January 2017`: the day in Beijing on which the message was posted."""
    moment = _moment(message)
    return f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def _moment(message: Message) -> datetime:
    return datetime.fromtimestamp(float(message.ts), BEIJING)


# --- layout ------------------------------------------------------------------------------------------------
def _channel(messages: Sequence[Message], look: Look) -> Group:
    return Group(*_rows(messages, look))


def _rows(messages: Sequence[Message], look: Look) -> Iterator[RenderableType]:
    replies: dict[str, list[Message]] = {}
    known = {message.ts for message in messages}
    for message in messages:
        if message.thread_ts in known:
            replies.setdefault(message.thread_ts, []).append(message)
    shown = ""
    for message in messages:
        if message.thread_ts in known:
            continue
        if (day := day_of(message)) != shown:
            yield _heading(day, look)
            shown = day
        yield _message(message, look)
        for reply in replies.get(message.ts, ()):
            yield _message(reply, look, dated=day_of(reply) != shown)


def _day(arrived: Sequence[Message], earlier: Sequence[Message], look: Look) -> Iterator[RenderableType]:
    """The messages of one day; a reply to an earlier day's message names it."""
    roots = {message.ts: message for message in (*arrived, *earlier)}
    known = {message.ts for message in earlier}
    for message in arrived:
        if message.ts in known:
            yield _changed(message)
        else:
            yield _message(message, look, under=roots.get(message.thread_ts))


def _heading(label: str, look: Look) -> RenderableType:
    if look.framed:
        return Rule(Text(_harmless(label), "bold"), style="dim")
    return Text(f"=== {_harmless(label)} ===\n")


def _message(
    message: Message, look: Look, *, under: Message | None = None, dated: bool = False
) -> RenderableType:
    """One message. `under`: name the message it replies to; `dated`: name its own day."""
    time = f"{_moment(message):%H:%M}"
    where = [] if message.thread_ts else ["Gatewatch"]
    if message.thread_ts:
        where.append("in the thread" + (f" of “{_first_line(under)}”" if under else ""))
        where.append("also sent to the channel" if message.broadcast else "silent")
    where.append(f"{day_of(message)} {time}" if dated else time)
    head, body = " · ".join(where), Group(*_body(message, look))
    left = INDENT if message.thread_ts else 0
    if look.framed:
        edge = ("yellow" if message.broadcast else "bright_black") if message.thread_ts else "cyan"
        title = Text(("↳ " if message.thread_ts else "") + head, "bold" if not message.thread_ts else "")
        return Padding(
            Panel(body, title=title, title_align="left", border_style=edge, box=ROUNDED), (0, 0, 0, left)
        )
    return Padding(
        Group(Text(("-> " if message.thread_ts else "") + head), Padding(body, (0, 0, 1, 2))), (0, 0, 0, left)
    )


def _changed(message: Message) -> RenderableType:
    """An earlier message with something new below it: people find it changed in its place."""
    below = [block for block in message.blocks if block.get("type") == "context"][-1:]
    said = [line for block in below for line in _block(block, Look(framed=False))]
    where = Text(f"“{_first_line(message)}” says below from now on:", "dim")
    return Padding(Group(where, Padding(Group(*said), (0, 0, 1, 2))), (0, 0, 0, 0))


def _first_line(message: Message) -> str:
    """The words in bold with which a message begins: `NEW · HIGH`, and its title."""
    found = [span for span in _plain_spans(message) if span.strip()]
    return _shortened(" ".join(found[:2]) if found else _unescaped(message.text))


def _plain_spans(message: Message) -> Iterator[str]:
    for block in message.blocks:
        for element in _inline(block):
            if (element.get("style") or {}).get("bold") or element.get("type") == "link":
                yield _harmless(str(element.get("text", "")))
        return


def _shortened(text: str, room: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= room else line[: room - 1] + "…"


# --- blocks ------------------------------------------------------------------------------------------------
def _body(message: Message, look: Look) -> Iterable[RenderableType]:
    found = [shown for block in message.blocks for shown in _block(block, look)]
    return found or [Text(_unescaped(message.text))]


def _block(block: Mapping[str, Any], look: Look) -> Iterator[RenderableType]:
    kind = block.get("type")
    if kind == "rich_text":
        for part in block.get("elements", ()):
            quote = part.get("type") == "rich_text_quote"
            text = _line(part.get("elements", ()), quote=quote, starred=quote and not look.framed)
            yield Padding(text, (0, 2)) if quote else text
    elif kind == "context":
        words = " · ".join(_of_object(one) for one in block.get("elements", ()))
        yield Text(words, "dim")
    elif kind == "header":
        yield Text(_of_object(block.get("text") or {}), "bold")
    elif kind == "section":
        for one in (block.get("text"), *block.get("fields", ())):
            if one:
                yield Text(_of_object(one))
    elif kind == "actions":
        yield Text(
            "  ".join(f"[{_of_object(one.get('text') or {})}]" for one in block.get("elements", ())), "cyan"
        )
    elif kind == "divider":
        yield Rule(style="dim")


def _inline(block: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in block.get("elements", ()):
        yield from part.get("elements", ())


def _line(elements: Iterable[Mapping[str, Any]], *, quote: bool, starred: bool) -> Text:
    """One run of text. Bold words of a quotation are the matched ones; `starred` marks them."""
    line = Text(style="italic" if quote else "")
    for element in elements:
        marks = element.get("style") or {}
        style = Style(bold=marks.get("bold"), italic=marks.get("italic"), strike=marks.get("strike"))
        text = _harmless(str(element.get("text") or element.get("url") or ""))
        if element.get("type") == "link":
            style += Style(color="bright_blue", underline=True)
        elif marks.get("bold") and quote:
            style += Style(color="yellow", italic=False)
            text = f"*{text}*" if starred else text
        line.append(text, style)
    return line


def _of_object(one: Mapping[str, Any]) -> str:
    """A text object: plain as it stands, mrkdwn as Slack would show its entities and links."""
    text = str(one.get("text", ""))
    return _unescaped(text) if one.get("type") == "mrkdwn" else _harmless(text)


def _unescaped(text: str) -> str:
    shown = _ANGLES.sub(lambda found: found[2] or found[1], text)
    return _harmless(html.unescape(shown))


def _harmless(text: str) -> str:
    """Without control codes, which a terminal would obey."""
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"})
