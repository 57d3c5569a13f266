"""`gatewatch matters`: what belongs together, from the first document to the last report on it.

People's word on it (mark, ack, assign, join, split, undo) is in `gatewatch.commands.judging`,
silences are in `gatewatch.commands.silencing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from crawlers.errors import ConfigError
from gatewatch.commands import judging, silencing
from gatewatch.commands.alerts import told_json
from gatewatch.commands.export import instant
from gatewatch.invocation import Command, Group, Invocation, pass_invocation, print_json
from gatewatch.pagefacts import differing, page_json, page_lines
from gatewatch.table import plain, show_facts
from gatewatch.table import show as show_table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@click.group(cls=Group)
def matters() -> None:
    """What belongs together: a document, what explains it, what is said of it."""


@matters.command(
    "list",
    cls=Command,
    example="gatewatch matters list --all --json\ngatewatch matters list --as-of 2026-06-03",
)
@click.option("--all", "everything", is_flag=True, help="Those in which nothing matched, too.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1), help="The latest so many.")
@click.option("--as-of", metavar="TIME", help="As they were known then; a day counts to its end.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def list_(invocation: Invocation, everything: bool, limit: int, as_of: str | None, as_json: bool) -> None:
    """List matters, those that moved last first."""
    store, zone = invocation.existing_store, invocation.settings.zone
    at = instant(as_of, zone) if as_of else None
    rows = store.matters.list(limit=limit, matched=not everything, as_of=at)
    quiet = _silenced(invocation, at)
    found = [
        head_json(row, zone, quiet)
        | {"topics": row["topics"], "articles": row["articles"], "matched": row["matched"]}
        for row in rows
    ]
    if as_json:
        print_json(found)
        return
    keys = ("matter_id", "updated_at", "stage", "authority", "articles", "taken_by", "doc_no", "title")
    show_table(
        ("MATTER", "MOVED", "STAGE", "AUTHORITY", "ARTICLES", "TAKEN BY", "NUMBER", "TITLE"),
        ([row[key] for key in keys] for row in found),
    )


@matters.command(
    "review",
    cls=Command,
    example="gatewatch matters review\n"
    'gatewatch matters mark a0123456789abcde --not-relevant --because other --by li --reason "a form"',
)
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1), help="The first so many.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def review(invocation: Invocation, limit: int, as_json: bool) -> None:
    """List what a person should look at: a regulator's article with a file that could not be read.

    What matched stands first, then what is near a rule. What somebody marks leaves the list.
    """
    from pipelines.export import shown  # noqa: PLC0415  # the database, only where it is needed
    from pipelines.store.files import lacking_of  # noqa: PLC0415

    zone = invocation.settings.zone
    found = [
        {
            "article_id": row["id"],
            "matter_id": row["matter"],
            "title": row["title"],
            "url": row["url"],
            "source": row["source"],
            "first_seen": shown(row["first_seen"], zone),
            "matched": row["matched"],
            "near": row["near_rule"] or None,
            "attachments": [
                {"name": one["name"], "url": one["url"], "reason": one["reason"]}
                for one in lacking_of(row["files"])
            ],
        }
        for row in invocation.existing_store.matters.to_review(limit)
    ]
    if as_json:
        print_json(found)
        return
    for row in found:
        state = "matched" if row["matched"] else f"near {row['near']}" if row["near"] else "no rule is near"
        click.echo(f"{row['article_id']}  {row['first_seen'][:10]}  {row['source']}  {state}")
        click.echo(f"    {plain(row['title'])}")
        for file in row["attachments"]:
            click.echo(f"    {plain(file['name'])}: {plain(file['reason'])}  {plain(file['url'])}")
    if not found:
        click.echo("nothing to review")


for _command in (
    judging.mark, judging.ack, judging.assign, silencing.silence, silencing.silences, judging.join,
    judging.split, judging.undo, judging.judgements,
):  # fmt: skip
    matters.add_command(_command)


@matters.command(
    "show",
    cls=Command,
    example="gatewatch matters show m0123456789abcde\n"
    "gatewatch matters show m0123456789abcde --as-of 2026-06-03",
)
@click.argument("matter")
@click.option("--as-of", metavar="TIME", help="As it was known then; a day counts to its end.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def show(invocation: Invocation, matter: str, as_of: str | None, as_json: bool) -> None:
    """Show a matter: what was said of it, in order, what was told, and what people judged."""
    store, zone = invocation.existing_store, invocation.settings.zone
    at = instant(as_of, zone) if as_of else None
    row = store.matters.show(matter, at)
    if row is None:
        when = f" as of {as_of}" if as_of else ""
        raise ConfigError(f"there is no matter {matter!r}{when}", "`gatewatch matters list` shows them.")
    if row["id"] != matter:
        invocation.say(f"{matter} was joined to {row['id']}")
    # what is known of pages today says nothing about what was known then
    quiet = _silenced(invocation, at)
    found = _described(row, zone, quiet, lambda one: page_json(store, one, zone) if at is None else None)
    if as_json:
        print_json(found)
        return
    listed = {"articles", "dates", "keys", "judgements"}
    show_facts((name, value) for name, value in found.items() if name not in listed)
    for date in found["dates"]:
        click.echo(f"{date['date']}  {date['kind']}: {plain(date['sentence'])}")
    for article in found["articles"]:
        when = article["published"] or article["first_seen"]
        click.echo(f"\n{when}  {article['relation'] or 'said'} by {article['source']} ({article['tier']})")
        click.echo(f"  {plain(article['title'])}\n  {plain(article['url'])}")
        if article["differs"]:
            lacks, adds, of = (article["differs"][name] for name in ("lacks", "adds", "from"))
            click.echo(f"  its text is not that of {of}: {lacks} characters of it missing, {adds} others")
        for line in page_lines(article["page"]):
            click.echo(f"  {line}")
        for alert in article["alerts"]:
            click.echo(
                f"  {alert['state']} {alert['sent_at'] or ''} {plain(alert['permalink'] or alert['channel'])}"
            )

    for said in found["judgements"]:
        what = plain(judging.said(said))
        by = f"{plain(said['by'])}{judging.undone(said)}"
        click.echo(f"\nevent {said['event_id']}, {said['at']}: {what}, by {by}")
        click.echo(f"  {plain(said['reason'])}")


def _silenced(invocation: Invocation, at: datetime | None) -> dict[str, datetime]:
    """Until when each silenced matter is silenced, as known at that time (None: now)."""
    found: dict[str, datetime] = {}
    for one in invocation.existing_store.matters.silences(at or invocation.house.clock()):
        if one.about == "matter":
            found[one.value] = max(one.until, found.get(one.value, one.until))
    return found


def head_json(row: Mapping[str, Any], zone: ZoneInfo, quiet: Mapping[str, datetime]) -> dict[str, Any]:
    """What a matter is, without what belongs to it. `quiet`: until when matters are silenced."""
    from pipelines.export import shown  # noqa: PLC0415  # the database is open already

    return {
        "matter_id": row["id"],
        "title": row["title"],
        "doc_no": row["doc_no"] or None,
        "authority": row["authority"] or None,
        "stage": row["stage"] or None,
        "opened_at": shown(row["opened"], zone),
        "updated_at": shown(row["updated"], zone),
        "taken_by": row["taken"] and row["taken"].by,
        "taken_at": shown(row["taken"] and row["taken"].at, zone),
        "silenced_until": shown(quiet.get(row["id"]), zone),
    }


def _described(
    row: Mapping[str, Any],
    zone: ZoneInfo,
    quiet: Mapping[str, datetime],
    page: Callable[[str], dict[str, Any] | None],
) -> dict[str, Any]:
    articles = row["articles"]
    other = differing(articles)
    return head_json(row, zone, quiet) | {
        "keys": row["keys"],
        "cites": row["cites"],
        "cited_by": row["cited_by"],
        "joined_from": row["joined_from"],
        "dates": [{"article_id": article["id"], **date} for article in articles for date in article["dates"]],
        "articles": [
            _article(article, zone) | {"page": page(article["id"]), "differs": other.get(article["id"])}
            for article in articles
        ],
        "judgements": [judging.judgement_json(one, zone) for one in row["judgements"]],
    }


def _article(row: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    from pipelines.export import shown  # noqa: PLC0415  # the database is open already

    return {
        "article_id": row["id"],
        "relation": row["relation"],
        "title": row["title"],
        "url": row["url"],
        "source": row["source"],
        "tier": row["tier"],
        "published": shown(row["published_day"] or row["published"], zone),
        "first_seen": shown(row["first_seen"], zone),
        "matched": row["matched"],
        "severity": row["severity"],
        "topics": row["topics"],
        "alerts": [told_json(one, zone) for one in row["deliveries"]],
    }
