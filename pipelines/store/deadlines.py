"""What is due soon, of what people were told: an intent 14, 7 and 1 days before, each once.

The subject is the matter, the date and the days, so that any number of workers may look. Days are those of
Beijing. Never routes, never words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Text, cast, func, select

from crawlers.article import OFFICIAL
from pipelines.facts import BEIJING
from pipelines.store.intents import intend
from pipelines.store.queue import Opened
from pipelines.store.schema import articles, deliveries, intents

DAYS = (14, 7, 1)
KINDS = frozenset({"deadline", "effective"})


@dataclass(frozen=True, slots=True)
class _Due:
    """A date that a matter sets, with the article that says it and the day it was first seen on."""

    article: str
    matter: str | None
    source: str
    fact: dict[str, Any]
    seen: date
    official: bool


def reached(day: date, seen: date, today: date) -> int | None:
    """The step (14, 7, 1) that is due, or None: past, far, or as near as that when it was first seen."""
    left = (day - today).days
    steps = [step for step in DAYS if left <= step < (day - seen).days]
    return min(steps) if steps and left >= 0 else None


def remind(store: Opened, now: datetime) -> int:
    """Write the intents of what is due now and was not reminded of; how many. Raises StoreError."""
    today = now.astimezone(BEIJING).date()
    with store.reading() as connection:
        wanted = []
        for (whole, kind, said), due in sorted(_dates(connection).items()):
            day = date.fromisoformat(said)
            if (step := reached(day, due.seen, today)) is not None:
                wanted.append((f"{whole} {kind} {said} {step}", due, (day - today).days))
        if not wanted:
            return 0
        done = set(connection.scalars(select(intents.c.subject).where(intents.c.kind == "deadline")))
    wanted = [one for one in wanted if one[0] not in done]
    if not wanted:
        return 0
    with store.writing() as connection:
        made = [
            intend(
                connection, "deadline", subject, at=now, article=due.article, matter=due.matter,
                source=due.source, detail=due.fact | {"left": left, "today": today.isoformat()},
            )
            for subject, due, left in wanted
        ]  # fmt: skip
    return sum(made)


def _dates(connection: Connection) -> dict[tuple[str, str, str], _Due]:
    """The dates of told matters by matter, kind and day; a regulator's own article before a report of it."""
    of = articles.c
    whole = func.coalesce(of.matter, of.id)
    told = (
        select(whole)
        .join(deliveries, deliveries.c.article == of.id)
        .where(deliveries.c.state == "sent", of.matched.is_(True))
    )
    query = (
        select(whole.label("whole"), of.id, of.matter, of.source, of.tier, of.dates, of.first_seen)
        .where(of.matched.is_(True), cast(of.dates, Text) != "[]", whole.in_(told))
        .order_by(of.first_seen, of.id)
    )
    found: dict[tuple[str, str, str], _Due] = {}
    for row in connection.execute(query):
        official = row.tier in OFFICIAL
        for one in row.dates:
            key = (row.whole, str(one["kind"]), str(one["date"])[:10])
            first = found.get(key)
            if key[1] not in KINDS or (first is not None and (first.official or not official)):
                continue
            seen = row.first_seen.astimezone(BEIJING).date()
            fact = {"kind": key[1], "date": key[2], "sentence": str(one.get("sentence", ""))}
            seen = min(seen, first.seen) if first is not None else seen
            found[key] = _Due(row.id, row.matter, row.source, fact, seen, official)
    return found
