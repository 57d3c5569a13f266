"""A loopback site, an operator's folder and a Slack for each test.

What starts the real program against them takes seconds each: these are CI's, but for the table of the rows.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gatewatch.demo.standin_slack import StandinSlack
from tests.support.program import Desk
from tests.support.site import Site

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Every test of this folder is slow, but for the one that reads the table."""
    for item in items:
        if item.path.parent == HERE and item.path.name != "test_every_row.py":
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def site():
    with Site() as site:
        yield site


@pytest.fixture
def desk(tmp_path):
    with Desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def slack():
    with StandinSlack(token="xoxb-1-2-acceptance") as slack:
        yield slack
