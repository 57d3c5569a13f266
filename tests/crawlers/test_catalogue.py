"""The shipped catalogue's own promises: polite, attested, complete, within what the hosts are asked to bear."""

from __future__ import annotations

import pytest

from crawlers.load import by_domain, requests_an_hour, within
from crawlers.parse.urls import registered
from crawlers.source import Source, load_catalogue
from gatewatch.watch import BUDGETS

CATALOGUE = load_catalogue(["builtin"])
ON = [source for source in CATALOGUE.values() if source.enabled]
MIIT_A_QUIET_HOUR = 60
"""What the contract's example config allows all of miit.gov.cn; the shipped budget is for busy days."""


def of_ministry(source: Source) -> bool:
    return source.authority == "MIIT" and registered(source.host) == "miit.gov.cn"


def of_administration(source: Source) -> bool:
    return source.host.endswith("ca.miit.gov.cn")


def test_the_ministry_is_read_by_twenty_columns_and_interfaces_and_more():
    assert sum(of_ministry(source) and source.evidence == "attested" for source in ON) >= 20


def test_there_are_four_dozen_feeds_and_a_second_road_by_google_news():
    feeds = [source for source in ON if source.kind == "feed"]
    direct = [source for source in feeds if source.host != "news.google.com"]
    assert len(direct) >= 45
    roads = {source.authority for source in feeds if source.host == "news.google.com"}
    assert roads >= {"MIIT", "MPS", "PBOC", "CAC", "MOFCOM", "SCIO"}


def test_what_google_news_shows_is_never_fetched():
    roads = [source for source in CATALOGUE.values() if source.host == "news.google.com"]
    assert not [source.id for source in roads if source.article.fetch or source.at_least or not source.delay]


def test_all_thirty_one_administrations_are_there_and_on_where_they_are_attested():
    hosts = {source.host for source in CATALOGUE.values() if of_administration(source)}
    on = {source.host for source in ON if of_administration(source)}
    off = [source for source in CATALOGUE.values() if of_administration(source) and source.host not in on]
    assert len(hosts) == 31
    attested = ("bj", "gd", "zj", "fj", "gx", "hlj", "cq", "jx", "sh", "ah", "sx")
    assert {host.removesuffix("ca.miit.gov.cn") for host in on} == set(attested)
    assert all(source.evidence == "inferred" for source in off)
    assert {source.url.removeprefix(f"https://{source.host}") for source in off} == {"/zwgk/tzgg/index.html"}


def test_what_is_inferred_is_switched_off():
    assert not [source.id for source in ON if source.evidence == "inferred"]


def test_what_is_switched_off_says_why():
    assert not [source.id for source in CATALOGUE.values() if not source.enabled and not source.notes]


@pytest.mark.parametrize("source", CATALOGUE.values(), ids=CATALOGUE)
def test_each_source_is_polite(source):
    least = 4.0 if source.tier == "regulator" else 1.0
    assert (source.delay if source.delay is not None else 1.0) >= least
    assert source.interval.total_seconds() >= 15 * 60


def test_a_quiet_day_asks_for_half_of_each_budget_at_most():
    load = within(ON, BUDGETS)
    assert 0 < load["miit.gov.cn"] <= MIIT_A_QUIET_HOUR
    for domain, asked in load.items():
        assert asked <= BUDGETS[domain] / 2, (domain, asked)


def test_no_domain_without_a_budget_is_asked_more_than_once_every_two_minutes():
    rest = {name: asked for name, asked in by_domain(ON).items() if not within_budget(name)}
    assert max(rest.values()) <= 30, rest


def within_budget(domain: str) -> bool:
    return any(domain == name or domain.endswith(f".{name}") for name in BUDGETS)


def source(**more: object) -> Source:
    return Source.model_validate(
        {"id": "a", "name": "a", "kind": "feed", "url": "https://a.example/feed"} | more
    )


def test_a_feed_of_headlines_costs_its_turns_and_a_column_two_requests_each_and_its_articles():
    feed = source(every="30m", article={"fetch": False})
    column = source(kind="jpaas", every="2h", tier="regulator")
    assert requests_an_hour(feed) == 2
    assert requests_an_hour(column) == 1 + 3 / 24


def test_a_source_counts_for_the_longest_domain_that_has_a_budget_only():
    asked = within([source(url="https://gdca.miit.gov.cn/a", every="1h")], {"gov.cn": 1, "miit.gov.cn": 1})
    assert asked == {"gov.cn": 0, "miit.gov.cn": 2}


def test_the_search_interface_is_asked_more_often_than_any_column_and_gives_the_text_itself():
    search = [source for source in CATALOGUE.values() if "/search-front-server/" in source.url]
    assert {source.params["cateid"] for source in search} == {"196", "57", "58", "194"}
    assert all(source.selectors.text and source.enabled for source in search)
    columns = [s for s in CATALOGUE.values() if s.authority == "MIIT" and s.kind == "jpaas" and s.enabled]
    assert min(s.interval for s in search) < min(s.interval for s in columns)


def test_nine_other_authorities_are_covered_and_each_of_them_by_a_source_that_is_on_or_says_why_not():
    elsewhere = [source for source in CATALOGUE.values() if not of_administration(source)]
    others = {source.authority for source in elsewhere} - {"", "MIIT"}
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
