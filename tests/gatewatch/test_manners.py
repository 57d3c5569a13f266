"""From the config's words to a channel's working days."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from gatewatch.config_file import ChannelOf
from gatewatch.manners import manners_of


def works(zone, days, **said):
    hours = manners_of(ChannelOf(days="mon-fri", **said), ZoneInfo(zone)).hours
    return [hours.works(day) for day in days]


def test_a_calendar_knows_the_saturdays_that_china_works_for_its_holidays():
    days = [date(2026, 2, day) for day in (13, 14, 15, 16, 23, 24, 28)]
    assert works("Asia/Shanghai", days, holidays="CN") == [True, True, False, False, False, True, True]
    assert works("Asia/Shanghai", days) == [True, False, False, True, True, True, False]


def test_a_free_day_of_a_part_of_a_country_is_free_there():
    days = [date(2026, 2, 28), date(2026, 4, 3), date(2026, 4, 7)]
    assert works("Europe/Berlin", days, holidays="DE-BE") == [False, False, True]
