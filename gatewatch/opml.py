"""Lists of feeds as OPML, both ways: folders are tiers and authorities.

Reads what feed readers write, as data: no entity is expanded, nothing is fetched. Only feeds travel; other
kinds of source are not known to readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args
from xml.etree import ElementTree as ET  # for writing only

from lxml import etree

from crawlers.article import Tier
from crawlers.errors import ConfigError
from crawlers.source import Source

TIERS = frozenset(get_args(Tier))
LARGEST = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list: what it says of itself, and the folders it lies in, the outermost first."""

    line: int
    url: str
    name: str
    lang: str = ""
    folders: tuple[str, ...] = ()

    @property
    def tier(self) -> str:
        """The tier that a folder is named after, or nothing."""
        return next((name.lower() for name in self.folders if name.lower() in TIERS), "")

    @property
    def authority(self) -> str:
        """The innermost folder that is no tier, or nothing."""
        return next((name for name in reversed(self.folders) if name.lower() not in TIERS), "")


def read(body: bytes, file: str) -> list[Outline]:
    """The feeds of an OPML file, each address once. Raises ConfigError, with the line where there is one."""
    if len(body) > LARGEST:
        raise ConfigError("is larger than 5 MB", "Export fewer feeds at once.", file=file)
    if b"<!ENTITY" in body.upper().replace(b"\x00", b""):
        raise ConfigError("declares entities, which no list needs", "Remove the DOCTYPE.", file=file)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise ConfigError(
            f"is not XML: {error.msg}",
            "Export it from the reader again.",
            file=file,
            line=line,
            column=column,
        ) from None
    if etree.QName(root).localname.lower() != "opml":
        raise ConfigError(f"is not OPML but <{etree.QName(root).localname}>", "Export it as OPML.", file=file)
    found: dict[str, Outline] = {}
    for outline in _outlines(root, ()):
        found.setdefault(outline.url, outline)
    return list(found.values())


def _outlines(node: etree._Element, folders: tuple[str, ...]) -> Iterator[Outline]:
    waiting = [(child, folders) for child in reversed(node)]
    while waiting:  # not by recursion: folders may lie as deep as they like
        element, inside = waiting.pop()
        if not isinstance(element.tag, str):
            continue
        said = {str(key).lower(): str(value).strip() for key, value in element.attrib.items()}
        name = said.get("title") or said.get("text") or ""
        url = said.get("xmlurl", "")
        if url:
            yield Outline(element.sourceline or 0, url, name, said.get("language", ""), inside)
        is_folder = element.tag.lower() == "outline" and not url and name
        within = (*inside, name) if is_folder else inside
        waiting.extend((child, within) for child in reversed(element))


def write(sources: Sequence[Source], title: str) -> str:
    """The feeds among these sources as OPML: a folder a tier, in it one an authority."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = title
    body = ET.SubElement(root, "body")
    for tier, of_tier in _grouped(sources, "tier"):
        folder = ET.SubElement(body, "outline", text=tier)
        for authority, feeds in _grouped(of_tier, "authority"):
            inner = ET.SubElement(folder, "outline", text=authority) if authority else folder
            for source in feeds:
                lang = {"language": source.lang} if source.lang else {}
                said = {"type": "rss", "text": source.name, "title": source.name, "xmlUrl": source.url}
                ET.SubElement(inner, "outline", {**said, **lang})
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _grouped(sources: Iterable[Source], key: str) -> list[tuple[str, list[Source]]]:
    groups: dict[str, list[Source]] = {}
    for source in sources:
        if source.kind == "feed":
            groups.setdefault(str(getattr(source, key)), []).append(source)
    return list(groups.items())
