"""The command line: which commands there are, each in `gatewatch.commands`, imported when named."""

from __future__ import annotations

import click

from gatewatch import __version__
from gatewatch.invocation import Main

COMMANDS: dict[str, str] = {
    "demo": "gatewatch.commands.demo:demo",
    "init": "gatewatch.commands.init:init",
    "crawl": "gatewatch.commands.crawl:crawl",
    "run": "gatewatch.commands.run:run",
    "sources": "gatewatch.commands.sources:sources",
    "rules": "gatewatch.commands.rules:rules",
    "classify": "gatewatch.commands.classify:classify",
    "why": "gatewatch.commands.why:why",
    "alerts": "gatewatch.commands.alerts:alerts",
    "matters": "gatewatch.commands.matters:matters",
    "search": "gatewatch.commands.search:search",
    "export": "gatewatch.commands.export:export",
    "archive": "gatewatch.commands.archive:archive",
    "db": "gatewatch.commands.db:db",
    "doctor": "gatewatch.commands.doctor:doctor",
}


@click.group(cls=Main, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gatewatch")
def main() -> None:
    """Watch China's telecom regulator and the press; tell people, within minutes, when a rule changes."""
