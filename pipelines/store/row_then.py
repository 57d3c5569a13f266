"""A joined row as it was at some time: with the text of then, without what its files brought later. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

Row = dict[str, Any]
_ORDER = ("high", "medium", "low")


def as_it_read(row: Row, version: Mapping[str, Any] | None) -> Row:
    """The row with what a former version said and what was concluded of it; as it is where there is none."""
    if version is None:
        return row
    said = {name: version[name] for name in ("title", "text", "private_text", "sha256", "twin")}
    concluded = dict(version["concluded"])
    published = concluded.pop("published")
    if published is None:
        said |= {"published": None, "published_day": None}
    listed = {one["url"] for one in concluded["attachments"]}
    return row | said | concluded | {"files": [one for one in row["files"] if one["url"] in listed]}


def without_later(row: Row, at: datetime) -> Row:
    """The row as it was before the files that were read after `at`; most rows come back as they are."""
    later = {one["url"] for one in row["files"] if one["read_at"] is not None and one["read_at"] > at}
    if not later:
        return row
    unread = {
        "state": "waiting",
        "reason": "",
        "text": "",
        "sha256": "",
        "kind": "",
        "size": 0,
        "read_at": None,
    }
    files = [one | unread if one["url"] in later else one for one in row["files"]]
    matches = []
    for match in row["matches"]:
        found = [one for one in match["evidence"] if one.get("attachment", "") not in later]
        # A rule that fired in a file has the title's words beside it: those alone had not fired.
        if len(found) == len(match["evidence"]):
            matches.append(match)
        elif any(one["field"] != "title" for one in found):
            matches.append(match | {"evidence": found, "why": match["why"].partition(", and in “")[0]})
    told = [match for match in matches if not match["silent"]]
    known = row | {"files": files, "matches": matches, "review": ""}
    return known | {
        "matched": bool(told),
        "severity": min((match["severity"] for match in told), key=_ORDER.index, default=None),
        "score": max((match["score"] for match in told), default=0.0),
        "topics": list(dict.fromkeys(match["topic"] for match in told)),
        "disposition": row["disposition"] if told else "none",
    }
