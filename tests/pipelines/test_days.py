"""Days as texts name them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.days import days, later

TODAY = date(2026, 11, 24)
DAY = date(2026, 12, 24)


@pytest.mark.parametrize(
    "text",
    [
        "2026年12月24日",
        "2026 年 12 月 24 日",
        "２０２６年１２月２４日",
        "二〇二六年十二月二十四日",
        "二○二六年十二月廿四日",
        "2026年12月24号",
        "２０２６年12月２４日",
        "12月24日",
        "今年12月24日",
        "2026年12月24日（星期四）17:00",
        "2026年12月24日下午5时30分",
        "2026-12-24",
        "2026/12/24",
        "2026.12.24",
        "24 December 2026",
        "24th of December, 2026",
        "December 24, 2026",
        "Thursday, Dec. 24th, 2026",
        "Dec. 24",
        "24 December",
    ],
)
def test_a_day_is_read_in_any_form(text):
    assert [day.date for day in days(text, TODAY)] == [DAY]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018年3月底", date(2018, 3, 31)),
        ("2024年2月末", date(2024, 2, 29)),
        ("明年3月底", date(2027, 3, 31)),
        ("2026年底", date(2026, 12, 31)),
        ("今年年底", date(2026, 12, 31)),
        ("到年底", date(2026, 12, 31)),
        ("the start of next month", date(2026, 12, 1)),
        ("the end of March 2018", date(2018, 3, 31)),
        ("end-2026", date(2026, 12, 31)),
        ("2027年1月起", date(2027, 1, 1)),
        ("本月底", date(2026, 11, 30)),
        ("本月末", date(2026, 11, 30)),
        ("下月15日", date(2026, 12, 15)),
        ("下个月起", date(2026, 12, 1)),
        ("the end of this month", date(2026, 11, 30)),
        ("end of next month", date(2026, 12, 31)),
    ],
)
def test_the_end_and_the_beginning_of_a_month_are_days(text, day):
    assert [found.date for found in days(text, TODAY)] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "2026年2月30日",
        "2026年13月1日",
        "2026-00-10",
        "2026年12月",
        "in March 2018",
        "192.2026.12.24",
        "12月",
        "may 3G",
        "3月",
    ],
)
def test_what_is_no_day_is_none(text):
    assert days(text, TODAY) == ()


def test_a_second_day_takes_month_and_year_from_the_first():
    assert [day.date.isoformat() for day in days("2026年12月1日至24日")] == ["2026-12-01", "2026-12-24"]
    assert [day.date.isoformat() for day in days("2026年12月1日至1月5日")] == ["2026-12-01", "2027-01-05"]


def test_a_range_of_months_ends_on_the_last_day_of_the_second():
    assert [day.date.isoformat() for day in days("2026年9月至12月")] == ["2026-09-01", "2026-12-31"]
    assert [day.date.isoformat() for day in days("2026年9月至12月24日")] == ["2026-09-01", "2026-12-24"]


def test_the_first_month_has_a_name_of_its_own():
    assert [day.date.isoformat() for day in days("二〇二七年元月一日")] == ["2027-01-01"]


def test_this_month_needs_the_publication_and_a_moment_counts_as_its_day():
    assert days("本月底") == days("下月15日") == days("end of next month") == ()
    assert days("本月底", datetime(2026, 11, 24, 16, 30, tzinfo=UTC))[0].date == date(2026, 11, 30)
    assert days("下月31日", date(2027, 1, 31)) == ()


def test_a_day_without_a_year_lies_near_the_publication():
    assert days("1月10日", date(2026, 12, 20))[0].date == date(2027, 1, 10)
    assert days("10月1日", date(2026, 11, 24))[0].date == date(2026, 10, 1)
    assert days("1月10日") == ()


def test_months_are_added_to_the_last_day_at_most():
    assert later(date(2027, 1, 31), 1, "月") == date(2027, 2, 28)
    assert later(date(2026, 12, 1), 2, "周") == date(2026, 12, 15)
    assert later(date(2026, 12, 31), 1, "日") == date(2027, 1, 1)


@given(
    st.text("0123456789年月日底至-/. 今明本下元起第二十〇DecMay,th of end", max_size=60),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
)
def test_no_text_raises_and_places_are_in_order(text, published):
    place = 0
    for day in days(text, published):
        assert place <= day.start < day.end <= len(text)
        place = day.end
