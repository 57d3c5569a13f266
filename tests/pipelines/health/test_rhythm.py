from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.health.rhythm import judge, last_year, working_day


def at(text, hour=2):
    return datetime.fromisoformat(text).replace(hour=hour, tzinfo=UTC)


def daily(end, count=10, step=1):
    return [at(end) - timedelta(days=step * number) for number in range(count)]


@pytest.mark.parametrize(
    ("newest", "now", "step", "chinese", "state"),
    [
        ("2026-03-10", "2026-03-11", 1, True, "ok"),
        ("2026-03-10", "2026-03-17", 1, True, "quiet"),  # five working days, usually one
        ("2026-03-10", "2026-03-24", 1, True, "quiet"),  # 14 days: not more
        ("2026-03-10", "2026-03-26", 1, True, "stale"),
        ("2026-03-10", "2026-03-26", 10, True, "ok"),  # usually every ten days
        ("2026-03-10", "2026-05-10", 10, True, "stale"),
        ("2026-03-10", "2026-03-24", 1, False, "quiet"),
        ("2026-03-10", "2026-03-25", 1, False, "stale"),
        # the National Day week of 2025 (1-8 October; 28 September and 11 October were working days)
        ("2025-09-26", "2025-10-12", 1, True, "quiet"),
        ("2025-09-26", "2025-10-12", 1, False, "stale"),
        ("2025-09-26", "2025-10-17", 1, True, "stale"),
    ],
)
def test_a_list_is_stale_by_its_own_rhythm_in_working_days(newest, now, step, chinese, state):
    assert judge(daily(newest, step=step), at(now), chinese=chinese).state == state


def test_many_items_of_one_day_are_one_step_of_the_rhythm():
    burst = [moment + timedelta(minutes=n) for moment in daily("2026-01-05", 6, step=30) for n in range(5)]
    found = judge(burst, at("2026-02-04"), chinese=False)
    assert (found.usual, found.state) == (30, "ok")


def test_one_pinned_item_of_years_ago_does_not_make_a_list_slow():
    found = judge([*daily("2026-03-10", 10), at("2015-01-01")], at("2026-04-10"), chinese=True)
    assert found.state == "stale"


@pytest.mark.parametrize("moments", [[], daily("2020-01-01", 4)])
def test_too_few_items_have_no_rhythm(moments):
    assert judge(moments, at("2026-03-10"), chinese=True).state == "ok"


def test_make_up_days_are_working_days_and_feasts_are_not():
    assert working_day(at("2025-10-11").date())
    assert not working_day(at("2025-10-07").date())


def test_a_year_whose_holidays_are_not_known_yet_leaves_room_for_one():
    year = last_year() + 1
    newest = f"{year}-02-01"
    assert not working_day(at(f"{year}-01-02").date()) or at(f"{year}-01-02").weekday() < 5
    assert judge(daily(newest), at(newest) + timedelta(days=20), chinese=True).state == "quiet"
    assert judge(daily(newest), at(newest) + timedelta(days=30), chinese=True).state == "stale"


def test_an_item_of_the_future_is_no_silence():
    assert judge(daily("2026-03-10"), at("2026-03-01"), chinese=True).silent == 0
