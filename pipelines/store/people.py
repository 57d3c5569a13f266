"""What people say of matters and articles: marked, joined, split. Each is an event.

Who, when and why are in the event, with all that it changed; nothing is overwritten, and what was told
stays as it was told. Raises ConfigError for what cannot be, with what to do instead. Never decides itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from crawlers.article import OFFICIAL
from crawlers.errors import ConfigError
from pipelines.matter import apart, candidate_keys, facts
from pipelines.store.candidates import candidates
from pipelines.store.changing import Change, apply, iso, lock
from pipelines.store.dialect import among, insert_new, one_at_a_time, short
from pipelines.store.events import Events
from pipelines.store.judgements import LOCK
from pipelines.store.rows import article_of
from pipelines.store.schema import articles, matter_keys, matter_links, matters
from pipelines.store.shape import LIST, standing

BECAUSE = ("wrong-term", "wrong-source", "duplicate", "other")
"""Why something is not relevant."""
_OFFICIALS = 50
"""So many official members of a matter are looked at for the keys that it needs."""
_ADOPTED = ("title", "doc_no", "authority", "opened_by", "opened", "stage")


def mark(
    connection: Connection,
    target: str,
    *,
    relevant: bool,
    because: str,
    by: str,
    reason: str,
    now: datetime,
) -> int:
    """Say that an article, or all of a matter, is relevant or not. The event's number."""
    article = matter = None
    if target.startswith("m"):
        matter = standing(connection, [target])[0]["id"]
    else:
        found = connection.execute(select(articles.c.id, articles.c.matter).where(articles.c.id == target))
        row = found.one_or_none()
        if row is None:
            raise ConfigError(f"there is no article or matter {target!r}", LIST)
        article, matter = row.id, row.matter
    detail = {"by": by, "reason": reason, "relevant": relevant, "because": because}
    return Events.add(connection, "marked", at=now, article=article, matter=matter, detail=detail)


def join(connection: Connection, names: Sequence[str], *, by: str, reason: str, now: datetime) -> int:
    """Make several matters one, the first named. The event's number."""
    one_at_a_time(connection, [LOCK])
    first, *others = standing(connection, names)
    if not others or first["id"] in {row["id"] for row in others}:
        raise ConfigError("these are one matter already", "Name two matters or more.")
    locked = lock(connection, [row["id"] for row in (first, *others)])
    main = locked[first["id"]]
    change = Change(rows={main["id"]: {"updated": [iso(main["updated"]), iso(now)]}})
    official = _official(connection, [row["opened_by"] for row in (first, *others)])
    document = next((row for row in (first, *others) if row["opened_by"] in official), first)
    if document["id"] != main["id"]:  # what the matter is called is what the regulator's document is called
        adopted = {column: [iso(main[column]), iso(document[column])] for column in _ADOPTED}
        change.rows[main["id"]] |= {column: pair for column, pair in adopted.items() if pair[0] != pair[1]}
    gone = {row["id"] for row in others}
    for row in locked.values():
        if row["id"] in gone or row["joined"] in gone:
            change.rows[row["id"]] = {"joined": [row["joined"], main["id"]]}
    for one in connection.execute(
        select(articles.c.id, articles.c.matter, articles.c.relation)
        .where(among(connection, articles.c.matter, gone))
        .order_by(articles.c.id)
    ):
        moved = {"article": one.id, "was": [one.matter, one.relation], "is": [main["id"], one.relation]}
        change.articles.append(moved)
    for held in connection.execute(select(matter_keys).where(among(connection, matter_keys.c.matter, gone))):
        was = [held.matter, held.official, iso(held.since)]
        change.keys.append({"key": held.key, "was": was, "is": [main["id"], held.official, iso(now)]})
    detail = {"by": by, "reason": reason, "matters": [main["id"], *sorted(gone)]} | change.as_detail()
    event = Events.add(connection, "joined", at=now, matter=main["id"], detail=detail)
    apply(connection, change, event=event, at=now)
    return event


def split(
    connection: Connection, matter: str, chosen: Sequence[str], *, by: str, reason: str, now: datetime
) -> tuple[int, str]:
    """Take articles out of a matter into one of their own, opened by the first. Event and new matter."""
    one_at_a_time(connection, [LOCK])
    chosen = list(dict.fromkeys(chosen))
    home = standing(connection, [matter])[0]
    locked = lock(connection, [home["id"]])
    home = locked[home["id"]]
    members = _members(connection, home["id"], chosen)
    opened = {home["opened_by"], "a" + home["id"][1:]} & set(chosen)
    if opened:
        raise ConfigError(f"{min(opened)} opened the matter {home['id']}", "Split the others off it instead.")
    opener = members[chosen[0]]
    new = "m" + opener["id"][1:]
    before = locked.get(new)
    change = Change(rows={home["id"]: {"updated": [iso(home["updated"]), iso(now)]}})
    if any(row["relation"] == "amendment" for row in members.values()):
        change.rows[home["id"]]["stage"] = [home["stage"], _stage(connection, home, chosen)]
    if before is None:
        connection.execute(insert_new(connection, matters).values(_opened(opener, new, now)))
    else:
        change.rows[new] = {
            "joined": [before["joined"], None],
            "updated": [iso(before["updated"]), iso(now)],
        }
    for name in chosen:
        was = members[name]["relation"]
        relation = "opens" if name == opener["id"] else was
        change.articles.append({"article": name, "was": [home["id"], was], "is": [new, relation]})
    _part(connection, change, home, opener, new, chosen, now)
    detail = {"by": by, "reason": reason, "matters": [home["id"], new]} | change.as_detail()
    event = Events.add(connection, "split", at=now, matter=home["id"], detail=detail)
    apply(connection, change, event=event, at=now)
    return event, new


def _part(
    connection: Connection,
    change: Change,
    home: Mapping[str, Any],
    opener: Mapping[str, Any],
    new: str,
    chosen: Collection[str],
    now: datetime,
) -> None:
    """The keys and links that the new matter takes: its opener's own, less those that the old one needs."""
    article = article_of(opener)
    said = facts(article)
    placement = apart(article, said, candidates(connection, candidate_keys(said, article)))
    rest = select(articles).where(
        articles.c.matter == home["id"], articles.c.tier.in_(OFFICIAL) | (articles.c.id == home["opened_by"])
    )
    kept = {
        short(key)
        for row in connection.execute(rest.order_by(articles.c.first_seen).limit(_OFFICIALS)).mappings()
        if row["id"] not in chosen
        for key in facts(article_of(dict(row))).keys
    }
    own = {short(key) for key in said.keys}
    keys = {short(key): official for key, official in placement.keys}
    query = select(matter_keys).where(among(connection, matter_keys.c.key, list(keys)))
    held = {row.key: row for row in connection.execute(query)}
    for key in sorted(keys.keys() - kept):
        now_at = held.get(key)
        if now_at is not None and not keys[key] and not (key in own and now_at.matter == home["id"]):
            continue  # somebody's already, with as good a right
        was = None if now_at is None else [now_at.matter, now_at.official, iso(now_at.since)]
        change.keys.append({"key": key, "was": was, "is": [new, keys[key], iso(now)]})
    had = select(matter_links.c.cites).where(matter_links.c.matter == new)
    known = set(connection.execute(had).scalars())
    for cited in sorted(set(placement.cites) - known - {new}):
        change.links.append({"link": [new, cited], "was": None, "is": [iso(now)]})


def _members(connection: Connection, matter: str, chosen: Collection[str]) -> dict[str, Mapping[str, Any]]:
    query = select(articles).where(among(connection, articles.c.id, chosen), articles.c.matter == matter)
    found: dict[str, Mapping[str, Any]] = {
        row["id"]: dict(row) for row in connection.execute(query).mappings()
    }
    missing = [name for name in chosen if name not in found]
    if missing or not chosen:
        raise ConfigError(
            f"{', '.join(missing) or 'nothing'} is not in the matter {matter}",
            f"`gatewatch matters show {matter}` shows what is.",
        )
    return found


def _official(connection: Connection, ids: Collection[str]) -> set[str]:
    query = select(articles.c.id).where(among(connection, articles.c.id, ids), articles.c.tier.in_(OFFICIAL))
    return set(connection.execute(query).scalars())


def _stage(connection: Connection, home: Mapping[str, Any], gone: Collection[str]) -> str:
    """The stage without these articles: the last amendment's, else the opening one's."""
    query = (
        select(articles.c.stage)
        .where(
            articles.c.matter == home["id"],
            (articles.c.relation == "amendment") | (articles.c.id == home["opened_by"]),
            ~among(connection, articles.c.id, gone),
        )
        .order_by((articles.c.relation == "amendment").desc(), articles.c.first_seen.desc())
        .limit(1)
    )
    return connection.execute(query).scalar() or ""


def _opened(row: Mapping[str, Any], matter: str, now: datetime) -> dict[str, Any]:
    columns = {name: row[name] for name in ("title", "doc_no", "authority", "stage")}
    times = {"opened": row["published"] or row["first_seen"], "updated": now}
    return columns | times | {"id": matter, "opened_by": row["id"]}
