"""`gatewatch sources add`: from an address to the ten lines that watch it."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import click

from crawlers.article import Tier
from gatewatch.invocation import Command, Invocation, pass_invocation

if TYPE_CHECKING:
    from gatewatch.looking import Look

_SHOWN = 5


@click.command(
    cls=Command,
    example=(
        "gatewatch sources add https://www.example.gov.cn/zwgk/tz/\n"
        "gatewatch sources add https://news.example/ --id example_news --write example"
    ),
)
@click.argument("url")
@click.option("--id", "identity", metavar="ID", help="Its id; else one made from the address.")
@click.option("--name", help="Its name; else the page's title.")
@click.option("--authority", help="Whom it covers: MIIT, CAC …")
@click.option("--tier", type=click.Choice(get_args(Tier)), help="Who writes there.")
@click.option(
    "--kind",
    type=click.Choice(["feed", "jpaas", "listing", "json_list"]),
    help="Watch it this way where several are found.",
)
@click.option(
    "--write", "file", metavar="FILE", help="Write the lines there; a bare name stands in sources/."
)
@pass_invocation
def add(
    invocation: Invocation,
    url: str,
    identity: str | None,
    name: str | None,
    authority: str | None,
    tier: str | None,
    kind: str | None,
    file: str | None,
) -> None:
    """Find how an address can be watched: its feeds, or its list in HTML or JSON.

    The page is asked for as politely as in a crawl. The first rows are shown, and the lines of YAML are
    printed, or written to a new file with --write. Nothing is stored.
    """
    from crawlers.errors import ConfigError  # noqa: PLC0415  # Scrapy and the readers, only where they run
    from gatewatch import errand, source_lines  # noqa: PLC0415  # likewise
    from gatewatch.looking import look  # noqa: PLC0415  # likewise

    settings, known = invocation.settings, invocation.house.catalogue
    if identity in known:
        raise ConfigError(f"there is a source {identity!r} already", "Choose another --id.")
    path = source_lines.place(file, settings) if file else None
    if path is not None and path.exists():
        remedy = "Name another file, or leave --write out and paste the lines."
        raise ConfigError("is there already, and nothing is overwritten", remedy, file=path)
    given = {"id": identity or "", "name": name or "", "authority": authority or "", "tier": tier or ""}
    found = errand.run(settings, lambda one: look(one, url, given, kind or "", known))
    _say(invocation, found)
    if path is None:
        click.echo(found.text, nl=False)
        return
    read = source_lines.write(path, found.text, settings)
    click.echo(f"wrote  {path}")
    if not read:
        invocation.say(
            f"The config does not read it yet: add it under sources: in {settings.file or 'gatewatch.yaml'}."
        )
    invocation.say(
        f"Next: `gatewatch sources check {found.source.id}`, then `gatewatch crawl {found.source.id}`."
    )


def _say(invocation: Invocation, found: Look) -> None:
    """What it would collect, on standard error: the lines alone go to standard output."""
    from gatewatch.table import plain  # noqa: PLC0415  # only where something is shown

    for way, error in found.failed:
        invocation.say(f"not {way.kind} {way.url}: {error}")
    dated = sum(entry.published is not None for entry in found.entries)
    invocation.say(f"{found.source.kind} {found.source.url}: {found.why}")
    for entry in found.entries[:_SHOWN]:
        day = ""
        if entry.published:
            moment = entry.published
            day = str(moment.day or moment.at.astimezone(found.source.zone).date())
        invocation.say(f"  {day:10}  {plain(entry.title)}\n              {entry.url}")
    invocation.say(f"  {len(found.entries)} rows in all, {dated} with a date")
    for way in found.others:
        invocation.say(f"also found: {way.kind} {way.url} ({way.why})")
    if found.source.kind == "listing" and dated < len(found.entries):
        invocation.say(
            "Look at the rows: those without a date are stored as new whenever they are first seen."
        )
    invocation.say("Look through authority, tier and name before you keep it.\n")
