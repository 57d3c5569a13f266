"""How a matter stands now, for the message that opened it: who carries it, its stage, who said what.

Reads only; says nothing of what was told. Never words.
"""

from __future__ import annotations

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
    `silence` the matter's own that lasts longest.
    """

    carried: tuple[tuple[str, str], ...] = ()
    stage: str = ""
    changed: datetime | None = None
    gone: datetime | None = None
    taken: Taken | None = None
    mark: Judgement | None = None
    silence: Judgement | None = None

    @property
    def silent_until(self) -> datetime | None:
        """When the silence of the matter ends; None where there is none."""
        return _until(self.silence) if self.silence is not None else None


def marked(connection: Connection, article: str) -> Standing:
    """What was said of this article alone, for a message in its matter's thread."""
    said = [one for one in judgements(connection, (), [article]) if one.undone_at is None]
    return Standing(mark=next((one for one in reversed(said) if one.kind == "marked"), None))


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
    said = [one for one in judgements(connection, group, [article]) if one.undone_at is None]
    marks = sorted((one for one in said if one.kind == "marked"), key=lambda one: one.article is not None)
    quiet = [one for one in said if one.kind == "silenced" and one.matter == row.matter and _until(one) > now]
    return Standing(
        carried=tuple((one.source, "" if one.tier in OFFICIAL else one.origin) for one in carried),
        stage=stage if stage != row.stage else "",
        changed=connection.scalar(changed),
        gone=connection.scalar(gone),
        taken=taken(connection, [row.matter]).get(row.matter) if row.matter is not None else None,
        mark=marks[-1] if marks else None,
        silence=max(quiet, key=_until, default=None),
    )


def _until(silence: Judgement) -> datetime:
    return datetime.fromisoformat(silence.detail["until"])
