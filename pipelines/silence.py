"""What a silence is, and whether it holds for something. Pure: reads no store and no clock."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal

About = Literal["matter", "topic", "source", "rule"]

# "topic licensing is silenced until 2026-12-01 08:00 UTC by li (event 7): not ours": `Silence.told`
TOLD = re.compile(
    r"(\w+) (\S+) is silenced until (\d{4}-\d\d-\d\d \d\d:\d\d (?:UTC|[+-]\d\d:\d\d)) "
    r"by (.*?) \(event (\d+)\): (.*)",
    re.DOTALL,
)
_UNTIL = "%Y-%m-%d %H:%M UTC"


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing is told of this matter, topic, source or rule (`value`) until then; the event that says so."""

    event: int
    at: datetime
    about: About
    value: str
    until: datetime
    by: str
    reason: str
    undone_at: datetime | None = None
    undone_by: str = ""

    @property
    def told(self) -> str:
        """In one line, as the reason of what is silenced; times are UTC."""
        until = self.until.astimezone(UTC).strftime(_UNTIL)
        who = f"by {self.by} (event {self.event}): {self.reason}"
        return f"{self.about} {self.value} is silenced until {until} {who}"


def told_in(reason: str, zone: tzinfo) -> str:
    """The reason of an alert, the time of a silence in it (`Silence.told`) in this zone; another as it is."""
    found = TOLD.fullmatch(reason)
    if found is None or not found[3].endswith(" UTC"):
        return reason
    until = datetime.strptime(found[3], _UNTIL).replace(tzinfo=UTC).astimezone(zone)
    offset = f"{until:%z}"
    shown = f"{until:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"
    return reason[: found.start(3)] + shown + reason[found.end(3) :]


def quieting(
    found: Iterable[Silence],
    *,
    matter: str | None,
    source: str | None,
    rules: Collection[tuple[str, str]],
) -> Silence | None:
    """The silence that holds for something of this matter (None: none asks) and source, or None.

    Silences of rules and topics hold where they cover every rule that speaks for it: what one person is
    not concerned with may be another's.
    """
    covered: dict[tuple[str, str], Silence] = {}
    for one in found:
        if one.about in {"matter", "source"} and one.value == (matter if one.about == "matter" else source):
            return one
        if one.about in {"rule", "topic"}:
            covered |= {rule: one for rule in rules if one.value == rule[one.about == "topic"]}
    return max(covered.values(), key=lambda one: one.event) if rules and len(covered) == len(rules) else None
