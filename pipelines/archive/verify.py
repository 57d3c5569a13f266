"""Proves that the archive is what it was: the chain of lines, every record, and what the store refers to.

Reads only. A torn tail that a killed writer left is no fault: nothing refers to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawlers.errors import Malformed
from pipelines.archive import manifest, records
from pipelines.archive.archive import ENDING, Archive
from pipelines.archive.manifest import START, Line


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where. `line` counts from 1; `url` and `article` say what it hurts."""

    what: str
    file: str
    offset: int = 0
    line: int = 0
    record: str = ""
    url: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved. `torn` names files with bytes after their last record, which nothing refers to."""

    files: int
    records: int
    bytes: int
    last: str
    faults: tuple[Fault, ...]
    torn: tuple[str, ...] = ()


def verify(archive: Archive, referred: Mapping[str, tuple[str, str]] | None = None) -> Proof:
    """Walk it all. `referred`: per record that the store refers to, the hash of its line and the article."""
    faults: list[Fault] = []
    torn: list[str] = []
    ends: dict[str, int] = {}
    owed = dict(referred or {})
    last, count = START, 0
    name = archive.manifest.name
    raw = archive.manifest.read_bytes() if archive.manifest.exists() else b""
    if raw and not raw.endswith(b"\n"):
        torn.append(name)
        raw = raw[: raw.rfind(b"\n") + 1]
    for number, one in enumerate(raw.splitlines(), start=1):
        try:
            line = manifest.parsed(one)
        except Malformed as error:
            faults.append(Fault(str(error), name, line=number))
            last = manifest.chained(one)
            continue
        count += 1
        if line.before != last:
            faults.append(_of(line, name, number, "the line before this one is not what it was"))
        last = manifest.chained(one)
        if line.offset != ends.get(line.file, 0):
            faults.append(_of(line, line.file, number, "does not begin where the record before ends"))
        ends[line.file] = line.end
        what = _wrong(archive, line)
        if what:
            faults.append(_of(line, line.file, number, what))
        chain, _ = owed.pop(line.id, ("", ""))
        if chain and chain != last:
            faults.append(_of(line, name, number, "this line is not the one that the store refers to"))
    faults += [
        Fault("the store refers to a record that is not listed", name, record=record, article=article)
        for record, (_, article) in owed.items()
    ]
    there = sorted(archive.folder.glob(f"*{ENDING}")) if archive.folder.is_dir() else []
    torn += [path.name for path in there if path.stat().st_size > ends.get(path.name, 0)]
    return Proof(len(ends), count, sum(ends.values()), last, tuple(faults), tuple(torn))


def _wrong(archive: Archive, line: Line) -> str:
    """What is wrong with the record of this line, or nothing."""
    try:
        record, _ = records.read(archive.data(line))
    except Malformed as error:
        return str(error)
    said = (line.id, line.type, line.url, line.at, line.status, line.payload)
    is_ = (record.id, record.type, record.url, record.at, record.status, record.payload)
    return "" if said == is_ else "the record is not the one that this line describes"


def _of(line: Line, file: str, number: int, what: str) -> Fault:
    return Fault(what, file, line.offset, number, line.id, line.url, line.article)
