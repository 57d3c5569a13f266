"""Which pages are to be looked at again, who does it, and what became of a look.

Claimed and fenced like turns (`schedule`): a look commits only under its token. What a look means is
decided by `pipelines.life`; here it is written down, with what people are to be told. Never fetches.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, case, delete, func, select, update

from crawlers.article import Article, Entry, Moment
from crawlers.errors import LeaseLost
from crawlers.lease import LEASE_SECONDS, Look, Looked
from pipelines.life import STEPS, Life, after, wait
from pipelines.store.dialect import among, clock, insert_new, now, text
from pipelines.store.engine import reading, writing
from pipelines.store.events import Events
from pipelines.store.health_tables import health
from pipelines.store.intents import intend
from pipelines.store.leased import ours
from pipelines.store.page_tables import looks, versions
from pipelines.store.schema import articles, intents, sources

_THERE = "there"
"""In the memo of a page that is gone: when it was last seen."""

SOON = 3600.0
"""A list that words an entry otherwise brings its look forward, but not nearer to the last than this."""


def watch(connection: Connection, article: Article) -> None:
    """From now on look at this article's page, where it was read from a page of its own."""
    page = next((one for one in article.exchanges if one.url == article.url), None)
    if page is None:
        return
    memo = {"etag": page.header("ETag"), "last_modified": page.header("Last-Modified")}
    start(connection, article.id, article.source, {name: said for name, said in memo.items() if said})


def start(connection: Connection, article: str, source: str, memo: dict[str, str] | None = None) -> None:
    """Look at this page from now on; nothing where it is looked at already."""
    due = now(connection) + STEPS[0].total_seconds()
    row = insert_new(connection, looks).values(article=article, source=source, memo=memo or {}, due=due)
    connection.execute(row)


def sooner(connection: Connection, article: str, source: str) -> None:
    """Look at this page as soon as is polite, watched or not."""
    current = now(connection)
    row = insert_new(connection, looks).values(article=article, source=source, memo={}, due=current)
    connection.execute(row)
    held = select(looks.c.due, looks.c.looked).where(looks.c.article == article)
    due, looked = connection.execute(held).one()
    if due > current + SOON or not looked:
        connection.execute(
            update(looks)
            .where(looks.c.article == article)
            .values(due=current + SOON if looked else current, memo={})
        )


def claim(engine: Engine, wanted: Collection[str], worker: str, limit: int) -> list[Look]:
    """Take up to `limit` looks that are due at pages of these sources."""
    if limit <= 0 or not wanted:
        return []
    with writing(engine) as connection:
        current = clock(connection)
        free = (looks.c.lease_until <= current) | (looks.c.lease_until > current + 2 * LEASE_SECONDS)
        picked = (
            select(looks.c.article)
            .where(among(connection, looks.c.source, wanted), looks.c.due <= current, free)
            .order_by(looks.c.due, looks.c.article)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("picked")
        )
        taken = connection.execute(
            update(looks)
            .where(looks.c.article.in_(select(picked.c.article)))
            .values(
                lease_until=current + LEASE_SECONDS,
                lease_token=looks.c.lease_token + 1,
                lease_worker=worker,
            )
            .returning(looks)
        )
        rows = {row["article"]: row for row in taken.mappings()}
        found = select(articles).where(among(connection, articles.c.id, rows))
        pages = {row["id"]: row for row in connection.execute(found).mappings()}
    made = [
        Look(
            article=name,
            source=row["source"],
            entry=_entry(pages[name]),
            text=pages[name]["private_text"] or pages[name]["text"],
            token=row["lease_token"],
            due=row["due"],
            memo=row["memo"],
        )
        for name, row in rows.items()
    ]
    return sorted(made, key=lambda look: (look.due, look.article))


def _entry(row: RowMapping) -> Entry:
    """What the list said, as far as it is known."""
    at = row["published"]
    return Entry(
        key=row["key"],
        url=row["url"],
        title=row["title"],
        published=Moment(at, row["published_day"]) if at else None,
        guid=row["guid"],
        publisher=row["origin"],
    )


def next_look(engine: Engine, wanted: Collection[str]) -> float | None:
    """The earliest time at which one of these can be claimed, or None where there is none."""
    free = case((looks.c.lease_until > looks.c.due, looks.c.lease_until), else_=looks.c.due)
    with reading(engine) as connection:
        query = select(func.min(free)).where(among(connection, looks.c.source, wanted))
        found = connection.execute(query).scalar_one()
    return None if found is None else float(found)


def hold(connection: Connection, look: Look) -> RowMapping:
    """The look's row, held until the transaction ends. Raises LeaseLost unless the look is ours now."""
    row = ours(connection, looks, looks.c.article == look.article, look.token)
    if row is None:
        raise LeaseLost(f"the look at {look.entry.url} is over", "Another worker repeats it.")
    return row


def renew(engine: Engine, look: Look) -> None:
    """Hold the page for another LEASE_SECONDS. Raises LeaseLost."""
    with writing(engine) as connection:
        hold(connection, look)
        connection.execute(_of(look.article).values(lease_until=clock(connection) + LEASE_SECONDS))


def release(engine: Engine, look: Look, delay: float) -> None:
    """Give the look back. Raises LeaseLost."""
    with writing(engine) as connection:
        row = hold(connection, look)
        due = row["now"] + delay if delay > 0 else look.due
        connection.execute(_of(look.article).values(due=due, lease_until=0.0, lease_worker=""))


def finish(engine: Engine, look: Look, looked: Looked, at: datetime) -> str:
    """End the look, in one transaction: state, next due, event, intent. Raises LeaseLost.

    The state's name where it is another now, else an empty text.
    """
    with writing(engine) as connection:
        row = hold(connection, look)
        article = connection.execute(select(articles).where(articles.c.id == look.article)).mappings().one()
        was = Life(row["state"], row["since"], row["gone_since"], row["gone_looks"])
        life = after(was, looked.outcome, at, sound=_sound(connection, look.source, was, row["memo"]))
        if life.state == "withdrawn" != was.state:
            other = _elsewhere(connection, article)
            if other is not None:
                life = Life("moved", at)
                start(connection, other.id, other.source)
        pause = wait(life, article["first_seen"], at).total_seconds()
        values: dict[str, Any] = {
            "state": life.state,
            "since": life.since,
            "gone_since": life.gone_since,
            "gone_looks": life.gone_looks,
            "code": looked.code,
            "message": text(looked.message),
            "looked": row["looked"] + 1,
            "last": at,
            "due": row["now"] + (SOON if row["doubted"] else pause),
            "lease_until": 0.0,
            "lease_worker": "",
        }
        if row["doubted"]:  # ask for the whole next time: it must be seen twice
            values["memo"] = {}
        elif looked.memo is not None:
            values["memo"] = dict(looked.memo)
        elif was.state == "ok" != life.state and row["last"] is not None:
            values["memo"] = dict(row["memo"]) | {_THERE: row["last"].isoformat()}
        connection.execute(_of(look.article).values(**values))
        if life.state == was.state:
            changed = ""
        else:
            changed = life.state
            detail = {"state": life.state, "was": was.state, "code": looked.code, "message": looked.message}
            about: dict[str, Any] = {"at": at, "source": look.source, "article": look.article}
            Events.add(connection, "page", **about, matter=article["matter"], detail=detail)
            _tell(connection, article, was, life, at)
        if not article["matched"]:  # it was looked at because its list named it otherwise
            connection.execute(delete(looks).where(looks.c.article == look.article))
        return changed


def _tell(connection: Connection, article: RowMapping, was: Life, life: Life, at: datetime) -> None:
    kind = {"withdrawn": "withdrawn", "ok": "returned"}.get(life.state, "")
    if not article["matched"] or not kind or (kind == "returned" and was.state != "withdrawn"):
        return
    detail = {
        "since": was.gone_since.isoformat() if was.gone_since else "",
        "looks": str(life.gone_looks or was.gone_looks),
        "url": article["url"],
    }
    told(connection, kind, article, at, detail)


def told(
    connection: Connection, kind: str, article: RowMapping, at: datetime, detail: dict[str, Any]
) -> None:
    """Write the intent: the first, the second … withdrawal or return of this article."""
    before = (intents.c.kind == kind, intents.c.article == article["id"])
    number = int(connection.scalar(select(func.count()).select_from(intents).where(*before)) or 0) + 1
    intend(
        connection,
        kind,
        f"{article['id']}:{number}",
        at=at,
        article=article["id"],
        matter=article["matter"],
        source=article["source"],
        detail=detail,
    )


def found_again(connection: Connection, older: str, article: Article, at: datetime) -> None:
    """A page that was told as withdrawn is there again, under another address."""
    row = connection.execute(select(looks).where(looks.c.article == older)).mappings().one_or_none()
    if row is None or row["state"] not in {"gone", "withdrawn"}:
        return
    watch(connection, article)
    moved = {"state": "moved", "since": at, "gone_since": None, "gone_looks": 0}
    connection.execute(_of(older).values(**moved))
    if row["state"] == "withdrawn":
        stored = connection.execute(select(articles).where(articles.c.id == older)).mappings().one()
        since = row["gone_since"].isoformat() if row["gone_since"] else ""
        told(connection, "returned", stored, at, {"since": since, "looks": "", "url": article.url})


def _sound(connection: Connection, source: str, was: Life, memo: Mapping[str, str]) -> bool:
    """The source's own list is well, and was read since the page went: its site is there, the page is not.

    Where the list had a gap since the page was last there, the page may stand among what was missed: a
    redesign that moved everything is no withdrawal of everything.
    """
    query = select(sources.c.state, sources.c.last_ok).where(sources.c.id == source)
    row = connection.execute(query).one_or_none()
    if row is None:
        return True
    known = row.last_ok is not None and (was.gone_since is None or row.last_ok >= was.gone_since)
    if not known or row.state not in {"ok", "gap", "quiet", "stale", "new"}:
        return False
    there = datetime.fromisoformat(memo[_THERE]) if _THERE in memo else was.gone_since
    gaps = select(health.c.id).where(health.c.source == source, health.c.state == "gap")
    if there is not None:
        gaps = gaps.where(health.c.last >= there)
    return there is None or connection.execute(gaps.limit(1)).first() is None


def _elsewhere(connection: Connection, article: RowMapping) -> Any:
    """The same text under another address that is there, as far as is known."""
    absent = select(looks.c.article).where(looks.c.state.in_(("gone", "withdrawn", "moved")))
    former = select(versions.c.article).where(versions.c.twin == article["twin"])
    return connection.execute(
        select(articles.c.id, articles.c.source)
        .where(
            (articles.c.twin == article["twin"]) | articles.c.id.in_(former),
            articles.c.id != article["id"],
            articles.c.tier == article["tier"],
            articles.c.id.not_in(absent),
        )
        .order_by(articles.c.first_seen.desc(), articles.c.id)
        .limit(1)
    ).one_or_none()


def _of(article: str) -> Any:
    return update(looks).where(looks.c.article == article)
