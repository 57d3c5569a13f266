"""Writes exchanges into the archive, and reads records out of it.

Order of a write, under the lock: cut off what a killed writer left, append the records, flush them to the
disk, append their lines, flush those. So a line never names what is not there, and what no line names is
nobody's. Raises StoreError where the disk does not take it.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from socket import gethostname
from weakref import WeakKeyDictionary

from crawlers.errors import ConfigError, Malformed, StoreError
from crawlers.exchange import Exchange
from pipelines.archive import manifest, records
from pipelines.archive.manifest import START, Line
from pipelines.archive.records import Record
from pipelines.export.whole import settle
from pipelines.kept_copy import KeptCopy

MANIFEST = "manifest.jsonl"
LOCK = ".lock"
ENDING = ".warc.gz"
_TAIL = 64 * 1024
"""Bytes in which the last line of a manifest is looked for first."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Copied:
    """What an export wrote."""

    records: int
    bytes: int


class Archive:
    """The archive in `folder`, which is made with the first record."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: WeakKeyDictionary[Exchange, KeptCopy] = WeakKeyDictionary()

    @property
    def manifest(self) -> Path:
        """The manifest's file."""
        return self.folder / MANIFEST

    # --- writing -----------------------------------------------------------------------------------
    def keep(
        self, exchanges: Sequence[Exchange], article: str, *, page: str, role: str = ""
    ) -> list[KeptCopy]:
        """Write these, with their requests, for this article; what the store refers to, in their order.

        `page` is the article's address, by which the roles are told unless `role` names one for all. One
        that this process wrote before (a feed with two matches) is not written again.
        """
        fresh = [one for one in exchanges if one not in self._known]
        if fresh:
            by_day: dict[str, list[Exchange]] = {}
            for one in fresh:
                by_day.setdefault(f"{one.at.astimezone(UTC):%Y-%m-%d}{ENDING}", []).append(one)
            with self._writing():
                for name, some in by_day.items():
                    self._append(name, some, article, [role] * len(some) if role else _roles(some, page))
        return [self._known[one] for one in exchanges]

    def _append(self, name: str, exchanges: Sequence[Exchange], article: str, roles: Sequence[str]) -> None:
        last = self._repair(name)
        path = self.folder / name
        at = path.stat().st_size if path.exists() else 0
        made: list[tuple[Record, str, Exchange | None]] = []
        if not at:
            made.append((records.info(name, exchanges[0].at), "", None))
        for one, role in zip(exchanges, roles, strict=True):
            response, request = records.of(one)
            made += [(response, role, one), (request, "", None)]
        data, lines = b"", b""
        found: dict[Exchange, KeptCopy] = {}
        for record, role, exchange in made:
            owner = article if record.type != "warcinfo" else ""
            line = Line.of(record, name, at + len(data), last, role=role, article=owner)
            raw = manifest.written(line)
            last = manifest.chained(raw)
            data, lines = data + record.data, lines + raw
            if exchange is not None:
                found[exchange] = _kept(line, last, exchange.at)
        _append(path, data)
        _append(self.manifest, lines)
        self._known.update(found)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Alone, over all processes of this machine."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
            finally:
                os.close(handle)
        except OSError as error:
            raise StoreError(
                f"the archive {self.folder} cannot be written: {error.strerror or error}",
                "Is there room on the disk, and may the folder be written to? Nothing was stored without it.",
            ) from error

    def _repair(self, name: str) -> str:
        """Cut off what a killed writer left in the manifest and in this file; the hash of the last line."""
        raw, whole = _last_line(self.manifest)
        _cut(self.manifest, whole)
        line = next(manifest.lines([raw]), None) if raw else None
        if line is None or line.file != name:  # a day begins, or two meet
            line = max(self.lines(lambda line: line.file == name), key=lambda line: line.end, default=None)
        _cut(self.folder / name, line.end if line else 0)
        return manifest.chained(raw) if raw else START

    # --- reading -----------------------------------------------------------------------------------
    def lines(self, wanted: Callable[[Line], bool] = lambda _: True) -> Iterator[Line]:
        """The lines of the manifest, in order; a torn or damaged one is left out (`verify` names it)."""
        try:
            file = self.manifest.open("rb")
        except FileNotFoundError:
            return
        with file:
            yield from filter(wanted, manifest.lines(file))

    def data(self, line: Line) -> bytes:
        """The record's bytes. Raises Malformed where they are not there, or are not those of the line."""
        try:
            with (self.folder / line.file).open("rb") as file:
                file.seek(line.offset)
                found = file.read(line.length)
        except FileNotFoundError:
            raise Malformed("no-file", f"{line.file} is not there") from None
        if len(found) < line.length:
            raise Malformed("cut", f"{line.file} ends before the record at byte {line.offset} does")
        if manifest.digest(found) != line.sha256:
            raise Malformed("changed", f"the record at byte {line.offset} of {line.file} was changed")
        return found

    def exchange(self, line: Line) -> Exchange:
        """What was kept. Raises Malformed where it is damaged, or is no answer."""
        _, found = records.read(self.data(line))
        if found is None:
            raise Malformed("no-record", f"{line.id} is a {line.type}, not an answer")
        return found

    # --- copying -----------------------------------------------------------------------------------
    def export(self, wanted: Callable[[Line], bool], target: Path) -> Copied:
        """Write these records, and what belongs to them, to a WARC file with a manifest of its own beside it.

        Both whole or not at all. Raises ConfigError for a name that does not serve, Malformed for damage.
        """
        if not target.name.endswith(ENDING):
            raise ConfigError(f"{target} does not end in {ENDING}", f"Name it for example matter{ENDING}.")
        listing = target.with_name(target.name.removesuffix(ENDING) + f".{MANIFEST}")
        for path in (target, listing):
            if path.exists():
                raise ConfigError(f"{path} exists already", "Name another file.")
        chosen = [line for line in self.lines(lambda line: line.type != "warcinfo") if wanted(line)]
        parts = [path.with_name(f".{path.name}.part") for path in (target, listing)]
        last, at, count = START, 0, 0
        try:
            with parts[0].open("wb") as out, parts[1].open("wb") as names:
                opening = records.info(target.name, datetime.now(UTC))
                head = Line.of(opening, target.name, 0, last)
                for line, data in ((head, opening.data), *((line, self.data(line)) for line in chosen)):
                    raw = manifest.written(replace(line, file=target.name, offset=at, before=last))
                    last, at, count = manifest.chained(raw), at + len(data), count + 1
                    out.write(data)
                    names.write(raw)
            for part, path in zip(parts, (target, listing), strict=True):
                part.replace(path)
        except OSError as error:
            raise StoreError(
                f"{target} cannot be written: {error.strerror or error}", "Is there room on the disk?"
            ) from error
        finally:
            for part in parts:
                part.unlink(missing_ok=True)
        return Copied(count - 1, at)

    def sizes(self) -> dict[str, int]:
        """Every file of the archive with the bytes that its manifest vouches for, at one moment."""
        if not self.manifest.exists():
            return {}
        with self._writing():
            whole = _last_line(self.manifest)[1]
            ends: dict[str, int] = {}
            for line in self.lines():
                ends[line.file] = max(line.end, ends.get(line.file, 0))
            return ends | {MANIFEST: whole}


def _kept(line: Line, chain: str, at: datetime) -> KeptCopy:
    return KeptCopy(line.id, line.url, at, line.status, line.role, line.sha256, chain, gethostname())


def _roles(exchanges: Sequence[Exchange], page: str) -> list[str]:
    """What each is to the article: its page and the hops to it, its files after that, else its list."""
    place = next((place for place, one in enumerate(exchanges) if one.url == page), None)
    if place is None:
        return ["list"] * len(exchanges)
    return ["page" if number <= place else "attachment" for number in range(len(exchanges))]


def _append(path: Path, data: bytes) -> None:
    """Onto the disk, whole; where that fails, back to what it was."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        before = os.fstat(handle).st_size
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, before)
            raise
        if not before:
            settle(path.parent)
    finally:
        os.close(handle)


def _last_line(path: Path) -> tuple[bytes, int]:
    """The last whole line and where it ends; nothing where there is none."""
    if not path.exists():
        return b"", 0
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        room = _TAIL
        while True:
            start = max(0, size - room)
            file.seek(start)
            tail = file.read(size - start)
            end = tail.rfind(b"\n") + 1
            begin = tail.rfind(b"\n", 0, max(end - 1, 0)) + 1
            if not start or (end and begin):
                return tail[begin : max(end - 1, 0)], start + end
            room *= 4


def _cut(path: Path, length: int) -> None:
    """Take off what no line vouches for, into a file beside: nothing is thrown away, whatever it is."""
    size = path.stat().st_size if path.exists() else 0
    if size <= length:
        return
    with path.open("rb") as file:
        file.seek(length)
        rest = file.read()
    aside = path.with_name(f"{path.name}.torn-{manifest.digest(rest)[:12]}")
    if not aside.exists():
        _append(aside, rest)
    os.truncate(path, length)
    log.warning("%s: %d bytes that a killed writer left were moved to %s", path, len(rest), aside.name)
