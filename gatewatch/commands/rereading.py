"""`gatewatch archive replay`: kept pages through the river once more, with today's parsers and rules. Dry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from gatewatch.invocation import Command, Invocation, pass_invocation
from gatewatch.table import plain

if TYPE_CHECKING:
    from crawlers.article import Article
    from pipelines.archive import Line
    from pipelines.replay import Difference
    from pipelines.store.rows import Row


@dataclass(frozen=True, slots=True)
class Reread:
    """A kept page against what is stored: what differs, as (name, stored, now); the verdict's."""

    line: Line
    title: str
    fields: tuple[tuple[str, str, str], ...] = ()
    verdict: Difference | None = None
    fault: str = ""


@click.command(
    "replay",
    cls=Command,
    example="gatewatch archive replay\ngatewatch archive replay --since 2026-11-01 --json",
)
@click.argument("name", required=False, metavar="[ARTICLE|MATTER|URL|RECORD]")
@click.option("--since", metavar="T", help="Kept from this day or time on, inclusive.")
@click.option("--until", metavar="T", help="Kept before this day or time.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def replay(
    invocation: Invocation, name: str | None, since: str | None, until: str | None, as_json: bool
) -> None:
    """Read the kept pages again with today's parsers and rules, and show what differs from what is stored.

    The latest page of each article, at no cost to the sites. Nothing is changed.
    """
    counts = {"read": 0, "differ": 0, "unreadable": 0}
    if as_json:
        click.echo('{"changes": [', nl=False)
    shown = 0
    for one in _reread(invocation, name, since, until):
        counts["unreadable" if one.fault else "read"] += 1
        if not one.fields and one.verdict is None and not one.fault:
            continue
        counts["differ"] += not one.fault
        if as_json:
            click.echo(("," if shown else "") + "\n  " + json.dumps(_json(one), ensure_ascii=False), nl=False)
        else:
            _say(one)
        shown += 1
    if as_json:
        click.echo("\n], " + json.dumps(counts)[1:])
        return
    pages = "1 kept page" if counts["read"] == 1 else f"{counts['read']} kept pages"
    click.echo(f"{pages} read again, {counts['differ']} differ from what is stored")
    if counts["unreadable"]:
        click.echo(f"{counts['unreadable']} could not be read")
    invocation.say("Nothing was changed.")


def _reread(
    invocation: Invocation, name: str | None, since: str | None, until: str | None
) -> Iterator[Reread]:
    from crawlers.errors import SourceError  # noqa: PLC0415  # Scrapy and the store, only where needed
    from gatewatch.again import Reader  # noqa: PLC0415
    from gatewatch.commands.archive import chosen, opened  # noqa: PLC0415

    store, archive = invocation.known_store, opened(invocation)
    if store is None:
        return
    wanted = chosen(invocation, name, since, until)
    lines = {line.id: line for line in archive.lines(lambda one: one.type == "response" and wanted(one))}
    latest: dict[str, Line] = {}
    for copy in store.articles.copies():
        line = lines.get(copy["record"])
        if line is not None and copy["role"] in {"page", "list"} and line.status < 300:
            latest[copy["article"]] = line
    reader = Reader(invocation.house)
    for article, line in latest.items():
        row = store.articles.get(article)
        if row is None:
            continue
        try:
            now = reader.read(line, archive.exchange(line), row)
        except SourceError as error:
            yield Reread(line, row["title"], fault=str(error))
            continue
        yield _compared(invocation, line, row, now)


def _compared(invocation: Invocation, line: Line, row: Row, now: Article) -> Reread:
    from pipelines.matter import facts  # noqa: PLC0415  # likewise
    from pipelines.replay import Standing, difference  # noqa: PLC0415
    from pipelines.store.dialect import text  # noqa: PLC0415
    from pipelines.store.rows import article_of  # noqa: PLC0415

    was = article_of(row)
    verdict = invocation.rules.judge(
        now.title,
        now.text,
        tier=row["tier"],
        lang=row["lang"],
        source=row["source"],
        attachments=was.attachments,  # as they were read; only the page is read again
    )
    told = facts(now)
    pairs = {
        "title": (was.title, text(now.title)),
        "text": (was.text, text(now.text)),
        "published": (_day(was), _day(now)),
        "doc_no": (was.doc_no, text(now.doc_no or told.doc_no)),
        "stage": (row["stage"], told.stage),
        "instrument": (row["instrument"], told.instrument),
    }
    fired = [match for match in row["matches"] if not match["silent"]]
    spans = tuple((one["field"], one["start"], one["end"]) for match in fired for one in match["evidence"])
    before = Standing(
        row["matched"],
        row["severity"],
        frozenset(row["topics"]),
        tuple(match["rule"] for match in fired),
        spans,
    )
    return Reread(
        line,
        was.title,
        tuple((name, before_, after) for name, (before_, after) in pairs.items() if before_ != after),
        difference(before, verdict, now.title, now.text),
    )


def _day(article: Article) -> str:
    at = article.published
    return "" if at is None else (at.day or at.at).isoformat()


def _say(one: Reread) -> None:
    name = one.line.article
    if one.fault:
        click.echo(f"! {name}  {plain(one.fault)}")
        return
    sign = one.verdict.sign if one.verdict else "~"
    rules = f"{', '.join(one.verdict.rules)}  " if one.verdict else ""
    click.echo(f"{sign} {name}  {rules}{plain(one.title)}")
    for field, was, now in one.fields:
        if field == "text":
            click.echo(f"    text: {len(was)} characters → {len(now)}")
        else:
            click.echo(f"    {field}: {plain(was) or '—'} → {plain(now) or '—'}")
    if one.verdict:
        click.echo(f"    “{plain(one.verdict.quote)}”  {plain(one.verdict.why)}")


def _json(one: Reread) -> dict[str, Any]:
    verdict = one.verdict
    return {
        "article_id": one.line.article,
        "record": one.line.id.removeprefix("urn:uuid:"),
        "url": one.line.url,
        "title": one.title,
        "fault": one.fault or None,
        "fields": [{"name": name, "stored": was, "now": now} for name, was, now in one.fields],
        "sign": verdict.sign if verdict else None,
        "rules": list(verdict.rules) if verdict else [],
        "why": verdict.why if verdict else None,
    }
