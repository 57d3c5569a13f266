"""`gatewatch doctor`: is everything there that watching needs, and if not, what to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from crawlers.errors import ConfigError
from gatewatch import exits
from gatewatch.invocation import Command, Invocation, pass_invocation, print_json
from gatewatch.table import show

if TYPE_CHECKING:
    from gatewatch.checks import Row


@click.command(cls=Command, example="gatewatch doctor\ngatewatch doctor --json")
@click.option("--offline", is_flag=True, help="Without asking Slack or any host.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def doctor(invocation: Invocation, offline: bool, as_json: bool) -> int:
    """Check config, store, disk, rules, Slack, clock, proxy, robots and network; say what to do.

    Asks Slack who we are and each host for its robots file; posts and stores nothing. Ends with 5
    where a check fails.
    """
    rows = list(_rows(invocation, offline=offline))
    if as_json:
        print_json([dataclasses.asdict(row) for row in rows])
    else:
        show(
            ("STATE", "CHECK", "WHAT"),
            [(row.state, row.check, row.message) for row in rows],
            [row.remedy for row in rows],
        )
    return exits.FAULTS_FOUND if any(row.state == "fail" for row in rows) else exits.FINE


def _rows(invocation: Invocation, *, offline: bool) -> Iterator[Row]:
    # The checks bring the database, Scrapy and the Slack SDK.
    from gatewatch.checks import (  # noqa: PLC0415
        Row,
        answers,
        local,
        network,
        second_road,
        slack,
        translation,
        tried,
    )

    try:
        house = invocation.house
    except ConfigError as error:
        yield Row("config", "fail", str(error), error.remedy)
        return
    for check in (
        local.config,
        local.home,
        local.store,
        local.sources,
        local.load,
        local.calendar,
        local.rules,
        local.alerts,
    ):
        yield from tried(check.__name__, lambda check=check: check(house))  # type: ignore[misc]
    settings = house.settings
    if not offline or settings.delivery != "bot":
        yield from tried("slack", lambda: slack.slack(settings))
    if not offline:
        yield from tried(answers.CHECK, lambda: answers.answers(settings, invocation.known_store))
    yield from tried("second road", lambda: second_road.second_road(house, offline=offline))
    if not offline:
        yield from tried("translation", lambda: translation.translation(house))
    yield from tried("proxy", network.proxy)
    if not offline:
        rows = tried("sources", lambda: network.hosts(settings, local.enabled(house), house.clock))
        yield from (row for row in rows if row.check != "sources")  # told above already
