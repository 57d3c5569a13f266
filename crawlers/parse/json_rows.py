"""Reads the rows of a list that answers JSON, where JMESPath says they are.

gov.cn's static lists, CAC's JsonList, MIIT's search, the law database: each is an expression a field.
Takes whatever types a site sends. Never fetches.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from crawlers.errors import Malformed
from crawlers.parse import prose
from crawlers.parse.charset import decode, scrub
from crawlers.parse.expressions import jmes
from crawlers.parse.rows import NoRows, Parts, Rows, address, gathered

_KEYS = 12
"""Keys that a failure names, so that whoever corrects the expression need not open the answer."""


def load(body: bytes, url: str) -> Any:
    """The JSON of an answer, with or without byte order mark. Raises Malformed (`not-json`)."""
    try:
        return json.loads(decode(body, kind="json"))
    except (ValueError, RecursionError):
        raise Malformed("not-json", f"{url} did not answer JSON", "Open it by hand.") from None


def rows(body: bytes, url: str, selectors: dict[str, str], zone: ZoneInfo) -> Rows:
    """The rows in the order of the list; links are relative to the answer at `url`.

    Raises Malformed: `not-json`; `no-rows` where `row` gives no list; `selector` as `rows.gathered`.
    """
    answer = load(body, url)
    found = jmes(selectors["row"])(answer)
    if not isinstance(found, list):
        raise NoRows(selectors["row"], url, f"gives no list ({_told(answer)})")
    shown = _told(found[0]) if found else ""
    page = gathered([_parts(row, selectors) for row in found], selectors, url, zone, shown=shown)
    return replace(page, further=address(said(answer, selectors.get("next", "")), url))


def said(data: Any, expression: str) -> str:
    """What the expression gives, as text: a list's first; empty for nothing, an object, true and false."""
    found = jmes(expression)(data) if expression else None
    if isinstance(found, list):
        found = next((item for item in found if item is not None), None)
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return ""
    try:
        whole = int(found) if isinstance(found, float) and found.is_integer() else found
        return scrub(str(whole))
    except ValueError:  # an integer of thousands of digits
        return ""


def _parts(row: Any, selectors: dict[str, str]) -> Parts:
    texts: dict[str, Any] = {name: said(row, selectors.get(name, "")) for name in _TEXTS}
    return Parts(**texts, files=_files(row, selectors.get("files", "")))


_TEXTS = ("link", "title", "date", "summary", "text", "number", "issuer", "publisher", "guid")


def _files(row: Any, expression: str) -> tuple[tuple[str, str], ...]:
    found = jmes(expression)(row) if expression else None
    files = [file for file in found if isinstance(file, dict)] if isinstance(found, list) else []
    return tuple((said(file, "name"), said(file, "url")) for file in files)


def _told(value: Any) -> str:
    """What a failure says of the answer: its keys, and what it says itself."""
    if isinstance(value, dict):
        message = next((text for key in ("message", "msg") if (text := said(value, key))), "")
        keys = f"it has {', '.join(prose.line(str(key))[:40] for key in list(value)[:_KEYS]) or 'no keys'}"
        return f"{keys}; it says {prose.line(message)[:200]!r}" if message else keys
    kinds = {list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return f"it is {kinds.get(type(value), 'nothing')}"
