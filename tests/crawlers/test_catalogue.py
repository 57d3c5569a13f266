"""The shipped catalogue's own promises: polite, attested, complete."""

from __future__ import annotations

from collections import Counter

import pytest

from crawlers.source import load_catalogue
from gatewatch.watch import BUDGETS

CATALOGUE = load_catalogue(["builtin"])
REQUESTS_A_TURN = {"jpaas": 2, "feed": 1, "listing": 1, "json_list": 1}
"""A quiet turn: shell and unit call, or the list alone."""


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


def test_the_search_interface_is_asked_more_often_than_any_column_and_gives_the_text_itself():
    search = [source for source in CATALOGUE.values() if "/search-front-server/" in source.url]
    assert {source.params["cateid"] for source in search} == {"196", "57", "58", "194"}
    assert all(source.selectors.text and source.enabled for source in search)
    columns = [s for s in CATALOGUE.values() if s.authority == "MIIT" and s.kind == "jpaas" and s.enabled]
    assert min(s.interval for s in search) < min(s.interval for s in columns)


def test_nine_other_authorities_are_covered_and_each_of_them_by_a_source_that_is_on_or_says_why_not():
    others = {source.authority for source in CATALOGUE.values()} - {"", "MIIT"}
    assert others >= {"State Council", "CAC", "MOFCOM", "NDRC", "NPC", "SCIO", "SAMR", "OFCA", "HKSAR"}
    on = {source.authority for source in CATALOGUE.values() if source.enabled}
    assert others - on <= {"SAMR", "OFCA"}
    assert all(
        s.notes
        for s in CATALOGUE.values()
        if s.evidence == "inferred" and s.kind != "feed" and s.authority in others
    )


def test_what_must_not_be_crawled_is_listed_with_the_other_road():
    refused = {one.host: one for one in CATALOGUE.refused}
    assert {"sousuo.www.gov.cn", "www.pbc.gov.cn", "www.mps.gov.cn", "www.caict.ac.cn"} <= refused.keys()
    named = {word.strip("(),") for one in refused.values() for word in one.road.split() if "_" in word}
    assert named
    assert named <= CATALOGUE.keys()
