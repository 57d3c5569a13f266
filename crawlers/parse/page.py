"""A page, parsed once: its elements by id and class, its metas, its scripts' text.

BeautifulSoup on lxml, strained to what is asked for. Never fetches, never runs a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.exceptions import ParserRejectedMarkup
from bs4.filter import SoupStrainer

from crawlers.errors import Malformed
from crawlers.parse.charset import REMEDY, scrub

# <?xml version="1.0"?> before an XHTML page: bs4 warns of it, though the page is HTML all the same
_XML = re.compile(r"<\?xml", re.IGNORECASE)
# #con_title | h1.title | .art-con | div
_PLACE = re.compile(r"([a-z][a-z0-9]*)?(?:([#.])([\w-]+))?")

# Elements that are often left open in good pages, and those that are never closed; see _DEEPEST.
_OPEN_BY_HABIT = (
    "area|base|body|br|col|colgroup|dd|dt|embed|head|hr|html|img|input|li|link|meta|option|p|param|source|tbody|td|th"
    "|thead|tr|track|wbr"
)
_OPENS = re.compile(rf"<(?!(?:{_OPEN_BY_HABIT})\b)[a-z]", re.IGNORECASE)
_CLOSES = re.compile(rf"</(?!(?:{_OPEN_BY_HABIT})\b)[a-z]", re.IGNORECASE)
_DEEPEST = 3000
"""How many elements may be left open: each further one makes BeautifulSoup slower for all (quadratic)."""


def soup(html: str, only: Any = None) -> BeautifulSoup:
    """The page as a tree; `only` are the tag names (or a rule for them) that are wanted at the top.

    Raises Malformed (`unreadable`) where lxml makes nothing of it.
    """
    if html.count("<") > _DEEPEST and len(_OPENS.findall(html)) - len(_CLOSES.findall(html)) > _DEEPEST:
        raise Malformed("unreadable", "the page leaves thousands of elements open", REMEDY)
    strainer = None if only is None else SoupStrainer(only)
    # A tag in front: a body without markup must not be taken for a file's name (bs4 warns of it).
    markup = _XML.sub("<?x", html) if "<" in html else f"<p>{html}"
    try:
        return BeautifulSoup(markup, "lxml", parse_only=strainer)
    except ParserRejectedMarkup:
        raise Malformed("unreadable", "the page cannot be read as HTML", REMEDY) from None


def tags(node: Tag, *names: str) -> Iterator[Tag]:
    """The elements below a node, all or those of these names (three times as fast as find_all)."""
    for child in node.descendants:
        if isinstance(child, Tag) and (not names or child.name in names):
            yield child


class Page:
    """One page, walked once and looked into often."""

    def __init__(self, html: str) -> None:
        self.soup = soup(html, ["title", "meta", "body"])
        self.ids: dict[str, Tag] = {}
        self.classes: dict[str, list[Tag]] = {}
        self.names: dict[str, list[Tag]] = {}
        self.metas: dict[str, str] = {}
        for tag in tags(self.soup):
            self._note(tag)

    def _note(self, tag: Tag) -> None:
        self.names.setdefault(tag.name, []).append(tag)
        attributes = tag.attrs
        if not attributes:
            return
        identity = attributes.get("id")
        if isinstance(identity, str):
            self.ids.setdefault(identity.strip(), tag)
        for name in attributes.get("class") or ():
            self.classes.setdefault(name, []).append(tag)
        if tag.name == "meta":
            key = attributes.get("name") or attributes.get("property")
            content = attributes.get("content")
            if isinstance(key, str) and isinstance(content, str):
                self.metas.setdefault(key.strip().lower(), scrub(content).strip())

    def at(self, place: str) -> Tag | None:
        """The first element at a place such as `#con_title`, `.art-con`, `h1.title` or `h1`."""
        found = _PLACE.fullmatch(place)
        if found is None:
            return None
        name, sort, key = found.groups()
        if sort == "#":
            tag = self.ids.get(key)
            return tag if tag is not None and name in {None, tag.name} else None
        found_tags = self.classes.get(key, []) if sort else self.names.get(name, [])
        return next((tag for tag in found_tags if name in {None, tag.name}), None)

    def first(self, *places: str) -> Tag | None:
        """The first of these places that the page has."""
        return next((tag for place in places if (tag := self.at(place)) is not None), None)

    def meta(self, *names: str) -> str:
        """The first of these metas that says something, whatever the case of its name."""
        return next((said for name in names if (said := self.metas.get(name.lower()))), "")

    @property
    def body(self) -> Tag:
        """The body, or the whole where there is none."""
        return self.at("body") or self.soup
