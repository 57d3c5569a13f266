"""The sentences for how sources do and which authorities are seen: for operators, and for readers.

Pure. Only says what the facts say; all foreign text that passes through is cleaned here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.alert import Cover, Health, Lost, Outage, Way
from alerts.second.words import road_words
from alerts.wording.inert import clean
from alerts.wording.phrases import spoken, when
from alerts.wording.trouble_words import TroubleWords, trouble_words
from alerts.wording.words import Words

MOST = 5
"""So many sources or authorities are named in one message; the rest are counted."""

_HEALTH = "gatewatch sources health"
_COVERAGE = "gatewatch sources coverage"

_REFUSAL = "refuses us"
"""What `crawlers.parse.blocks` says of a plain refusal, and the first sentence says too."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says: sentences, then rows of their own."""

    lines: tuple[str, ...]
    rows: tuple[str, ...] = ()


def health(one: Health, zone: ZoneInfo, say: Words) -> Said:
    """One source's change: what it is, why, and what to do; or that it is over."""
    use = trouble_words(say)
    name = clean(one.name or one.source, 80)
    if one.state == "unsteady":
        return Said((use.unsteady.format(name=name, changes=one.changes),))
    if one.state not in use.states or one.state == "ok":
        line = use.recovered.format(name=name)
        if one.was in use.had_been and one.since is not None:
            was = use.had_been[one.was]
            line = use.recovered_from.format(name=name, state=was, since=when(one.since, zone, say))
        return Said((line,))
    lines = [_broken(one, use)]
    if one.message and not (one.state == "blocked" and _REFUSAL in one.message):  # said above
        lines.append(capital(clean(one.message, 240).rstrip(".。")))
    if one.remedy:
        lines.append(use.remedy.format(remedy=capital(clean(one.remedy, 240).rstrip(".。"))))
    return Said(tuple(lines))


def outage(found: Outage, zone: ZoneInfo, say: Words) -> Said:
    """Several sources that failed, or came back, together."""
    use = trouble_words(say)
    hosts = {one.host for one in found.members}
    fields = {
        "host": clean(found.why, 80),
        "sources": _counted(use, "sources", len(found.members)),
        "hosts": _counted(use, "hosts", len(hosts)),
    }
    if found.why == "network":
        if found.worse:
            return Said((use.network.format(**fields), use.remedy.format(remedy=use.network_remedy)))
        if found.since is None:
            return Said((use.network_again.format(**fields),))
        return Said((use.network_again_since.format(since=when(found.since, zone, say), **fields),))
    if not found.worse:
        line = use.host_again if found.why else use.scattered_again
        return Said(
            (line.format(**fields),), _rows([clean(one.name, 80) for one in found.members], use, _HEALTH)
        )
    lines = [(use.together if found.why else use.scattered).format(**fields)]
    remedies = {one.remedy for one in found.members}
    remedy = remedies.pop() if len(remedies) == 1 else ""
    lines.append(use.remedy.format(remedy=capital(clean(remedy, 240).rstrip(".。")) or use.each))
    return Said(tuple(lines), _rows([_broken(one, use) for one in found.members], use, _HEALTH))


def cover(found: Cover, zone: ZoneInfo, say: Words) -> Said:
    """Authorities that no road is open to any more, or that are seen again."""
    use = trouble_words(say)
    names = [_authority(one.authority, say) for one in found.authorities]
    shown = (
        names[:MOST]
        if len(names) <= MOST
        else [*names[: MOST - 1], use.others.format(count=len(names) - MOST + 1)]
    )
    who = _listed(shown, use, say)
    if found.worse:
        lines = [use.lost.format(who=who)]
        if found.network:
            lines.append(use.lost_network)
        rows = [
            f"{name}: {_ways(one, zone, say, use)}"
            for name, one in zip(names, found.authorities, strict=True)
        ]
        return Said(tuple(lines), _rows(rows, use, _COVERAGE))
    since = min((one.told for one in found.authorities if one.told), default=None)
    line = use.seen_again.format(who=who)
    if since is not None:
        line = use.seen_again_since.format(who=who, since=when(since, zone, say))
    rows = [
        f"{name}: {ways(one.ways, zone, say)}" for name, one in zip(names, found.authorities, strict=True)
    ]
    return Said((line, use.caught_up), _rows(rows, use, _COVERAGE))


def said_of(kind: str, note: Mapping[str, str], zone: ZoneInfo, say: Words) -> Said:
    """What became of our own ways to people: of one channel, of Slack, of what is pressed there."""
    if kind == "answers":
        return deaf(note, say)
    return channel(note, say) if kind == "channel" else road(note, zone, say)


def deaf(note: Mapping[str, str], say: Words) -> Said:
    """That nobody hears what is pressed: why, and what to do."""
    why, remedy = (clean(note.get(name, ""), 300).rstrip(".。") for name in ("why", "remedy"))
    return Said((trouble_words(say).deaf.format(why=why), *([remedy] if remedy else [])))


def channel(note: Mapping[str, str], say: Words) -> Said:
    """A channel of ours that takes nothing, or no files: why, what to do, and that nothing is lost."""
    use = trouble_words(say)
    name, why = clean(note.get("channel", ""), 80), clean(note.get("why", ""), 300).rstrip(".。")
    if note.get("file"):
        return Said((use.no_file.format(name=name), why, use.file_waits))
    if alert := note.get("refused"):
        return Said((use.refused.format(name=name), why, use.refused_waits.format(alert=clean(alert, 40))))
    return Said((use.channel.format(name=name), why, use.channel_waits.format(name=name)))


def road(note: Mapping[str, str], zone: ZoneInfo, say: Words) -> Said:
    """That the second road is used because Slack takes nothing, or is used no more."""
    use = road_words(say)
    times = {name: datetime.fromisoformat(note[name]) for name in ("since", "until") if note.get(name)}
    shown = {name: when(moment, zone, say) for name, moment in times.items()}
    if note.get("said") == "ended":
        count = int(note.get("count", "0"))
        return Said((use.ended.format(**shown), use.ended_what[min(count, 2)].format(count=count)))
    by = use.roads.get(note.get("road", ""), "")
    why = clean(note.get("why", ""), 240).rstrip(".。")
    return Said((use.begun.format(why=why, **shown), use.begun_what.format(road=by)))


def ways(roads: Iterable[Way], zone: ZoneInfo, say: Words) -> str:
    """`own site (miit.gov.cn) refuses us since 3 June 2026; gov.cn is read`: a phrase for each site."""
    use = trouble_words(say)
    hosts: dict[str, list[Way]] = {}
    for road in roads:
        hosts.setdefault(road.host, []).append(road)
    return "; ".join(_site(host, own, zone, say, use) for host, own in hosts.items())


def _site(host: str, own: Sequence[Way], zone: ZoneInfo, say: Words, use: TroubleWords) -> str:
    """One site's roads: whether it is read, how many of them are not, and since when."""
    name = clean(host.removeprefix("www."), 60)
    road = use.own.format(host=name) if any(one.own for one in own) else name
    shut = [one for one in own if not one.open]
    if not shut:
        return use.way_open.format(road=road)
    state = use.states.get(shut[0].state, clean(shut[0].state, 40))
    if shut[0].state == "off" and shut[0].code:
        state = f"{state} ({clean(shut[0].code, 120)})"
    if len(own) > len(shut):
        road = use.part.format(road=road, shut=len(shut), all=len(own))
    since = min((one.since for one in shut if one.since), default=None)
    if since is None:
        return use.way.format(road=road, state=state)
    return use.way_since.format(road=road, state=state, since=spoken(since.astimezone(zone).date(), say))


def _ways(one: Lost, zone: ZoneInfo, say: Words, use: TroubleWords) -> str:
    last = use.last.format(last=when(one.last, zone, say)) if one.last else use.never
    return "; ".join(part for part in (ways(one.ways, zone, say), last) if part)


def _broken(one: Health, use: TroubleWords) -> str:
    name, state = clean(one.name or one.source, 80), use.states.get(one.state, clean(one.state, 40))
    if one.state == "unsteady":
        return use.unsteady.format(name=name, changes=one.changes)
    code = clean(one.code or one.state, 40)
    template = use.broken_plain if code == one.state else use.broken
    return template.format(name=name, state=state, code=code)


def _rows(rows: Sequence[str], use: TroubleWords, command: str) -> tuple[str, ...]:
    if len(rows) <= MOST:
        return tuple(rows)
    return (*rows[: MOST - 1], use.more.format(count=len(rows) - MOST + 1, command=command))


def _listed(names: Sequence[str], use: TroubleWords, say: Words) -> str:
    *most, last = names
    return use.joint.join(part for part in (say.comma.join(most), last) if part)


def _authority(code: str, say: Words) -> str:
    return clean(say.authorities.get(code, code), 60)


def _counted(use: TroubleWords, what: str, count: int) -> str:
    return use.counts[what][count != 1].format(count)


def capital(text: str) -> str:
    """As a sentence begins; an address, a command or a source's id stays as it is written."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.isalpha() else text
