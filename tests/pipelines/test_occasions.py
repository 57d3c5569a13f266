"""The calendar of occasions: dated ones, rules for the years that have none, nothing on ordinary days."""

from __future__ import annotations

from datetime import date

import pytest

from crawlers.errors import ConfigError
from crawlers.strict import parse
from pipelines.occasions import load, occasion_on


@pytest.mark.parametrize(
    ("day", "series", "usual"),
    [
        (date(2017, 10, 18), "party-congress", False),
        (date(2022, 10, 22), "party-congress", False),
        (date(2020, 5, 25), "two-sessions", False),
        (date(2025, 3, 11), "two-sessions", False),
        (date(2027, 3, 5), "two-sessions", True),
        (date(1999, 6, 4), "june-fourth", True),
        (date(2026, 10, 1), "national-day", True),
    ],
)
def test_a_day_of_an_occasion_names_it(day, series, usual):
    found = occasion_on(day)
    assert (found.series, found.usual) == (series, usual)
    assert found.first <= day <= found.last
    assert found.en
    assert found.zh


@pytest.mark.parametrize(
    "day", [date(2017, 1, 22), date(2020, 3, 5), date(2025, 3, 12), date(2026, 6, 6), date(2026, 11, 24)]
)
def test_an_ordinary_day_has_none(day):
    """In 2020 the sessions were in May, in 2025 they ended on the 11th: the rule gives way to the dates."""
    assert occasion_on(day) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{series: a, from: 2025-03-04, to: 2025-03-01}", "ends before it begins"),
        ("{series: b, from: 2025-03-04, to: 2025-03-05}", "'b' has no names"),
        ("{series: a, from: 2025-02-30x, to: 2025-03-05}", "valid date"),
        ("{series: a, form: 2025-03-04, to: 2025-03-05}", "unknown key 'form'"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(line, said):
    text = f"dated:\n  - {line}\nrecurring: []\nseries:\n  a: {{en: A, zh: 甲}}\n"
    with pytest.raises(ConfigError, match=said) as refused:
        load(parse(text, "occasions.yaml"))
    assert refused.value.line == 2


def test_a_rule_for_a_day_that_no_year_has_is_refused():
    text = (
        'dated: []\nrecurring:\n  - {series: a, from: "13-01", to: "13-02"}\nseries:\n  a: {en: A, zh: 甲}\n'
    )
    with pytest.raises(ConfigError, match="month"):
        load(parse(text, "occasions.yaml"))
