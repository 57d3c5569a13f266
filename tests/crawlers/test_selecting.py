"""How a list is read, as data: what cannot work is refused on loading, with file, line and nearest key."""

from __future__ import annotations

import pytest

from crawlers.errors import ConfigError
from crawlers.source import load_catalogue

HEAD = """sources:
  - id: a
    name: A
    url: https://example.org/list
"""
JSON = HEAD + "    kind: json_list\n    selectors:\n      row: list\n      link: url\n      title: title\n"
LISTING = HEAD + "    kind: listing\n    selectors:\n      row: ul.list > li\n"


@pytest.fixture
def load(tmp_path):
    def read(text):
        file = tmp_path / "s.yaml"
        file.write_text(text, "utf-8")
        return load_catalogue([file])["a"]

    return read


def test_what_is_whole_is_read(load):
    source = load(
        JSON
        + "    method: POST\n    form: {pageno: 1, perPage: 20}\n    pages: {param: pageno, second: 2}\n"
        + "    resolve: {param: perPage, url: 'https://example.org/c', value: 'data[0].iid'}\n"
    )
    assert source.form == {"pageno": "1", "perPage": "20"}
    assert source.selectors.given == {"row": "list", "link": "url", "title": "title"}
    assert load(LISTING + "    pages: {url: 'index_{page}.html', second: 1}\n").pages.number(3) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (JSON.replace("row: list", "row: list["), r"s\.yaml:7:7: selectors\.row: 'list\['"),
        (JSON.replace("title: title", "titel: title"), r"s\.yaml:9:7: unknown key 'titel': did you mean 'title'"),
        (JSON.replace("      title: title\n", ""), r"s\.yaml:6:5: a json_list needs selectors\.title"),
        (LISTING.replace("ul.list > li", "ul.list > > li"), r"s\.yaml:7:7: selectors\.row"),
        (LISTING + "      text: div\n", r"s\.yaml:8:7: a listing has no selectors\.text"),
        (HEAD + "    kind: listing\n", r"s\.yaml:2:5: a listing needs selectors\.row"),
        (HEAD + "    kind: feed\n    selectors: {row: li}\n", r"s\.yaml:6:17: a feed finds its rows itself"),
        (HEAD + "    kind: feed\n    article: {body: 'div['}\n", r"s\.yaml:6:15: article\.body"),
        (JSON + "    pages: {param: page}\n", r"s\.yaml:10:13: 'page' stands in none of params, form and body"),
        (JSON + "    pages: {second: 1}\n", r"s\.yaml:10:5: pages: needs param: or url:"),
        (JSON + "    pages: {url: index.html}\n", r"s\.yaml:10:13: 'index\.html' holds no \{page\}"),
        (JSON + "    pages: {parm: p}\n", r"unknown key 'parm': did you mean 'param'"),
        (JSON + "    form: {a: 1}\n", r"s\.yaml:10:5: form: is sent with method: POST only"),
        (JSON + "    method: POST\n    form: {a: 1}\n    body: {b: 1}\n", r"s\.yaml:12:5: a request has a form or a body"),
        (
            JSON + "    resolve: {param: c, url: 'https://example.org/c', value: x}\n",
            r"s\.yaml:10:15: 'c' stands in none",
        ),
        (JSON + "    resolve: {param: c, url: 'ftp://example.org/c', value: x}\n", r"s\.yaml:10:25: .*not an http or https address"),
        (JSON + "    params: {a: [1]}\n", r"s\.yaml:10:14: params\.a"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_with_its_place(load, text, said):
    with pytest.raises(ConfigError, match=said):
        load(text)
