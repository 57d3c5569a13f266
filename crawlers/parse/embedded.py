"""The text that a page carries as data for its own scripts, and shows only when they have run.

Reads JSON-LD and the state that pages built by a framework are sent with. Only the text of the page itself
counts: it stands in an object that has the page's title. Never runs a script, never follows what it names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from crawlers.parse import mainblock, prose

# <script type="application/json">{…}</script>  <script>window.__INITIAL_STATE__ = {…};</script>
_SCRIPT = re.compile(r"<script\b[^<>]{0,300}>([^<]{0,40}?)(?=[{\[])", re.IGNORECASE)
_TITLES = frozenset(["title", "headline", "name", "subject"])
_TEXTS = frozenset(
    ["articlebody", "content", "contents", "body", "text", "html", "detail", "desc", "description"]
)
_WHOLE = frozenset(["articlebody"])
"""What JSON-LD calls the text; its description is a summary."""
_LONGEST = 2_000_000
_LEAST = 6
"""So many characters a title has at least: shorter ones are in every page's title."""
_DECODER = json.JSONDecoder()


def lines(page: str, title: str) -> list[str]:
    """The paragraphs of the longest text that stands beside the page's title; none where there is none."""
    title = prose.title(title)
    texts = [prose.plain(text).split("\n") for thing in _objects(page) for text in _told(thing, title)]
    return max(texts, key=mainblock.sentences, default=[])


def _told(thing: dict[str, Any], title: str) -> Iterator[str]:
    """The texts of an object that says it is what the page's title names."""
    titles = (prose.title(said) for name, said in _words(thing) if name in _TITLES)
    if any(len(said) >= _LEAST and said in title for said in titles):
        wanted = _WHOLE if "@type" in thing else _TEXTS
        yield from (said for name, said in _words(thing) if name in wanted)


def _words(thing: dict[str, Any]) -> Iterator[tuple[str, str]]:
    return ((name.lower(), said) for name, said in thing.items() if isinstance(said, str) and said)


def _objects(page: str) -> Iterator[dict[str, Any]]:
    """Every object in the page's data; no recursion of ours."""
    for found in _SCRIPT.finditer(page):
        try:
            data, _ = _DECODER.raw_decode(page[found.end() : found.end() + _LONGEST])
        except (ValueError, RecursionError):  # a script, not data
            continue
        open_ones = [data]
        while open_ones:
            thing = open_ones.pop()
            if isinstance(thing, dict):
                yield thing
                open_ones += thing.values()
            elif isinstance(thing, list):
                open_ones += thing
