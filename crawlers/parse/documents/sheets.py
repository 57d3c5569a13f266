"""Tables of xls, xlsx and et, by calamine: a row a line."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import python_calamine as calamine

from crawlers.parse.documents.outcome import LONGEST, Contents, Unread


def contents(data: bytes) -> Contents:
    """All sheets, each under its name. Raises Unread."""
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError as error:
        raise Unread("encrypted", "it asks for a password") from error
    except (calamine.CalamineError, OSError) as error:
        raise Unread("corrupt", "it cannot be opened") from error
    lines: list[str] = []
    size = 0
    for line in _lines(book):
        lines.append(line)
        size += len(line) + 1
        if size > LONGEST:
            break
    return Contents("xlsx" if data.startswith(b"PK") else "xls", "\n".join(lines))


def _lines(book: calamine.CalamineWorkbook) -> Iterator[str]:
    several = len(book.sheet_names) > 1
    for name in book.sheet_names:
        rows = [line for row in book.get_sheet_by_name(name).iter_rows() if (line := _line(row))]
        if rows and several:
            yield name
        yield from rows


def _line(row: Sequence[object]) -> str:
    return " ".join(cell for cell in map(_cell, row) if cell)


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())
