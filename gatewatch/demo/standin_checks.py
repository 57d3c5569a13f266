"""What the stand-in Slack refuses, and how it pages. Pure; as strict as Slack's reference and Block Kit's.

Beyond that it refuses text that would notify people: Slack would not, but no text of ours may.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

# "1485187200.000100"
TS = re.compile(r"\d{10}\.\d{6}")
# "<!channel>", "<@U1>", "<#C1>"
_LIVE = re.compile(r"<[!@#][^>]*>")
# "a & b", but not "a &amp; b"
_BARE = re.compile(r"&(?!amp;|lt;|gt;)")
_PARTS = {
    "rich_text": {"type", "block_id", "elements"},
    "context": {"type", "block_id", "elements"},
    "section": {"type", "block_id", "text", "fields"},
    "divider": {"type", "block_id"},
    "rich_text_section": {"type", "elements"},
    "rich_text_quote": {"type", "elements", "border"},
    "text": {"type", "text", "style"},
    "link": {"type", "url", "text", "style", "unsafe"},
    "plain_text": {"type", "text", "emoji"},
    "mrkdwn": {"type", "text", "verbatim"},
    "actions": {"type", "block_id", "elements"},
    "button": {"type", "action_id", "text", "value"},
    "static_select": {"type", "action_id", "placeholder", "options"},
}
_MOST = {"context": 10, "actions": 25}
_BLOCKS = {"rich_text", "context", "section", "divider", "actions"}
_INSIDE = {
    "rich_text": {"rich_text_section", "rich_text_quote"},
    "rich_text_section": {"text", "link"},
    "rich_text_quote": {"text", "link"},
    "context": {"plain_text", "mrkdwn"},
    "actions": {"button", "static_select"},
}


class Refused(Exception):
    """Ends a call with ok:false and this code."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


def check_message(given: Mapping[str, Any]) -> None:
    """Raises Refused for a message that Slack would not take, or that would notify people."""
    text, blocks, metadata = given.get("text") or "", given.get("blocks"), given.get("metadata")
    if not isinstance(text, str) or (not text.strip() and not blocks):
        raise Refused("no_text")
    if len(text) > 4_000:
        raise Refused("msg_too_long")
    if _LIVE.search(text) or _BARE.search(text):
        raise Refused("unescaped_text")
    if blocks is not None:
        if not isinstance(blocks, list):
            raise Refused("invalid_blocks_format")
        if problem := next(_problems(blocks), None):
            raise Refused("invalid_blocks", errors=[problem])
        shown = sum(len(one) for one in _texts(blocks))
        if shown > 12_000 or len(json.dumps(blocks, ensure_ascii=False)) > 16_000:
            raise Refused("msg_blocks_too_long")
    if metadata is not None:
        _check_metadata(metadata)


def _check_metadata(metadata: Any) -> None:
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise Refused("invalid_metadata_format")
    payload = metadata.get("event_payload")
    if not isinstance(payload, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise Refused("invalid_metadata_format")
    if not all(isinstance(value, str | int | float | bool) for value in payload.values()):
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(metadata)) > 8_000:
        raise Refused("metadata_too_large")


def _problems(blocks: Sequence[Any]) -> Iterator[str]:
    if len(blocks) > 50:
        yield "no more than 50 items allowed [json-pointer:/blocks]"
    for number, block in enumerate(blocks):
        pointer = f"/blocks/{number}"
        if not isinstance(block, dict) or block.get("type") not in _BLOCKS:
            yield f"unsupported type [json-pointer:{pointer}]"
        else:
            yield from _problem(block, pointer)


def _problem(part: Mapping[str, Any], pointer: str) -> Iterator[str]:
    kind = str(part.get("type"))
    for name in part.keys() - _PARTS.get(kind, set()):
        yield f"invalid additional property: {name} [json-pointer:{pointer}]"
    if kind == "actions":
        yield from _bad_controls(part["elements"], pointer)
    elif kind == "section":
        if isinstance(part.get("text"), dict):
            yield from _problem(part["text"], f"{pointer}/text")
    elif kind != "button" and "text" in _PARTS.get(kind, set()):
        yield from _bad_text(kind, part.get("text"), f"{pointer}/text")
    if kind == "link" and not _web(str(part.get("url"))):
        yield f"invalid url [json-pointer:{pointer}/url]"
    elements = part.get("elements", [])
    if not 1 <= len(elements) <= _MOST.get(kind, 25) and kind in _MOST:
        yield f"between 1 and {_MOST[kind]} items [json-pointer:{pointer}/elements]"
    for number, element in enumerate(elements):
        here = f"{pointer}/elements/{number}"
        if not isinstance(element, dict) or element.get("type") not in _INSIDE.get(kind, set()):
            yield f"unsupported type [json-pointer:{here}]"
        else:
            yield from _problem(element, here)


def _bad_controls(parts: Sequence[Mapping[str, Any]], pointer: str) -> Iterator[str]:
    if len({part.get("action_id") for part in parts}) < len(parts):
        yield f"action_id must differ [json-pointer:{pointer}]"
    for part in parts:
        yield from _bad_control(part, pointer)


def _bad_control(part: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """A button or a list: labels of 75 characters, values of 2000 and 150, 100 options, none empty."""
    options = part.get("options", [])
    labels = [part.get("text") or part.get("placeholder"), *(one.get("text") for one in options)]
    values = [one.get("value") for one in options] if options else [part.get("value")]
    if not part.get("action_id") or len(str(part.get("action_id"))) > 255:
        yield f"missing action_id [json-pointer:{pointer}]"
    if part.get("type") == "static_select" and not 1 <= len(options) <= 100:
        yield f"between 1 and 100 options [json-pointer:{pointer}/options]"
    if any(
        not label or label.get("type") != "plain_text" or not 1 <= len(label["text"]) <= 75
        for label in labels
    ):
        yield f"must be plain text of 1 to 75 characters [json-pointer:{pointer}]"
    if any(not value or len(value) > (150 if options else 2_000) for value in values):
        yield f"no such value [json-pointer:{pointer}]"
    if len(set(values)) < len(values):
        yield f"values must differ [json-pointer:{pointer}/options]"


def _bad_text(kind: str, text: Any, pointer: str) -> Iterator[str]:
    if not isinstance(text, str) or not text or len(text.encode("utf-16-le", "surrogatepass")) > 6_000:
        yield f"must be between 1 and 3000 characters [json-pointer:{pointer}]"
    elif kind == "mrkdwn" and (_LIVE.search(text) or _BARE.search(text)):
        yield f"would notify people [json-pointer:{pointer}]"


def _web(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"[\s<>]", url)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict | list):
                yield from _texts(item)


def page(name: str, rows: Sequence[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """One page of a listing: `limit` rows from `cursor` on, and the next cursor."""
    limit, start = int(given.get("limit") or 100), int(given.get("cursor") or 0)
    if not 0 < limit <= 1000:
        raise Refused("invalid_limit")
    following = str(start + limit) if start + limit < len(rows) else ""
    return {
        name: list(rows[start : start + limit]),
        "has_more": bool(following),
        "response_metadata": {"next_cursor": following},
    }
