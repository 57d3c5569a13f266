"""`gatewatch alerts`: the outbox. What was told, what waits, what was refused, and sending it again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import click

from gatewatch import exits
from gatewatch.commands.export import instant
from gatewatch.invocation import Command, Group, Invocation, pass_invocation, print_json
from gatewatch.table import plain
from gatewatch.table import show as show_table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from alerts.dispatch import Tally
    from alerts.settings import AlertSettings
    from gatewatch.house import House
    from pipelines.store.telling import Listed

STATES = ("pending", "sending", "sent", "rejected", "held", "digest", "silenced")
PATIENCE = 60.0
"""`retry` sends for so many seconds; what is left waits for the next round."""


@click.group(cls=Group)
def alerts() -> None:
    """What was told, what waits, and sending it again."""


@alerts.command(
    "list",
    cls=Command,
    example="gatewatch alerts list --state rejected\ngatewatch alerts list --as-of 2026-06-03 --json",
)
@click.option("--state", type=click.Choice(STATES), multiple=True, help="Only these; may be repeated.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1), help="The newest so many.")
@click.option("--as-of", metavar="T", help="What had been told by then; a day counts to its end.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, the text as posted included.")
@pass_invocation
def list_(
    invocation: Invocation, state: tuple[str, ...], limit: int, as_of: str | None, as_json: bool
) -> None:
    """List alerts, newest first."""
    store = invocation.existing_store
    zone = invocation.settings.zone
    at = instant(as_of, zone) if as_of else None
    found = [_row(invocation, one) for one in store.outbox.listing(state, limit, at, zone)]
    if as_json:
        print_json(found)
        return
    keys = ("alert_id", "state", "channel", "kind", "sent_at", "reason", "title")
    show_table(
        ("ALERT", "STATE", "CHANNEL", "KIND", "SENT", "REASON", "TITLE"),
        ([row[key] for key in keys] for row in found),
    )


@alerts.command(
    "retry", cls=Command, example="gatewatch alerts retry\ngatewatch alerts retry g0123456789abcdef01234567"
)
@click.argument("alert", nargs=-1)
@pass_invocation
def retry(invocation: Invocation, alert: tuple[str, ...]) -> int:
    """Send what was rejected or held again: these alerts, or all; then what waits.

    Without a name, what waits for a channel that is not configured goes to the one that is.
    """
    lacks = invocation.settings.lacks
    if lacks:
        return _cannot(lacks)
    moved = invocation.house.store.outbox.retry(invocation.house.clock(), alert)
    if alert and moved < len(alert):
        known = {one.id for one in invocation.house.store.outbox.listing(limit=1_000_000)}
        unknown = [name for name in alert if name not in known]
        if unknown:
            raise click.UsageError(f"There is no alert {unknown[0]!r}. `gatewatch alerts list` shows them.")
    dispatcher = invocation.house.dispatcher()
    if not alert:
        dispatcher.readdress(everything=True)
    tally = dispatcher.deliver(lambda: False, until_empty=True, seconds=PATIENCE)
    return _account(tally, invocation.house.store.outbox.counts())


@alerts.command(
    "digest",
    cls=Command,
    example='gatewatch alerts digest --dry-run\ngatewatch alerts digest --channel "#legal" --csv',
)
@click.option("--channel", default="", metavar="C", help="Whose; without it the readers' channel.")
@click.option("--csv", is_flag=True, help="With its rows as a file in its thread.")
@click.option("--dry-run", is_flag=True, help="Show it; send and keep nothing.")
@pass_invocation
def digest(invocation: Invocation, channel: str, csv: bool, dry_run: bool) -> int:
    """Send a channel's regular digest now: what came since its last one, or in the last seven days.

    It names what was told in the channel, and what falls there by `routes:`; for a channel to which no
    article goes, everything. The coverage is that of all sources.

    The next one begins where this one ends.
    """
    from alerts.outcome import Place  # noqa: PLC0415  # likewise
    from alerts.regular import preview, send  # noqa: PLC0415  # the wording, only where it is needed
    from alerts.terminal import TerminalTransport  # noqa: PLC0415

    house = invocation.house
    settings = house.alert_settings
    named = _served(settings, channel or (settings.channels.news if settings.channels else ""))
    if dry_run:
        printed = TerminalTransport()
        for number, message in enumerate(preview(invocation.existing_store, settings, named, house.clock())):
            printed.post(Place("terminal", named), message, thread_ts="g" if number else "")
        return exits.FINE
    if invocation.settings.lacks:
        return _cannot(invocation.settings.lacks)
    if csv and settings.road != "slack":
        raise click.UsageError(
            "Only a bot can attach a file (SLACK_BOT_TOKEN); `gatewatch export` writes the same."
        )
    send(house.store, settings, named, house.clock(), attach=csv)
    tally = house.dispatcher().deliver(lambda: False, until_empty=True, seconds=PATIENCE)
    return _account(tally, house.store.outbox.counts())


@alerts.command(
    "test",
    cls=Command,
    example='gatewatch alerts test\ngatewatch alerts test --channel "#legal"\n'
    "gatewatch alerts test --second-road",
)
@click.option("--channel", default="", metavar="C", help="Only there; one that `routes:` or `slack:` name.")
@click.option("--second-road", is_flag=True, help="By the road that alerts take while Slack is down.")
@pass_invocation
def test(invocation: Invocation, channel: str, second_road: bool) -> int:
    """Post one message, by the same road as an alert, and say where it arrived.

    It goes to the readers' and the operators' channel; of those that `routes:` name besides it says whether
    they can be posted to. It is tried once, beside the queue: what fails is not kept, and not tried again.
    """
    from alerts.trial import trial  # noqa: PLC0415  # the wording, only where it is needed

    if second_road and channel:
        raise click.UsageError("--channel and --second-road are two roads: name one.")
    if second_road:
        return _test_second(invocation)
    lacks = invocation.settings.lacks
    house = invocation.house
    transport = house.transport()
    if lacks or transport is None:
        return _cannot(lacks)
    named = _served(house.alert_settings, channel) if channel else ""
    tried = trial(transport, house.alert_settings, house.clock, named)
    for one in tried:
        where = one.permalink or one.channel
        if one.sent:
            click.echo(f"sent: {where}")
            sent = {"ts": one.ts, "permalink": one.permalink, "text": one.text}
            house.store.outbox.note(one.channel, one.alert, one.subject, house.clock(), **sent)
        else:
            click.echo(f"{'unknown' if one.doubtful else 'not sent'}: {where}: {plain(one.reason)}")
            click.echo(f"  {one.remedy}")
    fine = all(one.sent for one in tried)
    if not channel and house.settings.delivery == "bot":
        fine = _looked_at(house, {one.channel.lstrip("#") for one in tried}) and fine
    return exits.FINE if fine else exits.ALERTS_OPEN


def _looked_at(house: House, tried: Collection[str]) -> bool:
    """Say of each other channel that alerts go to whether it can be posted to; whether all can."""
    from alerts.slack.workspace import Refusal, Workspace  # noqa: PLC0415  # likewise
    from gatewatch.checks import slack  # noqa: PLC0415

    others = [name for name in sorted(house.alert_settings.serves) if name.lstrip("#") not in tried]
    token = house.settings.bot_token
    if not others or token is None:
        return True
    workspace = Workspace(token.reveal(), api_url=house.settings.slack_api_url)
    who = workspace.who()
    if isinstance(who, Refusal):
        click.echo(f"not looked at: {', '.join(others)}: {plain(who.reason)}\n  {who.remedy}")
        return False
    rows = list(slack.channels(workspace, who, others))
    for row in rows:
        if row.state == "ok":
            click.echo(f"looked at, nothing posted: {plain(row.message)}")
        else:
            click.echo(f"cannot be posted to: {plain(row.message)}\n  {row.remedy}")
    return all(row.state != "fail" for row in rows)


def _served(settings: AlertSettings, asked: str) -> str:
    """The channel as it is configured."""
    served = {name.lstrip("#"): name for name in sorted(settings.serves)}
    if named := served.get(asked.lstrip("#")):
        return named
    known = ", ".join(served.values()) or "none is configured"
    raise click.UsageError(f"Nothing goes to {asked or 'any channel'!r}. Channels: {known}.")


def _test_second(invocation: Invocation) -> int:
    from alerts.trial import by_second  # noqa: PLC0415  # likewise

    house = invocation.house
    second = house.second()
    if invocation.settings.second_lacks or second is None:
        unset = "Set SECOND_ROAD_URL, or mail: under slack.second_road; and Slack itself."
        return _cannot(invocation.settings.second_lacks or unset)
    one = by_second(second.road, house.alert_settings, house.clock())
    if one.sent:
        click.echo(f"sent: {second.where}")
        return exits.FINE
    click.echo(f"{'unknown' if one.doubtful else 'not sent'}: {second.where}: {plain(one.reason)}")
    click.echo(f"  {one.remedy}")
    return exits.ALERTS_OPEN


def _cannot(lacks: str) -> int:
    click.echo(f"gatewatch: nothing can be sent\n  {lacks}", err=True)
    return exits.ALERTS_OPEN


def _account(tally: Tally, counts: Mapping[str, int]) -> int:
    """What this call has sent, and what is left; the exit code."""
    waiting = counts.get("pending", 0) + counts.get("sending", 0)
    rejected, held = counts.get("rejected", 0), counts.get("held", 0)
    click.echo(f"{tally.sent} sent now; left: {waiting} pending, {rejected} rejected, {held} held")
    for channel, why in tally.broken.items():
        click.echo(f"  {channel}: {plain(why)}")
    return exits.ALERTS_OPEN if waiting or rejected else exits.FINE


def _row(invocation: Invocation, one: Listed) -> dict[str, Any]:
    from pipelines.export import shown  # noqa: PLC0415  # beside the store's own
    from pipelines.silence import told_in  # noqa: PLC0415

    zone = invocation.settings.zone
    return {
        "alert_id": one.id,
        "channel": one.channel,
        "kind": one.kind,
        "state": one.state,
        "article_id": one.article,
        "matter_id": one.matter,
        "title": one.title,
        "url": one.url,
        "created_at": shown(one.created, zone),
        "sent_at": shown(one.sent, zone),
        "attempts": one.attempts,
        "reason": told_in(one.reason, zone),
        "ts": one.ts,
        "permalink": one.permalink,
        "text": one.text,
        "line": one.line,
        "abandoned": one.abandoned,
        "second_road_at": shown(one.elsewhere, zone),
    }


def told_json(delivery: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """What was told of an article in one channel, from a row of the store's."""
    from pipelines.export import shown  # noqa: PLC0415  # beside the store's own
    from pipelines.silence import told_in  # noqa: PLC0415

    return {
        "alert_id": delivery["id"],
        "channel": delivery["channel"],
        "state": delivery["state"],
        "sent_at": shown(delivery["sent"], zone),
        "permalink": delivery["permalink"],
        "reason": told_in(delivery["reason"], zone),
    }
