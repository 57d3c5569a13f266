"""What our parsers make of a frozen source's pages, as JSON: the golden result of a folder of tests/pages.

A folder holds the list (`column.html` and `unit.json`, `feed.xml` or `feed.json`, `list.html`, `list.json`),
`article.html` where an article is fetched, and `meta.json`. Never fetches, never writes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crawlers.article import Article, Entry, Moment
from crawlers.parse import article, feed, jpaas, json_rows, selected
from crawlers.source import Source

LIST = {"jpaas": "column.html", "feed": "feed.xml", "listing": "list.html", "json_list": "list.json"}
"""The file that the list's own address answers, by kind; a feed in JSON is `feed.json`."""


def read(source: Source, folder: Path, about: Mapping[str, Any]) -> dict[str, Any]:
    """The list's entries, what else its kind says, and the article. Raises SourceError."""
    found, entries = _LISTS[source.kind](source, folder, about)
    found["entries"] = [_entry(entry) for entry in entries]
    page = about["files"].get("article.html")
    if page is not None:
        body = (folder / "article.html").read_bytes()
        entry = entries[page["entry"]]
        said = article.read(body, page["url"], entry, source, content_type=page["content_type"])
        found["article"] = _article(said)
    return found


_Found = tuple[dict[str, Any], Sequence[Entry]]


def _column(source: Source, folder: Path, _about: Mapping[str, Any]) -> _Found:
    shell = jpaas.shell((folder / "column.html").read_bytes(), source.url)
    page = jpaas.rows((folder / "unit.json").read_bytes(), shell, source.url, zone=source.zone)
    following = shell.address(page, page.page + 1) if page.more else ""
    return {"call": shell.address(), "following": following, "count": page.count}, page.entries


def _feed(source: Source, folder: Path, about: Mapping[str, Any]) -> _Found:
    (name,) = (name for name in about["files"] if name.startswith("feed."))
    kind = about["files"][name]["content_type"]
    found = feed.parse((folder / name).read_bytes(), source.url, content_type=kind, zone=source.zone)
    return {"name": found.title}, found.entries


def _json_list(source: Source, folder: Path, _about: Mapping[str, Any]) -> _Found:
    body = (folder / "list.json").read_bytes()
    found = json_rows.rows(body, source.url, source.selectors.given, source.zone)
    if found.lost is not None:
        raise found.lost
    return {"further": found.further}, found.entries


def _listing(source: Source, folder: Path, about: Mapping[str, Any]) -> _Found:
    body, kind = (folder / "list.html").read_bytes(), about["files"]["list.html"]["content_type"]
    found = selected.rows(body, source.url, source.selectors.given, source.zone, content_type=kind)
    if found.lost is not None:
        raise found.lost
    return {"further": found.further}, found.entries


_LISTS = {"jpaas": _column, "feed": _feed, "json_list": _json_list, "listing": _listing}


def _entry(entry: Entry) -> dict[str, Any]:
    """What the entry says; empty fields and an address that is the key are left out."""
    said = plain(entry) | {"text": _ends(entry.text)}
    if said["url"] == said["key"]:
        del said["url"]
    return {name: value for name, value in said.items() if value}


def _article(said: Article) -> dict[str, Any]:
    shown = ("title", "doc_no", "published", "origin", "labels", "attachments")
    return {name: plain(getattr(said, name)) for name in shown} | {"text": _ends(said.text)}


def _ends(text: str) -> dict[str, Any]:
    lines = text.split("\n")
    return {"first": lines[0], "last": lines[-1], "lines": len(lines)} if text else {}


def plain(value: Any) -> Any:
    """Records as JSON, times as people write them."""
    if isinstance(value, Moment):
        return value.day.isoformat() if value.day else value.at.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        # What is not compared (the bytes of the wire) is not what was read.
        fields = (
            field for field in dataclasses.fields(value) if field.compare and not field.metadata.get("later")
        )
        found = {field.name: plain(getattr(value, field.name)) for field in fields}
        if isinstance(value, Entry | Article):  # what few lists have is shown where they have it
            few = {"labels", "attachments", "site"} if isinstance(value, Entry) else {"site"}
            found = {name: said for name, said in found.items() if said or name not in few}
        return found
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return value
