from __future__ import annotations

import ipaddress

import pytest

from crawlers.errors import Refused
from crawlers.fetch.guard import MOST_REFUSED, AddressGuard, literal, place, public


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "::ffff:127.0.0.1", "169.254.169.254",
     "10.0.0.8", "192.168.1.1", "0.0.0.0", "[fe80::1%25eth0]", "100.64.0.1", "224.0.0.1", "[::ffff:a9fe:a9fe]"],
)  # fmt: skip
def test_every_spelling_of_a_private_address_is_seen_as_private(host):
    address = literal(host)
    assert address is not None
    assert not public(address)


@pytest.mark.parametrize("host", ["93.184.216.34", "[2606:2800:220:1:248:1893:25c8:1946]", "8.8.8.8"])
def test_public_addresses_are_public(host):
    assert public(literal(host))


@pytest.mark.parametrize("host", ["www.miit.gov.cn", "localhost", "example.org", "0x7f.example.org"])
def test_a_name_is_no_literal(host):
    assert literal(host) is None


def test_a_private_answer_is_refused_and_the_reason_kept():
    guard = AddressGuard()
    with pytest.raises(Refused, match=r"evil\.example is the private address 127\.0\.0\.1"):
        guard.check_answer("evil.example", "127.0.0.1")
    assert "127.0.0.1" in guard.refused["evil.example"]


def test_the_operators_own_host_and_port_are_let_through_and_no_other_port():
    guard = AddressGuard()
    guard.allow(["http://127.0.0.1:8080/list", "http://intranet.example/feed"])
    assert guard.allows("127.0.0.1", 8080)
    assert not guard.allows("127.0.0.1", 22)
    assert guard.check_answer("intranet.example", "10.0.0.3") == "10.0.0.3"


def test_the_place_of_an_address_has_the_schemes_port():
    assert place("https://WWW.Example.org/x") == ("www.example.org", 443)
    assert place("http://[::1]:81/x") == ("::1", 81)


def test_a_mapped_address_is_read_as_what_it_maps():
    assert literal("::ffff:8.8.8.8") == ipaddress.ip_address("8.8.8.8")


def test_a_source_of_the_open_internet_whose_name_turns_private_is_refused():
    guard = AddressGuard()
    guard.allow(["https://www.miit.gov.cn/zwgk/"])
    assert guard.check_answer("www.miit.gov.cn", "8.8.8.8") == "8.8.8.8"
    with pytest.raises(Refused):
        guard.check_answer("www.miit.gov.cn", "169.254.169.254")


def test_a_proxy_is_connected_to_and_not_requested():
    guard = AddressGuard()
    guard.allow_proxies(["http://proxy.lan:3128"])
    assert guard.check_answer("proxy.lan", "10.0.0.9") == "10.0.0.9"
    assert not guard.allows("proxy.lan", 3128)


def test_what_a_service_met_in_a_month_is_not_kept_for_ever():
    guard = AddressGuard()
    guard.allow(["https://own.example/"])
    for number in range(MOST_REFUSED + 100):
        guard.check_answer(f"h{number}.example", "8.8.8.8")
        with pytest.raises(Refused):
            guard.check_answer(f"p{number}.example", "10.0.0.1")
    guard.check_answer("own.example", "8.8.8.8")
    assert len(guard.refused) == MOST_REFUSED
    assert guard._seen_public == {"own.example"}
    guard.check_answer(f"p{MOST_REFUSED}.example", "8.8.4.4")
    assert f"p{MOST_REFUSED}.example" not in guard.refused  # what it was is not what it is
