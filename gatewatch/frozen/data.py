"""Replaces the texts of JSON, and keeps its keys, numbers, addresses, dates and ids."""

from __future__ import annotations

import json
import re
from typing import Any
from zoneinfo import ZoneInfo

from crawlers.parse.dates import read_moment
from gatewatch.frozen.filler import Filler

_ZONE = ZoneInfo("UTC")
_TAGGED = re.compile(r"<[a-z!/][^<>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?:)?//\S+|\.{0,2}/[\w%./?=&-]+", re.ASCII)
# An id, a state, a type: one word of ASCII that some expression may ask for.
_TOKEN = re.compile(r"[\w.:/+#@=-]{0,64}", re.ASCII)
_DEEPEST = 60


def scrubbed(value: Any, filler: Filler, depth: int = 0) -> Any:
    """The value with its texts replaced; markup and JSON in texts are scrubbed as what they are."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {_key(key, filler): scrubbed(item, filler, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [scrubbed(item, filler, depth + 1) for item in value]
    return _text(value, filler, depth) if isinstance(value, str) else value


def _key(key: str, filler: Filler) -> str:
    """A key is structure, unless it is as long as a sentence."""
    return key if len(key) <= 40 else filler.text(key)


def _text(text: str, filler: Filler, depth: int) -> str:
    from gatewatch.frozen import markup  # noqa: PLC0415  # the two call each other

    bare = text.strip()
    if _ADDRESS.fullmatch(bare):
        return text.replace(bare, filler.url(bare))
    if _TAGGED.search(text):
        return markup.scrubbed(text, filler)
    if bare[:1] in {"{", "["}:
        try:
            inner = json.loads(bare)
        except (ValueError, RecursionError):
            return filler.text(text)
        return json.dumps(scrubbed(inner, filler, depth + 1), ensure_ascii=False)
    if _TOKEN.fullmatch(bare) or (len(bare) <= 40 and _is_date(bare)):
        return text
    return filler.text(text)


def _is_date(text: str) -> bool:
    return (
        any(map(str.isdigit, text))
        and not re.search(r"[\u4e00-\u9fff]{3}|[A-Za-z]{10}", text)
        and read_moment(text, _ZONE) is not None
    )
