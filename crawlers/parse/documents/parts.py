"""Parts of a zip, within limits: what an archive says of its sizes is not believed."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass

from lxml import etree

from crawlers.parse.documents.outcome import Unread

UNPACKED = 128 * 1024 * 1024
"""Bytes that one file may unpack to, all its parts together."""
_RATIO = 200
_SMALL = 8 * 1024 * 1024
"""Below this no ratio is looked at: an empty table packs well."""


@dataclass(slots=True)
class Budget:
    """What is left of the bytes that a file of `packed` bytes may unpack to."""

    packed: int
    used: int = 0

    def take(self, pack: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
        """The bytes of a part. Raises Unread where it is locked, broken or a bomb."""
        if info.flag_bits & 1:
            raise Unread("encrypted", "it asks for a password")
        room = UNPACKED - self.used
        try:
            with pack.open(info) as stream:
                data = stream.read(room + 1)
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            RuntimeError,
            EOFError,
            OSError,
            ValueError,
        ) as error:
            raise Unread("corrupt", f"a part of it cannot be unpacked ({type(error).__name__})") from error
        self.used += len(data)
        if len(data) > room or (self.used > _SMALL and self.used > _RATIO * max(self.packed, 1)):
            raise Unread("too-large", "unpacked it is larger than is read")
        return data


def tree(data: bytes) -> etree._Element:
    """An XML part. Raises Unread: a document type is refused, as it can swell without end."""
    if b"<!DOCTYPE" in data[:4096].replace(b"\x00", b""):
        raise Unread("corrupt", "it brings a document type of its own")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unread("corrupt", "a part of it is no XML") from error


def local(element: etree._Element) -> str:
    """An element's name without its namespace; empty for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
