"""`gatewatch rules`: whether the rule files are right, and what they say of a text.

What they would change of what is stored is in `gatewatch.commands.replaying`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from crawlers.article import Tier
from gatewatch import exits
from gatewatch.commands import replaying
from gatewatch.invocation import Command, Group, Invocation, pass_invocation, print_json
from gatewatch.table import plain
from gatewatch.table import show as show_table

if TYPE_CHECKING:
    from pipelines.classify import Explanation, Failure, Rules
    from pipelines.match import Evidence, Verdict


@click.group(cls=Group)
def rules() -> None:
    """The rules: check the files, explain a text, see what a change would change."""


for _command in (replaying.replay, replaying.suggest):
    rules.add_command(_command)


@rules.command("check", cls=Command, example="gatewatch rules check\ngatewatch rules check rules/own.yaml")
@click.argument("file", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def check(invocation: Invocation, file: tuple[Path, ...], as_json: bool) -> int:
    """Read the configured rule files, or these on top of the shipped ones, and run their own cases.

    A file that is wrong ends with 2, with its line; a case that does not come out, with 5.
    """
    loaded = _load(["builtin", *file]) if file else invocation.rules
    faults = loaded.run_cases()
    listed = [_listed(ruling) for ruling in loaded.rulings]
    if as_json:
        print_json({"rules": listed, "faults": [_fault_json(fault) for fault in faults]})
    else:
        keys = ("id", "topic", "severity", "kind", "gloss")
        show_table(
            ("RULE", "TOPIC", "SEVERITY", "KIND", "GLOSS"), ([row[key] for key in keys] for row in listed)
        )
        for fault in faults:
            click.echo(plain(fault), err=True)
        invocation.say(f"{len(listed)} rules, {len(faults)} cases that do not come out")
    return exits.FAULTS_FOUND if faults else exits.FINE


@rules.command("test", cls=Command, example="gatewatch rules test\ngatewatch rules test rules/own.yaml")
@click.argument("file", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def test(invocation: Invocation, file: tuple[Path, ...], as_json: bool) -> int:
    """Run the cases (should, should_not) that stand beside the rules; ends with 5 where one fails.

    Of the configured files, or of these on top of the shipped ones.
    """
    loaded = _load(["builtin", *file]) if file else invocation.rules
    faults = loaded.run_cases()
    cases = sum(_listed(ruling)["cases"] for ruling in loaded.rulings if ruling.rule.enabled)
    if as_json:
        print_json({"cases": cases, "faults": [_fault_json(fault) for fault in faults]})
    else:
        for fault in faults:
            click.echo(plain(fault))
        click.echo(f"{cases - len(faults)} of {cases} cases come out as they should")
    return exits.FAULTS_FOUND if faults else exits.FINE


@rules.command("list", cls=Command, example="gatewatch rules list\ngatewatch rules list --json")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def list_(invocation: Invocation, as_json: bool) -> None:
    """List the rules with how often each fired on what is stored, and what people said of that.

    Precision is the share of the relevant among the marked (`gatewatch matters mark`); a wrong source
    or a duplicate is not the rule's fault and does not count.
    """
    from pipelines.store.whole import Tally, tallies  # noqa: PLC0415  # the database, only where it is needed

    store = invocation.known_store
    counted = tallies(store) if store else {}
    found = []
    for ruling in invocation.rules.rulings:
        row, tally = _listed(ruling), counted.get(ruling.rule.id, Tally())
        precision = None if tally.precision is None else round(tally.precision, 3)
        marked = {"fired": tally.fired, "relevant": tally.relevant, "not_relevant": tally.wrong}
        found.append(row | marked | {"precision": precision})
    if as_json:
        print_json(found)
        return
    keys = ("id", "topic", "severity", "kind", "fired", "relevant", "not_relevant", "precision", "gloss")
    show_table(
        ("RULE", "TOPIC", "SEVERITY", "KIND", "FIRED", "RELEVANT", "NOT", "PRECISION", "GLOSS"),
        ([row[key] for key in keys] for row in found),
    )


def _fault_json(fault: Failure) -> dict[str, Any]:
    names = ("rule", "wanted", "title", "text", "file", "line")
    return {name: getattr(fault, name) for name in names}


def _load(files: Iterable[Path | str]) -> Rules:
    from pipelines.classify import load_rules  # noqa: PLC0415  # the automaton, only where it is needed

    return load_rules(files)


def _listed(ruling: Any) -> dict[str, Any]:
    rule = ruling.rule
    return {
        "id": rule.id,
        "topic": rule.topic,
        "severity": rule.severity,
        "kind": "off" if not rule.enabled else "silent" if rule.silent else "told",
        "gloss": rule.gloss,
        "version": ruling.hash,
        "cases": len(rule.should) + len(rule.should_not),
        "file": ruling.file,
        "line": ruling.line,
    }


@rules.command(
    "explain",
    cls=Command,
    example='gatewatch rules explain "未经电信主管部门批准，不得自行建立或租用专线（含VPN）"\n'
    "gatewatch rules explain - < article.txt",
)
@click.argument("text")
@click.option("--title", default="", help="The text's title.")
@click.option("--tier", type=click.Choice(get_args(Tier)), default="press", show_default=True)
@click.option("--lang", default="", help="zh-Hans, zh-Hant, en …")
@click.option("--source", default="", help="As if this source had said it.")
@click.option(
    "--most", default=8, show_default=True, type=click.IntRange(1), help="So many rules that did not fire."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@pass_invocation
def explain(
    invocation: Invocation,
    text: str,
    title: str,
    tier: str,
    lang: str,
    source: str,
    most: int,
    as_json: bool,
) -> None:
    """Say which rules fire on TEXT (- for standard input), and what the nearest others lack."""
    if text == "-":
        text = sys.stdin.buffer.read().decode("utf-8-sig", "replace")
    loaded = invocation.rules
    verdict = loaded.judge(title, text, tier=tier, lang=lang, source=source)
    found = loaded.explain(title, text, tier=tier, lang=lang, source=source)
    # What tells nobody even where it fires is no near miss: it comes last.
    mute = {one.rule.id for one in loaded.rulings if one.rule.silent or one.rule.topic == "foreign"}
    near = [one for one in found if not one.fired and one.found]
    near.sort(key=lambda one: one.rule in mute)
    shown = [one for one in found if one.fired] + near[:most]
    silent = {match.rule for match in verdict.matches if match.silent}
    if as_json:
        print_json(_account(verdict, shown, silent))
        return
    if verdict.matched:
        click.echo(f"matched: {verdict.severity}, {verdict.score:.2f}, {', '.join(verdict.topics)}")
    else:
        click.echo("not matched" + (": only silent rules fired" if silent else ""))
    for one in shown:
        _show(one, silent=one.rule in silent)


def _show(one: Explanation, *, silent: bool) -> None:
    mark = "✓" if one.fired else "·"
    click.echo(f"{mark} {one.rule}{' (silent)' if silent else ''}")
    if one.fired:
        for found in one.evidence:
            gloss = f" ({plain(found.gloss)})" if found.gloss else ""
            click.echo(f"    {found.field} {found.start}–{found.end}: {plain(found.quote)}{gloss}")
    else:
        click.echo(f"    has {', '.join(one.found) or 'nothing'}; {one.lacked}")


def _account(verdict: Verdict, shown: Sequence[Explanation], silent: set[str]) -> dict[str, Any]:
    return {
        "matched": verdict.matched,
        "severity": verdict.severity,
        "score": verdict.score,
        "topics": list(verdict.topics),
        "rules": [
            {
                "rule": one.rule,
                "fired": one.fired,
                "silent": one.rule in silent,
                "nearness": one.nearness,
                "lacked": one.lacked,
                "found": list(one.found),
                "evidence": [evidence_json(found) for found in one.evidence],
            }
            for one in shown
        ],
    }


def evidence_json(found: Evidence) -> dict[str, Any]:
    """One piece of evidence, to the contract."""
    return {
        "rule": found.rule,
        "term": found.term,
        "gloss": found.gloss,
        "field": found.field,
        "start": found.start,
        "end": found.end,
        "quote": found.quote,
    }
