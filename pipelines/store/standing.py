"""How a matter stands now, for the message that opened it: who carries it, its stage, who said what.

Reads only; says nothing of what was told. Never words.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from crawlers.article import OFFICIAL
from pipelines.store.judgements import Judgement, judgements
from pipelines.store.page_tables import looks, versions
from pipelines.store.schema import articles, matters
from pipelines.store.taking import Taken, taken


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands of an article and its matter.

    `carried` are (source, publisher) of its articles, the oldest first; the publisher is empty where the
    source is one itself. `stage` is the matter's, empty where it is the article's own. `changed` is when
    the page's text was last found changed since the message, `gone` since when the page is withdrawn,
    `silence` the matter's own that lasts longest. `mark` is the one that stands, `against` the last word of
    each of those who said otherwise, the latest first.
    """

    carried: tuple[tuple[str, str], ...] = ()
    stage: str = ""
    changed: datetime | None = None
    gone: datetime | None = None
    taken: Taken | None = None
    mark: Judgement | None = None
    against: tuple[Judgement, ...] = ()
    silence: Judgement | None = None

    @property
    def silent_until(self) -> datetime | None:
        """When the silence of the matter ends; None where there is none."""
        return _until(self.silence) if self.silence is not None else None


def marked(connection: Connection, article: str) -> Standing:
    """What was said of this article alone, for a message in its matter's thread."""
    marks = [one for one in _standing(connection, (), article) if one.kind == "marked"]
    mark = marks[-1] if marks else None
    return Standing(mark=mark, against=_against(marks, mark))


def standing_of(connection: Connection, article: str, since: datetime, now: datetime) -> Standing:
    """How this article and its matter stand now, for the message of `since` that opened it."""
    row = connection.execute(select(articles).where(articles.c.id == article)).one_or_none()
    if row is None:
        return Standing()
    group: set[str] = set()
    stage = ""
    within = articles.c.id == article
    if row.matter is not None:
        query = select(matters.c.id, matters.c.stage).where(
            (matters.c.id == row.matter) | (matters.c.joined == row.matter)
        )
        stages = {one.id: one.stage for one in connection.execute(query)}
        group, stage = set(stages), stages.get(row.matter, "")
        within = articles.c.matter == row.matter
    carried = connection.execute(
        select(articles.c.source, articles.c.origin, articles.c.tier)
        .where(within)
        .order_by(articles.c.first_seen, articles.c.id)
    )
    changed = select(func.max(versions.c.until)).where(
        versions.c.article == article, versions.c.until > since
    )
    gone = select(looks.c.gone_since).where(looks.c.article == article, looks.c.state == "withdrawn")
    said = _standing(connection, group, article)
    spoken = [one for one in said if one.kind == "marked"]
    mark = max(spoken, key=lambda one: (one.article is not None, one.id), default=None)
    quiet = [one for one in said if one.kind == "silenced" and one.matter == row.matter and _until(one) > now]
    return Standing(
        carried=tuple((one.source, "" if one.tier in OFFICIAL else one.origin) for one in carried),
        stage=stage if stage != row.stage else "",
        changed=connection.scalar(changed),
        gone=connection.scalar(gone),
        taken=taken(connection, [row.matter]).get(row.matter) if row.matter is not None else None,
        mark=mark,
        against=_against(spoken, mark),
        silence=max(quiet, key=_until, default=None),
    )


def _standing(connection: Connection, group: Collection[str], article: str) -> list[Judgement]:
    """What was said of this article and these matters, and not taken back, in order."""
    return [one for one in judgements(connection, group, [article]) if one.undone_at is None]


def _against(marks: Sequence[Judgement], stands: Judgement | None) -> tuple[Judgement, ...]:
    """The last word of each of those who say otherwise than the mark that stands, the latest first."""
    if stands is None:
        return ()
    relevant = stands.detail["relevant"]
    last = {one.by: one for one in marks}
    others = [one for one in last.values() if one.by != stands.by and one.detail["relevant"] != relevant]
    return tuple(sorted(others, key=lambda one: one.id, reverse=True))


def _until(silence: Judgement) -> datetime:
    return datetime.fromisoformat(silence.detail["until"])
