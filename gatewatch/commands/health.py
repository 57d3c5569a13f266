"""`gatewatch sources health`: how each source does, and how it did, in intervals that are kept for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from gatewatch.invocation import Command, Invocation, pass_invocation, print_json
from gatewatch.table import plain, show_facts
from gatewatch.table import show as show_table

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from pipelines.health.intervals import Interval, Span

LATELY = timedelta(days=30)
_WELL = frozenset({"ok", "quiet", "new", "off"})


@click.command(
    "health",
    cls=Command,
    example="gatewatch sources health\ngatewatch sources health miit_notices --since 2026-06-01",
)
@click.argument("source", nargs=-1)
@click.option("--since", metavar="TIME", help="Intervals that reach beyond it; without: of the last 30 days.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def health(invocation: Invocation, source: tuple[str, ...], since: str | None, as_json: bool) -> None:
    """Show how sources do: those that do not do well, with the remedy; named ones with their history."""
    from crawlers.source import pick  # noqa: PLC0415  # pydantic, only where it is needed
    from gatewatch.commands.export import moment  # noqa: PLC0415  # likewise

    zone = invocation.settings.zone
    chosen = [one.id for one in pick(invocation.house.catalogue, source)] or list(invocation.house.catalogue)
    now = invocation.house.clock()
    rows = described(invocation, chosen, moment(since, zone) if since else now - LATELY, now)
    if as_json:
        print_json(rows)
    elif source:
        for row in rows:
            _show_one(row)
    else:
        _show_all(rows)


def described(
    invocation: Invocation, chosen: Sequence[str], since: datetime, now: datetime
) -> list[dict[str, Any]]:
    """A row each: the state now, and the stretches that reach beyond `since`."""
    from gatewatch.commands.sources import listed  # noqa: PLC0415  # it registers this command
    from pipelines.export import shown  # noqa: PLC0415  # beside the store's own
    from pipelines.health.intervals import PENDING, UNCHECKED, spans  # noqa: PLC0415
    from pipelines.store.health import intervals  # noqa: PLC0415
    from pipelines.store.states import SourceState, states  # noqa: PLC0415

    store, zone = invocation.known_store, invocation.settings.zone
    known = states(store) if store else {}
    lived = intervals(store, since=since, only=chosen) if store else {}
    listing = {row["id"]: row for row in listed(invocation)}
    rows = []
    for identity in chosen:
        row, state = listing[identity], known.get(identity) or SourceState(identity)
        mine = lived.get(identity, [])
        stretches = [one for one in spans(mine, now) if one.state != PENDING or one.since < one.until]
        late = bool(stretches) and stretches[-1].state == UNCHECKED and row["state"] != "off"
        source = invocation.house.catalogue[identity]
        off = source.off(state.enabled, invocation.settings.config.where or "")
        rows.append(
            {
                "id": identity,
                "name": row["name"],
                "authority": row["authority"],
                "host": source.host,
                "state": row["state"],
                "late": late,
                "code": "" if off else state.code,
                "message": off or state.message,
                "remedy": "" if off else state.remedy,
                "since": shown(state.since, zone),
                "last_turn": row["last_turn"],
                "last_ok": shown(state.last_ok, zone),
                "last_new": shown(state.last_new, zone),
                "next_turn": row["next_turn"],
                "failures": state.failures,
                "intervals": [stretch_json(one, zone) | _turns(one, mine) for one in stretches],
            }
        )
    return rows


def stretch_json(one: Span, zone: ZoneInfo) -> dict[str, Any]:
    """A stretch of a source's time."""
    from pipelines.export import shown  # noqa: PLC0415  # beside the store's own

    return {
        "from": shown(one.since, zone),
        "until": shown(one.until, zone),
        "state": one.state,
        "seen": one.seen,
        "code": one.code,
        "message": one.message,
    }


def _turns(one: Span, mine: Sequence[Interval]) -> dict[str, Any]:
    """How many turns found it so, and the longest pause between two of them."""
    own = next((each for each in mine if each.since == one.since and each.state == one.state), None)
    return {
        "turns": own.turns if own else 0,
        "longest_pause_seconds": round(own.longest) if own and one.seen else None,
    }


def pause(seconds: float) -> str:
    """`31 min`, `2 h`."""
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{round(seconds / 3600)} h"


def _show_all(rows: Sequence[Mapping[str, Any]]) -> None:
    bad = [row for row in rows if row["state"] not in _WELL or row["late"]]
    if bad:
        show_table(
            ("SOURCE", "STATE", "SINCE", "LAST READ", "WHY"),
            [
                (
                    row["id"],
                    "not checked" if row["late"] else row["state"],
                    _minute(row["last_turn"] if row["late"] else row["since"]),
                    _minute(row["last_ok"]),
                    "no turn when one was due: is `gatewatch run`, or cron, at work?"
                    if row["late"]
                    else row["message"],
                )
                for row in bad
            ],
            ["" if row["late"] else row["remedy"] for row in bad],
        )
        click.echo()
    counts: dict[str, int] = {}
    for row in rows:
        word = "not checked" if row["late"] else row["state"]
        counts[word] = counts.get(word, 0) + 1
    click.echo(
        ", ".join(f"{count} {word}" for word, count in sorted(counts.items(), key=lambda one: -one[1]))
    )


def _show_one(row: Mapping[str, Any]) -> None:
    show_facts((name, value) for name, value in row.items() if name not in {"intervals", "late"})
    for one in row["intervals"]:
        turns = f", {one['turns']} turns" if one["turns"] else ""
        apart = (
            f", at most {pause(one['longest_pause_seconds'])} apart" if one["longest_pause_seconds"] else ""
        )
        why = f": {plain(one['message'])}" if one["message"] and not one["seen"] else ""
        state = "not checked" if one["state"] == "unchecked" else one["state"]
        click.echo(f"{_minute(one['from'])} – {_minute(one['until'])}  {state}{turns}{apart}{why}")
    click.echo()


def _minute(shown: str | None) -> str:
    """`2026-06-03 10:12` of an ISO time."""
    return (shown or "")[:16].replace("T", " ")
