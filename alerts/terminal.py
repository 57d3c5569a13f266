"""Prints messages where no Slack is configured, and in the demo: the same message, on a terminal.

Colour only where the stream is a terminal; replies stand indented under their thread. Foreign text
was made inert by `message`; no markup is parsed here. Never reads, never repeats.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Mapping
from typing import IO, Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.text import Text

from alerts.message import Message
from alerts.outcome import Files, Outcome, Place, Reading, Rejected, Retry, Sent, Unreadable

_INDENT = 4


def render(message: Message, *, reply: bool = False, broadcast: bool = False) -> list[Text]:
    """The message as lines for a terminal; the first line of a reply is marked, of a broadcast one too."""
    lines: list[Text] = []
    for block in message.blocks:
        if block["type"] == "rich_text":
            for section in block["elements"]:
                lines += _section(section["elements"], quoted=section["type"] == "rich_text_quote")
        elif block["type"] == "context":
            lines.append(Text(" ".join(item["text"] for item in block["elements"]), style="dim"))
    lines = lines or [Text(line) for line in message.text.split("\n")]
    if broadcast:
        lines[0] = Text.assemble(("↳ ", "cyan"), lines[0])
    elif reply:
        lines[0] = Text.assemble(("└ ", "dim"), lines[0])
    return lines


def _section(elements: Iterable[Mapping[str, Any]], *, quoted: bool) -> list[Text]:
    """A section as a line; what it links to stands below it, since not every terminal can link."""
    line = Text("│ ", style="dim") if quoted else Text()
    below: list[Text] = []
    for element in elements:
        asked = element.get("style") or {}
        style, text = "not dim", element["text"]
        if asked.get("strike"):
            style, text = "red strike", f"[-{text}-]"  # a file shows no colour
        elif asked.get("italic"):
            style, text = "bold green", f"{{+{text}+}}"
        elif asked.get("bold"):
            style = "bold yellow" if quoted else "bold"
        if element["type"] == "link":
            line.append(text, style=f"{style} link {element['url']}")
            below.append(Text(element["url"], style="blue"))
        else:
            line.append(text, style=style)
    return [line, *below]


class TerminalTransport:
    """A stream people read. Thread-safe."""

    name = "terminal"
    threads = True
    paced = False
    public = False
    files: Files | None = None

    def __init__(self, stream: IO[str] | None = None, *, console: Console | None = None) -> None:
        self._console = console or Console(
            file=stream or sys.stdout, highlight=False, markup=False, emoji=False
        )
        self._lock = threading.Lock()

    def serves(self, channel: str) -> bool:
        """Only what was meant for the terminal."""
        return channel == "terminal"

    def resolve(self, channel: str, known: str = "") -> Place | Retry | Rejected:
        """The stream."""
        return Place("terminal", channel)

    def post(
        self, place: Place, message: Message, *, thread_ts: str = "", broadcast: bool = False
    ) -> Outcome:
        """Print it."""
        lines = render(message, reply=bool(thread_ts), broadcast=broadcast)
        with self._lock:
            try:
                self._show(lines, _INDENT if thread_ts else 0)
                self._console.file.flush()
            except (OSError, ValueError) as error:  # a closed pipe, a closed stream
                return Rejected(
                    f"cannot print ({type(error).__name__})", "all", "Give standard output a reader."
                )
        return Sent(f"{time.time():.6f}")

    def _show(self, lines: list[Text], indent: int) -> None:
        """Wrapped to the width of a terminal; into a file or a log, a line stays a line."""
        console = self._console
        if console.is_terminal:
            console.print(Padding(Group(*lines), (0, 0, 1, indent)))
            return
        for line in lines:
            console.print(Text(" " * indent).append_text(line), soft_wrap=True)
        console.print()

    def read(
        self, place: Place, *, oldest: float, thread_ts: str = ""
    ) -> Reading | Retry | Rejected | Unreadable:
        """Nothing can be read back from a terminal."""
        return Unreadable("a terminal cannot be read")
