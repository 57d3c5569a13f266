"""`gatewatch archive`: what matched, as it was sent: list it, show it, prove it, take it along.

Nothing here changes the archive; reading kept pages again is in `gatewatch.commands.rereading`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawlers.errors import ConfigError
from gatewatch import exits
from gatewatch.commands.rereading import replay
from gatewatch.invocation import Command, Group, Invocation, pass_invocation, print_json
from gatewatch.table import plain
from gatewatch.table import show as show_table

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from pipelines.archive import Archive, Fault, Line

NAME = "[ARTICLE|MATTER|URL|RECORD]"


@click.group(cls=Group)
def archive() -> None:
    """Kept pages: what matched, as it was sent, in WARC files that a chain of hashes holds together."""


archive.add_command(replay)


@archive.command(
    "list", cls=Command, example="gatewatch archive list\ngatewatch archive list a0123456789abcde --json"
)
@click.argument("name", required=False, metavar=NAME)
@click.option("--since", metavar="T", help="Fetched from this day or time on, inclusive.")
@click.option("--until", metavar="T", help="Fetched before this day or time.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def list_(
    invocation: Invocation, name: str | None, since: str | None, until: str | None, as_json: bool
) -> None:
    """List the kept answers, the oldest first: all, or those of an article, a matter or an address."""
    kept, zone = opened(invocation), invocation.settings.zone
    wanted = chosen(invocation, name, since, until)
    found = [_row(line, zone) for line in kept.lines(lambda one: one.type == "response" and wanted(one))]
    if as_json:
        print_json(found)
        return
    keys = ("at", "role", "status", "article_id", "record", "url")
    show_table(
        ("FETCHED", "ROLE", "STATUS", "ARTICLE", "RECORD", "URL"),
        ([row[key] for key in keys] for row in found),
    )


@archive.command(
    "show",
    cls=Command,
    example="gatewatch archive show a0123456789abcde\n"
    "gatewatch archive show 7f3c2a1e-5b1d-4c55-9d0e-2f6a1b3c4d5e --raw > page.html",
)
@click.argument("name", metavar=NAME.strip("[]"))
@click.option("--raw", is_flag=True, help="The body alone, as a browser would get it.")
@click.option("--record", "as_record", is_flag=True, help="The WARC record as it stands, headers and all.")
@pass_invocation
def show(invocation: Invocation, name: str, raw: bool, as_record: bool) -> None:
    """Print what a kept page says: of an article the latest, of a record its own.

    With --raw its bytes, decompressed; with --record the whole record.
    """
    from gatewatch.again import Reader, unpacked  # noqa: PLC0415  # Scrapy, only where it is needed

    kept = opened(invocation)
    wanted = chosen(invocation, name, None, None)
    found = [
        line for line in kept.lines(lambda one: one.type == "response" and wanted(one)) if line.status < 300
    ]
    if not found:
        elsewhere = _elsewhere(invocation, name)
        raise ConfigError(
            f"nothing is kept of {name!r}{elsewhere}", "`gatewatch archive list` shows what is."
        )
    line = max(found, key=lambda one: (one.role in {"page", "list"}, one.at))
    if as_record:
        import gzip  # noqa: PLC0415  # seldom asked for

        sys.stdout.buffer.write(gzip.decompress(kept.data(line)))
        return
    exchange = kept.exchange(line)
    if raw:
        sys.stdout.buffer.write(unpacked(exchange))
        return
    article = Reader(invocation.house).read(line, exchange)
    when = _when(line, invocation.settings.zone)
    invocation.say(f"{line.url}\nkept {when} as {_short(line.id)} in {line.file}")
    click.echo(f"{plain(article.title)}\n")
    click.echo("\n".join(plain(text) for text in article.text.splitlines()))


@archive.command("verify", cls=Command, example="gatewatch archive verify\ngatewatch archive verify --json")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def verify(invocation: Invocation, as_json: bool) -> int:
    """Prove that the archive is what was written: every record, every line, all that the store refers to.

    Ends with 5 where anything was changed, cut or lost, and names it.
    """
    from pipelines.archive import verify as prove  # noqa: PLC0415  # warcio, only where it is needed

    store = invocation.known_store
    referred = store.articles.copies() if store is not None else []
    here = [row for row in referred if row["machine"] == _machine()]
    proof = prove(opened(invocation), {row["record"]: (row["chain"], row["article"]) for row in here})
    if as_json:
        print_json(
            {
                "files": proof.files,
                "records": proof.records,
                "bytes": proof.bytes,
                "referred": len(here),
                "elsewhere": len(referred) - len(here),
                "last": proof.last,
                "torn": list(proof.torn),
                "faults": [_fault(one) for one in proof.faults],
            }
        )
    else:
        for one in proof.faults:
            click.echo(f"{one.file}{_place(one)}: {one.what}")
            about = [_short(one.record), one.article, one.url]
            if any(about):
                click.echo(f"    {'  '.join(plain(part) for part in about if part)}")
        for name in proof.torn:
            invocation.say(f"{name} ends in what a killed writer left; nothing refers to it")
        if len(here) < len(referred):
            invocation.say(f"{len(referred) - len(here)} records are in the archives of other machines")
        sound = _counted(len(proof.faults), "fault") if proof.faults else "no fault"
        records, files = _counted(proof.records, "record"), _counted(proof.files, "file")
        click.echo(f"{records} in {files}, {proof.bytes} bytes: {sound}")
        invocation.say(f"the chain ends with {proof.last}")
    return exits.FAULTS_FOUND if proof.faults else exits.FINE


@archive.command(
    "export",
    cls=Command,
    example="gatewatch archive export m0123456789abcde -o matter.warc.gz\n"
    "gatewatch archive export --since 2026-11-01 --until 2026-12-01 -o november.warc.gz",
)
@click.argument("name", required=False, metavar=NAME)
@click.option("--since", metavar="T", help="Fetched from this day or time on, inclusive.")
@click.option("--until", metavar="T", help="Fetched before this day or time.")
@click.option(
    "-o", "--output", metavar="FILE", required=True, type=click.Path(path_type=Path), help="….warc.gz"
)
@pass_invocation
def export(
    invocation: Invocation, name: str | None, since: str | None, until: str | None, output: Path
) -> None:
    """Write kept records, requests and answers, to one WARC file, with a manifest beside it.

    Of an article, a matter, an address, a range of time, or all. Any WARC tool reads it.
    """
    done = opened(invocation).export(chosen(invocation, name, since, until), output)
    if not done.records:
        invocation.say("nothing that was kept fits")
    click.echo(f"{output}: {_counted(done.records, 'record')}, {done.bytes} bytes")


def opened(invocation: Invocation) -> Archive:
    """The archive, there or not."""
    from pipelines.archive import Archive  # noqa: PLC0415  # warcio, only where it is needed

    return Archive(invocation.settings.archive)


def chosen(
    invocation: Invocation, name: str | None, since: str | None, until: str | None
) -> Callable[[Line], bool]:
    """Whether a line is of this article, matter, address or record, and of this time."""
    from gatewatch.commands.export import moment  # noqa: PLC0415  # likewise
    from pipelines.archive.records import written  # noqa: PLC0415

    zone = invocation.settings.zone
    begin, end = (written(moment(text, zone)) if text else "" for text in (since, until))
    articles, records = _named(invocation, name) if name else (set(), set())

    def wanted(line: Line) -> bool:
        if (begin and line.at < begin) or (end and line.at >= end):
            return False
        if not name:
            return True
        return (
            line.article in articles
            or line.url == name
            or line.id in records
            or _short(line.id) in {name, *records}
        )

    return wanted


def _named(invocation: Invocation, name: str) -> tuple[set[str], set[str]]:
    """The articles that a name means, and the records that the store refers to for them."""
    store = invocation.known_store
    articles: set[str] = {name}
    if store is not None:
        matter = store.matters.show(name) if name.startswith("m") else None
        if matter is not None:
            articles = {row["id"] for row in matter["articles"]}
        elif (row := store.articles.get(name)) is not None:
            articles = {row["id"]}
        referred = [row["record"] for one in articles for row in store.articles.copies(one)]
        return articles, {_short(record) for record in referred} | {name.removeprefix("urn:uuid:")}
    return articles, {name.removeprefix("urn:uuid:")}


def _elsewhere(invocation: Invocation, name: str) -> str:
    """Where another machine keeps it, in words."""
    store = invocation.known_store
    row = store.articles.get(name) if store is not None else None
    if store is None or row is None:
        return ""
    others = sorted({one["machine"] for one in store.articles.copies(row["id"])} - {_machine()})
    if others:
        return f" here: it is in the archive of {', '.join(others)}"
    return "" if row["matched"] else ": it did not match, and only what matched is kept"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _machine() -> str:
    from socket import gethostname  # noqa: PLC0415  # as the archive writes it

    return gethostname()


def _short(record: str) -> str:
    return record.removeprefix("urn:uuid:")


def _when(line: Line, zone: ZoneInfo) -> str | None:
    from pipelines.export import shown  # noqa: PLC0415  # seldom without the store

    return shown(_moment(line), zone)


def _moment(line: Line) -> datetime:
    from datetime import datetime  # noqa: PLC0415  # light

    return datetime.fromisoformat(line.at)


def _row(line: Line, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "record": _short(line.id),
        "article_id": line.article or None,
        "role": line.role,
        "at": _when(line, zone),
        "status": line.status,
        "url": line.url,
        "file": line.file,
        "offset": line.offset,
        "length": line.length,
        "sha256": line.sha256,
    }


def _fault(one: Fault) -> dict[str, Any]:
    return {
        "what": one.what,
        "file": one.file,
        "offset": one.offset if one.record and one.file.endswith(".gz") else None,
        "line": one.line or None,
        "record": _short(one.record) or None,
        "article_id": one.article or None,
        "url": one.url or None,
    }


def _place(one: Fault) -> str:
    if one.record and one.file.endswith(".gz"):
        return f", byte {one.offset}"
    return f", line {one.line}" if one.line else ""
