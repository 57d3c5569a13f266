"""CSS and JMESPath of the catalogue: what is wrong is told on reading, what is odd never raises."""

from __future__ import annotations

import json

import pytest

from crawlers.parse.expressions import css, jmes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("data.[", "no JMESPath expression"),
        ("items[?jsn(x)]", r"there is no function jsn\(\): did you mean json\(\)"),
        ("json(a, b)", "takes 1 arguments and is given 2"),
        ("(" * 900, "no JMESPath expression"),
        ("a." * 2000 + "a", "is not read"),
    ],
)
def test_an_expression_that_cannot_work_is_refused_before_it_is_used(text, said):
    with pytest.raises(ValueError, match=said):
        jmes(text)


@pytest.mark.parametrize("text", ["li:nope", "div[", "", ":not(" * 400])
def test_a_selector_that_cannot_work_is_refused_before_it_is_used(text):
    with pytest.raises(ValueError, match="no CSS selector"):
        css(text)


def test_json_in_a_string_in_a_string_is_read():
    inner = json.dumps([{"fieldName": "content", "fieldValue": "<p>正文</p>"}])
    row = {"infoextends": json.dumps({"infoContent": inner})}
    found = jmes("json(json(infoextends).infoContent)[?fieldName=='content'].fieldValue | [0]")
    assert found(row) == "<p>正文</p>"
    assert found({"infoextends": {"infoContent": json.loads(inner)}}) == "<p>正文</p>"  # or decoded already


@pytest.mark.parametrize("value", [None, 3, [], {}, "", "{", "[" * 100_000, '"' + "\\u", True])
def test_json_of_anything_never_raises(value):
    assert jmes("json(a).b")({"a": value}) is None


def test_objects_that_have_a_key_are_found_however_deep():
    data = {"2026": {"1": [{"gname": "/a"}], "2": {"x": {"gname": "/b"}}}, "gname": 3}
    assert [row["gname"] for row in jmes("having(@, 'gname')")(data)] == [3, "/a", "/b"]
    deep: object = {"gname": 1}
    for _ in range(50_000):
        deep = [deep]
    assert jmes("having(@, 'gname')")(deep) == [{"gname": 1}]


def test_a_function_given_what_it_does_not_take_gives_nothing():
    assert jmes("join('', ['a', id])")({"id": 3}) is None
    assert jmes("sum(a)")({"a": [1, "x"]}) is None
