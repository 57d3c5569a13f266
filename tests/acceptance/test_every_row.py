"""Holds the table of README.md against the tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
TABLE = (Path(__file__).parent / "README.md").read_text("utf-8")
LATER: frozenset[int] = frozenset()


def test_every_test_that_the_table_names_exists():
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", TABLE)
    assert len(named) > 60
    missing = []
    for file, name in named:
        path = TESTS / file
        there = path.is_file() and {
            node.name
            for node in ast.parse(path.read_text("utf-8")).body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        if not there or name not in there:
            missing.append(f"{file}::{name}")
    assert missing == []


def test_every_row_is_there_once_and_has_its_tests():
    rows = {
        int(number): proof
        for number, proof in re.findall(r"^\| (\d+) \|[^|]*\|([^|]*)\|$", TABLE, re.MULTILINE)
    }
    assert list(rows) == list(range(1, 38))
    assert {number for number, proof in rows.items() if "::" not in proof} == LATER


def test_every_test_of_this_folder_is_named_in_the_table():
    here = {
        f"acceptance/{path.name}::{node.name}"
        for path in Path(__file__).parent.glob("test_row_*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert {name for name in here if f"`{name}`" not in TABLE} == set()
