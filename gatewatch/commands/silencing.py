"""`gatewatch matters silence|silences`: nothing is told of a matter, topic, source or rule until a time."""

from __future__ import annotations

import difflib
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import click

from crawlers.errors import ConfigError
from gatewatch.commands.export import instant, moment
from gatewatch.commands.judging import signed, tell
from gatewatch.invocation import Command, Invocation, pass_invocation, print_json
from gatewatch.table import show as show_table
from pipelines.match import TOPICS

if TYPE_CHECKING:
    from pipelines.silence import About, Silence


@click.command(
    "silence",
    cls=Command,
    example="gatewatch matters silence m0123456789abcde --for 7d --by li --reason 'we are on it'\n"
    "gatewatch matters silence --topic licensing --until 2026-12-24 --by li --reason 'not ours'",
)
@click.argument("matter", required=False)
@click.option("--topic", type=click.Choice(TOPICS), metavar="T", help="A topic instead of a matter.")
@click.option("--source", metavar="ID", help="A source instead.")
@click.option("--rule", metavar="ID", help="A rule instead.")
@click.option("--for", "length", metavar="D", help="For so long: 7d, 12h.")
@click.option("--until", metavar="T", help="Until this time; of a day, its beginning.")
@signed
@pass_invocation
def silence(
    invocation: Invocation,
    matter: str | None,
    topic: str | None,
    source: str | None,
    rule: str | None,
    length: str | None,
    until: str | None,
    by: str,
    reason: str,
) -> None:
    """Tell nothing of a matter for a time; or of a topic, a source or a rule.

    A matter's silence keeps back what is said of it, what becomes of its pages, and reminders but the last
    one, the day before; a new document and an amendment are told all the same. A topic's or a rule's keeps
    back what no other rule speaks for. Nothing is lost: `gatewatch alerts list --state silenced` lists it,
    digests count it, and `gatewatch alerts retry ALERT` sends it. It is not sent by itself afterwards.
    What waits for a digest is kept back too, unless the silence is over or undone when that is made.
    """
    given = {"matter": matter, "topic": topic, "source": source, "rule": rule}
    chosen = [(about, value) for about, value in given.items() if value]
    if len(chosen) != 1:
        raise click.UsageError("Name one: a MATTER, or --topic, --source or --rule.")
    [(about, value)] = chosen
    now = invocation.house.clock()
    end = _end(invocation, length, until, now)
    store = invocation.existing_store
    if about == "source":
        from crawlers.source import pick  # noqa: PLC0415 - the catalogue is open already

        pick(invocation.house.catalogue, [value])
    if about == "rule":
        _known_rule(invocation, value)
    event = store.matters.silence(cast("About", about), value, end, by=by, reason=reason, now=now)
    shown = end.astimezone(invocation.settings.zone).isoformat(timespec="minutes")
    tell(invocation, event, f"{about} {value} is silenced until {shown}")


@click.command(
    "silences",
    cls=Command,
    example="gatewatch matters silences --all --json\ngatewatch matters silences --as-of 2026-06-03",
)
@click.option("--all", "everything", is_flag=True, help="Those that are over or taken back, too.")
@click.option("--as-of", metavar="TIME", help="As it was known then; a day counts to its end.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def silences(invocation: Invocation, everything: bool, as_of: str | None, as_json: bool) -> None:
    """List what is silenced, until when, by whom and why."""
    at = instant(as_of, invocation.settings.zone) if as_of else invocation.house.clock()
    found = [
        _row(invocation, one, at)
        for one in invocation.existing_store.matters.silences(at, everything=everything)
    ]
    if as_json:
        print_json(found)
        return
    keys = ("event_id", "state", "about", "value", "until", "by", "reason")
    show_table(
        ("EVENT", "STATE", "ABOUT", "WHAT", "UNTIL", "BY", "REASON"),
        ([row[key] for key in keys] for row in found),
    )


def _end(invocation: Invocation, length: str | None, until: str | None, now: datetime) -> datetime:
    if (length is None) == (until is None):
        raise click.UsageError("Say how long: --for or --until, one of them.")
    if length is None:
        end = moment(until or "", invocation.settings.zone)
        if end <= now:
            raise ConfigError(f"{until} is over already", "Give a time that is still to come.")
        return end
    from crawlers.source import duration  # noqa: PLC0415 - heavy, and --help does without

    try:
        return now + duration(length)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(str(error), param_hint="--for") from None


def _known_rule(invocation: Invocation, rule: str) -> None:
    known = [one.rule.id for one in invocation.rules.rulings]
    if rule not in known:
        near = difflib.get_close_matches(rule, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "`gatewatch rules list` shows them all."
        raise ConfigError(f"there is no rule {rule!r}", hint)


def _row(invocation: Invocation, one: Silence, now: datetime) -> dict[str, Any]:
    from pipelines.export import shown  # noqa: PLC0415  # the database is open already

    zone = invocation.settings.zone
    state = "taken back" if one.undone_at else "over" if one.until <= now else "in force"
    return {
        "event_id": one.event,
        "state": state,
        "about": one.about,
        "value": one.value,
        "since": shown(one.at, zone),
        "until": shown(one.until, zone),
        "by": one.by,
        "reason": one.reason,
        "undone_at": shown(one.undone_at, zone),
        "undone_by": one.undone_by or None,
    }
