"""Rows of the store as records: what every format writes, in one shape and with times as people read them.

Rows come from `store.articles.rows_for_export`, an article each with its matches and deliveries, and are
turned as they come, so that a million need no memory. Never reads the store, a clock or the network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any, Literal

from pipelines.quoting import quoted

Per = Literal["article", "alert"]
Row = Mapping[str, Any]
Record = Mapping[str, Any]
Excerpt = Callable[[str, Sequence[tuple[int, int, str]]], str]
"""A text and the places of matched words in it (start, end, quote) to at most 300 characters."""

COLUMNS: tuple[str, ...] = (
    "article_id",
    "matter_id",
    "doc_no",
    "stage",
    "title",
    "url",
    "source",
    "tier",
    "lang",
    "published",
    "first_seen",
    "topics",
    "severity",
    "score",
    "terms",
    "excerpt",
    "alert_state",
    "sent_at",
    "ack_by",
    "ack_at",
    "sha256",
    "authority",
    "rule",
    "rule_version",
    "gloss",
    "why",
)

WORST: tuple[str, ...] = (
    "rejected",
    "pending",
    "sending",
    "held",
    "digest",
    "silenced",
    "sent",
    "baseline",
    "none",
)
"""Alert states, the one that needs a person most first: what no one was told outranks what was told."""


def records(
    rows: Iterable[Row], zone: tzinfo, excerpt: Excerpt, *, per: Per = "article"
) -> Iterator[dict[str, Any]]:
    """The rows as records of COLUMNS plus text, evidence, attachments, review and dates.

    Lists are lists and a missing value is None; times are texts in `zone`. With `per="alert"` there
    is a record for each alert and channel, which also has `alert_id` and `channel`; an article
    without an alert has none.
    """
    for row in rows:
        record = _record(row, zone, excerpt)
        if per == "article":
            yield record
            continue
        for delivery in row.get("deliveries") or ():
            yield record | {
                "alert_state": delivery["state"],
                "sent_at": shown(delivery.get("sent"), zone),
                "alert_id": delivery["id"],
                "channel": delivery["channel"],
            }


def _record(row: Row, zone: tzinfo, excerpt: Excerpt) -> dict[str, Any]:
    told = [match for match in row.get("matches") or () if not match["silent"]]
    evidence = [found for match in told for found in match["evidence"]]
    terms = list(dict.fromkeys(found["term"] for found in evidence))
    glosses = {found["term"]: found["gloss"] for found in reversed(evidence)}
    whole = row.get("private_text") or row["text"]
    files = {one["url"]: one["text"] for one in row.get("files") or ()}
    places = [
        (one["field"], one.get("attachment", ""), one["start"], one["end"], one["quote"]) for one in evidence
    ]
    text, spans, _ = quoted(whole, files, places)
    state, sent = _told(row)
    return {
        "article_id": row["id"],
        "matter_id": row["matter"],
        "doc_no": row["doc_no"] or None,
        "stage": row["stage"] or None,
        "title": row["title"],
        "url": row["url"],
        "source": row["source"],
        "tier": row["tier"],
        "lang": row["lang"] or None,
        "published": shown(row["published_day"] or row["published"], zone),
        "first_seen": shown(row["first_seen"], zone),
        "topics": list(row["topics"]),
        "severity": row["severity"],
        "score": round(float(row["score"]), 3),
        "terms": [_written(term, evidence) for term in terms],
        "excerpt": excerpt(text, spans),
        "alert_state": state,
        "sent_at": shown(sent, zone),
        "ack_by": row.get("ack_by"),
        "ack_at": shown(row.get("ack_at"), zone),
        "sha256": row["sha256"],
        "authority": row["authority"] or None,
        "rule": [match["rule"] for match in told],
        "rule_version": [match["rule_hash"] for match in told],
        "gloss": [glosses[term] for term in terms],
        "why": [match["why"] for match in told],
        "text": row["text"],
        "evidence": [_placed(found) for found in evidence],
        "attachments": file_records(row),
        "review": row.get("review") or None,
        "dates": list(row.get("dates") or ()),
    }


def _written(term: str, evidence: Iterable[Row]) -> str:
    """The term; of one that is the beginning of words (`unauthori`) the word as it first stands there."""
    quotes = [found["quote"] for found in evidence if found["term"] == term]
    rests = [quote[len(term) :] if quote.casefold().startswith(term.casefold()) else "" for quote in quotes]
    # `VPNs` is a VPN; a Chinese word is found whole, whatever the script it stands in
    if not all(rest.isascii() and rest.isalpha() and rest != "s" for rest in rests):
        return str(term)
    return str(quotes[0])


def file_records(row: Row) -> list[dict[str, Any]]:
    """The files that the page lists, and what became of each; of what they say a hash."""
    told = {one["url"]: one for one in row.get("files") or ()}
    return [_file(listed, told.get(listed["url"])) for listed in row.get("attachments") or ()]


def _file(listed: Mapping[str, Any], row: Mapping[str, Any] | None) -> dict[str, Any]:
    known: Mapping[str, Any] = row or {}
    text = known.get("text", "")
    return {
        "name": listed["name"],
        "url": listed["url"],
        "state": known.get("state", "listed"),
        "reason": known.get("reason") or None,
        "kind": known.get("kind") or None,
        "bytes": known.get("size") or None,
        "sha256": known.get("sha256") or None,
        "text_sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if text else None,
    }


def _placed(found: Mapping[str, Any]) -> dict[str, Any]:
    """Evidence whose offsets are those of the exported text; None where an extract leaves the place out."""
    kept = found.get("kept", found["start"])
    end = None if kept is None else kept + found["end"] - found["start"]
    return {**{key: value for key, value in found.items() if key != "kept"}, "start": kept, "end": end}


def _told(row: Row) -> tuple[str, datetime | None]:
    """The worst alert state over the channels, and the first time it was sent."""
    deliveries = row.get("deliveries") or ()
    states = {delivery["state"] for delivery in deliveries}
    state = str(row["disposition"])
    if states:
        state = min(states, key=WORST.index)
    elif state == "alert":  # its intent is not routed yet
        state = "pending"
    return state, min((delivery["sent"] for delivery in deliveries if delivery.get("sent")), default=None)


def shown(moment: datetime | date | None, zone: tzinfo) -> str | None:
    """A time as ISO 8601 with the offset of `zone`, to the second; a bare date as it is."""
    if isinstance(moment, datetime):
        return moment.astimezone(zone).isoformat(timespec="seconds")
    return moment.isoformat() if moment else None
