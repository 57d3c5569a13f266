"""The shipped catalogue's own promises: polite, attested, complete."""

from __future__ import annotations

from collections import Counter

import pytest

from crawlers.source import load_catalogue
from gatewatch.watch import BUDGETS

CATALOGUE = load_catalogue(["builtin"])
REQUESTS_A_TURN = {"jpaas": 2, "feed": 1}
"""A quiet turn: shell and unit call, or the feed alone."""


def test_a_dozen_columns_of_the_ministry_and_two_dozen_feeds_ship_switched_on():
    on = [source for source in CATALOGUE.values() if source.enabled]
    assert sum(source.authority == "MIIT" and source.kind == "jpaas" for source in on) >= 12
    assert sum(source.kind == "feed" for source in on) >= 24


def test_what_is_inferred_is_switched_off():
    assert not [
        source.id for source in CATALOGUE.values() if source.evidence == "inferred" and source.enabled
    ]


@pytest.mark.parametrize("source", CATALOGUE.values(), ids=CATALOGUE)
def test_each_source_is_polite(source):
    least = 4.0 if source.tier == "regulator" else 1.0
    assert (source.delay if source.delay is not None else 1.0) >= least
    assert source.interval.total_seconds() >= 15 * 60


def test_the_whole_catalogue_stays_within_half_of_each_budget():
    load: Counter[str] = Counter()
    for source in CATALOGUE.values():
        if source.enabled:
            for domain in BUDGETS:
                if source.host == domain or source.host.endswith(f".{domain}"):
                    load[domain] += REQUESTS_A_TURN[source.kind] * 3600 / source.interval.total_seconds()
    assert load["miit.gov.cn"] > 0
    for domain, requests in load.items():
        assert requests <= BUDGETS[domain] / 2, domain


def test_no_host_is_asked_more_than_once_a_minute_on_average():
    load: Counter[str] = Counter()
    for source in CATALOGUE.values():
        load[source.host] += REQUESTS_A_TURN[source.kind] * 3600 / source.interval.total_seconds()
    assert max(load.values()) <= 60
