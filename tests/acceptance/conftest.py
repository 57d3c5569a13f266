"""A loopback site, an operator's folder and a Slack for each test."""

from __future__ import annotations

import pytest

from gatewatch.demo.standin_slack import StandinSlack
from tests.support.program import Desk
from tests.support.site import Site


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
