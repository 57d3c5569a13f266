"""The manifest: a line a record, each holding the hash of the line before, so that no line can change alone.

Pure: lines and bytes. The store keeps the hash of the lines that its articles refer to, which holds the end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields

from crawlers.errors import Malformed
from pipelines.archive.records import Record

START = "0" * 64
"""What the first line names as the line before."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where a record stands and what it is. `sha256` is of its `length` bytes at `offset` of `file`.

    `type` is response, request or warcinfo; `role` of a response page, attachment or list; `article` the id
    of the article that it was kept for. `before` is the hash of the line before.
    """

    file: str
    offset: int
    length: int
    sha256: str
    id: str
    type: str
    url: str
    at: str
    status: int
    payload: str
    role: str
    article: str
    before: str

    @classmethod
    def of(
        cls, record: Record, file: str, offset: int, before: str, *, role: str = "", article: str = ""
    ) -> Line:
        """The line of a record that stands there."""
        return cls(
            file=file,
            offset=offset,
            length=len(record.data),
            sha256=digest(record.data),
            id=record.id,
            type=record.type,
            url=record.url,
            at=record.at,
            status=record.status,
            payload=record.payload,
            role=role,
            article=article,
            before=before,
        )

    @property
    def end(self) -> int:
        """Where the next record begins."""
        return self.offset + self.length


_NAMES = {field.name: str(field.type) for field in fields(Line)}


def written(line: Line) -> bytes:
    """As it stands in the file, with its line break."""
    return (json.dumps(asdict(line), ensure_ascii=True, separators=(",", ":")) + "\n").encode("ascii")


def chained(raw: bytes) -> str:
    """The hash of a line as it stands in the file, without its line break."""
    return hashlib.sha256(raw.removesuffix(b"\n")).hexdigest()


def digest(data: bytes) -> str:
    """The hash of a record."""
    return hashlib.sha256(data).hexdigest()


def parsed(raw: bytes) -> Line:
    """Raises Malformed where it is no line of a manifest."""
    try:
        said = json.loads(raw)
    except ValueError as error:
        raise Malformed("no-line", f"no line of a manifest: {error}") from error
    if not isinstance(said, dict) or {name: type(value).__name__ for name, value in said.items()} != _NAMES:
        raise Malformed("no-line", "no line of a manifest: it has other fields")
    line = Line(**said)
    if "/" in line.file or line.file.startswith(".") or line.offset < 0 or line.length < 0:
        raise Malformed("no-line", "no line of a manifest: it points elsewhere")
    return line


def lines(raw: Iterable[bytes]) -> Iterator[Line]:
    """Every sound line; others are left out (`verify` names them)."""
    for one in raw:
        try:
            yield parsed(one)
        except Malformed:
            continue
