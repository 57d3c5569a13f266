"""Finds the dates that a document sets: from when it holds, until when one may comment, when a campaign ends.

    请于2026年12月24日前反馈            deadline 2026-12-24
    自2027年1月1日起施行                effective 2027-01-01
    自印发之日起施行                    effective on the day of issue, where that is known
    自即日起至2018年3月31日，…清理规范   campaign-end 2018-03-31

Each comes with its sentence, verbatim. A date in a signature, a statistic (截至2024年3月底，共有…) or a
goal (力争到2025年底) is none. Working days are not counted, because holidays are not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from pipelines import date_phrases as phrases
from pipelines.date_phrases import FIRST, ISSUE, Kind
from pipelines.days import days, later
from pipelines.match import DateFact
from pipelines.numerals import number
from pipelines.script import simplified

_PRIVATE = re.compile("[\ue000-\uf8ff]")
_ROOM = 0x1000

_LONGEST = 1200
"""A longer sentence is a table or a broken page; it is read in pieces of this length."""

# The full stop of a sentence, with the closing marks that belong to it: `。”`, `!`, `. ` before a capital.
_END = re.compile(
    r"[。！？!?；\n]+[”’」』）)\"]*"
    r"|(?<=[a-z0-9)\"”’%])[.;](?=[\s\"”’](?:[\"“‘(]?[A-Z0-9\u4e00-\u9fff])|\s*$)[”’\"]?"
)
# `on Dec.`, `No.`, `5 p.m.`: no end of a sentence
_ABBREVIATED = re.compile(
    r"\b(?:No|Nos|Art|Mr|Ms|Dr|St|vs|U\.S|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|[ap]\.m|Co|Ltd|Inc)\.$"
)
# A sentence without any of these sets no date; most sentences have none.
_DATED = re.compile(
    r"月|年底|年末|之日|即日|(?:19|20)\d\d\s?[-/.．－]"
    r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|\b[Ee]nd(?: of |-)\d|immediately"
    r"|\b(?:of|from|after|on|upon) (?:its |the )?(?:publ|issu|promulg|rel|announ)|\b(?:this|next|the) month\b"
)


def dates(
    text: str, *, published: date | None = None, issued: date | None = None, own: bool = True
) -> tuple[DateFact, ...]:
    """The dates that a text sets, in its order, each kind and day once.

    `published` completes days without a year; what had passed before it (a deadline, or by half a year
    the day on which another law that is cited took effect) is left out. `issued` is the day that
    自印发之日起 counts from; without it such a phrase yields nothing, but for a period for comments, which
    then counts from the publication, unless the text is not the document's `own`: a report may be days late.
    Either may be a `datetime` and counts as its day. Any text is welcome; time is linear
    in its length.
    """
    published = published.date() if isinstance(published, datetime) else published
    issued = issued.date() if isinstance(issued, datetime) else issued
    found: dict[tuple[Kind, date], DateFact] = {}
    for sentence in sentences(text):
        if not _DATED.search(sentence):
            continue
        for kind, day in _of_sentence(sentence, published, issued, own):
            # Rules may reach back (回溯) and pages are republished; a deadline never lies before its page.
            slack = timedelta(days=183 if kind == "effective" else 0)
            if published is None or day >= published - slack:
                found.setdefault((kind, day), DateFact(kind, day, sentence))
    return tuple(found.values())


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, verbatim but for blanks at the ends; a label keeps the next line."""
    start = 0
    for match in _END.finditer(text):
        tail = text[max(start, match.end() - 24) : match.end()].rstrip()
        # `反馈截止时间：` and its value on the next line; `on Dec.` and what follows.
        if tail.endswith(("：", ":")) and match.end() - start <= 24:
            continue
        if tail.endswith(".") and _ABBREVIATED.search(tail):
            continue
        yield from _pieces(text[start : match.end()])
        start = match.end()
    yield from _pieces(text[start:])


def _pieces(piece: str) -> Iterator[str]:
    piece = piece.strip()
    for at in range(0, len(piece), _LONGEST):
        yield piece[at : at + _LONGEST]


def _of_sentence(
    sentence: str, published: date | None, issued: date | None, own: bool
) -> Iterator[tuple[Kind, date]]:
    text = simplified(_PRIVATE.sub(" ", sentence))
    named = days(text, published)[:_ROOM]
    if not named and issued is None and published is None:
        return
    tender = phrases.TENDER.search(text)
    marked, place = "", 0
    for index, day in enumerate(named):
        marked += text[place : day.start] + chr(FIRST + index)
        place = day.end
    line = phrases.ISSUED.sub(ISSUE, marked + text[place:])
    values = {chr(FIRST + index): day.date for index, day in enumerate(named)}
    if issued is not None:
        values[ISSUE] = issued
    claimed: set[str] = set()
    yield from _counted(line, values, published if own else None, claimed)
    for phrase in phrases.PHRASES:
        if phrase.kind == "deadline" and tender:
            continue
        if (phrase.needs and not phrase.needs.search(line)) or (phrase.spoils and phrase.spoils.search(line)):
            continue
        for match in phrase.pattern.finditer(line):
            group = "d" if match["d"] else "d2"
            sign, at = match[group], match.start(group)
            if sign not in claimed and sign in values and not phrases.GOAL.search(line[max(0, at - 14) : at]):
                claimed.add(sign)
                yield phrase.kind, values[sign]


def _counted(
    line: str, values: dict[str, date], published: date | None, claimed: set[str]
) -> Iterator[tuple[Kind, date]]:
    """What is counted from the day of issue, or from a day that is named."""
    for match in phrases.LASTING.finditer(line):
        count = number(match["n"])
        if count and match["unit"] in "月周":
            claimed.add(match["d"])
            yield "campaign-end", later(values[match["d"]], count, match["unit"]) - timedelta(days=1)
    issued = values.get(ISSUE)
    after = phrases.AFTER.search(line)
    if after and (count := number(after["n"])):
        claimed.add(ISSUE)
        if issued is not None:
            yield "effective", later(issued, count, after["unit"])
    commenting = phrases.COMMENTING.search(line)
    base = issued or (published if commenting else None)
    if base is None:
        return
    for pattern in () if after else (phrases.WITHIN, phrases.PERIOD, phrases.WITHIN_ENGLISH):
        for match in pattern.finditer(line):
            demanded = pattern is not phrases.WITHIN or match["in"] or commenting
            if demanded and (count := number(match["n"])):
                claimed.add(ISSUE)
                yield "deadline", later(base, count, match["unit"].lower())
    if issued is not None and phrases.AT_ONCE_ENGLISH.search(line):
        yield "effective", issued
