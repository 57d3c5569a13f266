"""Matched articles as a file or a stream: what `gatewatch export` and the scheduled exports share.

Chooses the rows and the excerpt; `pipelines.export` writes them. Never changes the store.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal
from zoneinfo import ZoneInfo

from croniter import croniter

from alerts.wording.excerpt import excerpt
from crawlers.errors import ConfigError
from pipelines.export import FORMATS, Format, Per, records, whole, write
from pipelines.store import Store

if TYPE_CHECKING:
    from gatewatch.config import Export
    from gatewatch.house import House

log = logging.getLogger(__name__)

Clock = Literal["first_seen", "published"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows, and how they are written. `since` is inclusive, `until` exclusive.

    `as_of`: only what was known then, as it was known. `articles`: only these.
    """

    kind: Format = "csv"
    since: datetime | None = None
    until: datetime | None = None
    by: Clock = "first_seen"
    topic: str | None = None
    everything: bool = False
    per: Per = "article"
    raw: bool = False
    as_of: datetime | None = None
    articles: Collection[str] | None = None
    sources: Mapping[str, str] | None = None
    """Names of sources by id; today's, so what is as of a time goes without."""


def export(store: Store, wanted: Wanted, zone: ZoneInfo, stream: BinaryIO, now: datetime) -> int:
    """Write what is wanted to a stream, stamped with now, or with the time of `as_of`; how many records."""
    rows = store.articles.rows_for_export(
        since=wanted.since,
        until=wanted.until,
        by=wanted.by,
        topic=wanted.topic,
        everything=wanted.everything,
        as_of=wanted.as_of,
        only=wanted.articles,
    )
    found = records(rows, zone, _lines, per=wanted.per)
    stamp, names = (wanted.as_of or now).astimezone(zone), None if wanted.as_of else wanted.sources
    return write(found, stream, wanted.kind, raw=wanted.raw, now=stamp, sources=names)


def export_file(store: Store, wanted: Wanted, zone: ZoneInfo, path: Path, now: datetime) -> int:
    """Write what is wanted to a file, whole or not at all; the number of records.

    Raises ConfigError where the file cannot be made there.
    """
    try:
        with whole(path) as stream:
            return export(store, wanted, zone, stream, now)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
        remedy = "Name a file in a folder that exists and that you may write to."
        raise ConfigError(f"cannot be written: {error.strerror}", remedy, file=path) from error


def write_due(house: House) -> None:
    """Write each scheduled export whose time has come; one that cannot be written is told in the log."""
    for path, plan in house.settings.exports:
        now = house.clock()
        try:
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except OSError:
            written = None
        if written is not None and now < _next(plan, written, house.settings.zone):
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            wanted = Wanted(kind=kind_of(path), sources=named(kind_of(path), house))
            count = export_file(house.store, wanted, house.settings.zone, path, now)
            log.info("%s written, %d rows", path, count)
        except (ConfigError, OSError) as error:
            log.warning("%s could not be written: %s", path, error)


def _next(plan: Export, written: datetime, zone: ZoneInfo) -> datetime:
    if plan.interval is not None:
        return written + plan.interval
    return datetime.fromtimestamp(croniter(plan.every, written.astimezone(zone)).get_next(float), UTC)


_ENDINGS: dict[str, Format] = {"ndjson": "jsonl", "htm": "html", "xml": "rss", "txt": "csv"}


def named(kind: Format, house: House) -> Mapping[str, str] | None:
    """Names of sources where the format shows any. Raises ConfigError."""
    return house.source_names if kind == "html" else None


def kind_of(path: Path | None) -> Format:
    """The format that a file's name asks for by its ending; CSV where it has none.

    Raises ConfigError for an ending that no format has.
    """
    ending = path.suffix.lower().removeprefix(".") if path is not None else ""
    if not ending:
        return "csv"
    for kind in FORMATS:
        if ending in {kind, *(other for other, same in _ENDINGS.items() if same == kind)}:
            return kind
    known = ", ".join(f".{one}" for one in (*FORMATS, *_ENDINGS))
    raise ConfigError(f"no format ends in .{ending}", f"Let it end in one of {known}.", file=path)


def _lines(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    return "".join(piece.text for piece in excerpt(text, spans))
