"""`gatewatch crawl`: one round. The work is `gatewatch.crawl`'s."""

from __future__ import annotations

import click

from gatewatch.invocation import Command, Invocation, pass_invocation


@click.command(
    cls=Command,
    example="gatewatch crawl\ngatewatch crawl miit_notices --backfill\ngatewatch crawl --all --dry-run",
)
@click.argument("source", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Poll every enabled source, due or not.")
@click.option("--backfill", is_flag=True, help="Send what matched in the baseline, oldest first.")
@click.option("--dry-run", is_flag=True, help="Fetch and show; store and send nothing.")
@pass_invocation
def crawl(
    invocation: Invocation, source: tuple[str, ...], everything: bool, backfill: bool, dry_run: bool
) -> int:
    """Poll once: what is due, the named sources, or all.

    Classifies, stores and delivers, then ends with 0, 3 (a source's failure is news) or 4 (alerts
    pending or rejected).
    """
    if source and everything:
        raise click.UsageError("Name sources, or say --all; not both.")
    if backfill and dry_run:
        raise click.UsageError("--backfill sends and --dry-run does not: use one of them.")
    settings = invocation.settings
    from gatewatch import crawl as round_  # noqa: PLC0415  # Scrapy, only where it runs

    return round_.crawl(settings, list(source), everything=everything, backfill=backfill, dry_run=dry_run)
