"""Works what people pressed and asked: each envelope once, however often it came or the process died.

A press becomes a judgement in the transaction that marks it worked, so it is kept once or not at all. What
the value of a button says is believed only where the store knows the alert and Slack shows it there. Never
listens: envelopes come by `take_in`. Raises StoreError.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from alerts.answers.buttons import DAYS, Asked, Person, Press, read
from alerts.answers.who import KEY, People, kept, may_judge, new_key
from alerts.answers.words import AnswerWords, answer_words
from alerts.opened import Opened
from alerts.settings import AlertSettings
from alerts.wording.inert import clean, escape_within, plain
from crawlers.errors import StoreError
from pipelines.store import inbox, people
from pipelines.store.events import Events
from pipelines.store.judgements import REFUSED, Judgement, judgements
from pipelines.store.schema import articles, channels, deliveries
from pipelines.store.silences import silence, silences
from pipelines.store.taking import take, taken

REASON = "pressed in Slack"
STALE = timedelta(minutes=29)
"""Slack takes an answer for thirty minutes."""
KEPT = timedelta(days=2)
_TRIES = 3
_SAME = timedelta(minutes=10)
"""Two presses of one person within it are one."""

log = logging.getLogger(__name__)

Commands = Callable[[str, str], str]
"""What a slash command's words are answered in a channel: escaped for Slack."""


@dataclass(frozen=True, slots=True)
class Judging:
    """Who may judge (ids or names; none: everybody), and what is kept of who it was."""

    judges: tuple[str, ...] = ()
    people: People = "names"


class _Refused(Exception):
    """Ends a press: `why` for the events, the text for whoever pressed."""

    def __init__(self, why: str, said: str) -> None:
        super().__init__(why)
        self.why = why
        self.said = said


class Answering:
    """The desk behind the buttons and the command. `take_in` and `work` may run in different threads."""

    def __init__(
        self,
        store: Opened,
        settings: AlertSettings,
        judging: Judging,
        *,
        commands: Commands,
        reply: Callable[[str, str], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._settings = settings
        self._judging = judging
        self._commands = commands
        self._reply = reply
        self._now = now
        self._key = ""
        self._failed: dict[int, int] = {}

    def take_in(self, envelope: str, kind: str, payload: Mapping[str, Any]) -> None:
        """Keep an envelope, if it is one for us."""
        asked = read(kind, payload)
        if asked is not None and envelope:
            row = {"kind": "press" if isinstance(asked, Press) else "command"} | asdict(asked)
            with self._store.writing() as connection:
                inbox.put(connection, envelope[:200], row, self._now())

    def work(self) -> bool:
        """Work all that waits, the oldest first; False where nothing is left to be done again."""
        after, left = 0, False
        while True:
            with self._store.reading() as connection:
                one = inbox.oldest(connection, after)
            if one is None:
                if not left:
                    self._failed.clear()
                return left
            after = one.number
            answer = one.answer if one.worked else self._worked(one)
            if self._told(one, answer):
                with self._store.writing() as connection:
                    inbox.done(connection, one.number)
                    inbox.forget(connection, self._now() - KEPT)
            else:
                left = True

    # --- one ---------------------------------------------------------------------------------------
    def _worked(self, one: inbox.Waiting) -> str:
        """Do what is asked, once; what to say. What nobody foresaw is logged, and stops nothing else."""
        say = answer_words(self._settings.language)
        try:
            asked = _read_back(one.asked)
            channel = self._channel(asked.channel)
            say = answer_words(self._settings.speaking(channel).language)
            if isinstance(asked, Asked):
                answer = self._commands(asked.text, channel)
                with self._store.writing() as connection:
                    inbox.work(connection, one.number, answer)
                return answer
            self._secret()
            with self._store.writing() as connection:
                if not inbox.claim(connection, one.number):
                    return ""  # a process that was taken for dead has worked it meanwhile
                answer = escape_within(plain(self._pressed(connection, asked, say)), 900)
                inbox.work(connection, one.number, answer)
        except StoreError:
            raise
        except Exception:
            log.exception("what was asked in Slack failed")
            answer = say.failed
            with self._store.writing() as connection:
                inbox.work(connection, one.number, answer)
        return answer

    def _told(self, one: inbox.Waiting, answer: str) -> bool:
        """Whether the answer is told, or never will be."""
        tries = self._failed[one.number] = self._failed.get(one.number, 0) + 1
        reply = one.asked.get("reply")
        if not answer or not reply or self._now() - one.at > STALE:
            return True
        return self._reply(str(reply), answer) or tries >= _TRIES

    def _pressed(self, connection: Connection, press: Press, say: AnswerWords) -> str:
        """Judge, or refuse with an event; what to say."""
        try:
            alert = self._known(connection, press, say)
            return self._judged(connection, press, alert, say)
        except _Refused as refused:
            detail = {"by": self._kept(press.who), "reason": refused.why, "verb": press.verb}
            known = press.alert or None
            Events.add(connection, REFUSED, at=self._now(), alert=known, detail=detail)
            log.warning("a press in Slack was refused: %s", refused.why)
            return refused.said

    def _known(self, connection: Connection, press: Press, say: AnswerWords) -> Row[Any]:
        """The alert of a press, where the store and Slack agree that it is this message's."""
        if not may_judge(press.who, self._judging.judges):
            raise _Refused("not a judge", say.not_judge)
        if press.wrong:
            raise _Refused(press.wrong, say.forged)
        query = (
            select(deliveries, channels.c.channel_id)
            .outerjoin(channels, channels.c.channel == deliveries.c.channel)
            .where(deliveries.c.id == press.alert)
        )
        row = connection.execute(query).one_or_none()
        if row is None:
            raise _Refused("no such alert", say.unknown)
        if row.channel_id and row.channel_id != press.channel:
            raise _Refused("another channel's alert", say.elsewhere)
        if row.ts and row.ts != press.ts:
            raise _Refused("another message's alert", say.elsewhere)
        if row.article is None:
            raise _Refused("an alert of no article", say.nobody)
        return row

    def _judged(self, connection: Connection, press: Press, alert: Row[Any], say: AnswerWords) -> str:
        if press.verb == "take":
            return self._take(connection, press, alert, say)
        if press.verb == "snooze":
            return self._snooze(connection, press, alert, say)
        return self._mark(connection, press, alert.article, say)

    def _take(self, connection: Connection, press: Press, alert: Row[Any], say: AnswerWords) -> str:
        """Whoever pressed has the matter that the article belongs to today."""
        matter = _matter(connection, alert, say)
        before, by = taken(connection, [matter]).get(matter), self._kept(press.who)
        event = take(connection, matter, by=by, reason=REASON, now=self._now())
        if before is None:
            return say.taken
        if before.event == event:
            return say.already
        return say.taken_over.format(by=clean(before.by, 80))

    def _snooze(self, connection: Connection, press: Press, alert: Row[Any], say: AnswerWords) -> str:
        """What follows of the article's matter is silent for so many days; longer than that it stays."""
        matter, by, now = _matter(connection, alert, say), self._kept(press.who), self._now()
        zone = self._settings.speaking(alert.channel).zone
        until = now + timedelta(days=DAYS[press.choice])
        for one in silences(connection, now):
            if (one.about, one.value, one.by) == ("matter", matter, by) and one.until > until - _SAME:
                return say.between.join((say.already, say.snoozed.format(until=_shown(one.until, zone))))
        silence(connection, "matter", matter, until, by, REASON, now)
        return say.snoozed.format(until=_shown(until, zone))

    def _mark(self, connection: Connection, press: Press, article: str, say: AnswerWords) -> str:
        """Relevant or not. The same word of the same person is said once; of two, the last stands."""
        by, relevant = self._kept(press.who), press.verb == "relevant"
        said = [
            one
            for one in judgements(connection, (), [article])
            if one.kind == "marked" and one.undone_at is None
        ]
        for one in reversed(said):
            if (one.detail["relevant"], one.detail["because"]) != (relevant, press.choice):
                break
            if one.by == by:
                return say.already
        people.mark(
            connection,
            article,
            relevant=relevant,
            because=press.choice,
            by=by,
            reason=REASON,
            now=self._now(),
        )
        because = say.because.get(press.choice, "")
        lines = [say.marked if relevant else say.marked_not.format(because=because)]
        if said and said[-1].by != by:
            lines.append(say.before.format(by=clean(said[-1].by, 80), what=_what(said[-1], say)))
        return say.between.join(lines)

    # --- who and where -----------------------------------------------------------------------------
    def _kept(self, who: Person) -> str:
        return kept(who, self._judging.people, self._key)

    def _secret(self) -> None:
        """The store's key of pseudonyms, made where it is first needed."""
        if self._judging.people == "pseudonyms" and not self._key:
            known = self._store.meta.get(KEY)
            if known is None:
                known = new_key()
                self._store.meta.set(KEY, known)
            self._key = known

    def _channel(self, channel_id: str) -> str:
        """The name under which we know a channel of Slack's, or its id."""
        with self._store.reading() as connection:
            query = select(channels.c.channel).where(channels.c.channel_id == channel_id)
            name = connection.scalars(query.limit(1)).first() if channel_id else None
        return name or channel_id


def _matter(connection: Connection, alert: Row[Any], say: AnswerWords) -> str:
    """The matter of an alert's article as it is today: people may have joined or split it since."""
    matter = connection.scalar(select(articles.c.matter).where(articles.c.id == alert.article))
    if matter is None:
        raise _Refused("an article of no matter", say.nobody)
    return str(matter)


def _shown(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"


def _what(said: Judgement, say: AnswerWords) -> str:
    if said.detail["relevant"]:
        return say.said_relevant
    because = said.detail["because"]
    return say.said_not.format(because=say.because.get(because, because))


def _read_back(row: Mapping[str, Any]) -> Press | Asked:
    fields = {**row, "who": Person(**row["who"])}
    kind = fields.pop("kind")
    return Press(**fields) if kind == "press" else Asked(**fields)
