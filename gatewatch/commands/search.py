"""`gatewatch search`: full text over everything that is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import click

from crawlers.article import Tier
from gatewatch.commands.export import moment
from gatewatch.invocation import Command, Invocation, pass_invocation, print_json
from pipelines.match import TOPICS

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from pipelines.store.search import Filters, Hit


@click.command(
    cls=Command,
    example="gatewatch search 跨境专线\n"
    "gatewatch search '\"leased line\" OR 专线' --since 2026-01-01 --tier regulator",
)
@click.argument("query", nargs=-1, required=True)
@click.option("--since", metavar="T", help="First seen from this day or time on, inclusive.")
@click.option("--until", metavar="T", help="First seen up to this day or time, exclusive.")
@click.option("--source", "sources", metavar="ID", multiple=True, help="Only this source; repeatable.")
@click.option(
    "--tier", "tiers", type=click.Choice(get_args(Tier)), multiple=True, help="Only this tier; repeatable."
)
@click.option("--lang", metavar="LANG", default="", help="Only this language: zh-Hans, zh-Hant, en …")
@click.option("--topic", type=click.Choice(TOPICS), help="Only what a rule of this topic matched.")
@click.option("--matched", is_flag=True, help="Only what matched.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@pass_invocation
def search(
    invocation: Invocation,
    query: tuple[str, ...],
    since: str | None,
    until: str | None,
    sources: tuple[str, ...],
    tiers: tuple[str, ...],
    lang: str,
    topic: str | None,
    matched: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Find stored articles, matched or not, the newest first.

    Words must all stand in an article; "a phrase" in this order, -word not at
    all, OR between alternatives. Chinese of any length, simplified or
    traditional alike.
    """
    from pipelines.store.search import Filters  # noqa: PLC0415  # the database is not for `--help`

    zone = invocation.settings.zone
    begin, end = (moment(text, zone) if text else None for text in (since, until))
    filters = Filters(begin, end, sources, tiers, lang, topic or "", matched)
    hits = find(invocation, " ".join(query), filters, limit)
    if as_json:
        print_json([hit_json(hit, zone) for hit in hits])
        return
    for hit in hits:
        _print(hit, zone)
    more = " The newest are shown: --limit shows more." if len(hits) == limit else ""
    invocation.say(f"{len(hits)} {'article' if len(hits) == 1 else 'articles'}.{more}")


def find(invocation: Invocation, query: str, filters: Filters, limit: int) -> list[Hit]:
    """What is stored and fits, the newest first. Raises UsageError where nothing is asked for."""
    from pipelines.seek import parse  # noqa: PLC0415  # OpenCC is not for `--help`
    from pipelines.store.search import search as search_store  # noqa: PLC0415  # likewise

    try:
        wanted = parse(query)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return search_store(invocation.existing_store.engine, wanted, filters, limit=limit)


def hit_json(hit: Hit, zone: ZoneInfo) -> dict[str, Any]:
    """An article that was found, with the lines around what was."""
    from pipelines.export import shown  # noqa: PLC0415  # the store is open already

    row = hit.row
    return {
        "article_id": row["id"],
        "title": row["title"],
        "url": row["url"],
        "source": row["source"],
        "tier": row["tier"],
        "doc_no": row["doc_no"] or None,
        "matter_id": row["matter"],
        "published": shown(row["published_day"] or row["published"], zone),
        "first_seen": shown(row["first_seen"], zone),
        "matched": row["matched"],
        "excerpt": "".join(piece.text for piece in _pieces(hit)),
        "hits": [hit.text[start:end] for start, end in hit.spans[:20]],
    }


def _print(hit: Hit, zone: ZoneInfo) -> None:
    from alerts.wording.inert import visible  # noqa: PLC0415  # likewise
    from pipelines.export import shown  # noqa: PLC0415  # the store is open already

    row = hit.row
    day = (shown(row["published_day"] or row["published"] or row["first_seen"], zone) or "")[:10]
    mark = click.style("matched", fg="green") if row["matched"] else "-"
    click.echo(f"{day}  {row['source']}  {mark}  {row['id']}")
    click.echo(f"  {click.style(visible(row['title']), bold=True)}")
    lines = [(visible(one.text), one.marked) for one in _pieces(hit)]
    text = "".join(click.style(line, fg="yellow", bold=True) if marked else line for line, marked in lines)
    if text.strip():
        click.echo(f"  {text.strip()}")
    click.echo(f"  {visible(row['url'])}\n")


def _pieces(hit: Hit) -> tuple[Any, ...]:
    """The lines of the body around what was found; where only the title has it, its beginning."""
    from alerts.wording.excerpt import excerpt  # noqa: PLC0415  # likewise

    head = len(hit.row["title"]) + len(hit.row["doc_no"]) + 2
    body = hit.text[head:]
    spans = [(start - head, end - head, hit.text[start:end]) for start, end in hit.spans if start >= head]
    return excerpt(body, spans, 200)
