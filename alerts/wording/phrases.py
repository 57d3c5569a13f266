"""The sentences that facts make, in a channel's language.

Pure. Only says what the facts say: a fact that is missing is left out, never guessed. All foreign
text that passes through is cleaned here.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from alerts.alert import Alert, Change, Due, Told
from alerts.second.words import road_words
from alerts.wording.inert import clean
from alerts.wording.objects import MANNER, OBJECT
from alerts.wording.words import CHINESE, ENGLISH, Words, counted
from crawlers.article import Moment
from pipelines.facts import BEIJING
from pipelines.occasions import occasion_on

MOST_TOPICS = 2
MOST_TERMS = 4
"""What a reader takes in at a glance; the CSV has them all."""
_GLOSS = 50
"""Code points of a gloss."""
# "telecom licences": words of four letters and more
_WORD = re.compile(r"[^\W\d_]{4,}|VPN", re.IGNORECASE)
# not strftime: its month names follow the machine's locale
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def beforehand(alert: Alert, say: Words) -> list[str]:
    """What is said first of the message itself: it may be there already, or was told by another road."""
    lines = [say.repeated] if alert.repeated else []
    if alert.elsewhere is not None:
        road, at = alert.elsewhere
        use = road_words(say)
        lines.append(use.meanwhile.format(road=use.roads.get(road, road), when=when(at, alert.zone, say)))
    return lines


def sentences(told: Told, kind: str, say: Words) -> list[str]:
    """What an article is, as sentences from its facts: who did what, on what, with which dates, why."""
    lines = [_act(told, kind, say)]
    if terms := _terms(told, say):
        lines.append(say.concerns.format(terms=say.comma.join(terms)))
    dates = [fact for fact in told.dates if fact.kind in say.dates][:4]
    lines += [say.dates[fact.kind].format(day=spoken(fact.date, say)) for fact in dates]
    reason = next((match.why for match in told.matches if match.why), "")
    if reason and say is ENGLISH:  # rules give their reasons in English; the Chinese line has the terms
        # "telecom licences: 增值电信 (value-added telecom), …": the words stand in the line above already
        why = clean(reason.partition(": ")[0], 160).rstrip(".")
        if not _says(lines[0], why):
            lines.append(say.why.format(why=why))
    return lines


def becoming(told: Told, kind: str, change: Change, zone: ZoneInfo, say: Words) -> list[str]:
    """What became of an article's page, as sentences: amended, withdrawn, there again."""
    named = {"who": _who(told, say), "what": _what(told, say), "number": _number(told)}
    since = when(change.since, zone, say) if change.since else "—"
    if kind == "withdrawn":
        looks = counted(say, "gone_looks", change.looks)
        return [say.withdrawn.format(since=since, looks=looks, **named), say.no_repeal]
    if kind == "returned":
        lines = [say.returned.format(since=since, **named)]
        if change.url and change.url != told.url:
            lines.append(say.returned_elsewhere.format(url=clean(change.url, 200)))
        return lines
    counts = (("removed", change.removed), ("added", change.added))
    changed = say.comma.join(counted(say, what, count) for what, count in counts if count)
    lines = [say.amended.format(change=changed, **named)]
    if not change.stays:
        lines.append(say.unmatched)
    if change.joins:
        lines.append(say.now_matched)
    return lines


def coming(told: Told, due: Due, say: Words) -> list[str]:
    """A date that comes near, and whose; with the day of counting, so that it is true when read later."""
    act = say.dates[due.fact.kind].format(day=spoken(due.fact.date, say))
    left = counted(say, "days", due.left)
    return [say.coming.format(act=act, left=left, on=spoken(due.on, say)), _act(told, "new", say)]


def _who(told: Told, say: Words) -> str:
    publisher = told.source_name or told.source
    own = say.authorities.get(told.authority, told.authority) if told.official else told.origin
    return clean(own or publisher, 60)


def _what(told: Told, say: Words) -> str:
    return say.instruments.get(told.instrument, say.instruments["report"])


def _number(told: Told) -> str:
    return f" {clean(told.doc_no, 60)}" if told.doc_no else ""


def _says(line: str, why: str) -> bool:
    """Whether the line has every word of the reason already; small words and endings do not count."""
    said = {word[:5] for word in _WORD.findall(line.casefold())}
    return {word[:5] for word in _WORD.findall(why.casefold())} <= said


def _act(told: Told, kind: str, say: Words) -> str:
    publisher = told.source_name or told.source
    if told.official:
        who = say.authorities.get(told.authority, told.authority) or publisher
        act = "copy" if kind == "report" else told.stage if told.stage in say.acts else "reported"
        if act == "copy":
            who = publisher
    else:
        who, act = told.origin or publisher, "report"
    # A regulator issues rules, and no analyses: what it publishes is only of a kind with them.
    kinds = [topic for topic in told.topics if not (told.official and topic == "analysis")]
    topics = [say.topics.get(topic, topic) for topic in kinds[:MOST_TOPICS]]
    return say.acts[act].format(
        who=clean(who, 60),
        what=_what(told, say),
        number=_number(told),
        topics=say.comma.join(clean(topic, 60) for topic in topics) or say.watched,
    )


def _terms(told: Told, say: Words) -> list[str]:
    """What is regulated: matched words, glossed in English: `leased line (专线)`; each meaning once."""
    terms: dict[str, str] = {}
    for match in told.matches:
        for found in match.evidence:
            quote, gloss = clean(found.quote, 40), _short(found.gloss)
            key = (gloss or quote).casefold()
            if not key or key in terms or not _is_object(gloss, quote):
                continue
            if say is CHINESE or not gloss or gloss.casefold() == quote.casefold():
                terms[key] = quote
            else:
                terms[key] = f"{gloss} ({quote})" if quote else gloss
    return list(dict.fromkeys(terms.values()))[:MOST_TERMS]


def _short(gloss: str) -> str:
    """A gloss that fits; one that is too long goes without what it says in brackets before it is cut."""
    return clean(gloss if len(gloss) <= _GLOSS else gloss.partition(" (")[0], _GLOSS)


def _is_object(gloss: str, quote: str) -> bool:
    """Whether a matched word names a thing that is regulated."""
    return not any(MANNER.search(word) for word in (gloss, quote) if word) and any(
        OBJECT.search(word) for word in (gloss, quote) if word
    )


def spoken(day: date, say: Words) -> str:
    """`31 March 2018`, `2018年3月31日`."""
    if say is CHINESE:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def occasion(moment: Moment | datetime, say: Words) -> str:
    """`in the days of the National Day holiday`: what was on in Beijing then; empty on an ordinary day."""
    try:
        at = moment.at if isinstance(moment, Moment) else moment
        day = (moment.day if isinstance(moment, Moment) else None) or at.astimezone(BEIJING).date()
    except OverflowError:
        return ""
    found = occasion_on(day)
    return say.occasion.format(name=found.zh if say is CHINESE else found.en) if found else ""


def when(moment: Moment | datetime, zone: ZoneInfo, say: Words) -> str:
    """`2017-01-22 16:27 Beijing · 09:27 Berlin`; a bare date stays that day."""
    if isinstance(moment, Moment):
        if moment.day is not None:
            return moment.day.isoformat()
        moment = moment.at
    try:
        there, here = moment.astimezone(BEIJING), moment.astimezone(zone)
    except OverflowError:  # a source that says year 1, or 9999
        return f"{moment:%Y-%m-%d}"
    shown = f"{there:%Y-%m-%d %H:%M} {say.beijing}"
    if here.utcoffset() == there.utcoffset():
        return shown
    city = zone.key.rpartition("/")[2].replace("_", " ")
    clock = f"{here:%H:%M}" if here.date() == there.date() else f"{here:%Y-%m-%d %H:%M}"
    return f"{shown} · {clock} {city}"
