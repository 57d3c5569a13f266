"""`gatewatch sources freeze`: a source's live pages as a frozen page of the tests, its text replaced."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gatewatch.invocation import Command, Invocation, pass_invocation

if TYPE_CHECKING:
    from crawlers.survey import Survey
    from gatewatch.errand import Errand

_PAGES = Path("tests/pages")


@click.command(
    cls=Command,
    example="gatewatch sources freeze example_ministry\ngatewatch sources freeze example_news --out /tmp",
)
@click.argument("source")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to put it in; else tests/pages of a checkout, else here.",
)
@pass_invocation
def freeze(invocation: Invocation, source: str, out: Path | None) -> None:
    """Save a source's list and one article with their text replaced, for the tests of its parsing.

    Every sentence becomes filler of the same length and script; tags, links, dates and document numbers
    stay. With meta.json and golden.json, as tests/pages/README.md says. Nothing is overwritten.
    """
    from crawlers.errors import ConfigError, Malformed  # noqa: PLC0415  # the program, only where it runs
    from crawlers.source import pick  # noqa: PLC0415  # likewise
    from gatewatch import errand  # noqa: PLC0415  # likewise
    from gatewatch.frozen import folder as frozen  # noqa: PLC0415  # likewise

    (found,) = pick(invocation.house.catalogue, [source])
    target = (out or (_PAGES if _PAGES.is_dir() else Path())) / found.id
    if target.exists():
        remedy = "Remove it first, or name another folder with --out."
        raise ConfigError("is there already, and nothing is overwritten", remedy, file=target)

    async def work(one: Errand) -> Survey:
        return await one.survey(found, reads=True)

    seen = errand.run(invocation.settings, work)
    if found.kind == "jpaas" and seen.article is None:
        failure = seen.failure or Malformed("no-article", "the list led to no article", "Try it again later.")
        raise failure
    pages = frozen.pages(found, seen.lists, seen.entries, seen.of, seen.page)
    golden = frozen.write(found, pages, target, invocation.house.clock())
    size = sum(file.stat().st_size for file in target.iterdir())
    click.echo(f"wrote  {target}  ({len(golden['entries'])} entries, {size // 1024 + 1} KB)")
    if seen.failure is not None:
        invocation.say(f"Without an article: {seen.failure}")
    invocation.say(
        "Read golden.json: does it say what the page shows? Then run the page tests, and commit it."
    )
