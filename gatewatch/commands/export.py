"""`gatewatch export`: matched articles out, as tables, JSON Lines, feeds, a calendar or a report."""

from __future__ import annotations

import re
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from gatewatch.invocation import Command, Invocation, pass_invocation
from pipelines.export import FORMATS, Format
from pipelines.match import TOPICS

# 2026-11-24, as against 2026-11-24T08:00 or 2026-11-24 08:00+08:00
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@click.command(
    cls=Command,
    example="gatewatch export --format csv --since 2026-11-01 -o matched.csv\n"
    "gatewatch export --format jsonl --topic vpn-crackdown | jq .title\n"
    "gatewatch export -o deadlines.ics",
)
@click.option("--format", "kind", type=click.Choice(FORMATS), help="By default what FILE ends in, else csv.")
@click.option("--since", metavar="T", help="From this day or time on, inclusive.")
@click.option("--until", metavar="T", help="Up to this day or time, exclusive.")
@click.option(
    "--by",
    type=click.Choice(["first_seen", "published"]),
    default="first_seen",
    show_default=True,
    help="Which time --since and --until mean.",
)
@click.option("--as-of", metavar="T", help="As it was known then; a day counts to its end.")
@click.option("--topic", metavar="T", type=click.Choice(TOPICS), help="Only this topic.")
@click.option("--all", "everything", is_flag=True, help="What did not match, too.")
@click.option(
    "--per",
    type=click.Choice(["article", "alert"]),
    default="article",
    show_default=True,
    help="One row an article, or one per alert and channel.",
)
@click.option("--raw", is_flag=True, help="Cells as they are, formulas included.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Whole or not at all.")
@pass_invocation
def export(
    invocation: Invocation,
    kind: str | None,
    since: str | None,
    until: str | None,
    by: str,
    as_of: str | None,
    topic: str | None,
    everything: bool,
    per: str,
    raw: bool,
    output: Path | None,
) -> None:
    """Write matched articles to FILE, or to standard output."""
    zone = invocation.settings.zone
    begin, end = (moment(text, zone) if text else None for text in (since, until))
    if begin and end and begin >= end:
        raise click.UsageError("--until is not after --since.")
    from gatewatch.exporting import Wanted, export_file, kind_of, named  # noqa: PLC0415  # the store
    from gatewatch.exporting import export as write  # noqa: PLC0415

    file = None if output is None or str(output) == "-" else output
    form: Format = kind or kind_of(file)  # type: ignore[assignment]  # click has checked the choices
    wanted = Wanted(
        kind=form,
        since=begin,
        until=end,
        by=by,  # type: ignore[arg-type]
        topic=topic,
        everything=everything,
        per=per,  # type: ignore[arg-type]
        raw=raw,
        as_of=instant(as_of, zone) if as_of else None,
        sources=named(form, invocation.house),
    )
    store = invocation.existing_store
    now = invocation.house.clock()
    if file is None:
        write(store, wanted, zone, sys.stdout.buffer, now)
    else:
        count = export_file(store, wanted, zone, file, now)
        invocation.say(f"{_counted(count, wanted.kind)} in {file}")


_NOUNS = {
    "ics": ("date", "dates"),
    "rss": ("entry", "entries"),
    "atom": ("entry", "entries"),
    "html": ("article", "articles"),
}


def _counted(count: int, kind: str) -> str:
    return f"{count} {_NOUNS.get(kind, ('row', 'rows'))[count != 1]}"


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A day or a time as given on the command line, in UTC; without an offset it is in `zone`."""
    try:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(), zone).astimezone(UTC)
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"{text!r} is no day or time: write for example 2026-11-24 or 2026-11-24T08:00+08:00"
        ) from None


def instant(text: str, zone: ZoneInfo) -> datetime:
    """The time that `--as-of` means, in UTC: a day counts to its end."""
    at = moment(text, zone)
    return at + timedelta(days=1, microseconds=-1) if _DAY.fullmatch(text) else at
