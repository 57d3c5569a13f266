"""The line beside a title: when it was published, who wrote it.

Reads lines of text, whatever their markup; never decides which date counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawlers.parse import prose

# 来源：办公厅、工信微报  |  信息来源: 商务部新闻办公室
_SHOWN_ORIGIN = re.compile(
    r"来\s*源\s*[：:]\s*(.{1,60}?)(?=\s*(?:$|[|｜【\[]|(?:发布|更新)?(?:时间|日期)|作者|责任?编辑|编辑|浏览|阅读|字[体号]|打印|分享|类型|分\s*类))"
)
# 2026-11-13 10:05 来源：某报 作者：某人
_BYLINE = re.compile(r"(?:(?:发布)?时间\s*[：:]\s*)?\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}[^。！？]*$")


def origin(lines: Sequence[str]) -> str:
    """Who the page says wrote it: the last 来源 among these lines, the one nearest to the body."""
    for text in reversed(lines):
        found = _SHOWN_ORIGIN.search(text)
        if found:
            return prose.line(found[1])
    return ""


def is_byline(line: str) -> bool:
    """True for a line that is a date and names, and no sentence."""
    return len(line) < 80 and _BYLINE.match(line) is not None
