"""A page of a template that we do not know: its main text, as trafilatura finds it.

trafilatura is imported when the first such page comes. Never asked for a page that we know.
"""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from crawlers.article import Moment
from crawlers.parse import byline, prose
from crawlers.parse.dates import read_moment
from crawlers.parse.swollen import slimmed

# <meta property="article:published_time" content="2026-09-11T10:00:00+08:00">
_META_TIME = re.compile(
    r"<meta[^<>]{0,80}(?:article:published_time|datePublished|pubdate)[\"'][^<>]{0,80}?content\s*=\s*[\"']([^\"'<>]{8,40})",
    re.IGNORECASE,
)


def read(html: str, url: str, zone: ZoneInfo) -> tuple[list[str], Moment | None, str]:
    """The paragraphs, the time that the page states and who it says wrote it."""
    import trafilatura  # noqa: PLC0415 - half a second of imports that most turns never need

    document = trafilatura.bare_extraction(
        slimmed(html),
        url=url,
        include_comments=False,
        include_tables=True,
        favor_precision=True,
        with_metadata=False,
    )
    text = getattr(document, "text", None) or ""
    lines = [line for part in text.splitlines() if (line := prose.line(part))]
    found = _META_TIME.search(html[:100_000])
    stated = read_moment(found[1], zone) if found else None
    # The line under the title is often taken for text; it stands first or second.
    for number in (0, 1):
        if number < len(lines) and byline.is_byline(lines[number]):
            credit = lines.pop(number)
            return lines, stated or read_moment(credit, zone), byline.origin([credit])
    return lines, stated, ""
