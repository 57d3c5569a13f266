"""Turns stored facts into files: CSV that a spreadsheet opens unharmed, and JSON Lines that keep everything.

Rows come from `store.articles.rows_for_export`, an article each with its matches and deliveries, and
are written as they come, so that a million need no memory. A file is written whole or not at all. A
cell never starts a formula unless `raw` is asked for. Never reads the store, a clock or the network.
"""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any, BinaryIO, Literal

Format = Literal["csv", "jsonl"]
Per = Literal["article", "alert"]
Row = Mapping[str, Any]
Excerpt = Callable[[str, Sequence[tuple[int, int, str]]], str]
"""A text and the places of matched words in it (start, end, quote) to at most 300 characters."""

COLUMNS: tuple[str, ...] = (
    "article_id",
    "matter_id",
    "doc_no",
    "stage",
    "title",
    "url",
    "source",
    "tier",
    "lang",
    "published",
    "first_seen",
    "topics",
    "severity",
    "score",
    "terms",
    "excerpt",
    "alert_state",
    "sent_at",
    "ack_by",
    "ack_at",
    "sha256",
    "authority",
    "rule",
    "rule_version",
    "gloss",
    "why",
)

WORST: tuple[str, ...] = (
    "rejected",
    "pending",
    "sending",
    "held",
    "digest",
    "silenced",
    "sent",
    "baseline",
    "none",
)
"""Alert states, the one that needs a person most first: what no one was told outranks what was told."""

_JOIN = "; "
_FORMULA = frozenset("=+-@＝＋－＠")
_STARTERS = frozenset("\t\r\n")


def records(
    rows: Iterable[Row], zone: tzinfo, excerpt: Excerpt, *, per: Per = "article"
) -> Iterator[dict[str, Any]]:
    """The rows as records of COLUMNS plus text, evidence, attachments and dates.

    Lists are lists and a missing value is None; times are texts in `zone`. With `per="alert"` there
    is a record for each alert and channel, which also has `alert_id` and `channel`; an article
    without an alert has none.
    """
    for row in rows:
        record = _record(row, zone, excerpt)
        if per == "article":
            yield record
            continue
        for delivery in row.get("deliveries") or ():
            yield record | {
                "alert_state": delivery["state"],
                "sent_at": shown(delivery.get("sent"), zone),
                "alert_id": delivery["id"],
                "channel": delivery["channel"],
            }


def _record(row: Row, zone: tzinfo, excerpt: Excerpt) -> dict[str, Any]:
    told = [match for match in row.get("matches") or () if not match["silent"]]
    evidence = [found for match in told for found in match["evidence"]]
    terms = list(dict.fromkeys(found["term"] for found in evidence))
    glosses = {found["term"]: found["gloss"] for found in reversed(evidence)}
    spans = [(found["start"], found["end"], found["quote"]) for found in evidence if found["field"] == "text"]
    state, sent = _told(row)
    return {
        "article_id": row["id"],
        "matter_id": row["matter"],
        "doc_no": row["doc_no"] or None,
        "stage": row["stage"] or None,
        "title": row["title"],
        "url": row["url"],
        "source": row["source"],
        "tier": row["tier"],
        "lang": row["lang"] or None,
        "published": shown(row["published_day"] or row["published"], zone),
        "first_seen": shown(row["first_seen"], zone),
        "topics": list(row["topics"]),
        "severity": row["severity"],
        "score": round(float(row["score"]), 3),
        "terms": terms,
        "excerpt": excerpt(row.get("private_text") or row["text"], spans),
        "alert_state": state,
        "sent_at": shown(sent, zone),
        "ack_by": row.get("ack_by"),
        "ack_at": shown(row.get("ack_at"), zone),
        "sha256": row["sha256"],
        "authority": row["authority"] or None,
        "rule": [match["rule"] for match in told],
        "rule_version": [match["rule_hash"] for match in told],
        "gloss": [glosses[term] for term in terms],
        "why": [match["why"] for match in told],
        "text": row["text"],
        "evidence": [_placed(found) for found in evidence],
        "attachments": list(row.get("attachments") or ()),
        "dates": list(row.get("dates") or ()),
    }


def _placed(found: Mapping[str, Any]) -> dict[str, Any]:
    """Evidence whose offsets are those of the exported text; None where an extract leaves the place out."""
    kept = found.get("kept", found["start"])
    end = None if kept is None else kept + found["end"] - found["start"]
    return {**{key: value for key, value in found.items() if key != "kept"}, "start": kept, "end": end}


def _told(row: Row) -> tuple[str, datetime | None]:
    """The worst alert state over the channels, and the first time it was sent."""
    deliveries = row.get("deliveries") or ()
    states = {delivery["state"] for delivery in deliveries}
    state = str(row["disposition"])
    if states:
        state = min(states, key=WORST.index)
    elif state == "alert":  # its intent is not routed yet
        state = "pending"
    return state, min((delivery["sent"] for delivery in deliveries if delivery.get("sent")), default=None)


def shown(moment: datetime | date | None, zone: tzinfo) -> str | None:
    """A time as ISO 8601 with the offset of `zone`, to the second; a bare date as it is."""
    if isinstance(moment, datetime):
        return moment.astimezone(zone).isoformat(timespec="seconds")
    return moment.isoformat() if moment else None


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


def write(records: Iterable[Mapping[str, Any]], stream: BinaryIO, kind: Format, *, raw: bool = False) -> int:
    """Write the records to a binary stream as CSV (BOM, CRLF, RFC 4180) or JSON Lines; how many."""
    lines = _csv(records, raw=raw) if kind == "csv" else _jsonl(records)
    count = -1 if kind == "csv" else 0  # the header is no record
    for line in lines:
        stream.write(line)
        count += 1
    return count


def _csv(records: Iterable[Mapping[str, Any]], *, raw: bool) -> Iterator[bytes]:
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


def _jsonl(records: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    for record in records:
        yield json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A stream for a file that appears whole, under its name, when the block ends well; else not at all.

    Written beside the file, flushed to the disk and renamed; a symbolic link keeps pointing where it
    did. What is no ordinary file (`/dev/stdout`, a pipe) is written straight. Raises OSError.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file() and not target.is_dir():
        with target.open("wb") as stream:
            yield stream
        return
    mode = _mode(target)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        os.replace(name, target)  # noqa: PTH105  # both names are texts here
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _settle(target.parent)


def _mode(target: Path) -> int:
    """The rights of the file that is replaced; of a new one, what the process gives."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _settle(folder: Path) -> None:
    """Bring the new name itself to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
