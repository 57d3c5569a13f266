"""What doctor says of the days that it runs in."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from gatewatch.checks import local


@pytest.mark.parametrize(("day", "said"), [(3, "National Day"), (20, "")])
def test_days_on_which_access_tightens_are_named(day, said):
    house = SimpleNamespace(clock=lambda: datetime(2026, 10, day, tzinfo=UTC))
    rows = list(local.calendar(house))
    assert [said in row.message for row in rows] == ([True] if said else [])
