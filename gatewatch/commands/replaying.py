"""`gatewatch rules replay|suggest`: what other rules would change of what is stored, which words would help.

Both read everything stored, a text at a time, and change nothing: rules go live by the config.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gatewatch.invocation import Command, Invocation, pass_invocation, print_json
from gatewatch.table import plain
from pipelines.match import TOPICS

if TYPE_CHECKING:
    from pipelines.classify import Rules
    from pipelines.replay import Difference
    from pipelines.store.whole import Stored
    from pipelines.suggest import Proposal, Sample
    from pipelines.trying import Text

_SAMPLES = 200
"""So many marked texts of each sort are learnt from, the latest."""
_MEASURED = 12
"""So many proposals are measured: each needs rules of its own."""


@click.command(
    "replay",
    cls=Command,
    example="gatewatch rules replay --file rules/new.yaml --since 2026-01-01\ngatewatch rules replay",
)
@click.option(
    "--file",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Changed rules, on top of the configured ones; may be repeated.",
)
@click.option("--since", metavar="T", help="Only what was first seen from this day or time on.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def replay(invocation: Invocation, file: tuple[Path, ...], since: str | None, as_json: bool) -> None:
    """Run changed rules over everything stored and show what would be gained (+), lost (-) or regraded (~).

    With --file against the configured rules; without it the configured rules against what is stored, as
    after an upgrade. Nothing is changed.
    """
    from gatewatch.commands.export import moment  # noqa: PLC0415  # the database, only where it is needed
    from pipelines.classify import load_rules  # noqa: PLC0415

    begin = moment(since, invocation.settings.zone) if since else None
    current = invocation.rules
    changed = load_rules([*invocation.settings.rule_files, *file]) if file else current
    found: Iterable[tuple[Stored, Difference | None]] = ()
    if (store := invocation.known_store) is not None:
        from pipelines.store.whole import everything  # noqa: PLC0415

        found = _differences(everything(store, since=begin), current if file else None, changed)
    counts = {"+": 0, "-": 0, "~": 0}
    read = 0
    if as_json:
        click.echo('{"changes": [', nl=False)
    for stored, one in found:
        read += 1
        if one is None:
            continue
        if as_json:
            # Written as they come: a new rule may find half of what is stored.
            click.echo(
                ("," if any(counts.values()) else "") + "\n  " + _escaped(_change(stored, one)), nl=False
            )
        else:
            click.echo(f"{one.sign} {stored.id}  {', '.join(one.rules)}  {plain(stored.title)}")
            click.echo(f"    “{plain(one.quote)}”  {plain(one.why)}")
        counts[one.sign] += 1
    if as_json:
        totals = {"gained": counts["+"], "lost": counts["-"], "regraded": counts["~"], "read": read}
        click.echo("\n], " + json.dumps(totals)[1:])
        return
    graded = f" ~{counts['~']}" if counts["~"] else ""
    click.echo(f"+{counts['+']} −{counts['-']}{graded}")
    invocation.say(f"{read} articles read; nothing was changed.")


def _differences(
    texts: Iterable[Stored], current: Rules | None, changed: Rules
) -> Iterator[tuple[Stored, Difference | None]]:
    from pipelines.replay import Standing, difference  # noqa: PLC0415  # light, but brings the records

    for one in texts:
        if current is None:
            rules = tuple(told.rule for told in one.told)
            spans = tuple(span for told in one.told for span in told.spans)
            topics = frozenset(told.topic for told in one.told)
            before = Standing(one.matched, one.severity, topics, rules, spans)
        else:
            before = Standing.of(current.judge(one.title, one.text, **_said(one)))
        after = changed.judge(one.title, one.text, **_said(one))
        yield one, difference(before, after, one.title, one.text)


def _said(one: Stored) -> dict[str, Any]:
    return {"tier": one.tier, "lang": one.lang, "source": one.source, "attachments": one.attachments}


def _change(stored: Stored, one: Difference) -> dict[str, Any]:
    return {
        "sign": one.sign,
        "article_id": stored.id,
        "title": stored.title,
        "url": stored.url,
        "first_seen": stored.first_seen.isoformat(),
        "rules": list(one.rules),
        "quote": one.quote,
        "why": one.why,
    }


def _escaped(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


@click.command("suggest", cls=Command, example="gatewatch rules suggest --topic vpn-crackdown")
@click.option("--topic", type=click.Choice(TOPICS), help="Only for rules of this topic.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def suggest(invocation: Invocation, topic: str | None, as_json: bool) -> None:
    """Propose words from what was marked: to exclude what is not relevant, to find what was missed.

    Each with what it would gain and cost on everything stored, and as lines for a rule file of yours;
    try them with `gatewatch rules replay --file`. Where other rules would tell the same texts in the place
    of one, the word is excluded from them together. Where nothing is proposed, it says what was lacking.
    """
    found, marked, lacking = _proposed(invocation, topic)
    listed = [_proposal(one, text) for one, text in found]
    if as_json:
        print_json({"marked": marked, "proposals": listed, "lacking": lacking or None})
        return
    for row in listed:
        out = row["kind"] == "exclude"
        rules = ", ".join(row["rules"]) or "a new rule"
        does, of = ("silences", "marked not relevant") if out else ("finds", "missed")
        click.echo(
            f"{row['kind']} “{plain(row['term'])}” {'from' if out else 'to'} {rules}: "
            f"{does} {row['gains']} of {row['of']} {of}; costs {row['costs']} marked otherwise, "
            f"changes {row['unmarked']} unmarked"
            + (f", grades {row['regraded']} otherwise" if row["regraded"] else "")
        )
        for title in row["examples"]:
            click.echo(f"    also: {plain(title)}")
        click.echo("".join(f"    {line}\n" for line in row["yaml"].splitlines()), nl=False)
    if not listed:
        click.echo(f"nothing to propose: {plain(lacking)}")
    words = ("not relevant", "relevant", "relevant but missed")
    told = ", ".join(f"{marked[name.replace(' ', '_')]} {name}" for name in words)
    invocation.say(f"learnt from what was marked: {told}")


def _proposed(
    invocation: Invocation, topic: str | None
) -> tuple[list[tuple[Proposal, str]], dict[str, int], str]:
    """The proposals with their lines, how many texts are marked how, and why there is none (or "")."""
    from pipelines.classify import load_rules  # noqa: PLC0415  # the automaton and the database
    from pipelines.store.whole import everything  # noqa: PLC0415
    from pipelines.suggest import background, document, lines, propose  # noqa: PLC0415
    from pipelines.trying import lacking, measure, widen  # noqa: PLC0415

    rules, store = invocation.rules, invocation.known_store
    marked = {"not_relevant": 0, "relevant": 0, "relevant_but_missed": 0}
    if store is None:
        return [], marked, "nothing is stored yet"
    of_topic = {one.rule.id for one in rules.rulings if topic in (None, one.rule.topic)}
    kept: deque[Sample] = deque(maxlen=2 * _SAMPLES)
    for one in everything(store, marked=True):
        kept.extend(_samples(one, of_topic, marked))
    samples = list(kept)
    found = [*propose(samples, "exclude"), *propose(samples, "add")]
    missing = any(one.kind == "add" for one in found)
    known = (
        (one.title, one.text, [told.rule for told in one.told])
        for one in everything(store, matched=not missing)
    )
    rare = background(found, known)[:_MEASURED] if found else []
    files = invocation.settings.rule_files

    built: dict[str, Rules] = {}

    def build(one: Proposal) -> Rules:
        text = lines(one, rules, topic or "")
        if text not in built:
            built[text] = load_rules(files, [document(one, rules, topic or "")])
        return built[text]

    tried = [*rare, *widen(rare, lambda: map(_text, everything(store, marked=True)), build, rules)]
    texts = map(_text, everything(store, matched=not missing)) if tried else ()
    done = measure(tried, texts, build, rules)
    why = "" if done else lacking(samples, found, rare, tried)
    return [(one, lines(one, rules, topic or "")) for one in done], marked, why


def _samples(one: Stored, of_topic: set[str], marked: dict[str, int]) -> Iterator[Sample]:
    from pipelines.suggest import sample  # noqa: PLC0415  # imported already

    if one.mark is None or not (one.mark.relevant or one.faulty):
        return
    if one.mark.relevant:
        marked["relevant" if one.matched else "relevant_but_missed"] += 1
    else:
        marked["not_relevant"] += 1
    told = [each for each in one.told if each.rule in of_topic]
    if one.matched and told:
        spans = [span for each in told for span in each.spans]
        names = [each.rule for each in told]
        yield sample("exclude", one.title, one.text, names, spans, bad=not one.mark.relevant)
    if not one.matched and (one.near_rule in of_topic or not one.near_rule):
        yield sample("add", one.title, one.text, [one.near_rule], bad=one.mark.relevant)


def _text(one: Stored) -> Text:
    from pipelines.trying import Text  # noqa: PLC0415  # imported already

    relevant = None if one.mark is None or not (one.mark.relevant or one.faulty) else one.mark.relevant
    return Text(one.title, one.text, _said(one), one.matched, relevant)


def _proposal(one: Proposal, text: str) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "rule": one.rule or None,
        "rules": list(one.rules),
        "term": one.term,
        "of": one.of,
        "gains": one.marked,
        "costs": one.loses,
        "unmarked": one.unmarked,
        "regraded": one.regraded,
        "examples": one.examples,
        "yaml": text,
    }
