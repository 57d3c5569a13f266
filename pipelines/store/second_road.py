"""What was told by the second road while Slack took nothing: one mark for each thing, kept for ever.

    (nothing) ──▶ sending ──▶ sent
        ▲            │  ╲
        ╰────────────╯   ▶ rejected

A mark belongs to the intent, not to a channel: what goes to three channels is one letter. Letters are
marked `sending` before the attempt, so that whoever finds them so knows that they may have arrived.
Never posts, never words, never changes what waits for Slack.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from pipelines.store import dialect
from pipelines.store.events import Events
from pipelines.store.intents import intend
from pipelines.store.queue import WAITING
from pipelines.store.schema import articles, deliveries, intents, second_road

KIND = "road"
"""That the second road is used, and that it is used no more: told there, and to the operators in Slack."""

_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is to go by the second road. `alert` is its first delivery.

    `letter` is what it was tried in, so many `attempts` ago that nobody knows whether it arrived.
    """

    intent: int
    alert: str
    kind: str
    subject: str
    severity: str
    article: str | None
    letter: str = ""
    attempts: int = 0


def candidates(connection: Connection, began: str) -> list[Candidate]:
    """What waits for Slack and was not told by the second road, in its order.

    `began` names the outage, or is empty where there is none: then only its end is still to be told.
    Regular digests stay away: they say nothing new. So do test messages.
    """
    query = (
        select(
            deliveries.c.id, deliveries.c.kind, deliveries.c.article, deliveries.c.intent,
            intents.c.subject, intents.c.detail, articles.c.severity, second_road.c.letter,
            second_road.c.attempts,
        )
        .join(intents, intents.c.id == deliveries.c.intent)
        .outerjoin(articles, articles.c.id == deliveries.c.article)
        .outerjoin(second_road, second_road.c.intent == deliveries.c.intent)
        .where(or_(second_road.c.state.is_(None), second_road.c.state == "sending"), _going(began))
        .order_by(deliveries.c.position, deliveries.c.id)
        .limit(_LISTED)
    )  # fmt: skip
    found: dict[int, Candidate] = {}
    for row in connection.execute(query):
        if row.kind == "digest" and "since" in row.detail:
            continue
        one = Candidate(
            row.intent, row.id, row.kind, row.subject, row.severity or "", row.article, row.letter or "",
            row.attempts or 0,
        )  # fmt: skip
        found.setdefault(row.intent, one)
    return sorted(found.values(), key=lambda one: one.kind != KIND)  # why it comes this way stands first


def _going(began: str) -> ColumnElement[bool]:
    """What may go: all that waits while Slack is down; an outage's end, if its beginning went there."""
    first = intents.alias()
    told = (
        select(first.c.source)
        .join(second_road, second_road.c.intent == first.c.id)
        .where(first.c.kind == KIND, second_road.c.state.in_(("sending", "sent")))
    )
    end = and_(deliveries.c.kind == KIND, intents.c.subject.like("ended:%"), intents.c.source.in_(told))
    if not began:
        return end
    ours = or_(deliveries.c.kind != KIND, intents.c.source == began)
    return or_(end, and_(deliveries.c.state.in_(WAITING), deliveries.c.kind != "test", ours))


def recent(connection: Connection, since: datetime) -> list[tuple[str, int, datetime]]:
    """The letters tried since then: id, how much each told of, when it was first tried."""
    query = (
        select(second_road.c.letter, func.count(), func.min(second_road.c.first_attempt))
        .where(second_road.c.first_attempt > since)
        .group_by(second_road.c.letter)
    )
    return [(letter, int(count), at) for letter, count, at in connection.execute(query)]


def begin(connection: Connection, told: Sequence[Candidate], letter: str, road: str, at: datetime) -> None:
    """A letter that tells of these is about to be tried."""
    for one in told:
        mark = dialect.insert_new(connection, second_road).values(
            intent=one.intent, letter=letter, road=road, state="sending", first_attempt=at
        )
        connection.execute(mark)
    of_it = update(second_road).where(second_road.c.letter == letter)
    connection.execute(of_it.values(attempts=second_road.c.attempts + 1))


def sent(connection: Connection, told: Sequence[Candidate], letter: str, road: str, at: datetime) -> None:
    """The letter was taken."""
    of_it = update(second_road).where(second_road.c.letter == letter)
    connection.execute(of_it.values(state="sent", sent=at, reason=""))
    for one in told:
        detail = {"road": road, "letter": letter, "with": len(told)}
        Events.add(connection, "second-road", at=at, article=one.article, alert=one.alert, detail=detail)


def not_sent(connection: Connection, letter: str, reason: str, *, doubtful: bool) -> None:
    """The letter was not taken. It is as if it had never been tried, unless an attempt is `doubtful`."""
    here = second_road.c.letter == letter
    if not doubtful:
        connection.execute(delete(second_road).where(here, second_road.c.attempts == 1))
    connection.execute(update(second_road).where(here).values(reason=reason))


def rejected(
    connection: Connection, told: Sequence[Candidate], letter: str, reason: str, at: datetime
) -> None:
    """The letter is refused for what it is: it is not tried again, and waits for Slack."""
    of_it = update(second_road).where(second_road.c.letter == letter)
    connection.execute(of_it.values(state="rejected", reason=reason))
    for one in told:
        detail = {"letter": letter, "reason": reason}
        Events.add(connection, "second-road", at=at, article=one.article, alert=one.alert, detail=detail)


def told_there(connection: Connection, intent: int) -> tuple[str, datetime] | None:
    """By which road an intent was told beside Slack, and when; None where it was not."""
    query = select(second_road.c.road, second_road.c.sent).where(
        second_road.c.intent == intent, second_road.c.state == "sent"
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.road, row.sent)


# --- the outage itself -----------------------------------------------------------------------------
def begun(connection: Connection, began: str, at: datetime, detail: Mapping[str, str]) -> None:
    """From now on the second road is used. `began` names the outage: when it began, as ISO 8601."""
    told = {"said": "begun", "since": began, **detail}
    intend(connection, KIND, f"begun:{began}", at=at, source=began, detail=told)


def ended(connection: Connection, began: str, at: datetime) -> None:
    """Slack takes messages again: the second road is not used any more."""
    query = (
        select(func.count())
        .select_from(second_road)
        .join(intents, intents.c.id == second_road.c.intent)
        .where(intents.c.kind != KIND, second_road.c.state == "sent")
        .where(second_road.c.first_attempt >= datetime.fromisoformat(began))
    )
    count = str(connection.scalar(query) or 0)
    told = {"said": "ended", "since": began, "until": at.isoformat(), "count": count}
    intend(connection, KIND, f"ended:{began}", at=at, source=began, detail=told)
