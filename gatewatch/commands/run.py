"""`gatewatch run`: the service. The work is `gatewatch.serve`'s."""

from __future__ import annotations

import click

from gatewatch.invocation import Command, Invocation, pass_invocation


@click.command(cls=Command, example="gatewatch run --config gatewatch.yaml")
@pass_invocation
def run(invocation: Invocation) -> int:
    """Poll what is due and deliver, until told to stop (SIGTERM, or Ctrl-C)."""
    settings = invocation.settings
    from gatewatch import serve  # noqa: PLC0415  # Scrapy, only where it runs

    return serve.serve(settings)
