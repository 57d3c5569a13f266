"""`gatewatch sources coverage`: which authority is seen, by which roads; on a day, what was blind.

Never claims more than was seen: a time in which the program did not run is blind, too. What it says of a
day is that day's alone, whatever became of sources and catalogue since; it is whole when each source has
had its first turn after that day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import click

from gatewatch.commands.health import pause, stretch_json
from gatewatch.invocation import Command, Invocation, pass_invocation, print_json
from gatewatch.table import plain

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crawlers.source import Source
    from pipelines.health.coverage import Cover, Seen
    from pipelines.store.states import SourceState

_INSTANT = timedelta(microseconds=1)
_NEVER_READ = {
    "host": "", "state": "new", "open": False, "reason": "", "last_read": None, "longest_pause_seconds": None,
    "stretches": [],
}  # fmt: skip
_COLOURS = {"covered": "green", "partly": "yellow", "uncovered": "red", "unwatched": "bright_black"}


@click.command(
    "coverage",
    cls=Command,
    example="gatewatch sources coverage\ngatewatch sources coverage --on 2026-06-03",
)
@click.option("--on", "day", metavar="DATE", help="What was checked and what was blind on that day.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def coverage(invocation: Invocation, day: str | None, as_json: bool) -> None:
    """Show which authorities are seen, by which roads: now, or on a day."""
    zone, now = invocation.settings.zone, invocation.house.clock()
    start, end = (now - _INSTANT, now) if day is None else _day(day, zone)
    if start > now:
        raise click.BadParameter(f"{day} has not begun yet", param_hint="--on")
    found = described(invocation, start, end, now, whole_day=day is not None)
    if as_json:
        print_json(found)
        return
    _show(found, whole_day=day is not None)


def described(
    invocation: Invocation, start: datetime, end: datetime, now: datetime, *, whole_day: bool
) -> dict[str, Any]:
    """The cover of every authority in a window, with its roads and what is known to be missing."""
    from pipelines.export import shown  # noqa: PLC0415  # beside the store's own
    from pipelines.health.coverage import coverage as covers  # noqa: PLC0415
    from pipelines.store.health import intervals, known_from  # noqa: PLC0415
    from pipelines.store.states import states  # noqa: PLC0415
    from pipelines.store.watching import leads  # noqa: PLC0415

    store, zone = invocation.known_store, invocation.settings.zone
    then = end if whole_day else None
    lived = intervals(store, since=start - _INSTANT, until=then) if store else {}
    known = states(store) if store and not whole_day else {}
    cover = {one.authority: one for one in covers(lived, start, end, now)}
    watched = [] if whole_day else invocation.house.catalogue.values()
    names = dict.fromkeys([*cover, *(source.authority for source in watched if source.authority)])
    return {
        "from": shown(start, zone) if whole_day else None,
        "until": shown(min(end, now), zone),
        "known_from": shown(known_from(store) if store else None, zone),
        "occasion": _occasion(start),
        "authorities": [
            _on_the_day(cover[name], zone)
            if whole_day
            else _authority(invocation, name, cover.get(name), known)
            for name in sorted(names)
        ],
        "leads": [
            {
                "number": lead.number,
                "between": [f"{lead.series}{lead.before}号", f"{lead.series}{lead.after}号"],
                "noticed": shown(lead.at, zone),
            }
            for lead in (leads(store, then) if store else ())
        ],
    }


def _occasion(at: datetime) -> str | None:
    """What was on in Beijing and is known to tighten access; None on an ordinary day."""
    from pipelines.facts import BEIJING  # noqa: PLC0415  # beside the store's own
    from pipelines.occasions import occasion_on  # noqa: PLC0415

    found = occasion_on(at.astimezone(BEIJING).date())
    return found.en if found else None


def _on_the_day(cover: Cover, zone: ZoneInfo) -> dict[str, Any]:
    """An authority on a day: of what was written down then, nothing of the catalogue of today."""
    from pipelines.export import shown  # noqa: PLC0415  # beside the store's own

    return {
        "authority": cover.authority,
        "status": cover.status,
        "summary": "",
        "blind": [{"from": shown(since, zone), "until": shown(until, zone)} for since, until in cover.blind],
        "roads": [
            _seen_road(one, zone) | {"name": one.source, "own": None, "since": shown(one.since, zone)}
            for one in sorted(cover.seen, key=lambda one: (one.host, one.source))
        ],
        "not_crawled": [],
    }


def _seen_road(seen: Seen, zone: ZoneInfo) -> dict[str, Any]:
    """What the intervals say of a source."""
    from pipelines.export import shown  # noqa: PLC0415  # beside the store's own
    from pipelines.health.intervals import SEEN  # noqa: PLC0415

    return {
        "source": seen.source,
        "host": seen.host,
        "state": seen.state,
        "open": seen.state in SEEN or seen.state == "gap",
        "reason": seen.stretches[-1].message if seen.stretches else "",
        "last_read": shown(seen.checked, zone),
        "longest_pause_seconds": round(seen.longest),
        "stretches": [stretch_json(one, zone) for one in seen.stretches],
    }


def _authority(
    invocation: Invocation, name: str, cover: Cover | None, known: Mapping[str, SourceState]
) -> dict[str, Any]:
    from alerts.wording.troubles import ways  # noqa: PLC0415  # beside the store's own
    from alerts.wording.words import ENGLISH  # noqa: PLC0415
    from pipelines.health.coverage import UNWATCHED  # noqa: PLC0415
    from pipelines.store.health import own_sites  # noqa: PLC0415

    zone = invocation.settings.zone
    seen = {one.source: one for one in cover.seen} if cover else {}
    sources = [one.id for one in invocation.house.catalogue.values() if one.authority == name]
    own = own_sites(invocation.house.catalogue.values())
    roads = [
        _road(
            invocation,
            identity,
            invocation.house.catalogue.get(identity),
            seen.get(identity),
            known.get(identity),
            own=identity in own,
        )
        for identity in dict.fromkeys([*sources, *seen])
    ]
    roads.sort(key=lambda one: (not one["own"], one["host"], one["source"]))
    return {
        "authority": name,
        "status": cover.status if cover else UNWATCHED,
        "summary": ways((_way(one) for one in roads), zone, ENGLISH),
        "blind": [],
        "roads": roads,
        "not_crawled": [
            {"host": one.host, "reason": one.reason, "road": one.road}
            for one in invocation.house.catalogue.refused
            if one.authority == name
        ],
    }


def _road(
    invocation: Invocation,
    identity: str,
    source: Source | None,
    seen: Seen | None,
    state: SourceState | None,
    *,
    own: bool,
) -> dict[str, Any]:
    from pipelines.export import shown  # noqa: PLC0415  # beside the store's own

    zone, where = invocation.settings.zone, invocation.settings.config.where or ""
    off = source.off(state.enabled if state else None, where) if source else "no longer in the catalogue"
    found = _seen_road(seen, zone) if seen else _NEVER_READ | {"source": identity}
    if off:
        found |= {"state": "off", "open": False, "reason": off}
    return found | {
        "name": source.name if source else identity,
        "host": found["host"] or (source.host if source else ""),
        "own": own,
        "since": shown(state.since if state else None, zone),
    }


def _way(road: Mapping[str, Any]) -> Any:
    from alerts.alert import Way  # noqa: PLC0415  # beside the store's own

    since = datetime.fromisoformat(road["since"]) if road["since"] else None
    words = ("source", "name", "host", "own", "open", "state")
    return Way(
        **{name: road[name] for name in words},
        since=since if road["state"] != "off" else None,
        code=road["reason"],
    )


def _day(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no day: write for example 2026-06-03", param_hint="--on"
        ) from None
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


# --- for people ------------------------------------------------------------------------------------
def _show(found: Mapping[str, Any], *, whole_day: bool) -> None:
    if whole_day:
        click.echo(f"{found['from'][:10]}, times with {found['from'][-6:]}")
    if found["occasion"]:
        day = "That" if whole_day else "This"
        click.echo(f"{day} day: {plain(found['occasion'])} (access is known to tighten)")
    if whole_day and not found["authorities"]:
        click.echo(_nothing_known(found))
    for one in found["authorities"]:
        if whole_day and not one["roads"]:
            continue
        status = click.style(one["status"].upper(), fg=_COLOURS[one["status"]])
        click.echo(f"{plain(one['authority'])}  {status}")
        for line in _day_lines(one) if whole_day else _now_lines(one):
            click.echo(f"  {line}")
    if found["leads"]:
        click.echo("\nNumbers that no source has shown, between two that are known (a lead, no more):")
    for lead in found["leads"]:
        click.echo(f"  {plain(lead['number'])}")


def _nothing_known(found: Mapping[str, Any]) -> str:
    if found["known_from"] is None:
        return "Nothing is known of that day: no source has been read yet."
    if found["known_from"] >= found["until"]:
        return f"Nothing is known of that day: the first source was read on {found['known_from'][:10]}."
    return "No source that stands for an authority was watched that day."


def _now_lines(authority: Mapping[str, Any]) -> list[str]:
    shut = [
        f"{plain(site['host'])} must not be crawled: {plain(site['reason'])}"
        for site in authority["not_crawled"]
    ]
    return [plain(authority["summary"]), *shut]


def _day_lines(authority: Mapping[str, Any]) -> list[str]:
    blind = ", ".join(_between(one) for one in authority["blind"])
    return [*_roads(authority["roads"]), *([f"no road was open {blind}"] if blind else [])]


def _roads(roads: Sequence[Mapping[str, Any]]) -> list[str]:
    """Roads that were read throughout in one line, the others one by one."""
    whole = [one for one in roads if one["stretches"] and all(_fine(each) for each in one["stretches"])]
    lines = []
    if whole:
        longest = max(one["longest_pause_seconds"] or 0 for one in whole)
        lines.append(
            f"read throughout, at most {pause(longest)} apart: {', '.join(one['source'] for one in whole)}"
        )
    lines += [
        f"{one['source']} ({one['host']}): {'; '.join(_stretches(one)) or 'nothing is known'}"
        for one in roads
        if one not in whole
    ]
    return lines


def _stretches(road: Mapping[str, Any]) -> list[str]:
    """What is worth a word: not what begins and ends in the same minute, unless there is nothing else."""
    long = [one for one in road["stretches"] if _clock(one["from"]) != _clock(one["until"]) or _all_day(one)]
    return list(dict.fromkeys(_stretch(one) for one in long or road["stretches"]))


def _fine(stretch: Mapping[str, Any]) -> bool:
    return bool(stretch["seen"]) or stretch["state"] == "pending"


def _stretch(one: Mapping[str, Any]) -> str:
    words = {"unchecked": "not checked", "pending": "the next turn is not due yet"}
    said = "read" if one["seen"] else words.get(one["state"], one["state"])
    if one["state"] in {"quiet", "stale"}:
        said = f"read ({one['state']})"
    code = f" ({plain(one['code'])})" if one["code"] and one["code"] != one["state"] else ""
    return f"{_between(one)} {said}{code}"


def _all_day(one: Mapping[str, Any]) -> bool:
    return _clock(one["from"]) == _clock(one["until"]) == "00:00" and one["from"][:10] != one["until"][:10]


def _between(one: Mapping[str, Any]) -> str:
    """`09:10–24:00`, `all day`."""
    if _all_day(one):
        return "all day"
    ends = _clock(one["until"])
    return f"{_clock(one['from'])}–{'24:00' if ends == '00:00' else ends}"


def _clock(shown: str) -> str:
    """`09:10` of an ISO time."""
    return shown[11:16]
