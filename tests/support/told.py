"""Articles, matters and intents as the river writes them, for tests of what comes after."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, insert, text

from alerts.regular import preview
from pipelines.store import Store
from pipelines.store import schema as tables

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TEXT = (
    "各省、自治区、直辖市通信管理局：为进一步规范市场秩序，现开展清理整顿工作。"
    "未经批准，不得自行建立或租用专线（含虚拟专用网络VPN）开展跨境经营活动。"
    "本通知自印发之日起施行。"
)
HOSTILE = "<!channel> <@U1> <http://x|y> & *b* \x1b[31mred\u202e"


def article_id(number: int) -> str:
    return f"a{number:015x}"


def matter_id(number: int) -> str:
    return f"m{number:015x}"


def write_article(
    connection: Connection,
    number: int,
    *,
    title: str = "",
    text: str = TEXT,
    tier: str = "regulator",
    matter: int | None = None,
    published: datetime | None = NOW - timedelta(hours=1),
    day: date | None = None,
    url: str = "",
    source: str = "miit_notices",
    severity: str = "high",
    topics: tuple[str, ...] = ("vpn-crackdown",),
) -> str:
    """An article that matched one rule."""
    identity = article_id(number)
    connection.execute(
        insert(tables.articles).values(
            id=identity,
            key=f"https://www.miit.gov.cn/{number}",
            source=source,
            url=url or f"https://www.miit.gov.cn/art/{number}.html?a=1&b=2",
            title=title or f"关于清理规范互联网网络接入服务市场的通知（{number}）",
            text=text,
            published=published,
            published_day=day,
            doc_no=f"工信部信管函〔2017〕{number}号" if tier == "regulator" else "",
            tier=tier,
            authority="MIIT" if tier == "regulator" else "",
            whole=True,
            first_seen=NOW,
            sha256="x",
            twin=f"t{number}",
            matter=None if matter is None else matter_id(matter),
            relation="opens",
            matched=True,
            severity=severity,
            score=0.9,
            topics=list(topics),
            stage="final",
            instrument="normative-document",
            dates=[{"kind": "campaign-end", "date": "2018-03-31", "sentence": "……"}],
            disposition="alert",
        )
    )
    found = text.find("虚拟专用网络")
    evidence = {"rule": "vpn", "term": "虚拟专用网络", "gloss": "virtual private network", "field": "text"}
    evidence |= {"start": found, "end": found + 6, "quote": "虚拟专用网络"}
    connection.execute(
        insert(tables.matches).values(
            article=identity,
            rule="vpn-campaign",
            rule_hash=rule(connection),
            topic="vpn-crackdown",
            severity="high",
            score=0.9,
            silent=False,
            why="a regulator speaks of private networks across the border",
            evidence=[evidence] if found >= 0 else [],
        )
    )
    return identity


def rule(connection: Connection) -> str:
    known = connection.execute(tables.rule_texts.select().where(tables.rule_texts.c.hash == "h")).first()
    if known is None:
        connection.execute(insert(tables.rule_texts).values(hash="h", rule="vpn-campaign", text="…", at=NOW))
    return "h"


def write_matter(connection: Connection, number: int) -> str:
    identity = matter_id(number)
    connection.execute(
        insert(tables.matters).values(
            id=identity,
            title=f"通知（{number}）",
            doc_no=f"工信部信管函〔2017〕{number}号",
            authority="MIIT",
            opened_by=article_id(number),
            opened=NOW,
            updated=NOW,
            stage="final",
        )
    )
    return identity


def tell(
    store: Store, number: int, kind: str = "new", *, matter: int | None = None, at: datetime = NOW, **fields
) -> str:
    """One article with its intent, in one transaction; a `new` one opens the matter of its number."""
    with store.writing() as connection:
        if kind == "new" and matter is None:
            matter = number
            write_matter(connection, number)
        fields.setdefault("tier", "press" if kind == "report" else "regulator")
        identity = write_article(connection, number, matter=matter, **fields)
        store.outbox.intend(
            connection,
            kind,
            identity,
            at=at,
            article=identity,
            matter=None if matter is None else matter_id(matter),
            source="miit_notices",
        )
    return identity


def tell_story(store: Store, matters: int = 1, *, size: int = 3, channels: int = 0) -> list[str]:
    """For each matter a document, its questions and answers, then reports: articles in order.

    With `channels` the matters take turns in so many topics, `topic-0` and so on, for routes.
    """
    told = []
    for index in range(matters):
        first = index * size + 1
        topics = {"topics": (f"topic-{index % channels}",)} if channels else {}
        told.append(tell(store, first, **topics))
        kinds = ["follow-up", *["report"] * (size - 2)]
        told += [
            tell(store, first + step, kind, matter=first, **topics) for step, kind in enumerate(kinds, 1)
        ]
    return told


def snapshot(store: Store, path) -> str:
    """A copy of a SQLite store as a nightly backup would take it; its address."""
    with sqlite3.connect(str(store.engine.url.database)) as source, sqlite3.connect(path) as target:
        source.backup(target)
    source.close()
    target.close()
    return f"sqlite:///{path}"


def kinds(slack):
    """The kind of each message in the news channel, oldest first."""
    return [one.metadata["event_payload"]["kind"] for one in slack.messages("alerts")]


def states(store):
    """How many deliveries, digests aside, stand in each state."""
    with store.reading() as connection:
        query = "SELECT state, count(*) FROM deliveries WHERE kind <> 'digest' GROUP BY state"
        return {row[0]: row[1] for row in connection.execute(text(query))}


def previewed(store, settings, now, channel="#alerts"):
    """What the channel's regular digest would say now, in plain words, all its messages."""
    return "\n".join(one.text for one in preview(store, settings, channel, now))
