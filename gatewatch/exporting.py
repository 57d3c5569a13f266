"""Matched articles as a file or a stream: what `gatewatch export` and the scheduled exports share.

Chooses the rows and the excerpt; `pipelines.export` writes them. Never changes the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal
from zoneinfo import ZoneInfo

from alerts.excerpt import excerpt
from crawlers.errors import ConfigError
from pipelines.export import Format, Per, records, whole, write
from pipelines.store import Store

Clock = Literal["first_seen", "published"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows, and how they are written. `since` is inclusive, `until` exclusive."""

    kind: Format = "csv"
    since: datetime | None = None
    until: datetime | None = None
    by: Clock = "first_seen"
    topic: str | None = None
    everything: bool = False
    per: Per = "article"
    raw: bool = False


def export(store: Store, wanted: Wanted, zone: ZoneInfo, stream: BinaryIO) -> int:
    """Write what is wanted to a stream; the number of records."""
    rows = store.articles.rows_for_export(
        since=wanted.since,
        until=wanted.until,
        by=wanted.by,
        topic=wanted.topic,
        everything=wanted.everything,
    )
    return write(records(rows, zone, _lines, per=wanted.per), stream, wanted.kind, raw=wanted.raw)


def export_file(store: Store, wanted: Wanted, zone: ZoneInfo, path: Path) -> int:
    """Write what is wanted to a file, whole or not at all; the number of records.

    Raises ConfigError where the file cannot be made there.
    """
    try:
        with whole(path) as stream:
            return export(store, wanted, zone, stream)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
        remedy = "Name a file in a folder that exists and that you may write to."
        raise ConfigError(f"cannot be written: {error.strerror}", remedy, file=path) from error


def kind_of(path: Path | None) -> Format:
    """The format that a file's name asks for: `.jsonl` or else CSV."""
    return "jsonl" if path is not None and path.suffix.lower() in {".jsonl", ".ndjson"} else "csv"


def _lines(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    return "".join(piece.text for piece in excerpt(text, spans))
