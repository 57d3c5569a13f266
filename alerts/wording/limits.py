"""How much a message may hold. Pure.

Measured by others: slackapi/bolt-js#2509 and #2867 (sum of blocks), python-slack-sdk#1336 (text).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

TEXT_LIMIT = 9_500
JSON_LIMIT = 15_000
FALLBACK_LIMIT = 3_000
STATUS_LIMIT = 600
"""Of the line that may stand below an article's message later (`status_line`)."""
_STATUS_JSON = 3_700


def fits(blocks: Sequence[dict[str, Any]], *, status: bool) -> bool:
    """Whether Slack takes these blocks; `status`: with that line below them too."""
    text, whole = (STATUS_LIMIT, _STATUS_JSON) if status else (0, 0)
    return length(blocks) <= TEXT_LIMIT - text and len(json.dumps(blocks)) <= JSON_LIMIT - whole


def length(value: Any) -> int:
    """The code points of all that is shown."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(length(item) for item in value.values() if isinstance(item, dict | list | tuple))
    return sum(length(item) for item in value) if isinstance(value, list | tuple) else 0
