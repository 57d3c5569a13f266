"""Which text shows why an article matched: its own, or that of a file. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Place = tuple[str, str, int, int, str]
"""Of a piece of evidence: field, attachment, start, end, quote."""
Span = tuple[int, int, str]


def quoted(text: str, files: Mapping[str, str], places: Iterable[Place]) -> tuple[str, list[Span], str]:
    """The text, the places of matched words in it, and the address of the file that it is of, or nothing.

    The article's own wherever words matched in it; else that of the first file with some. `files` are the
    files' texts by address.
    """
    found = [place for place in places if place[0] != "title"]
    body = [place for place in found if place[0] == "text"]
    url = "" if body else next((place[1] for place in found if place[1] in files), "")
    here = [place for place in found if place[1] == url] if url else body
    return files[url] if url else text, [place[2:] for place in here], url
