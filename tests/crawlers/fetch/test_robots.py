from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.fetch.robots import MOST_HOSTS, RobotsMiddleware, decide

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


# --- RFC 9309, by its sections ------------------------------------------------------------------------
def allowed(text, path, host="https://example.org"):
    body = text if isinstance(text, bytes) else text.encode()
    return not decide(200, body, 0.0).forbids(host + path, strict=False)


@pytest.mark.parametrize(
    ("text", "path", "wanted"),
    [
        # §2.2.1: the product token is compared whole and without case; groups of one token are one
        ("User-agent: gatewatch\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/b", True),
        ("User-agent: GATEWATCH/2.0 (x)\nDisallow: /a\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: Gate\nAllow: /\n\nUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: Gatewatch-Images\nAllow: /\n\nUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: Gatewatch\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: Gatewatch\nDisallow: /b", "/b", False),
        ("User-agent: Gatewatch\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: Gatewatch\nDisallow: /b", "/a", False),
        ("User-agent: x\nUser-agent: Gatewatch\nDisallow: /a", "/a", False),
        ("User-agent: x\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/a", False),
        # §2.2.2: the longest rule wins, Allow wins a draw, an empty Disallow forbids nothing
        ("User-agent: *\nDisallow: /a/\nAllow: /a/b/", "/a/b/c", True),
        ("User-agent: *\nAllow: /a/\nDisallow: /a/b/", "/a/b/c", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /A", "/a", True),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        # percent-encoding: both spellings are one address
        ("User-agent: *\nDisallow: /\u901a\u77e5/", "/%E9%80%9A%E7%9F%A5/1.html", False),
        ("User-agent: *\nDisallow: /%e9%80%9a", "/%E9%80%9A/1.html", False),
        ("User-agent: *\nDisallow: /~joe", "/%7Ejoe/x", False),
        ("User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
        # §2.2.3: * and $
        ("User-agent: *\nDisallow: /*.pdf$", "/files/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/files/a.pdf?x=1", True),
        ("User-agent: *\nDisallow: /*?*session=", "/a?b=1&session=2", False),
        # §2.2: comments, line ends, blanks, unknown lines, a byte order mark (§2.3, UTF-8)
        ("# all\nUser-agent: * # everybody\nDisallow: /a # not this\n", "/a", False),
        ("User-agent: *\rDisallow: /a\r", "/a", False),
        ("User-agent: *\r\n\r\nDisallow: /a\r\n", "/a", False),
        ("  user-AGENT :  *  \n\tDISALLOW :\t/a", "/a", False),
        ("User-agent: *\nCrawl-delay: 5\nSitemap: https://example.org/s.xml\nNonsense: 1\nDisallow: /a", "/a", False),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /a", "/a", False),
        ("Disallow: /a\nUser-agent: *\nDisallow: /b", "/a", True),
        ("<html><body>User-agent: *\nDisallow: /</body></html>", "/a", True),
    ],
)  # fmt: skip
def test_rules_are_read_as_the_standard_says(text, path, wanted):
    assert allowed(text, path) is wanted


def test_at_least_500_kib_are_read_and_no_more_than_our_limit():
    filler = "".join(f"Disallow: /x{n}\n" for n in range(40_000))
    assert 500 * 1024 < len(filler) < 800 * 1024
    early = f"User-agent: *\n{filler[: 500 * 1024]}\nDisallow: /late\n"
    assert not allowed(early, "/late")
    assert allowed(f"User-agent: *\n{filler}\nDisallow: /late\n", "/late")


def test_a_delay_is_obeyed_within_reason():
    asked = {"5": 5.0, "0.5": 0.5, "86400": 60.0, "-1": 0.0, "soon": 0.0, "1e9": 60.0}
    for said, wanted in asked.items():
        assert decide(200, f"User-agent: *\nCrawl-delay: {said}\n".encode(), 0.0).delay == wanted, said
    assert decide(404, b"", 0.0).delay == 0.0


@pytest.mark.parametrize(
    ("status", "strict", "words"),
    [
        (200, False, "obeyed"),
        (403, False, "answers 403, taken as no restriction (RFC 9309)"),
        (403, True, "answers 403, taken as a closed door (strict)"),
        (503, False, "answered 503: closed"),
    ],
)
def test_the_decision_can_be_told(status, strict, words):
    assert words in decide(status, b"", 0.0).said(strict=strict)


LINE = st.one_of(
    st.sampled_from(
        ["User-agent: *", "User-agent: Gatewatch", "User-agent: x", "", "Disallow: /", "Allow: /", "Disallow:", "Disallow: /*a*a*a*a*b$",
         "Disallow: /%", "Disallow: /%zz", "Disallow: *", "Allow: $", "Crawl-delay: nan", "Crawl-delay: 1" + "0" * 400,
         "User-agent:", "Request-rate: 1/0", "Visit-time: 9999-9999"]
    ),
    st.text(max_size=30),
)  # fmt: skip


@given(
    st.lists(LINE, max_size=12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.text(alphabet="/%a2F?$*\u901a", max_size=12),
)
def test_whatever_stands_in_a_robots_file_it_is_a_decision(lines, end, path):
    decision = decide(200, end.join(lines).encode("utf-8", "surrogatepass"), 0.0)
    decision.forbids(f"https://example.org/{path}", strict=True)
    assert 0 <= decision.delay <= 60


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(body):
    decide(200, body, 0.0).forbids("https://example.org/", strict=False)


def test_a_pattern_of_wild_cards_takes_no_time():
    began = time.perf_counter()
    text = "User-agent: *\n" + f"Disallow: /{'*a' * 200}b\n" * 50
    assert allowed(text, "/" + "a" * 2000)
    assert time.perf_counter() - began < 2


# --- what is kept -------------------------------------------------------------------------------------
def test_decisions_are_kept_for_a_day_and_never_more_than_so_many():
    middleware = RobotsMiddleware(None)
    for number in range(MOST_HOSTS + 500):
        middleware._remember(f"https://h{number}.example:443", decide(404, b"", time.monotonic()))
    assert len(middleware._decisions) == MOST_HOSTS
    assert "https://h0.example:443" not in middleware._decisions
    middleware._decisions = {"https://old.example:443": decide(404, b"", -200_000.0)} | middleware._decisions
    middleware._remember("https://new.example:443", decide(404, b"", time.monotonic()))
    assert "https://old.example:443" not in middleware._decisions
    assert "https://new.example:443" in middleware._decisions
