"""Shows rows as a table on standard output: aligned by what characters occupy, Chinese ones being two wide.

Foreign text cannot move the cursor or colour the terminal: what does not print is left out. Never
wraps where the output is not a terminal, so that lines stay lines for `grep`.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence

import click

_GAP = "  "
_NARROWEST = 40
"""Columns that wrapped text gets at least."""
_STATES = {
    "ok": "green",
    "fine": "green",
    "sent": "green",
    "warn": "yellow",
    "pending": "yellow",
    "sending": "yellow",
    "gap": "yellow",
    "stale": "yellow",
    "held": "yellow",
    "fail": "red",
    "failing": "red",
    "blocked": "red",
    "empty": "red",
    "rejected": "red",
    "moved": "red",
    "unreachable": "red",
    "refused": "red",
    "off": "bright_black",
    "silenced": "bright_black",
}


def show(
    headers: Sequence[str], rows: Iterable[Sequence[object]], notes: Iterable[str] | None = None
) -> None:
    """Print the rows under their headers; on a terminal the last column is cut to its width.

    With `notes`, one a row: nothing is cut. The last column is wrapped on a terminal, and the note (what to
    do) stands below its row on lines of its own.
    """
    from rich.cells import cell_len, set_cell_size  # noqa: PLC0415  # only where something is shown

    lines = [[plain(value) for value in row] for row in rows]
    whole = [list(headers), *lines]
    widths = [max(cell_len(line[column]) for line in whole) for column in range(len(headers))]
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    below = [""] if notes is None else ["", *(plain(note) for note in notes)]
    for number, line in enumerate(whole):
        cells = [set_cell_size(text, width) for text, width in zip(line[:-1], widths[:-1], strict=True)]
        taken = sum(widths[:-1]) + len(_GAP) * len(cells)
        last = line[-1]
        rest: list[str] = []
        if notes is not None:
            if room:
                last, *rest = wrapped(last, max(room - taken, _NARROWEST))
            if number and below[number]:
                note = f"→ {below[number]}"
                rest += wrapped(note, max(room - taken, _NARROWEST)) if room else [note]
        elif room and cell_len(last) > room - taken > 8:
            last = set_cell_size(last, room - taken - 1) + "…"
        if number == 0:
            click.secho(_GAP.join([*cells, last]).rstrip(), bold=True)
        else:
            coloured = [click.style(text, fg=_STATES.get(text.strip())) for text in cells]
            click.echo(_GAP.join([*coloured, last]).rstrip())
            for more in rest:
                click.echo(f"{'':{min(taken, max(0, room - _NARROWEST)) if room else len(_GAP)}}{more}")


def wrapped(text: str, room: int) -> list[str]:
    """The text in lines of at most `room` columns, broken at blanks where there are some."""
    from rich.cells import cell_len, chop_cells  # noqa: PLC0415  # only where something is shown

    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(joined) <= room:
            lines[-1] = joined
            continue
        pieces = chop_cells(word, room) or [""]
        lines[-1:] = [*([lines[-1]] if lines[-1] else []), *pieces]
    return lines


def show_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Print name and value, a line each, those without a value left out."""
    from rich.cells import cell_len  # noqa: PLC0415  # only where something is shown

    known = [(name, plain(value)) for name, value in facts if value not in (None, "", [], ())]
    width = max((cell_len(name) for name, _ in known), default=0)
    for name, value in known:
        click.echo(f"{click.style(f'{name:<{width}}', dim=True)}{_GAP}{value}")


def plain(value: object) -> str:
    """A value as one line of text that shows itself and does nothing."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        value = ", ".join(str(item) for item in value)
    return "".join(letter if letter.isprintable() else " " for letter in str(value)).strip()
