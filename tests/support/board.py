"""What the loopback site shows, as a value: copied for stale answers, written to a file for a process."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime

from gatewatch.demo.feeds import Item
from gatewatch.demo.jpaas import Column, Document
from tests.support.feeds import Feed


@dataclass
class Board:
    """What the site shows: the part of it that a stale copy is a copy of."""

    columns: dict[str, Column] = field(default_factory=dict)
    documents: dict[str, list[Document]] = field(default_factory=dict)
    styles: dict[str, str] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)
    pages: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    robots: str | None = None


def written(board: Board) -> dict:
    """The board as data for JSON; times are left to the writer."""
    return {
        "robots": board.robots,
        "columns": [
            asdict(column) | {"style": board.styles[folder]} for folder, column in board.columns.items()
        ],
        "documents": {folder: [asdict(one) for one in found] for folder, found in board.documents.items()},
        "feeds": {path: asdict(feed) for path, feed in board.feeds.items()},
        "pages": {path: [body.decode("latin-1"), kind] for path, (body, kind) in board.pages.items()},
    }


def read_back(state: dict) -> Board:
    """The board that `written` wrote, after JSON."""
    board = Board(robots=state["robots"])
    for entry in state["columns"]:
        style = entry.pop("style")
        column = Column(**entry | {"trail": tuple(entry["trail"])})
        board.columns[column.folder] = column
        board.styles[column.folder] = style
        board.documents[column.folder] = [
            Document(**_revived(one, tuples=("paragraphs", "attachments")))
            for one in state["documents"][column.folder]
        ]
    for path, entry in state["feeds"].items():
        items = [Item(**_revived(one, tuples=())) for one in entry.pop("items")]
        board.feeds[path] = Feed(**entry, items=items)
    board.pages = {path: (body.encode("latin-1"), kind) for path, (body, kind) in state["pages"].items()}
    return board


def _revived(entry: dict, *, tuples: tuple[str, ...]) -> dict:
    """JSON back to the fields of a dataclass: times and tuples."""
    found = dict(entry)
    if found.get("published"):
        found["published"] = datetime.fromisoformat(found["published"])
    for name in tuples:
        found[name] = tuple(tuple(one) if isinstance(one, list) else one for one in found[name])
    if found.get("publisher"):
        found["publisher"] = tuple(found["publisher"])
    return found
