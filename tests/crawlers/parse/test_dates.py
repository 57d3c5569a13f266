"""A moment is read exactly as precise as it stands there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.article import Moment
from crawlers.parse.dates import read_moment, sane

BEIJING = ZoneInfo("Asia/Shanghai")
CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23 16:27",
        "2026年11月23日 16:27",
        "2026年11月23日16时27分",
        "2026年11月23日 星期一 下午4:27",
        "发布时间：2026-11-23 16:27 浏览：12",
        "2026-11-23-16:27:00",
        "２０２６－１１－２３　１６：２７",
        "2026/11/23 16:27:00",
        "2026-11-23T16:27:00.000+08:00",
        "2026-11-23T08:27Z",
        "2026-11-23 08:27 UTC",
        "Mon, 23 Nov 2026 16:27:00 +0800",
        "Mon, 23 Nov 2026 08:27:00 GMT",
        "23 Nov 26 03:27:00 EST",
        "November 23, 2026 4:27 PM",
        "Mon Nov 23 16:27:00 CST 2026",
        "20261123T082700Z",
        "2026-11-23 16:27 GMT+8",
        "1795422420000",
        "1795422420",
    ],
)
def test_a_minute_is_that_minute(text: str) -> None:
    assert read_moment(text, BEIJING) == Moment(datetime(2026, 11, 23, 8, 27, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "2026年11月23日",
        "[2026-11-23]",
        "2026/11/23",
        "2026.11.23",
        "20261123",
        "二〇二六年十一月二十三日",
        "23 November 2026",
    ],
)
def test_a_day_stays_a_day(text: str) -> None:
    assert read_moment(text, BEIJING) == Moment(datetime(2026, 11, 22, 16, tzinfo=UTC), date(2026, 11, 23))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "昨天",
        "2026年11月",
        "11月23日",
        "2026-13-01",
        "2026-02-30",
        "0001-01-01T00:00:00Z",
        "1970-01-01",
        "版本 10.2026.08.01",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_moment(text, BEIJING) is None


def test_cst_is_chinas_in_china_and_chicagos_in_chicago() -> None:
    text = "Mon, 23 Nov 2026 12:00:00 CST"
    assert read_moment(text, BEIJING) == Moment(datetime(2026, 11, 23, 4, tzinfo=UTC))
    assert read_moment(text, CHICAGO) == Moment(datetime(2026, 11, 23, 18, tzinfo=UTC))


def test_midnight_of_24_hours_is_the_next_day() -> None:
    assert read_moment("2026-11-22 24:00", BEIJING) == Moment(datetime(2026, 11, 22, 16, tzinfo=UTC))


def test_a_time_that_is_none_leaves_the_day() -> None:
    assert read_moment("2026-11-23 99:99", BEIJING) == read_moment("2026-11-23", BEIJING)


@given(st.integers(315_532_800, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_iso_times_round_trip(at: datetime) -> None:
    assert read_moment(at.isoformat(), BEIJING) == Moment(at)


def test_a_date_more_than_a_day_ahead_is_not_believed() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    near, far = Moment(now + timedelta(hours=23)), Moment(now + timedelta(hours=25))
    assert sane(near, now) == near
    assert sane(far, now) is None
    assert sane(None, now) is None
