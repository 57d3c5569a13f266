from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.quiet import Hours

BERLIN, NEW_YORK, BEIJING = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Shanghai")
)
WORK = Hours(BERLIN, time(8), time(19), frozenset(range(5)), {date(2026, 12, 25)})
MOMENTS = st.integers(0, 60 * 24 * 700).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
HOURS = st.builds(
    Hours,
    st.sampled_from([BERLIN, NEW_YORK, BEIJING]),
    TIMES,
    TIMES,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 1)), max_size=5),
)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-24T08:00", None),
        ("2026-11-24T18:59", None),
        ("2026-11-24T19:00", "2026-11-25T08:00"),
        ("2026-11-24T07:59", "2026-11-24T08:00"),
        ("2026-11-27T20:00", "2026-11-30T08:00"),  # Friday evening to Monday
        ("2026-12-24T20:00", "2026-12-28T08:00"),  # Christmas, then a weekend
        ("2026-03-29T01:00", "2026-03-30T08:00"),  # the night the clock goes forward
    ],
)
def test_a_channel_hears_in_its_hours_on_its_days_in_its_zone(now, opens):
    found = WORK.next_open(datetime.fromisoformat(now).replace(tzinfo=BERLIN))
    assert found == (opens and datetime.fromisoformat(opens).replace(tzinfo=BERLIN))


def test_hours_may_run_across_midnight():
    night = Hours(NEW_YORK, time(20), time(6))
    at = lambda text: datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)  # noqa: E731
    assert night.next_open(at("2026-11-24T23:00")) is None
    assert night.next_open(at("2026-11-24T05:59")) is None
    assert night.next_open(at("2026-11-24T06:00")) == at("2026-11-24T20:00")


def test_without_hours_a_channel_always_hears():
    assert Hours(BEIJING).next_open(datetime(2026, 11, 22, 3, tzinfo=UTC)) is None


@given(HOURS, MOMENTS)
def test_what_is_told_to_wait_waits_for_a_time_when_the_channel_hears(hours, now):
    opens = hours.next_open(now)
    if opens is not None:
        assert now < opens
        assert hours.next_open(opens) is None
        assert hours.next_open(opens - timedelta(seconds=1)) == opens or opens - timedelta(seconds=1) < now


def test_a_saturday_that_is_worked_is_a_working_day():
    opens, closes, new_year = time(9), time(18), {date(2026, 2, day) for day in range(16, 24)}
    made_up = Hours(
        BEIJING, opens, closes, frozenset(range(5)), new_year, {date(2026, 2, 14), date(2026, 2, 28)}
    )
    at = lambda text: datetime.fromisoformat(text).replace(tzinfo=BEIJING)  # noqa: E731
    assert made_up.next_open(at("2026-02-14T10:00")) is None
    assert made_up.next_open(at("2026-02-14T18:00")) == at("2026-02-24T09:00")
    assert made_up.next_at(time(9), None, at("2026-02-27T12:00")) == at("2026-02-28T09:00")
    assert made_up.any_day.next_open(at("2026-02-15T03:00")) == at("2026-02-15T09:00")


def test_a_digest_comes_at_its_hour_on_a_working_day():
    after = datetime(2026, 12, 24, 12, tzinfo=UTC)
    assert WORK.next_at(time(8, 30), None, after) == datetime(2026, 12, 28, 8, 30, tzinfo=BERLIN)
    assert WORK.next_at(time(8, 30), 4, after) == datetime(2026, 12, 28, 8, 30, tzinfo=BERLIN)
    assert WORK.next_at(time(8, 30), 0, after) == datetime(2026, 12, 28, 8, 30, tzinfo=BERLIN)


@given(HOURS, TIMES, st.none() | st.integers(0, 6), MOMENTS)
def test_digests_go_on_and_never_come_twice(hours, at, weekday, now):
    first = hours.next_at(at, weekday, now)
    second = hours.next_at(at, weekday, first)
    assert now < first < second
    assert second - now <= timedelta(days=45)
