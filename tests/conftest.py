"""What every test gets: an environment without the machine's own proxies, Slack and Gatewatch settings."""

from __future__ import annotations

import os

import pytest

FOREIGN = ("GATEWATCH_", "SLACK_", "DATABASE_URL")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith(FOREIGN) or name.upper() in PROXIES:
            monkeypatch.delenv(name)
