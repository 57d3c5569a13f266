"""The text of an OFD (GB/T 33190-2016), the fixed-layout format of Chinese authorities.

A zip: OFD.xml names documents, a Document.xml its pages, a page's Content.xml holds TextObjects with a
place (Boundary) and TextCode. A TextObject may be a line, a word or a single character, so what stands on
one height and follows is put together. Names of namespaces differ between writers; only local names count.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from crawlers.parse.documents.lines import paragraphs
from crawlers.parse.documents.outcome import LONGEST, Contents, Unread
from crawlers.parse.documents.parts import Budget, local, tree

_MOST_PAGES = 2000
_DRAWN = ("ImageObject", "PathObject")
"""A page of these alone is a scan, or letters turned into lines."""


@dataclass(slots=True)
class _Line:
    height: float
    size: float
    end: float
    text: str


class _Pack:
    """The parts by their paths from the root, whatever way they are written."""

    def __init__(self, pack: zipfile.ZipFile, size: int) -> None:
        self._pack = pack
        self._budget = Budget(size)
        self._infos = {_path(info.filename): info for info in pack.infolist()}
        self.locked = _path("Encryptions.xml") in self._infos or _path("OFDEntries.xml") in self._infos

    def part(self, path: str) -> etree._Element | None:
        info = self._infos.get(_path(path))
        return None if info is None else tree(self._budget.take(self._pack, info))


def contents(data: bytes) -> Contents:
    """The text of all pages. Raises Unread."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        pack = _Pack(archive, len(data))
        root = pack.part("OFD.xml")
        if root is None:
            raise Unread("encrypted", "it asks for a password")
        pages: list[list[str]] = []
        pictures = 0
        size = 0
        for page in _pages(pack, root):
            lines = _lines(page)
            pictures += not lines and any(local(element) in _DRAWN for element in page.iter())
            pages.append(lines)
            size += sum(map(len, lines))
            if size > LONGEST or len(pages) >= _MOST_PAGES:
                break
    if not any(pages):
        if pack.locked:
            raise Unread("encrypted", "it asks for a password")
        if pictures:
            raise Unread(
                "scan", f"its {pictures} pages are pictures" if pictures > 1 else "its page is a picture"
            )
    return Contents(
        "ofd", paragraphs(pages), f"{pictures} of {len(pages)} pages are pictures" if pictures else ""
    )


def _pages(pack: _Pack, root: etree._Element) -> Iterator[etree._Element]:
    for place in _named(root, "DocRoot"):
        path = (place.text or "").strip().lstrip("/")
        document = pack.part(path)
        if document is None:
            continue
        for page in _named(document, "Page"):
            where = page.get("BaseLoc", "")
            content = pack.part(_from(path, where))
            if content is not None:
                yield content


def _lines(page: etree._Element) -> list[str]:
    lines: list[_Line] = []
    for block in _named(page, "TextObject"):
        box = _numbers(block.get("Boundary", ""))
        left, top = (box[0], box[1]) if len(box) >= 2 else (0.0, 0.0)
        size = next(iter(_numbers(block.get("Size", ""))), 4.0) or 4.0
        for code in _named(block, "TextCode"):
            text = "".join((code.text or "").split("\n"))
            if not text.strip():
                continue
            x = left + next(iter(_numbers(code.get("X", ""))), 0.0)
            y = top + next(iter(_numbers(code.get("Y", ""))), 0.0)
            _put(lines, _Line(y, size, x + _advance(code, text, size), text), x)
    return [line.text for line in lines]


def _put(lines: list[_Line], new: _Line, x: float) -> None:
    """To the line it goes on, or as one of its own."""
    last = lines[-1] if lines else None
    if last is not None and abs(last.height - new.height) < last.size / 2 and x >= last.end - last.size / 2:
        apart = " " if x - last.end > last.size * 0.8 else ""
        last.text += apart + new.text
        last.end = new.end
    else:
        lines.append(new)


def _advance(code: etree._Element, text: str, size: float) -> float:
    """How far the text reaches: what DeltaX says, and the last character."""
    steps: list[float] = []
    words = code.get("DeltaX", "").split()
    at = 0
    while at < len(words) and len(steps) < len(text):
        if words[at] == "g" and at + 2 < len(words):  # `g 3 4.2`: three times 4.2
            times, step = _numbers(words[at + 1]), _numbers(words[at + 2])
            steps += (step or [size]) * min(int(times[0]) if times else 1, len(text))
            at += 3
        else:
            steps += _numbers(words[at])
            at += 1
    missing = max(len(text) - 1 - len(steps), 0)
    return sum(steps[: len(text) - 1]) + (missing + 1) * size


def _named(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (found for found in element.iter() if local(found) == name)


def _numbers(text: str) -> list[float]:
    found = []
    for word in text.split():
        try:
            found.append(float(word))
        except ValueError:
            return found
    return found


def _from(base: str, path: str) -> str:
    """A path as a part writes it: from the root with a leading slash, else from the part's folder."""
    return path if path.startswith("/") else posixpath.join(posixpath.dirname(base), path)


def _path(path: str) -> str:
    return posixpath.normpath(path.replace("\\", "/").lstrip("/")).lower()
