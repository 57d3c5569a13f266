from __future__ import annotations

import pytest

from crawlers.fetch.robots import decide

RULES = b"User-agent: *\nDisallow: /search\n\nUser-agent: Gatewatch\nDisallow: /private\n"


def test_the_group_for_us_is_obeyed_and_not_the_general_one():
    decision = decide(200, RULES, 0.0)
    assert decision.forbids("https://example.org/private/x", strict=False)
    assert not decision.forbids("https://example.org/search", strict=False)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refused_robots_file_means_no_rules_but_closes_the_host_when_strict(status):
    decision = decide(status, RULES, 0.0)
    assert not decision.forbids("https://example.org/private/x", strict=False)
    assert str(status) in decision.forbids("https://example.org/", strict=True)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_robots_file_that_fails_closes_the_host_whatever_its_body_says(status):
    assert decide(status, b"User-agent: *\nAllow: /\n", 0.0).forbids("https://example.org/", strict=False)


def test_a_closed_host_is_asked_again_sooner_than_an_open_one():
    assert decide(503, b"", 0.0).until < decide(200, b"", 0.0).until


def test_bytes_that_are_no_robots_file_are_no_rules():
    assert not decide(200, b"\x00\xff<html>", 0.0).forbids("https://example.org/", strict=True)
