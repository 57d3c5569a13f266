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

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from alerts.message import Message
from alerts.outcome import Outcome, Place, Reading, Rejected, Retry, Sent, Unreadable

_INDENT = 4


def render(message: Message, *, indent: int = 0, broadcast: bool = False) -> RenderableType:
    """The message as lines for a terminal, `indent` columns in; a broadcast reply is marked."""
    lines: list[Text] = []
    for block in message.blocks:
        if block["type"] == "rich_text":
            for section in block["elements"]:
                quoted = section["type"] == "rich_text_quote"
                lines.append(_section(section["elements"], quoted=quoted))
        elif block["type"] == "context":
            lines.append(Text(" ".join(item["text"] for item in block["elements"]), style="dim"))
    if not lines:
        lines = [Text(message.text)]
    if broadcast:
        lines[0] = Text.assemble(("↳ ", "cyan"), lines[0])
    elif indent:
        lines[0] = Text.assemble(("└ ", "dim"), lines[0])
    return Padding(Group(*lines), (0, 0, 0, indent))


def _section(elements: Iterable[Mapping[str, Any]], *, quoted: bool) -> Text:
    line = Text("│ ", style="dim") if quoted else Text()
    for element in elements:
        bold = bool((element.get("style") or {}).get("bold"))
        style = "bold yellow" if bold and quoted else "bold" if bold else ""
        if element["type"] == "link":
            line.append(element["text"], style=f"{style} link {element['url']}".strip())
            line.append(f" {element['url']}", style="blue underline")
        else:
            line.append(element["text"], style=style)
    return line


class TerminalTransport:
    """A stream people read. Thread-safe."""

    name = "terminal"
    threads = True
    paced = False
    public = False

    def __init__(self, stream: IO[str] | None = None, *, console: Console | None = None) -> None:
        self._console = console or Console(
            file=stream or sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=True
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
        shown = render(message, indent=_INDENT if thread_ts else 0, broadcast=broadcast)
        with self._lock:
            try:
                self._console.print(shown)
                if not thread_ts or broadcast:
                    self._console.print()
                self._console.file.flush()
            except (OSError, ValueError) as error:  # a closed pipe, a closed stream
                return Rejected(
                    f"cannot print ({type(error).__name__})", "all", "Give standard output a reader."
                )
        return Sent(f"{time.time():.6f}")

    def read(
        self, place: Place, *, oldest: float, thread_ts: str = ""
    ) -> Reading | Retry | Rejected | Unreadable:
        """Nothing can be read back from a terminal."""
        return Unreadable("a terminal cannot be read")
