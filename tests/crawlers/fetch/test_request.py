"""How a list is asked: parameters, forms and bodies as the source says them, with what is given in their place."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawlers.fetch.request import build
from crawlers.source import Source


def source(**more):
    return Source(
        **({"id": "a", "name": "A", "kind": "json_list", "url": "https://example.org/list?x=1"} | more)
    )


def asked(source, url="", **more):
    return build(source, url or source.url, user_agent="Gatewatch/1", robots="rfc9309", **more)


def test_parameters_are_added_to_the_lists_address():
    request = asked(source(params={"q": "专线 a&b", "p": 1}), given={"p": 3})
    assert parse_qsl(urlsplit(request.url).query) == [("x", "1"), ("q", "专线 a&b"), ("p", "3")]
    assert request.method == "GET"


@pytest.mark.parametrize("kind", ["feed", "jpaas", "listing", "json_list"])
def test_parameters_are_added_for_every_kind_and_to_no_other_address(kind):
    made = source(kind=kind, params={"q": "1"})
    assert asked(made).url.endswith("?x=1&q=1")
    assert asked(made, "https://example.org/article").url == "https://example.org/article"


def test_a_form_is_posted_with_the_page_in_its_place():
    request = asked(
        source(method="POST", form={"channelCode": "A1", "pageno": 1}), given={"pageno": 2, "z": 9}
    )
    assert (request.method, request.body) == ("POST", b"channelCode=A1&pageno=2")
    assert asked(source(method="POST")).method == "POST"


def test_a_body_is_posted_as_json_and_numbers_stay_numbers():
    request = asked(source(method="POST", body={"pageNum": 1, "sxx": [], "q": "电信"}), given={"pageNum": 2})
    assert request.method == "POST"
    assert request.headers[b"Content-Type"] == b"application/json"
    assert json.loads(request.body) == {"pageNum": 2, "sxx": [], "q": "电信"}


def test_what_is_given_is_ignored_where_the_source_says_no_such_parameter():
    assert asked(source(), given={"p": 2}).url == "https://example.org/list?x=1"


def test_a_form_and_a_body_are_sent_once_and_a_page_again_where_the_wire_broke():
    assert asked(source(method="POST", form={"a": "1"})).meta["dont_retry"]
    assert asked(source(method="POST", body={"a": 1})).meta["dont_retry"]
    assert "dont_retry" not in asked(source()).meta
    assert (
        "dont_retry" not in asked(source(method="POST", form={"a": "1"}), "https://example.org/article").meta
    )


def test_a_source_s_own_headers_are_named_for_the_guard_to_drop():
    made = source(headers={"X-Key": "hush"})
    assert asked(made).meta["own_headers"] == (("example.org", 443), ("X-Key",))
    assert "own_headers" not in asked(made, "https://example.com/").meta
