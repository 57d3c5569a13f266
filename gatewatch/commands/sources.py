"""`gatewatch sources`: what is watched, how it does, and switching it on and off by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gatewatch.invocation import Command, Group, Invocation, pass_invocation, print_json
from gatewatch.table import show as show_table
from gatewatch.table import show_facts

if TYPE_CHECKING:
    from crawlers.source import Source
    from pipelines.store.states import SourceState


MORE = {
    "check": "gatewatch.commands.checking:check",
    "health": "gatewatch.commands.health:health",
    "coverage": "gatewatch.commands.coverage:coverage",
    "add": "gatewatch.commands.adding:add",
    "freeze": "gatewatch.commands.freezing:freeze",
    "import": "gatewatch.commands.opml:import_",
    "export": "gatewatch.commands.opml:export",
}


@click.group(cls=Group, lazy=MORE)
def sources() -> None:
    """What is watched: the catalogue, and how each source does."""


@sources.command("list", cls=Command, example="gatewatch sources list\ngatewatch sources list --json")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def list_(invocation: Invocation, as_json: bool) -> None:
    """List every source of the catalogue with its state, and the sites that must not be crawled."""
    rows = listed(invocation)
    if as_json:
        print_json(rows)
        return
    keys = ("id", "state", "kind", "authority", "tier", "every", "last_turn", "name")
    show_table(
        ("ID", "STATE", "KIND", "AUTHORITY", "TIER", "EVERY", "LAST TURN", "NAME"),
        ([row[key] for key in keys] for row in rows),
    )
    refused = invocation.house.catalogue.refused
    if refused:
        click.echo()
        show_table(
            ("NOT CRAWLED", "AUTHORITY", "WHY"),
            [(one.host, one.authority, one.reason) for one in refused],
            [f"the other road: {one.road}" for one in refused],
        )


@sources.command("show", cls=Command, example="gatewatch sources show miit_notices")
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def show(invocation: Invocation, source: str, as_json: bool) -> None:
    """Show one source: its settings, its state, and what to do about it."""
    from crawlers.source import pick  # noqa: PLC0415  # pydantic, only where it is needed

    found = pick(invocation.house.catalogue, [source])[0]
    facts = described(invocation, found)
    if as_json:
        print_json(facts)
        return
    settings = {name: value for name, value in facts.items() if name != "health"}
    show_facts((name, _plain(value)) for name, value in settings.items())
    click.echo()
    show_facts((name, value) for name, value in facts["health"].items())


@sources.command("enable", cls=Command, example="gatewatch sources enable miit_notices")
@click.argument("source", nargs=-1, required=True)
@pass_invocation
def enable(invocation: Invocation, source: tuple[str, ...]) -> None:
    """Switch sources on; kept in the store, whatever the catalogue says."""
    for said in switch(invocation, source, on=True):
        click.echo(said)


@sources.command("disable", cls=Command, example="gatewatch sources disable miit_notices")
@click.argument("source", nargs=-1, required=True)
@pass_invocation
def disable(invocation: Invocation, source: tuple[str, ...]) -> None:
    """Switch sources off; kept in the store, whatever the catalogue says."""
    for said in switch(invocation, source, on=False):
        click.echo(said)


def switch(invocation: Invocation, names: tuple[str, ...], *, on: bool) -> list[str]:
    """Switch these sources, and say so, a line each. Raises ConfigError for one that is unknown."""
    from crawlers.source import pick  # noqa: PLC0415  # pydantic, only where it is needed
    from pipelines.store import switches  # noqa: PLC0415  # the database likewise

    house = invocation.house
    chosen = pick(house.catalogue, names)
    house.store.schedule.sync(chosen)
    for found in chosen:
        switches.switch(house.store, found.id, on=on, now=house.clock())
    return [f"{found.id} is {'on' if on else 'off'}" for found in chosen]


def listed(invocation: Invocation) -> list[dict[str, Any]]:
    """Every source with its state, to the contract. A store that is not there yet knows nothing."""
    known = _states(invocation)
    return [_row(invocation, source, known.get(source.id)) for source in invocation.house.catalogue.values()]


def _row(invocation: Invocation, source: Source, state: SourceState | None) -> dict[str, Any]:
    from pipelines.export import shown  # noqa: PLC0415  # beside the store's own

    zone = invocation.settings.zone
    enabled = state.enabled if state and state.enabled is not None else source.enabled
    off = why_off(invocation, source, state)
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind,
        "url": source.url,
        "authority": source.authority,
        "tier": source.tier,
        "lang": source.lang,
        "every": source.every,
        "enabled": enabled,
        "evidence": source.evidence,
        "state": "off" if off else state.state if state else "new",
        "last_turn": shown(state.last_turn, zone) if state else None,
        "next_turn": shown(state.next_turn, zone) if state and not off else None,
    }


def why_off(invocation: Invocation, source: Source, state: SourceState | None) -> str:
    """Why a source is not polled, or empty."""
    return source.off(state.enabled if state else None, invocation.settings.config.where or "")


def described(invocation: Invocation, source: Source) -> dict[str, Any]:
    """A source's settings as they apply, and its health."""
    from pipelines.export import shown  # noqa: PLC0415  # beside the store's own

    zone = invocation.settings.zone
    state = _states(invocation).get(source.id)
    facts = {name: value for name, value in source.model_dump(mode="json").items() if name != "proxy"}
    facts["selectors"] = source.selectors.given
    row = _row(invocation, source, state)
    facts["enabled"] = row["enabled"]
    facts["robots"] = source.robots or invocation.settings.config.robots
    facts["proxied"] = bool(source.proxy)
    facts["health"] = {
        "state": row["state"],
        "code": state.code if state else "",
        "message": why_off(invocation, source, state) or (state.message if state else ""),
        "remedy": state.remedy if state else "",
        "since": shown(state.since, zone) if state else None,
        "rows": state.rows if state else 0,
        "failures": state.failures if state else 0,
        "last_turn": row["last_turn"],
        "last_ok": shown(state.last_ok, zone) if state else None,
        "last_new": shown(state.last_new, zone) if state else None,
        "next_turn": row["next_turn"],
        "held_by": state.held_by if state else "",
        "robots": (state.memo or {}).get("robots", "") if state else "",
    }
    return facts


def _states(invocation: Invocation) -> dict[str, SourceState]:
    from pipelines.store.states import states  # noqa: PLC0415  # the database, only where it is needed

    store = invocation.known_store
    return states(store) if store else {}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text}" for name, text in value.items() if text not in ("", None, True))
    return value
