"""`gatewatch demo`: the recorded story, offline. Takes no setting of the user's into account."""

from __future__ import annotations

from pathlib import Path

import click

from gatewatch.invocation import Command


@click.command(cls=Command, example="gatewatch demo --out gatewatch-demo")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("gatewatch-demo"),
    show_default=True,
    help="Where matched.csv and the demo's own store go.",
)
def demo(out: Path) -> int:
    """Show the whole river over a recorded story, offline.

    A loopback site and a stand-in Slack; no configuration, database or proxy of yours is used.
    """
    from gatewatch import demo as story  # noqa: PLC0415  # Scrapy, only where it runs

    return story.run(out)
