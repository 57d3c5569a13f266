"""What reading a file comes to: its text, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 1_000_000
"""Characters of a file that are kept; a law has 50,000."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The text of a file, a paragraph a line. `missing` says what of it could not be read, or is empty."""

    kind: str
    text: str
    missing: str = ""


class Unread(Exception):
    """A file that gives no text. `code` is one of CODES, `kind` what it is as far as that is known."""

    def __init__(self, code: str, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.kind = kind


CODES = (
    "scan",  # pictures of pages
    "encrypted",
    "unknown-type",
    "corrupt",
    "too-large",  # as sent, or unpacked
    "garbled",  # letters without their meaning: a font that does not say what its signs are
    "empty",
    "too-slow",
    "not-a-file",  # the site sent a web page in its place
    "too-many",  # more files than an article's are read
)
