"""Turns stored facts into files: tables, JSON Lines, feeds, a calendar of what is due, and a report.

    records   rows of the store → records of the contract's columns
    sheet     CSV and xlsx
    syndicate RSS and Atom
    calendar  iCalendar of deadlines and effective dates
    report    one HTML page for an auditor, or a mail
    whole     a file appears whole, or not at all

Never reads the store, a clock or the network.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import BinaryIO, Literal, get_args

from pipelines.export.records import COLUMNS, WORST, Excerpt, Per, Record, file_records, records, shown
from pipelines.export.sheet import cell, csv_lines, starts_formula, write_xlsx
from pipelines.export.whole import whole

__all__ = [
    "COLUMNS", "FORMATS", "WORST", "Excerpt", "Format", "Per", "cell", "file_records", "records", "shown",
    "starts_formula", "whole", "write",
]  # fmt: skip

Format = Literal["csv", "xlsx", "jsonl", "html", "rss", "atom", "ics"]
FORMATS: tuple[Format, ...] = get_args(Format)


def write(
    found: Iterable[Record],
    stream: BinaryIO,
    kind: Format,
    *,
    raw: bool = False,
    now: datetime | None = None,
    sources: Mapping[str, str] | None = None,
) -> int:
    """Write the records to a binary stream; how many. `now` (aware) stands in all but CSV and JSON Lines.

    `raw` leaves formulas in a CSV as they are. A feed holds the newest hundred, the rest only counts.
    `sources` are their names by id, for the report.
    """
    if kind == "csv":
        return _write_lines(csv_lines(found, raw=raw), stream) - 1  # the header is no record
    if kind == "jsonl":
        return _write_lines(map(_line, found), stream)
    if now is None:
        message = f"{kind} needs the time of writing"
        raise ValueError(message)
    if kind == "xlsx":
        return write_xlsx(found, stream, now)
    if kind == "ics":
        from pipelines.export.calendar import write_calendar  # noqa: PLC0415  # each only where it is asked for

        return write_calendar(found, stream, now)
    if kind == "html":
        from pipelines.export.report import write_report  # noqa: PLC0415

        return write_report(found, stream, now, sources or {})
    from pipelines.export.syndicate import write_feed  # noqa: PLC0415

    return write_feed(found, stream, kind, now)


def _write_lines(lines: Iterable[bytes], stream: BinaryIO) -> int:
    count = 0
    for line in lines:
        stream.write(line)
        count += 1
    return count


def _line(record: Record) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
