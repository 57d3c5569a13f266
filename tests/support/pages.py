"""The frozen pages of tests/pages and what our parsers make of them, as JSON.

A folder is a source's (its name is an id of the catalogue; list, and article where it is fetched) or
a named shape (one page; tests/pages/README.md says what it stands for). Never fetches.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawlers.article import Entry
from crawlers.errors import SourceError
from crawlers.parse import article, feed, jpaas, json_rows, selected
from crawlers.parse.blocks import blocked
from crawlers.parse.dates import read_moment
from crawlers.source import Source, load_catalogue
from gatewatch.frozen.reading import plain, read

PAGES = Path(__file__).parents[1] / "pages"
CATALOGUE = load_catalogue(["builtin"])
FOLDERS = sorted(path.name for path in PAGES.iterdir() if path.is_dir())
# "- `feed_atom`: Atom, with …"
NAMED = re.findall(r"^- `(\w+)`: \S", (PAGES / "README.md").read_text("utf-8"), re.MULTILINE)
# Which source's folder stands for which sources without one, by the id of the one without.
ALIKE: dict[str, str] = {
    other: name
    for name, others in yaml.safe_load((PAGES / "shapes.yaml").read_text("utf-8")).items()
    for other in others
}
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
            case "json_list":
                return plain(json_rows.rows(body, about["url"], source.selectors.given, source.zone))
            case "listing":
                return plain(selected.rows(body, about["url"], source.selectors.given, source.zone))
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
    folder = PAGES / name
    return read(CATALOGUE[name], folder, meta(folder))
