"""Writes what the docs have from the code: the command reference, and the picture of the demo.

`make docs` runs it; `tests/test_docs.py` fails where the reference is not what the code says.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

import click

from gatewatch import exits
from gatewatch.cli import main

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
OPENS, CLOSES = "<!-- demo -->", "<!-- /demo -->"


def reference() -> str:
    """docs/commands.md: every command with its help, and the exit codes."""
    parts = [
        "# Commands\n",
        (
            "Written by `make docs` from the program. Every command takes `--config FILE`, `--home DIR`, "
            "`-v` and `-q`.\n"
        ),
    ]
    root = click.Context(
        main,
        info_name="gatewatch",
        max_content_width=100,
        terminal_width=100,
        help_option_names=["-h", "--help"],
    )
    for name in main.list_commands(root):
        command = main.get_command(root, name)
        assert command is not None
        parts.extend(_section(command, click.Context(command, parent=root, info_name=name)))
    codes = [f"| {code} | {meaning} |" for code, meaning in exits.MEANING.items()]
    parts.append("\n".join(["## Exit codes\n", "| code | meaning |", "|---|---|", *codes, ""]))
    return "\n".join(parts)


def _section(command: click.Command, context: click.Context) -> list[str]:
    found = [f"## `{context.command_path}`\n", f"```\n{command.get_help(context).rstrip()}\n```\n"]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found.extend(_section(inner, click.Context(inner, parent=context, info_name=name)))
    return found


# a4f1c09be27d3305
_ID = re.compile(r"\ba[0-9a-f]{15}\b")


def readme(text: str, printed: str) -> str:
    """README.md with what the demo printed from Sunday to Wednesday."""
    shown = printed[printed.index("=== Sunday") : printed.index("=== Thursday")].rstrip()
    before, _, rest = text.partition(OPENS)
    return f"{before}{OPENS}\n```\n{shown}\n```\n{CLOSES}{rest.partition(CLOSES)[2]}"


def play() -> tuple[str, str]:
    """What the demo prints, and the channel after it as SVG: both from what was really posted."""
    from gatewatch.demo import played
    from gatewatch.demo.render import picture, tell

    with tempfile.TemporaryDirectory() as folder:
        told, rows = played(Path(folder))
    printed = io.StringIO()
    tell(told, printed, rows=rows, file=Path("gatewatch-demo/matched.csv"))
    last = {message.ts: message for _, arrived in told for message in arrived}  # as it stands in the end
    return steady(printed.getvalue()), steady(picture(list(last.values()), title="#china-telecom"))


def steady(text: str) -> str:
    """With the ids of articles as they would not be: they derive from addresses with the port of the day."""
    return _ID.sub("a0123456789abcde", text)


if __name__ == "__main__":
    said, drawn = play()
    README.write_text(readme(README.read_text("utf-8"), said), "utf-8")
    (HERE / "commands.md").write_text(reference(), "utf-8")
    (HERE / "demo.svg").write_text(drawn, "utf-8")
