"""`gatewatch sources check`: the first live contact, and what to switch on or off after it."""

from __future__ import annotations

import dataclasses
import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from gatewatch import exits
from gatewatch.invocation import Command, Invocation, pass_invocation, print_json
from gatewatch.table import show as show_table

if TYPE_CHECKING:
    from gatewatch.contact import CheckRow

_WHY = {"on": "Switch on what answers", "off": "Switch off what cannot be reached"}


@click.command(
    cls=Command, example="gatewatch sources check miit_notices\ngatewatch sources check --all --apply"
)
@click.argument("source", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Those switched off, too.")
@click.option("--apply", is_flag=True, help="Switch on what answers and off what cannot be reached, unasked.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def check(
    invocation: Invocation, source: tuple[str, ...], everything: bool, apply: bool, as_json: bool
) -> int:
    """Ask sources now, and show what each answers. Stores nothing.

    Without a name: every source that is switched on. Each is asked for its list and one article. On a
    terminal you are asked whether to switch on what answers and off what cannot be reached; elsewhere
    the commands are shown. Ends with 5 where a source does not answer well.
    """
    from crawlers.source import pick  # noqa: PLC0415  # pydantic, only where it is needed
    from gatewatch import contact  # noqa: PLC0415  # Scrapy, only where it runs
    from gatewatch.commands.sources import listed  # noqa: PLC0415  # the group imports this file

    catalogue = invocation.house.catalogue
    on = {row["id"]: row["state"] != "off" for row in listed(invocation)}
    chosen = pick(catalogue, source) or [found for found in catalogue.values() if everything or on[found.id]]
    rows = contact.check(invocation.settings, chosen, on) if chosen else []
    if as_json:
        print_json([dataclasses.asdict(row) for row in rows])
    else:
        show_table(
            ("SOURCE", "STATE", "ROWS", "WHAT"),
            [(row.source, row.state, row.rows, row.message) for row in rows],
            [row.remedy for row in rows],
        )
    _offer(invocation, rows, apply=apply)
    return exits.FINE if all(row.state in contact.FINE_STATES for row in rows) else exits.FAULTS_FOUND


def _offer(invocation: Invocation, rows: Sequence[CheckRow], *, apply: bool) -> None:
    """Switch what should be, having asked; or say how."""
    from gatewatch.commands.sources import switch  # noqa: PLC0415  # the group imports this file

    asks = sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()
    for way, why in _WHY.items():
        names = tuple(row.source for row in rows if row.switch == way)
        if not names:
            continue
        if apply or (asks and click.confirm(f"{why}: {', '.join(names)}?", err=True)):
            for said in switch(invocation, names, on=way == "on"):
                invocation.say(said)
        elif not asks:
            command = f"gatewatch sources {'enable' if way == 'on' else 'disable'}"
            invocation.say(f"{why}: {command} {shlex.join(names)}")
