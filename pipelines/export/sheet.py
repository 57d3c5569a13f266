"""Records as tables: CSV that a spreadsheet opens unharmed, and xlsx, in the contract's columns.

A cell never starts a formula unless `raw` is asked for; in xlsx every cell is a text or a number, never a
formula or a link, so that nothing needs a mark. Never reads the store, a clock or the network.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from pipelines.export.records import COLUMNS, Record

_JOIN = "; "
_FORMULA = frozenset("=+-@＝＋－＠")
_STARTERS = frozenset("\t\r\n")
CELL_LIMIT = 32_767
"""Characters of a cell of xlsx (Excel specifications and limits)."""

_WIDTHS = {"title": 48, "url": 36, "excerpt": 60, "why": 48, "terms": 30, "gloss": 30, "doc_no": 26}


def cell(value: object, *, raw: bool = False) -> str:
    """A value as the text of a cell: lists joined, nothing as an empty cell, formulas neutralised.

    A cell whose first character, blanks left off, would start a formula gets an apostrophe before
    it, and so does one that begins with a tab or a line break; full-width signs count, because a
    spreadsheet folds them.
    """
    if value is None:
        return ""
    text = _JOIN.join(str(item) for item in value if item) if isinstance(value, list | tuple) else str(value)
    return text if raw or not starts_formula(text) else "'" + text


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet that opens a cell with this text would take it for a formula."""
    first = next((letter for letter in text if letter.isprintable() and not letter.isspace()), "")
    return text[:1] in _STARTERS or first in _FORMULA


def csv_lines(records: Iterable[Record], *, raw: bool = False) -> Iterator[bytes]:
    """The file line by line: BOM, CRLF, RFC 4180; the first is the header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")

    def line(cells: Iterable[str]) -> bytes:
        writer.writerow(cells)
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text.encode("utf-8", "replace")  # a lone surrogate has no UTF-8

    yield b"\xef\xbb\xbf" + line(COLUMNS)
    for record in records:
        yield line(cell(record[column], raw=raw) for column in COLUMNS)


def write_xlsx(records: Iterable[Record], stream: BinaryIO, now: datetime) -> int:
    """Write one sheet with a frozen, filtered header to a binary stream; how many records.

    Rows go to a temporary file as they come. A text beyond what a cell can hold is cut and ends in `…`.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415  # only this format needs it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    count = 0
    with Workbook(stream, options) as book:
        book.set_properties({"created": now.astimezone(UTC)})
        sheet = book.add_worksheet("Gatewatch")
        bold = book.add_format({"bold": True})
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, _WIDTHS.get(column, 14))
            sheet.write_string(0, place, column, bold)
        sheet.freeze_panes(1, 0)
        for record in records:
            count += 1
            for place, column in enumerate(COLUMNS):
                value = record[column]
                if isinstance(value, int | float) and not isinstance(value, bool):
                    sheet.write_number(count, place, value)
                elif text := _sound(cell(value, raw=True)):
                    sheet.write_string(count, place, text)
        sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
    return count


def _sound(text: str) -> str:
    """What XML can carry, and no more than a cell can hold."""
    text = text.encode("utf-8", "replace").decode()  # a lone surrogate has no UTF-8
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + "…"
