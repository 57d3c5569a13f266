"""What every test gets: an environment without the machine's own proxies, Slack and Gatewatch settings."""

from __future__ import annotations

import os

import pytest

pytest_plugins = ["tests.support.stores"]
FOREIGN = ("GATEWATCH_", "SLACK_", "DATABASE_URL")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


def pytest_collection_modifyitems(items):
    """What may take minutes comes first: at the end it would keep one worker busy and the others idle."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith(FOREIGN) or name.upper() in PROXIES:
            monkeypatch.delenv(name)
