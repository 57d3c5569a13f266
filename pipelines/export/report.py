"""Records as one HTML page: for an auditor, for a mail, for print. No script, nothing loaded from elsewhere.

Every foreign text is escaped by the template; a link is made of web addresses alone. Never reads the store,
a clock or the network.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib import resources
from typing import BinaryIO

from jinja2 import Environment, StrictUndefined

from pipelines.export.calendar import NAMES
from pipelines.export.records import Record
from pipelines.export.syndicate import web_address


def write_report(
    records: Iterable[Record], stream: BinaryIO, now: datetime, sources: Mapping[str, str]
) -> int:
    """Write the page to a binary stream; how many articles it has. `now` is shown in its own zone.

    `sources`: the names by id; a source that has none there is shown by its id.
    """
    found = list(records)
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.filters["web"] = web_address
    page.filters["moment"] = _moment
    template = page.from_string((resources.files(__package__) / "report.html.j2").read_text("utf-8"))
    text = template.render(
        now=now.isoformat(timespec="minutes"),
        groups=_by_matter(found),
        count=len(found),
        topics=Counter(topic for record in found for topic in record["topics"]).most_common(),
        due=_due(found),
        names=NAMES,
        sources=sources,
        span=(min(record["first_seen"] for record in found), max(record["first_seen"] for record in found))
        if found
        else None,
    )
    stream.write(text.encode("utf-8", "replace"))
    return len(found)


def _by_matter(found: list[Record]) -> list[list[Record]]:
    """The articles of a matter together, the matter that moved last first; what has none stands alone."""
    groups: dict[str, list[Record]] = {}
    for record in found:
        groups.setdefault(record["matter_id"] or record["article_id"], []).append(record)
    return sorted(groups.values(), key=lambda group: group[-1]["first_seen"], reverse=True)


def _due(found: list[Record]) -> list[tuple[str, str, Record]]:
    """(day, kind, article), the earliest first, the same day of one matter once."""
    dates: dict[tuple[str, str, str], Record] = {}
    for record in found:
        for one in record["dates"]:
            dates.setdefault((one["date"], one["kind"], record["matter_id"] or record["article_id"]), record)
    return [(day, kind, record) for (day, kind, _), record in sorted(dates.items(), key=lambda item: item[0])]


def _moment(text: str | None) -> str:
    """`2026-11-24T08:00:00+08:00` as `2026-11-24 08:00`; a day as it is; nothing as a dash."""
    return (text or "—").replace("T", " ")[:16]
