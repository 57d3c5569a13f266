"""The house rules that a machine can hold: names, sizes, purposes, what the pure middle may import."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("crawlers", "pipelines", "alerts", "gatewatch")
FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
PURE = (
    *sorted((ROOT / "crawlers" / "parse").glob("*.py")),
    *sorted((ROOT / "pipelines" / "classify").glob("*.py")),
    *sorted((ROOT / "pipelines" / "export").glob("*.py")),
    *(ROOT / "crawlers" / name for name in ("article.py", "errors.py")),
    *(
        ROOT / "pipelines" / name
        for name in ("match.py", "matter.py", "facts.py", "dates.py", "normalise.py")
    ),
    *sorted((ROOT / "alerts" / "wording").glob("*.py")),
    *(ROOT / "alerts" / name for name in ("route.py", "message.py")),
)
NOT_PURE = {
    "asyncio",
    "http",
    "scrapy",
    "slack_sdk",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "twisted",
    "urllib.request",
}
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc"}


def name(file):
    return str(file.relative_to(ROOT))


def imported(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("file", PURE, ids=name)
def test_the_pure_middle_knows_no_network_database_scrapy_or_slack(file):
    found = {
        module
        for module in imported(file)
        for banned in NOT_PURE
        if module == banned or module.startswith(f"{banned}.")
    }
    assert not found


@pytest.mark.parametrize("file", PURE, ids=name)
def test_the_pure_middle_looks_at_no_clock(file):
    tree = ast.parse(file.read_text("utf-8"))
    looked = [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    ]
    assert not looked


@pytest.mark.parametrize("file", [file for file in FILES if "migrations" not in file.parts], ids=name)
def test_each_module_says_its_purpose_and_fits_its_name(file):
    text = file.read_text("utf-8")
    assert file.stem not in BANNED_NAMES
    assert len(text.splitlines()) <= 330, "split it"
    assert ast.get_docstring(ast.parse(text))


def test_the_command_is_smaller_than_the_three_reaches_together():
    lines = {
        package: sum(
            len(file.read_text("utf-8").splitlines())
            for file in FILES
            if file.relative_to(ROOT).parts[0] == package
        )
        for package in PACKAGES
    }
    assert lines["gatewatch"] < lines["crawlers"] + lines["pipelines"] + lines["alerts"]


def test_the_drawing_of_the_river_names_the_stages_in_their_order():
    from crawlers.settings import ITEM_PIPELINES

    stages = [
        path.rpartition(".")[2].removesuffix("Stage").lower()
        for path in sorted(ITEM_PIPELINES, key=ITEM_PIPELINES.get)
    ]
    drawn = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert " ──▶ ".join(stages) in drawn


def test_every_file_that_the_architecture_names_is_there():
    import re

    drawn = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for path in re.findall(r"`((?:crawlers|pipelines|alerts|gatewatch)/[\w/.]+\.py)`", drawn):
        assert (ROOT / path).is_file(), path


def test_every_file_of_alerts_and_of_the_store_is_on_the_drawn_path_or_one_import_from_it():
    import ast
    import re

    drawn = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = set(re.findall(r"`(?:[\w/]+/)?(\w+)\.py`", drawn)) | {"__init__"}
    reached = set()
    for file in FILES:
        if file.stem in named:
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module:
                    reached |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    for folder in ("alerts", "pipelines/store"):
        files = [one for one in (ROOT / folder).rglob("*.py") if "migrations" not in one.parts]
        unnamed = {file.stem for file in files} - named
        assert not {name for name in unnamed if not any(one.endswith(f".{name}") for one in reached)}, folder


def test_no_file_names_a_registry_or_a_path_of_the_machine_it_was_written_on():
    import re
    import subprocess

    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True).stdout.split(
        "\0"
    )
    banned = re.compile(
        "|".join(
            [
                "pypi" + r"\.org",
                "python" + "hosted",
                "registry" + r"\.npmjs",
                "debian" + r"\.org",
                "/wo" + "rk/",
            ]
        )
    )
    for file in filter(None, files):
        path = ROOT / file
        if path.is_file() and (found := banned.search(path.read_text("utf-8", "replace"))):
            pytest.fail(f"{file}: {found.group()}")
