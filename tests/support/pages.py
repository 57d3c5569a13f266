"""The frozen pages of tests/pages and what our parsers make of them, as JSON.

A folder is a source's (its name is an id of the catalogue; list, and article where it is fetched) or
a named shape (one page; tests/pages/README.md says what it stands for). Never fetches.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from crawlers.article import Article, Entry, Moment
from crawlers.errors import SourceError
from crawlers.parse import article, feed, jpaas, json_rows, selected
from crawlers.parse.blocks import blocked
from crawlers.parse.dates import read_moment
from crawlers.source import Source, load_catalogue

PAGES = Path(__file__).parents[1] / "pages"
CATALOGUE = load_catalogue(["builtin"])
FOLDERS = sorted(path.name for path in PAGES.iterdir() if path.is_dir())
# "- `feed_atom`: Atom, with …"
NAMED = re.findall(r"^- `(\w+)`: \S", (PAGES / "README.md").read_text("utf-8"), re.MULTILINE)
SHAPES = [PAGES / name for name in FOLDERS if name not in CATALOGUE]
NOT_PAGES = frozenset({"meta.json", "golden.json"})

_written: set[Path] = set()


def meta(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "meta.json").read_text("utf-8"))


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name not in NOT_PAGES)


def raw(folder: Path) -> bytes:
    """The bytes of a shape's only page."""
    found = files(folder)
    assert len(found) == 1, f"{folder.name} holds {len(found)} pages, one was expected"
    return found[0].read_bytes()


def golden(folder: Path, found: Any) -> Any:
    """The reviewed result. One that is missing is written, and the run fails once, for review."""
    file = folder / "golden.json"
    if not file.exists():
        file.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
        _written.add(file)
    if file in _written:
        pytest.fail(f"{folder.name}/golden.json was missing and has been written: review it, then run again")
    return json.loads(file.read_text("utf-8"))


# --- shapes ------------------------------------------------------------------------------------------
def reading(folder: Path) -> Any:
    """What the parsers make of a shape's page, as the product would call them."""
    about, body = meta(folder), raw(folder)
    source = Source(**about["source"])
    content_type = about.get("content_type", "")
    try:
        refusal = blocked(200, {"content-type": content_type}, body)
        if refusal is not None:
            raise refusal
        match about["kind"]:
            case "shell":
                shell = jpaas.shell(body, about["url"])
                return {"shell": plain(shell), "address": shell.address()}
            case "rows":
                shell = shell_of(about)
                page = jpaas.rows(body, shell, about["url"])
                following = shell.address(page, page.page + 1) if page.more else None
                return {"rows": plain(page), "following": following}
            case "feed":
                return plain(feed.parse(body, about["url"], content_type=content_type, zone=source.zone))
            case "article":
                said = about["entry"]
                moment = read_moment(said.get("published", ""), source.zone)
                entry = Entry(about["url"], about["url"], said["title"], moment)
                return plain(article.read(body, about["url"], entry, source, content_type=content_type))
    except SourceError as error:
        return {"error": [type(error).__name__, error.code, str(error), error.remedy]}
    raise AssertionError(f"{folder.name}: no reading for the kind {about['kind']!r}")


def shell_of(about: dict[str, Any]) -> jpaas.Shell:
    folder = PAGES / about["shell"]
    return jpaas.shell(raw(folder), meta(folder)["url"])


# --- sources -----------------------------------------------------------------------------------------
@functools.cache
def source_reading(name: str) -> dict[str, Any]:
    """What the parsers make of a shipped source's list and of its article, where it has one."""
    source, folder = CATALOGUE[name], PAGES / name
    about = meta(folder)
    found, entries = _LISTS[source.kind](source, folder, about)
    found["entries"] = [_entry(entry) for entry in entries]
    page = about["files"].get("article.html")
    if page is not None:
        body = (folder / "article.html").read_bytes()
        entry = entries[page["entry"]]
        said = article.read(body, page["url"], entry, source, content_type=page["content_type"])
        found["article"] = _article(said)
    return found


def _column(source: Source, folder: Path, about: dict[str, Any]) -> tuple[dict[str, Any], tuple[Entry, ...]]:
    shell = jpaas.shell((folder / "column.html").read_bytes(), source.url)
    page = jpaas.rows((folder / "unit.json").read_bytes(), shell, source.url, zone=source.zone)
    following = shell.address(page, page.page + 1) if page.more else ""
    return {"call": shell.address(), "following": following, "count": page.count}, page.entries


def _feed(source: Source, folder: Path, about: dict[str, Any]) -> tuple[dict[str, Any], tuple[Entry, ...]]:
    (name,) = (name for name in about["files"] if name.startswith("feed."))
    kind = about["files"][name]["content_type"]
    found = feed.parse((folder / name).read_bytes(), source.url, content_type=kind, zone=source.zone)
    return {"name": found.title}, found.entries


def _json_list(
    source: Source, folder: Path, about: dict[str, Any]
) -> tuple[dict[str, Any], tuple[Entry, ...]]:
    found = json_rows.rows(
        (folder / "list.json").read_bytes(), source.url, source.selectors.given, source.zone
    )
    assert found.lost is None, found.lost
    return {"further": found.further}, found.entries


def _listing(source: Source, folder: Path, about: dict[str, Any]) -> tuple[dict[str, Any], tuple[Entry, ...]]:
    body, kind = (folder / "list.html").read_bytes(), about["files"]["list.html"]["content_type"]
    found = selected.rows(body, source.url, source.selectors.given, source.zone, content_type=kind)
    assert found.lost is None, found.lost
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
    if dataclasses.is_dataclass(value):
        found = {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        if isinstance(value, Entry):  # what few lists have is shown where they have it
            found = {
                name: said for name, said in found.items() if said or name not in {"labels", "attachments"}
            }
        return found
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value
