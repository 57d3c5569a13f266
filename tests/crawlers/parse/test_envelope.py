"""A feed is opened for feedparser: known by its root, in UTF-8, JSON as Atom."""

from __future__ import annotations

import json

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.errors import Malformed
from crawlers.parse.envelope import open_feed

URL = "https://news.example.com/feed"


@pytest.mark.parametrize(
    "prolog",
    [
        "",
        "\ufeff  \n",
        "<?xml version='1.0' encoding='gb2312'?>\n<?xml-stylesheet href='a.xsl'?><!-- a <rss> -->",
        "<!DOCTYPE rss PUBLIC '-//N//DTD RSS 0.91//EN' 'http://x/y.dtd' [ <!-- > --> <!ATTLIST a b CDATA \"]>\"> ]>",
    ],
)
def test_what_stands_before_the_root_is_dropped(prolog: str) -> None:
    assert open_feed(f"{prolog}<rss><channel/></rss>".encode(), URL, "") == "<rss><channel/></rss>"


def test_an_article_that_shows_a_doctype_declares_none() -> None:
    body = (
        "<rss><channel><item><title><![CDATA[<!DOCTYPE a [<!ENTITY b 'c'>]>]]></title></item></channel></rss>"
    )
    assert open_feed(body.encode(), URL, "text/xml") == body


@pytest.mark.parametrize("root", ["feed", "rdf:RDF", "RDF", "atom:feed", "RSS"])
def test_every_root_of_a_feed_is_one(root: str) -> None:
    assert open_feed(f"<{root} a='b'></{root}>".encode(), URL, "").startswith(f"<{root}")


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_value_of_a_json_feed_breaks_the_atom_made_of_it(title: str, text: str) -> None:
    item = {"id": "urn:1", "url": "https://example.com/1", "title": "t" + title, "content_html": text}
    made = open_feed(json.dumps({"items": [item]}).encode(), URL, "application/feed+json")
    parsed = feedparser.parse(
        made.encode(), response_headers={"content-type": "application/atom+xml; charset=utf-8"}
    )
    assert not parsed.bozo
    assert [entry.link for entry in parsed.entries] == ["https://example.com/1"]


@pytest.mark.parametrize("body", [b'{"items": {}}', b'{"items"', b"[]"])
def test_json_that_is_no_feed_fails_by_name(body: bytes) -> None:
    with pytest.raises(Malformed):
        open_feed(body, URL, "application/json")
