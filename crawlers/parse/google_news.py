"""Reads the links of Google News: which entry it is, and, of the old kind, where it leads. Asks nobody.

    https://news.google.com/rss/articles/CBMi…?oc=5

The id is base64. Of the old kind it holds the address itself, as a field of a protocol buffer; a newer
one holds a token that only Google resolves, and then Google's link is kept. Never requests anything.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import urlsplit

HOST = "news.google.com"
_ID = re.compile(r"/(?:rss/)?articles/([A-Za-z0-9_-]{8,4000}={0,2})")
# Field 1, a number; field 4, a text: 08 13 22 <length> <text>
_HEAD = b"\x08\x13\x22"


def identity(link: str) -> str:
    """The entry's id, the same in every query and language; empty for a link that is not of an article."""
    parts = urlsplit(link)
    found = _ID.fullmatch(parts.path) if parts.hostname == HOST else None
    return found[1] if found else ""


def target(identity: str) -> str:
    """The address that an id of the old kind holds; empty for one of the newer kind and for anything else."""
    bare = identity.rstrip("=")
    try:
        held = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except (ValueError, binascii.Error):
        return ""
    if not held.startswith(_HEAD):
        return ""
    length, start = _varint(held, len(_HEAD))
    text = held[start : start + length]
    if len(text) < length or not text.startswith((b"http://", b"https://")):
        return ""  # AU_yqL…: a token
    try:
        return text.decode("ascii")
    except UnicodeDecodeError:
        return ""


def _varint(held: bytes, place: int) -> tuple[int, int]:
    """A number of the protocol buffer and the place behind it; 0 where it is none."""
    number = 0
    for shift, byte in enumerate(held[place : place + 3]):
        number |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            return number, place + shift + 1
    return 0, place
