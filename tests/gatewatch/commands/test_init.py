from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[3]
FILES = {
    ".env.example",
    "gatewatch.yaml",
    "rules/own.yaml",
    "schemas/config.schema.json",
    "schemas/rules.schema.json",
    "schemas/sources.schema.json",
    "slack-manifest.yaml",
    "sources/own.yaml",
}


def written(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_starter_folder_is_written_and_works(desk, monkeypatch):
    desk.call("init", "watch")
    folder = desk.folder / "watch"
    assert written(folder) == FILES
    monkeypatch.chdir(folder)
    rows = desk.json("sources", "list", of="sources-list")
    assert any(row["id"] == "miit_notices" for row in rows)
    desk.json("rules", "check", of="rules-check")


def test_the_starter_files_fit_the_schemas_beside_them_also_with_their_examples_switched_on(desk):
    desk.call("init", "watch")
    folder = desk.folder / "watch"
    pairs = {"gatewatch.yaml": "config", "sources/own.yaml": "sources", "rules/own.yaml": "rules"}
    for name, schema in pairs.items():
        text = (folder / name).read_text("utf-8")
        line, rest = text.split("\n", 1)
        assert line.endswith(f"schemas/{schema}.schema.json")
        checker = jsonschema.Draft202012Validator(
            json.loads((folder / f"schemas/{schema}.schema.json").read_text())
        )
        checker.check_schema(checker.schema)
        checker.validate(yaml.safe_load(text))
        shown = (
            "\n".join(_switched_on(each) for each in rest.splitlines())
            .replace("sources: []", "")
            .replace("rules: []", "")
        )
        assert shown != rest
        value = yaml.safe_load(shown)
        checker.validate(value)
        assert value


def _switched_on(line):
    """A commented example without its comment sign; prose stays a comment."""
    bare = line.removeprefix("# ").removeprefix("#")
    example = line.startswith("#") and (bare.startswith(" ") or bare.partition(" ")[0].endswith(":"))
    return bare if example else line


def test_nothing_is_overwritten(desk):
    folder = desk.folder / "watch"
    folder.mkdir()
    (folder / "gatewatch.yaml").write_text("contact: mine\n")
    done = desk.call("init", "watch", "--robots", "strict")
    assert (folder / "gatewatch.yaml").read_text() == "contact: mine\n"
    assert "kept   watch/gatewatch.yaml" in done.stdout
    assert written(folder) == FILES
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert "wrote" not in desk.call("init", "watch").stdout
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("arguments", "robots"), [([], "rfc9309"), (["--robots", "strict"], "strict")])
def test_robots_is_asked_on_a_terminal_only(desk, arguments, robots):
    done = desk.call("init", "watch", *arguments)
    assert yaml.safe_load((desk.folder / "watch/gatewatch.yaml").read_text("utf-8"))["robots"] == robots
    assert "How should" not in done.output


def test_on_a_terminal_the_answer_is_taken(desk):
    ours, theirs = pty.openpty()
    made = subprocess.Popen(
        [sys.executable, "-m", "gatewatch", "init", "watch"], cwd=desk.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while b"[rfc9309]: " not in shown:
        shown += os.read(ours, 4096)
    os.write(ours, b"strict\n")
    while True:
        try:
            if not os.read(ours, 4096):
                break
        except OSError:  # the other side has closed the terminal
            break
    os.close(ours)
    assert made.wait(30) == 0
    assert yaml.safe_load((desk.folder / "watch/gatewatch.yaml").read_text("utf-8"))["robots"] == "strict"


def test_a_folder_that_cannot_be_made_is_an_error(desk):
    (desk.folder / "file").write_text("")
    done = desk.call("init", "file/watch", code=1)
    assert "file" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_environment_example_sets_nothing_but_names_what_can_be_set(desk):
    desk.call("init", "watch")
    text = (desk.folder / "watch/.env.example").read_text("utf-8")
    assert all(line.startswith("#") or not line for line in text.splitlines())
    for name in (
        "SLACK_BOT_TOKEN",
        "SLACK_CHANNEL",
        "SLACK_WEBHOOK_URL",
        "DATABASE_URL",
        "GATEWATCH_HOME",
        "HTTPS_PROXY",
    ):
        assert f"#{name}=" in text
