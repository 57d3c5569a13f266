"""`gatewatch matters mark|ack|assign|join|split|undo|judgements`: people's word, with who and why.

Each is an event that stays; taking one back is an event too. What was told stays as it was told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from crawlers.errors import ConfigError
from gatewatch.commands.export import instant
from gatewatch.invocation import Command, Invocation, pass_invocation, print_json
from gatewatch.table import plain

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from pipelines.store import Store
    from pipelines.store.judgements import Judgement

BECAUSE = ("wrong-term", "wrong-source", "duplicate", "other")
_WORDS = {True: "relevant", False: "not relevant"}


def signed(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every judgement takes."""
    command = click.option("--reason", required=True, help="Why; kept with it.")(command)
    return click.option("--by", required=True, metavar="WHO", help="Whose word it is.")(command)


@click.command(
    "mark",
    cls=Command,
    example="gatewatch matters mark m0123456789abcde --relevant --by li --reason 'our lines are meant'\n"
    "gatewatch matters mark a0123456789abcde --not-relevant --because wrong-term --by li --reason 'a novel'",
)
@click.argument("what", metavar="MATTER|ARTICLE")
@click.option("--relevant", "relevant", flag_value="yes", help="It is worth telling.")
@click.option("--not-relevant", "relevant", flag_value="no", help="It is not.")
@click.option("--because", type=click.Choice(BECAUSE), help="Why it is not relevant.")
@signed
@pass_invocation
def mark(
    invocation: Invocation, what: str, relevant: str | None, because: str | None, by: str, reason: str
) -> None:
    """Say that an article (by id or address), or all of a matter, is relevant or not.

    `gatewatch rules list` counts it for each rule; `gatewatch rules suggest` learns from it.
    """
    if relevant is None:
        raise click.UsageError("Missing option '--relevant' or '--not-relevant'.")
    good = relevant == "yes"
    if good and because:
        raise click.UsageError("--because says why something is not relevant.")
    store = invocation.existing_store
    target = what if what.startswith("m") and store.matters.show(what) else _article(store, what)
    now = invocation.house.clock()
    event = store.matters.mark(target, relevant=good, because=because or "", by=by, reason=reason, now=now)
    tell(invocation, event, f"{target} is {_WORDS[good]}{f' ({because})' if because else ''}")


@click.command(
    "ack",
    cls=Command,
    example="gatewatch matters ack m0123456789abcde --by li --reason 'I am asking our carrier'",
)
@click.argument("matter")
@signed
@pass_invocation
def ack(invocation: Invocation, matter: str, by: str, reason: str) -> None:
    """Take a matter: whoever is named has it from now on, and everybody sees who."""
    store, now = invocation.existing_store, invocation.house.clock()
    event = store.matters.take(matter, by=by, reason=reason, now=now)
    tell(invocation, event, f"{matter} is taken by {by}")


@click.command(
    "assign",
    cls=Command,
    example="gatewatch matters assign m0123456789abcde --to wu --by li --reason 'wu knows our licences'",
)
@click.argument("matter")
@click.option("--to", required=True, metavar="WHO", help="Who has it from now on.")
@signed
@pass_invocation
def assign(invocation: Invocation, matter: str, to: str, by: str, reason: str) -> None:
    """Give a matter to somebody: they have it from now on, and everybody sees who."""
    store, now = invocation.existing_store, invocation.house.clock()
    event = store.matters.take(matter, by=by, reason=reason, now=now, to=to)
    tell(invocation, event, f"{matter} is assigned to {to}")


@click.command(
    "join",
    cls=Command,
    example="gatewatch matters join m0123456789abcde m1123456789abcde --by li --reason 'same campaign'",
)
@click.argument("matter", nargs=-1, required=True, metavar="MATTER MATTER ...")
@signed
@pass_invocation
def join(invocation: Invocation, matter: tuple[str, ...], by: str, reason: str) -> None:
    """Make matters one: the first named takes the others in. Alerts sent stay where they are."""
    store, now = invocation.existing_store, invocation.house.clock()
    event = store.matters.join(matter, by=by, reason=reason, now=now)
    tell(invocation, event, f"{', '.join(matter[1:])} joined to {matter[0]}")


@click.command(
    "split",
    cls=Command,
    example="gatewatch matters split m0123456789abcde a1123456789abcde --by li --reason 'another notice'",
)
@click.argument("matter")
@click.argument("article", nargs=-1, required=True, metavar="ARTICLE ...")
@signed
@pass_invocation
def split(invocation: Invocation, matter: str, article: tuple[str, ...], by: str, reason: str) -> None:
    """Take articles out of a matter: the first named opens one of its own, the others follow it there."""
    store, now = invocation.existing_store, invocation.house.clock()
    chosen = [_article(store, one) for one in article]
    event, new = store.matters.split(matter, chosen, by=by, reason=reason, now=now)
    tell(invocation, event, f"{', '.join(chosen)} split off {matter} into {new}")


@click.command("undo", cls=Command, example="gatewatch matters undo 1234 --by li --reason 'I misread it'")
@click.argument("event", type=click.IntRange(1))
@signed
@pass_invocation
def undo(invocation: Invocation, event: int, by: str, reason: str) -> None:
    """Take a judgement back, by the number that it and `matters show` gave."""
    store, now = invocation.existing_store, invocation.house.clock()
    number = store.matters.undo(event, by=by, reason=reason, now=now)
    click.echo(f"event {number}: event {event} is taken back")


@click.command(
    "judgements",
    cls=Command,
    example="gatewatch matters judgements\ngatewatch matters judgements --as-of 2026-06-03 --json",
)
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1), help="The latest so many.")
@click.option("--as-of", metavar="TIME", help="What had been said by then; a day counts to its end.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def judgements(invocation: Invocation, limit: int, as_of: str | None, as_json: bool) -> None:
    """List what people said of all matters, the latest first: in Slack and here, who, when and why.

    What was taken back by then says so; a press that was refused is there with the reason.
    """
    store, zone = invocation.existing_store, invocation.settings.zone
    at = instant(as_of, zone) if as_of else invocation.house.clock()
    found = [
        judgement_json(one, zone)
        | {"matter_id": one.matter, "about": _about(one), "title": title, "alert_id": one.alert}
        for one, title in store.matters.judgements(at, limit=limit)
    ]
    if as_json:
        print_json(found)
        return
    for row in found:
        what = " ".join(filter(None, (row["about"], said(row | {"article_id": None}))))
        click.echo(f"event {row['event_id']}, {row['at']}: {plain(what)}, by {plain(row['by'])}{undone(row)}")
        for line in (row["title"], row["reason"]):
            if line:
                click.echo(f"    {plain(line)}")
    if not found:
        click.echo("nobody has said anything")


def _about(one: Judgement) -> str:
    """What a judgement is about, in a word or two."""
    if one.kind == "silenced" and one.detail["about"] != "matter":
        return f"{one.detail['about']} {one.detail['value']}"
    if one.kind in ("joined", "split"):
        return ""  # `said` names them
    return one.article or one.matter or one.alert or ""


def undone(judgement: Mapping[str, Any]) -> str:
    """That and by whom a judgement was taken back, or nothing."""
    if not judgement["undone_at"]:
        return ""
    return f" (taken back {judgement['undone_at']} by {plain(judgement['undone_by'])})"


def judgement_json(one: Judgement, zone: ZoneInfo) -> dict[str, Any]:
    """A judgement without what it is about."""
    from pipelines.export import shown  # noqa: PLC0415  # the database is open already

    return {
        "event_id": one.id,
        "at": shown(one.at, zone),
        "kind": one.kind,
        "by": one.by,
        "reason": one.reason,
        "article_id": one.article,
        "relevant": one.detail.get("relevant"),
        "because": one.detail.get("because") or None,
        "matters": one.detail.get("matters", []),
        "to": one.detail.get("to"),
        "until": shown(datetime.fromisoformat(one.detail["until"]), zone) if "until" in one.detail else None,
        "undone_at": shown(one.undone_at, zone),
        "undone_by": one.undone_by or None,
    }


def said(judgement: Mapping[str, Any]) -> str:
    """A judgement in words, from what `matters show` has of it."""
    if judgement["kind"] == "marked":
        because = f" ({judgement['because']})" if judgement["because"] else ""
        about = f"{judgement['article_id']} " if judgement["article_id"] else ""
        return f"{about}marked {_WORDS[judgement['relevant']]}{because}"
    if judgement["kind"] in ("taken", "assigned"):
        return "taken" if judgement["kind"] == "taken" else f"assigned to {judgement['to']}"
    if judgement["kind"] == "silenced":
        return f"silenced until {judgement['until']}"
    if judgement["kind"] == "press-refused":
        return "a press that was refused"
    first, *others = judgement["matters"]
    names = ", ".join(others)
    return f"{names} joined to {first}" if judgement["kind"] == "joined" else f"{names} split off {first}"


def _article(store: Store, what: str) -> str:
    found = store.articles.get(what)
    if found is None:
        raise ConfigError(
            f"there is no article or matter {what!r}", "`gatewatch matters list` shows matters; give an id."
        )
    return str(found["id"])


def tell(invocation: Invocation, event: int, text: str) -> None:
    """Say what was judged, and how to take it back."""
    click.echo(f"event {event}: {text}")
    invocation.say(f"`gatewatch matters undo {event} --by WHO --reason TEXT` takes it back.")
