"""From the store's rows to the facts of one message. Never words, never sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from alerts.alert import (
    CHANGES,
    TELLINGS,
    Alert,
    Baseline,
    Change,
    Cover,
    Digest,
    Due,
    Health,
    Line,
    Lost,
    Outage,
    Pointer,
    Told,
    Way,
)
from alerts.settings import AlertSettings
from crawlers.article import OFFICIAL, Moment
from pipelines.health.coverage import UNCOVERED
from pipelines.match import DateFact, Evidence, Match
from pipelines.store.files import as_told
from pipelines.store.telling import Material


def gather(material: Material, settings: AlertSettings, *, threaded: bool, repeated: bool = False) -> Alert:
    """The alert of a delivery. `threaded`: it will stand in its matter's thread, so need not name it."""
    delivery, intent = material.delivery, material.intent
    follows = None
    if material.parent is not None and not threaded:
        label, permalink, address = material.parent
        follows = Pointer(label, permalink or address)
    told = None
    if material.article is not None:
        told = _told(material.article, material.matches, settings.names)
        told = replace(told, kept=material.kept, files=tuple(map(as_told, material.files)))
    health, outage = _sources(intent, settings.names) if delivery["kind"] == "source" else (None, None)
    return Alert(
        id=delivery["id"],
        kind=delivery["kind"],
        subject=intent["subject"],
        at=intent["at"],
        language=settings.language,
        zone=settings.zone,
        article=told,
        matter=delivery["matter"] or "",
        follows=follows,
        cites=tuple(Pointer(label, permalink or address) for label, permalink, address in material.cites),
        health=health,
        outage=outage,
        cover=_cover(intent["detail"], settings.names) if delivery["kind"] == "coverage" else None,
        baseline=_baseline(intent["detail"], settings.names) if delivery["kind"] == "baseline" else None,
        digest=_digest(intent["detail"], material.items, settings.names)
        if delivery["kind"] == "digest"
        else None,
        change=_change(intent["detail"]) if delivery["kind"] in CHANGES else None,
        due=_due(intent["detail"]) if delivery["kind"] == "deadline" else None,
        repeated=repeated,
        elsewhere=material.elsewhere,
        answers=settings.answers,
        note={name: str(value) for name, value in intent["detail"].items() if isinstance(value, str)},
    )


def _told(row: Mapping[str, Any], fired: tuple[Mapping[str, Any], ...], names: Mapping[str, str]) -> Told:
    return Told(
        id=row["id"],
        title=row["title"],
        url=row["url"],
        source=row["source"],
        source_name=names.get(row["source"], row["source"]),
        tier=row["tier"],
        first_seen=row["first_seen"],
        authority=row["authority"],
        lang=row["lang"],
        published=Moment(row["published"], row["published_day"]) if row["published"] else None,
        doc_no=row["doc_no"],
        origin=row["origin"],
        stage=row["stage"],
        instrument=row["instrument"],
        severity=row["severity"] or "",
        topics=tuple(row["topics"]),
        dates=tuple(_date(fact) for fact in row["dates"]),
        matches=tuple(_match(match) for match in fired),
        text=row["private_text"] or row["text"],
        whole=row["whole"],
        attachments=len(row["attachments"]),
    )


def _date(fact: Mapping[str, Any]) -> DateFact:
    return DateFact(fact["kind"], date.fromisoformat(str(fact["date"])[:10]), str(fact.get("sentence", "")))


def _match(row: Mapping[str, Any]) -> Match:
    return Match(
        rule=row["rule"],
        rule_hash=row["rule_hash"],
        topic=row["topic"],
        severity=row["severity"],
        score=row["score"],
        evidence=tuple(_evidence(row["rule"], found) for found in row["evidence"]),
        why=row["why"],
        silent=row["silent"],
    )


def _evidence(rule: str, found: Mapping[str, Any]) -> Evidence:
    return Evidence(
        rule=str(found.get("rule", rule)),
        term=str(found.get("term", "")),
        gloss=str(found.get("gloss", "")),
        field=found.get("field", "text"),
        start=int(found.get("start", 0)),
        end=int(found.get("end", 0)),
        quote=str(found.get("quote", "")),
        attachment=str(found.get("attachment", "")),
    )


def _sources(intent: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Health | None, Outage | None]:
    """From what `pipelines.store.watching` wrote: one source's change, or that of several together."""
    detail = intent["detail"]
    members = detail.get("members", [detail])
    if len(members) == 1 and detail.get("why") != "network":
        return _health(members[0], intent["source"] or intent["subject"].partition(":")[0], names), None
    return None, Outage(
        worse=bool(detail.get("worse")),
        members=tuple(_health(one, str(one.get("source", "")), names) for one in members),
        why=str(detail.get("why", "")),
        since=_time(detail.get("was_since")),
    )


def _health(detail: Mapping[str, Any], source: str, names: Mapping[str, str]) -> Health:
    return Health(
        source=source,
        name=names.get(source, source),
        state=str(detail.get("state", "")),
        code=str(detail.get("code", "")),
        message=str(detail.get("message", "")),
        remedy=str(detail.get("remedy", "")),
        was=str(detail.get("was", "")),
        was_code=str(detail.get("was_code", "")),
        since=_time(detail.get("was_since")),
        host=str(detail.get("host", "")),
        changes=int(detail.get("changes", 0)),
    )


def _cover(detail: Mapping[str, Any], names: Mapping[str, str]) -> Cover:
    """From what `pipelines.store.watching` wrote of authorities."""
    return Cover(
        worse=bool(detail.get("worse")),
        authorities=tuple(
            Lost(
                str(one["authority"]),
                tuple(_way(road, names) for road in one.get("roads", ())),
                _time(one.get("last_ok")),
                _time(one.get("told_at")),
            )
            for one in detail.get("authorities", ())
        ),
        network=detail.get("why") == "network",
    )


def _way(road: Mapping[str, Any], names: Mapping[str, str]) -> Way:
    source = str(road.get("source", ""))
    return Way(
        source=source,
        name=names.get(source, source),
        host=str(road.get("host", "")),
        own=bool(road.get("own")),
        open=bool(road.get("open")),
        state=str(road.get("state", "")),
        code=str(road.get("code", "")),
        since=_time(road.get("since")),
    )


def _time(said: object) -> datetime | None:
    return datetime.fromisoformat(said) if isinstance(said, str) and said else None


def _change(detail: Mapping[str, Any]) -> Change:
    """From what an amendment, a withdrawal or a return wrote (`pipelines.store.amending`, `looks`)."""
    since, looks = str(detail.get("since", "")), str(detail.get("looks", ""))
    return Change(
        parts=tuple((str(tag), str(text)) for tag, text in detail.get("parts", ())),
        removed=int(detail.get("removed", 0)),
        added=int(detail.get("added", 0)),
        stays=bool(detail.get("matched_now", True)),
        joins=not detail.get("matched_before", True),
        since=datetime.fromisoformat(since) if since else None,
        looks=int(looks) if looks.isdigit() else 0,
        url=str(detail.get("url", "")),
    )


def _due(detail: Mapping[str, Any]) -> Due:
    """From what `pipelines.store.deadlines` wrote."""
    return Due(_date(detail), int(detail["left"]), date.fromisoformat(detail["today"]))


def _baseline(detail: Mapping[str, Any], names: Mapping[str, str]) -> Baseline:
    """From what the end of a round wrote (`pipelines.store.baseline`)."""
    sources = [str(source) for source in detail.get("sources", ())]
    first = bool(detail.get("first", True))
    return Baseline(
        recent=int(detail.get("recent", 0)),
        stored=int(detail.get("articles", 0)),
        sources=len(sources),
        source="" if first or not sources else names.get(sources[0], sources[0]),
        newest=tuple(
            Pointer(str(one.get("title", "")), str(one.get("url", "")), str(one.get("published", ""))[:10])
            for one in detail.get("newest", ())
        ),
        missing=int(detail.get("missing", 0)),
    )


def _digest(
    detail: Mapping[str, Any], items: Sequence[Mapping[str, Any]], names: Mapping[str, str]
) -> Digest:
    """From what `pipelines.store.digests` fixed: a list of what waited, or the sum of a regular time."""
    if "since" not in detail:
        lines = tuple(_item(one, names) for one in items)
        part, parts, count = (int(detail.get(name, 1)) for name in ("part", "parts", "count"))
        return Digest(
            lines,
            part,
            parts,
            count if parts > 1 else len(lines),  # what was told before is left out
            press="thread" in detail,
            members=tuple(str(one["id"]) for one in items),
            articles=tuple(str(one["subject"]) for one in items if one["kind"] in TELLINGS),
        )
    watched = detail.get("authorities", ())
    return Digest(
        tuple(_line(one, names) for one in detail.get("lines", ())),
        part=int(detail.get("part", 1)),
        parts=int(detail.get("parts", 1)),
        since=datetime.fromisoformat(detail["since"]),
        until=datetime.fromisoformat(detail["until"]),
        matched=int(detail.get("matched", 0)),
        topics=tuple((str(topic), int(count)) for topic, count in detail.get("topics", {}).items()),
        elsewhere=int(detail.get("elsewhere", 0)),
        held=int(detail.get("held", 0)),
        silenced=int(detail.get("silenced", 0)),
        review=int(detail.get("review", 0)),
        more=int(detail.get("more", 0)),
        sources=int(detail.get("sources", 0)),
        covered=tuple(one["authority"] for one in watched if one["status"] != UNCOVERED and not _hours(one)),
        uncovered=tuple(one["authority"] for one in watched if one["status"] == UNCOVERED),
        blind=tuple(
            (one["authority"], _hours(one)) for one in watched if one["status"] != UNCOVERED and _hours(one)
        ),
        ill=tuple((names.get(one["source"], one["source"]), one["state"]) for one in detail.get("ill", ())),
    )


def _hours(one: Mapping[str, Any]) -> int:
    """For how many whole hours no road was open."""
    return int(one["blind"]) // 3600


def _item(row: Mapping[str, Any], names: Mapping[str, str]) -> Line:
    seen = row["published_day"] or row["published"] or row["first_seen"]
    due = row["detail"] if row["kind"] == "deadline" else None
    return _line({**row, "day": seen.isoformat()[:10], "due": due}, names)


def _line(one: Mapping[str, Any], names: Mapping[str, str]) -> Line:
    """From a row of what waited, or from a line that `alerts.summing` fixed."""
    title, source = str(one["title"]), str(one["source"])
    return Line(
        Pointer(f"{one['doc_no']} {title}".strip(), str(one["url"]), str(one["day"])),
        kind=str(one["kind"]),
        severity=str(one["severity"] or ""),
        source=names.get(source, source),
        official=one["tier"] in OFFICIAL,
        due=_date(one["due"]) if one.get("due") else None,
        under=str(one.get("under", "")),
        articles=int(one.get("articles", 1)),
        title=title,
    )
