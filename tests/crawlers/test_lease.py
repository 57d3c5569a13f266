from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.lease import next_due
from crawlers.source import Source


def source(every="60s", **more):
    return Source(
        id=more.pop("id", "a"), name="A", kind="feed", url="https://example.org/", every=every, **more
    )


def test_a_duration_keeps_its_own_grid_however_long_a_turn_took():
    assert next_due(source(), due=1000.0, now=1017.3) == 1060.0


def test_what_was_missed_while_asleep_is_made_up_once():
    assert next_due(source(), due=1000.0, now=1000.0 + 3605) == 1000.0 + 3660


def test_the_first_step_spreads_sources_that_were_added_together():
    steps = {next_due(source(id=name), due=0.0, now=1000.0) for name in ("a", "b", "c", "d")}
    assert len(steps) == 4
    assert all(1054.0 <= step <= 1060.0 for step in steps)


@given(st.floats(1, 1e9), st.floats(0, 1e7))
def test_the_next_turn_is_always_ahead_and_never_further_than_one_interval(due, late):
    now = due + late
    step = next_due(source(), due=due, now=now) - now
    assert -1e-6 <= step <= 60 + 1e-6


def test_failures_back_off_and_never_give_up():
    def waits(*, refused):
        due = (next_due(source("30m"), 1000.0, 1000.0, failures=n, refused=refused) for n in (1, 2, 3, 5, 50))
        return [one - 1000.0 for one in due]

    assert waits(refused=True) == [1800, 3600, 7200, 21600, 21600]
    assert waits(refused=False) == [1800, 3600, 3600, 3600, 3600]


def test_a_rare_source_that_fails_is_not_asked_more_often_than_it_would_be():
    assert next_due(source("7d"), 1000.0, 1000.0, failures=3) - 1000.0 == 7 * 86400


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Shanghai", 0), ("UTC", 8)])
def test_a_cron_expression_is_read_in_the_zone_of_the_source(zone, hour):
    now = datetime(2026, 11, 23, 0, 30, tzinfo=UTC).timestamp() - 3600
    due = next_due(source("0 8 * * *", timezone=zone), now, now)
    assert datetime.fromtimestamp(due, UTC).hour == hour
