"""Records as an iCalendar of what is due: comment deadlines, effective dates, ends of campaigns.

One all-day event for each date of each matched article; the same date of copies of one matter is one event.
The id is derived, so that a calendar that subscribes moves an event and never doubles it. Never reads the
store, a clock or the network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import BinaryIO

from icalendar import Calendar, Event

from pipelines.export.records import Record
from pipelines.export.syndicate import sound, web_address

NAMES = {"effective": "In force", "deadline": "Comments due", "campaign-end": "Campaign ends"}
"""The kinds of dates (`pipelines.date_phrases`) in words; another kind is named as it is."""


def write_calendar(records: Iterable[Record], stream: BinaryIO, now: datetime) -> int:
    """Write the calendar to a binary stream; how many events it has."""
    calendar = Calendar()
    calendar.add("prodid", "-//Gatewatch//Dates of telecom rules//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Gatewatch: dates of telecom rules")
    seen: set[str] = set()
    for record in records:
        for found in record["dates"]:
            event = _event(
                record, found["kind"], date.fromisoformat(found["date"][:10]), found.get("sentence", ""), now
            )
            uid = str(event["uid"])
            if uid not in seen:
                seen.add(uid)
                calendar.add_component(event)
    stream.write(calendar.to_ical())
    return len(seen)


def _event(record: Record, kind: str, day: date, sentence: str, now: datetime) -> Event:
    of = record["matter_id"] or record["article_id"]
    event = Event()
    event.add("uid", hashlib.sha256(f"{of}\n{kind}\n{day}".encode()).hexdigest()[:32] + "@gatewatch")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    number = f"{record['doc_no']} " if record["doc_no"] else ""
    event.add("summary", sound(f"{NAMES.get(kind, kind)}: {number}{record['title']}"))
    lines = [sentence, record["authority"] or record["source"], "; ".join(record["topics"]), record["url"]]
    event.add("description", sound("\n".join(line for line in lines if line)))
    if url := web_address(record["url"]):
        event.add("url", url)
    event.add("categories", list(record["topics"]))
    event.add("transp", "TRANSPARENT")
    return event
