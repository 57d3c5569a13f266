"""Rules from text, for tests."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pipelines.classify import Rules, load_rules


def rules_of(*files: str, builtin: bool = False) -> Rules:
    """The rules of these file contents, in order."""
    with tempfile.TemporaryDirectory() as folder:
        paths: list[Path | str] = ["builtin"] if builtin else []
        for number, content in enumerate(files):
            path = Path(folder) / f"rules-{number}.yaml"
            path.write_text(content, "utf-8")
            paths.append(path)
        return load_rules(paths)


def fired(rules: Rules, text: str, title: str = "", **context: str) -> set[str]:
    """The ids of the rules that fire on a text."""
    return {match.rule for match in rules.judge(title, text, **context).matches}
