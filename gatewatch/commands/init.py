"""`gatewatch init`: writes a starter folder. Never overwrites a file, never asks but on a terminal."""

from __future__ import annotations

import json
import shlex
import sys
from importlib import resources
from pathlib import Path

import click

from gatewatch.invocation import Command, Invocation, pass_invocation

_STARTER = {
    "gatewatch.yaml": "gatewatch.yaml",
    "sources/own.yaml": "sources.yaml",
    "rules/own.yaml": "rules.yaml",
    ".env.example": "env.example",
    "slack-manifest.yaml": "slack-manifest.yaml",
}
_WRITTEN = ("config", "sources", "rules")


@click.command(cls=Command, example="gatewatch init watch\ncd watch && gatewatch doctor")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--robots",
    type=click.Choice(["rfc9309", "strict"]),
    help="How robots files are read; asked on a terminal, else rfc9309.",
)
@pass_invocation
def init(invocation: Invocation, folder: Path, robots: str | None) -> None:
    """Write a starter folder: config, sources, rules, schemas. Nothing is overwritten."""
    from gatewatch.schemas import schema  # noqa: PLC0415  # the models, only where they are needed

    files = {place: _template(name) for place, name in _STARTER.items()}
    files |= {f"schemas/{name}.schema.json": _json(schema(name)) for name in _WRITTEN}
    chosen = robots or (_ask() if not (folder / "gatewatch.yaml").exists() else "rfc9309")
    files["gatewatch.yaml"] = files["gatewatch.yaml"].replace("robots: rfc9309", f"robots: {chosen}")
    for place, text in files.items():
        written = _write(folder / place, text)
        click.echo(f"{'wrote' if written else 'kept '}  {folder / place}")
    steps = ["`gatewatch sources check` asks each source once", "`gatewatch crawl` plays a round"]
    if folder.resolve() != Path.cwd():
        steps.insert(0, f"`cd {shlex.quote(str(folder))}`")
    invocation.say(f"Next: {'; '.join(steps)}.")
    if invocation.settings.delivery == "terminal":
        invocation.say(
            "Matches are printed; for Slack make an app from slack-manifest.yaml, "
            "then write a .env after .env.example (`gatewatch doctor`)."
        )


def _ask() -> str:
    """The operator's choice, on a terminal; without one the default."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return "rfc9309"
    click.echo(
        "Some sites refuse to show their robots file. RFC 9309 reads a refusal (4xx) as no restriction;\n"
        "strict reads it as a closed door. Either way `gatewatch sources show` says what was decided.",
        err=True,
    )
    choice = click.Choice(["rfc9309", "strict"])
    return str(click.prompt("How should robots files be read?", type=choice, default="rfc9309", err=True))


def _template(name: str) -> str:
    return (resources.files("gatewatch") / "starter" / name).read_text("utf-8")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _write(path: Path, text: str) -> bool:
    """Write a new file; False where there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        return False
    return True
