"""The docs cannot lie: what they name is there, and what is there they name."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import click
import pytest

from gatewatch import exits
from gatewatch.cli import COMMANDS, main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def generator():
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_command_reference_is_what_the_program_says():
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == generator().reference(), "run `make docs`"


def test_every_exit_code_is_documented():
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    for code, meaning in exits.MEANING.items():
        assert f"| {code} | {meaning} |" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_an_example(name):
    root = click.Context(main, info_name="gatewatch", help_option_names=["-h", "--help"])
    command = main.get_command(root, name)
    found = [command, *getattr(command, "commands", {}).values()]
    assert any("Example" in one.get_help(click.Context(one, parent=root, info_name=name)) for one in found)


def test_every_command_that_the_readme_names_exists():
    for name in re.findall(r"`?gatewatch ([a-z]+)\b", README):
        assert name in COMMANDS, name


def test_every_file_that_the_readme_names_is_there():
    for path in re.findall(r"`((?:crawlers|pipelines|alerts|gatewatch|deploy|docs)/[\w/.-]*)`", README):
        assert (ROOT / path).exists(), path


def test_each_named_package_is_imported_in_the_files_the_table_names():
    rows = re.findall(r"^\| \[([\w-]+)\]\([^)]*\) \| ([^|]+) \|", README, re.MULTILINE)
    modules = {
        "scrapy": "scrapy",
        "beautifulsoup4": "bs4",
        "feedparser": "feedparser",
        "slack-sdk": "slack_sdk",
    }
    assert {name for name, _ in rows} == set(modules)
    for name, places in rows:
        for place in re.findall(r"`([^`]+)`", places):
            path = ROOT / place
            texts = [file.read_text("utf-8") for file in (path.rglob("*.py") if path.is_dir() else [path])]
            assert any(
                re.search(rf"^\s*(?:from|import) {modules[name]}\b", text, re.MULTILINE) for text in texts
            ), (name, place)


def test_feeds_are_read_by_feedparser_pages_by_beautifulsoup_and_slack_spoken_to_by_its_sdk_only():
    homes = {"feedparser": {"crawlers"}, "bs4": {"crawlers"}, "slack_sdk": {"alerts"}, "parsel": set()}
    for package in ("crawlers", "pipelines", "alerts", "gatewatch"):
        for file in (ROOT / package).rglob("*.py"):
            text = file.read_text("utf-8")
            for module, allowed in homes.items():
                if re.search(rf"^\s*(?:from|import) {module}\b", text, re.MULTILINE):
                    assert package in allowed, (file, module)
