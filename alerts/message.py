"""Words an alert for Slack: plain fallback, blocks, metadata. Pure.

Top to bottom: a line built from facts, the title in the original, context, an excerpt with the
matched words marked. Never exceeds what Slack takes, whatever the input: lengths are cut before, and
measured after, the JSON is made. Buttons only where something listens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from alerts.alert import Alert, Baseline, Digest, Pointer, Told
from alerts.answers.buttons import buttons
from alerts.translate.machine import by_machine
from alerts.wording import troubles
from alerts.wording.digests import summed
from alerts.wording.excerpt import Piece, changed, excerpt
from alerts.wording.files import file_words, not_read
from alerts.wording.inert import clean, cut, safe_url
from alerts.wording.layout import LISTS, ROOMS, Block, Parts, Row, blocks, fallback
from alerts.wording.limits import fits
from alerts.wording.phrases import becoming, beforehand, coming, occasion, sentences, when
from alerts.wording.trouble_words import trouble_words
from alerts.wording.words import Words, counted, words

EVENT_TYPE = "gatewatch_alert"


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: `text` is the whole story in plain words, escaped; `blocks` the same, laid out."""

    alert: str
    text: str
    blocks: tuple[Block, ...] = ()
    metadata: Block | None = None


def compose(alert: Alert) -> Message:
    """The message of an alert, within every limit of Block Kit."""
    say = words(alert.language)
    parts = _parts(alert, say)
    shown: tuple[Block, ...] = ()
    for room in LISTS if parts.many else ROOMS:
        shown = (*blocks(parts, room, say), *_answers(alert))
        if fits(shown, status=alert.article is not None):
            break
    payload = {"alert_id": alert.id, "kind": alert.kind, "subject": cut(alert.subject, 200)}
    if alert.matter:
        payload["matter"] = alert.matter
    if alert.digest is not None and alert.digest.members:  # texts: Slack takes no lists of them
        payload["members"] = " ".join(alert.digest.members)
        payload["articles"] = " ".join(alert.digest.articles)
        payload["parts"] = str(alert.digest.parts)
    metadata = {"event_type": EVENT_TYPE, "event_payload": payload}
    return Message(alert.id, fallback(parts, say), shown, metadata)


def _answers(alert: Alert) -> Iterable[Block]:
    """The buttons of what tells of an article; whose matter another message stands for is not taken by it."""
    if alert.answers and alert.article is not None:
        yield buttons(alert.id, alert.language, matter=bool(alert.matter) and alert.kind != "report")


def _parts(alert: Alert, say: Words) -> Parts:
    if alert.article is not None:
        parts = _article(alert, alert.article, say)
    elif alert.health or alert.outage or alert.cover:
        parts = _trouble(alert, say)
    elif alert.kind in {"channel", "road", "answers"}:
        said = troubles.said_of(alert.kind, alert.note, alert.zone, say)
        tag = say.tags.get(alert.kind, say.tags["road"])
        parts = Parts(tag, said.lines, context=(when(alert.at, alert.zone, say),))
    elif alert.baseline is not None:
        parts = _baseline(alert.baseline, say)
    elif alert.digest is not None:
        parts = _digest(alert.digest, alert, say)
    else:
        parts = Parts(
            say.tags.get(alert.kind, alert.kind.upper()),
            (clean(alert.note.get("line", ""), 400) or say.test,),
        )
    return replace(parts, lines=(*beforehand(alert, say), *parts.lines))


def _article(alert: Alert, told: Told, say: Words) -> Parts:
    tag = (
        say.tags["copy"] if alert.kind == "report" and told.official else say.tags.get(alert.kind, alert.kind)
    )
    lead = " · ".join(part for part in (tag, say.severities.get(told.severity, "")) if part)
    rows = [Row(lead_, text) for lead_, text in by_machine(alert.translated, say)]
    if alert.follows is not None:
        rows.append(_pointer(say.follows, alert.follows))
    rows += [_pointer(say.cites, cited) for cited in alert.cites[:3]]
    text, spans, file = told.quoted
    if alert.change is not None:
        lines = becoming(told, alert.kind, alert.change, alert.zone, say)
        quoted = changed(alert.change.parts)
    elif alert.due is not None:
        lines = coming(told, alert.due, say)
        quoted = (Piece(clean(alert.due.fact.sentence, 300)),) if alert.due.fact.sentence else ()
    else:
        lines, quoted = sentences(told, alert.kind, say), excerpt(text, spans)
        if file is not None:
            rows.insert(0, _pointer(file_words(say).in_file, Pointer(file.name, file.url)))
        lead_, names, missing = not_read(told.files, told.tier, say)
        if missing:
            rows.append(Row(f"{lead_}:", names, safe_url(missing[0].url) if len(missing) == 1 else ""))
    return Parts(
        lead,
        tuple(lines),
        Row("", clean(told.title, 300) or clean(told.url, 300), safe_url(told.url)),
        tuple(rows),
        tuple(_context(alert, told, say)),
        quoted,
    )


def _context(alert: Alert, told: Told, say: Words) -> list[str]:
    """Where the article comes from, when, by which rules, and what of it is there."""
    context = [clean(told.source_name or told.source, 80), say.tiers.get(told.tier, told.tier)]
    if told.published is not None:
        context.append(when(told.published, alert.zone, say))
    else:
        context.append(say.undated.format(when=when(told.first_seen, alert.zone, say)))
    context.append(occasion(told.published or told.first_seen, say))
    rules = list(dict.fromkeys(clean(match.rule, 60) for match in told.matches))[:3]
    if rules:
        context.append(counted(say, "rules", len(rules), rules=", ".join(rules)))
    if not told.whole:
        context.append(say.summary_only)
    if told.attachments:
        context.append(counted(say, "attachments", told.attachments))
    if told.kept:
        context.append(say.kept.format(command=f"gatewatch archive show {told.id}"))
    return context


def _trouble(alert: Alert, say: Words) -> Parts:
    tag, at = say.tags["source"], when(alert.at, alert.zone, say)
    if alert.health is not None:
        one = alert.health
        said = troubles.health(one, alert.zone, say)
        context = (clean(one.source, 63),) if one.state == "ok" else (clean(one.source, 63), at)
    elif alert.outage is not None:
        said, context = troubles.outage(alert.outage, alert.zone, say), (at,)
    else:
        assert alert.cover is not None
        tag = trouble_words(say).tags["lost" if alert.cover.worse else "again"]
        said, context = troubles.cover(alert.cover, alert.zone, say), (at,)
    return Parts(tag, said.lines, rows=tuple(Row("•", row) for row in said.rows), context=context)


def _baseline(base: Baseline, say: Words) -> Parts:
    numbers = {
        "sources": counted(say, "sources", base.sources),
        "articles": counted(say, "articles", base.stored),
        "matches": counted(say, "matches", base.recent, days=base.days),
    }
    if base.source:
        line = say.later_source.format(name=clean(base.source, 80), **numbers)
        return Parts(say.tags["baseline"], (line,))
    rows = [Row("•", clean(one.label, 120), safe_url(one.url), clean(one.day, 20)) for one in base.newest[:5]]
    lines = [say.first_round.format(**numbers)]
    if base.missing:
        lines.append(counted(say, "missing", base.missing))
    if base.recent:
        lines.append(say.list_rest)
    return Parts(say.tags["baseline"], tuple(lines), rows=tuple(rows))


def _digest(digest: Digest, alert: Alert, say: Words) -> Parts:
    said = summed(digest, alert.zone, say, alert.follows)
    return Parts(say.tags["digest"], said.lines, rows=said.rows, context=said.context, many=True)


def _pointer(lead: str, to: Pointer) -> Row:
    return Row(f"{lead}:", clean(to.label, 120), safe_url(to.url))
