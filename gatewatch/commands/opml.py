"""`gatewatch sources import` and `sources export`: lists of feeds as feed readers know them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gatewatch.invocation import Command, Invocation, pass_invocation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawlers.source import Source
    from gatewatch.opml import Outline


@click.command(
    "import",
    cls=Command,
    example="gatewatch sources import reader.opml\ngatewatch sources import reader.opml --write reader",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--write", "target", metavar="FILE", help="Write the lines there; a bare name stands in sources/."
)
@pass_invocation
def import_(invocation: Invocation, file: Path, target: str | None) -> None:
    """Turn a reader's list of feeds (OPML) into sources: lines of YAML, printed or written to a new file.

    A folder named after a tier gives the tier, any other the authority. Feeds that are watched already are
    left out. Nobody is asked: `gatewatch sources check` does that.
    """
    from gatewatch import opml, source_lines  # noqa: PLC0415  # the readers, only where they run

    known = invocation.house.catalogue
    made: dict[str, dict[str, Any]] = {}
    for outline in opml.read(file.read_bytes(), str(file)):
        keys, why_not = _source(outline, known, made)
        if why_not:
            invocation.say(f"{file}:{outline.line}: left out: {why_not}")
        else:
            made[keys["id"]] = keys
    if not made:
        invocation.say("Nothing to add.")
        return
    text = source_lines.lines(made.values())
    if target is None:
        click.echo(text, nl=False)
        return
    path = source_lines.place(target, invocation.settings)
    read = source_lines.write(path, text, invocation.settings)
    click.echo(f"wrote  {path}  ({len(made)} sources)")
    if not read:
        invocation.say("The config does not read it yet: add it under sources: in gatewatch.yaml.")
    invocation.say("Next: `gatewatch sources check` asks each once.")


def _source(
    outline: Outline, known: Mapping[str, Source], made: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Any], str]:
    """The keys of an outline's source, and why it cannot be one (empty where it can)."""
    from pydantic import ValidationError  # noqa: PLC0415  # likewise

    from crawlers.source import Source  # noqa: PLC0415  # likewise
    from gatewatch.source_lines import new_id  # noqa: PLC0415  # likewise

    watched = next((source.id for source in known.values() if source.url == outline.url), "")
    if watched:
        return {}, f"{outline.url} is watched already: {watched}"
    keys = {
        "id": "added",
        "name": outline.name or outline.url,
        "kind": "feed",
        "url": outline.url,
        "authority": outline.authority,
        "tier": outline.tier or "press",
        "lang": outline.lang,
        "every": "1h",
        "evidence": "inferred",
    }
    try:
        Source.model_validate(keys)
        return keys | {"id": new_id(outline.url, {*known, *made})}, ""
    except ValidationError as error:
        return {}, str(error.errors()[0]["msg"]).removeprefix("Value error, ")


@click.command(cls=Command, example="gatewatch sources export > gatewatch.opml")
@click.option("--format", type=click.Choice(["opml"]), default="opml", expose_value=False, help="Only OPML.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead.")
@click.option("--all", "everything", is_flag=True, help="Those switched off, too.")
@pass_invocation
def export(invocation: Invocation, output: Path | None, everything: bool) -> None:
    """Write the feeds of the catalogue as a list for feed readers (OPML), a folder a tier and authority.

    Columns and lists without a feed are left out: a reader cannot follow them.
    """
    from gatewatch import opml  # noqa: PLC0415  # the readers, only where they run
    from gatewatch.commands.sources import listed  # noqa: PLC0415  # the group imports this file

    on = {row["id"] for row in listed(invocation) if everything or row["state"] != "off"}
    feeds = [source for source in invocation.house.catalogue.values() if source.id in on]
    text = opml.write(feeds, "Gatewatch")
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
    left_out = sum(source.kind != "feed" for source in feeds)
    if left_out:
        invocation.say(f"{left_out} sources without a feed are left out.")
