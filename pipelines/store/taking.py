"""Who has a matter: whoever took it, or was given it, last. Each is an event that can be taken back.

Where matters are joined, the last word on any of them counts, and each has its own again when they part;
what is split off is nobody's until somebody takes it. Taking what one has already adds nothing: the time
stays that of the first word. Raises ConfigError for a matter that is not known.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from pipelines.store.dialect import among, one_at_a_time
from pipelines.store.events import Events
from pipelines.store.judgements import LOCK, stands
from pipelines.store.schema import events
from pipelines.store.shape import changes_since, groups, standing

TAKINGS = ("taken", "assigned")


@dataclass(frozen=True, slots=True)
class Taken:
    """Who has a matter, since when without a break, and the number of the event that began it."""

    by: str
    at: datetime
    event: int


def take(
    connection: Connection, matter: str, *, by: str, reason: str, now: datetime, to: str | None = None
) -> int:
    """`by` takes the matter, or gives it `to` somebody. The event; the old one where nothing changes."""
    one_at_a_time(connection, [LOCK])
    home: str = standing(connection, [matter])[0]["id"]
    who = by if to is None else to
    now_has = taken(connection, [home]).get(home)
    if now_has is not None and now_has.by == who:
        return now_has.event
    kind = "taken" if to is None else "assigned"
    return Events.add(connection, kind, at=now, matter=home, detail={"by": by, "reason": reason, "to": who})


def taken(
    connection: Connection, matters: Collection[str], until: datetime | None = None
) -> dict[str, Taken]:
    """Who has each of these matters (at `until`, inclusive); what is nobody's is left out."""
    since = [] if until is None else changes_since(connection, until)
    together = groups(connection, matters, since)
    query = select(events.c.id, events.c.at, events.c.matter, events.c.detail).where(
        among(connection, events.c.matter, set().union(*together.values())),
        events.c.kind.in_(TAKINGS),
        stands(until),
    )
    home = {member: name for name, group in together.items() for member in group}
    found: dict[str, Taken] = {}
    for row in connection.execute(query.order_by(events.c.id)):
        before = found.get(home[row.matter])
        if before is None or before.by != row.detail["to"]:
            found[home[row.matter]] = Taken(row.detail["to"], row.at, row.id)
    return {name: found[home[name]] for name in together if home[name] in found}
