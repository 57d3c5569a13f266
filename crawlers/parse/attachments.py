"""The files that an article offers: links by their ending, viewers by the file they show.

MIIT shows a PDF in an iframe whose `fileurl` is the clean path (RSSHub lib/routes/gov/miit); CAC
hands files out through `downloadfile.jsp?filepath=…&fText=…`. Never fetches one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from bs4 import Tag

from crawlers.article import Attachment
from crawlers.errors import Refused
from crawlers.parse import prose, urls
from crawlers.parse.page import tags

# /cms_files/…/a.pdf, a.DOCX?x=1
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|rtf|txt|csv|zip|rar|7z|ceb)$", re.IGNORECASE)
_DOWNLOAD = re.compile(r"/(?:downloadfile|download)(?:\.jsp|\.do|\.action)?$", re.IGNORECASE)
_VIEWERS = ("iframe", "embed", "object")


def attachments(places: Iterable[Tag], url: str) -> tuple[Attachment, ...]:
    """The files in these elements of a page, each once, in order, with absolute addresses."""
    found: dict[str, Attachment] = {}
    for place in places:
        for name, address in _offered(place):
            try:
                absolute = urls.fetchable(address, url)
            except Refused:
                continue  # file:, javascript: and the like are no attachment of a page
            known = found.get(absolute)
            if known is None or (name and known.name == _named(absolute)):
                found[absolute] = Attachment(name or _named(absolute), absolute)
    return tuple(found.values())


def _offered(place: Tag) -> Iterator[tuple[str, str]]:
    """(name, address) of each file; the name is empty where the page shows none."""
    for tag in tags(place, "a", *_VIEWERS):
        if tag.name == "a":
            address = _text(tag.get("href"))
            if _is_file(address):
                name = prose.line(tag.get_text()) or prose.line(_text(tag.get("title")))
                yield name, address
        else:
            clean = _text(tag.get("fileurl"))
            shown = _text(tag.get("src")) or _text(tag.get("data"))
            inner = parse_qs(urlsplit(shown).query).get("file", [""])[0] if _splits(shown) else ""
            for address in (clean, inner, shown):
                if address and _is_file(address):
                    yield "", address
                    break


def _is_file(address: str) -> bool:
    if not _splits(address):
        return False
    parts = urlsplit(address)
    if _FILE.search(parts.path):
        return True
    return bool(_DOWNLOAD.search(parts.path)) and bool(parts.query)


def _splits(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def _named(url: str) -> str:
    """A name for a file that the page gives none: what the address says."""
    parts = urlsplit(url)
    shown = parse_qs(parts.query).get("fText", [""])[0]
    return prose.line(shown) or prose.line(unquote(parts.path.rsplit("/", 1)[-1])) or url


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
