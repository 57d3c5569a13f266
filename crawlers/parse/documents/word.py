"""The text of a Word 97–2003 file (doc, and wps, which is the same under another name).

By the piece table, as [MS-DOC] 2.4.1 tells it: the text lies in pieces, of one byte or two a character,
in the order of the table. Libraries that read the stream from end to end give mojibake for Chinese.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator

import olefile

from crawlers.parse.documents.outcome import LONGEST, Contents, Unread

_MAGIC = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_CLX = 0x01A2  # FibRgFcLcb97.fcClx
_PIECES, _PROPERTIES = 2, 1
_ONE_BYTE = 1 << 30

# A field's instructions stand between 0x13 and 0x14; what it shows follows, up to 0x15.
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
_SIGNS = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x07": "\n", "\x1e": "-", "\xa0": " "}
    | dict.fromkeys("\x00\x01\x02\x03\x04\x05\x06\x08\x0e\x0f\x13\x14\x15\x1f", "")
)


def contents(data: bytes) -> Contents:
    """The text, notes and headers included. Raises Unread."""
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        main = ole.openstream("WordDocument").read()
        if len(main) < _CLX + 8 or _u16(main, 0) != _MAGIC:
            raise Unread("unknown-type", "it is of a Word older than 97")
        flags = _u16(main, 0x0A)
        if flags & _ENCRYPTED:
            raise Unread("encrypted", "it asks for a password")
        name = "1Table" if flags & _SECOND_TABLE else "0Table"
        if not ole.exists(name):
            raise Unread("corrupt", "its table of pieces is missing")
        table = ole.openstream(name).read()
    start, length = struct.unpack_from("<II", main, _CLX)
    raw = "".join(_pieces(main, table[start : start + length]))
    text = "\n".join(line for line in (" ".join(line.split()) for line in _shown(raw).split("\n")) if line)
    if not text and ("\x01" in raw or "\x08" in raw):
        raise Unread("scan", "it holds pictures only")
    return Contents("doc", text)


def _pieces(main: bytes, clx: bytes) -> Iterator[str]:
    at = 0
    while at + 3 <= len(clx) and clx[at] == _PROPERTIES:
        at += 3 + _u16(clx, at + 1)
    if at + 5 > len(clx) or clx[at] != _PIECES:
        raise Unread("corrupt", "its table of pieces cannot be read")
    size = _u32(clx, at + 1)
    table = clx[at + 5 : at + 5 + size]
    count = (len(table) - 4) // 12
    total = 0
    for number in range(max(count, 0)):
        begin, end = struct.unpack_from("<II", table, 4 * number)
        place = _u32(table, 4 * (count + 1) + 8 * number + 2)
        length = max(end - begin, 0)
        if place & _ONE_BYTE:
            begin = (place & ~_ONE_BYTE) // 2
            yield main[begin : begin + length].decode("cp1252", "replace")
        else:
            yield main[place : place + 2 * length].decode("utf-16-le", "replace")
        total += length
        if total > 2 * LONGEST:  # a table may name one place a thousand times
            return


def _shown(text: str) -> str:
    """Without the instructions of fields and what stands for pictures."""
    for _ in range(8):  # fields in fields
        shorter = _FIELD.sub(lambda found: found[1] or "", text)
        if shorter == text:
            break
        text = shorter
    return text.translate(_SIGNS)


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")
