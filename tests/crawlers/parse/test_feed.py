"""Feeds of every format give the same kind of entries; what is no feed fails by name."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from crawlers.article import Entry
from crawlers.errors import Malformed
from crawlers.parse import feed

BEIJING = ZoneInfo("Asia/Shanghai")
URL = "https://news.example.com/rss/feed.xml"


def rss(items: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>T</title><link>/</link>'
        f"{items}</channel></rss>"
    ).encode()


def one(item: str) -> Entry:
    found = feed.parse(rss(f"<item>{item}</item>"), URL, zone=BEIJING).entries
    assert len(found) == 1
    return found[0]


def test_a_guid_that_is_no_address_does_not_become_the_link() -> None:
    for item in (
        "<title>A</title><guid>1234</guid><link>https://example.com/a</link>",
        "<title>A</title><link>https://example.com/a</link><guid>1234</guid>",
    ):
        assert one(item).url == "https://example.com/a"


def test_an_entry_without_a_link_carries_its_own_text_so_that_nothing_is_fetched() -> None:
    entry = one("<title>A</title><description>Words.</description>")
    assert (entry.text, entry.key) == ("Words.", f"{URL}#A")


def test_a_full_text_is_kept_and_an_excerpt_is_not_taken_for_one() -> None:
    whole = "<p>" + "通信管理部门要求企业自查专线用途。</p><p>" * 12 + "完。</p>"
    assert one(
        f"<title>A</title><link>/a</link><content:encoded><![CDATA[{whole}]]></content:encoded>"
    ).text.endswith("完。")
    for cut in ("[…]", "...", "<a href='/a'>阅读全文</a>", "Continue reading <span>→</span>"):
        item = f"<title>A</title><link>/a</link><content:encoded><![CDATA[{whole}{cut}]]></content:encoded>"
        assert one(item).text == "", cut


def test_a_whole_article_in_the_description_is_one() -> None:
    whole = (
        "&lt;p&gt;"
        + "通信管理部门要求企业自查专线用途。" * 10
        + "&lt;/p&gt;&lt;p&gt;"
        + "企业应当配合。" * 30
        + "&lt;/p&gt;"
    )
    entry = one(f"<title>A</title><link>/a</link><description>{whole}</description>")
    assert entry.text.count("\n") == 1
    assert entry.summary == entry.text.split("\n")[0]


def test_a_publisher_is_split_off_only_where_the_source_names_it() -> None:
    source = '<source url="https://p.example.com">Paper</source>'
    assert one(f"<title>A - B - Paper</title><link>/a</link>{source}").title == "A - B"
    assert one("<title>A - B - Paper</title><link>/a</link>").title == "A - B - Paper"


def test_a_title_of_any_format_comes_without_markup() -> None:
    title = "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>规则 &lt;草案&gt; <b>A</b></div></title>"
    atom = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry>{title}</entry></feed>".encode()
    said = b'{"items": [{"id": "1", "title": "Rules &#8220;A&#8221; &amp; B"}]}'
    titles = [feed.parse(body, URL, zone=BEIJING).entries[0].title for body in (atom, said)]
    assert titles == ["规则 <草案> A", "Rules “A” & B"]


def test_a_doctype_of_old_is_dropped_and_one_with_entities_refused() -> None:
    old = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss.dtd">'
    assert (
        len(feed.parse(rss("<item><title>A</title><link>/a</link></item>", old), URL, zone=BEIJING).entries)
        == 1
    )
    for subset in (
        '<!ENTITY a "b">',
        "<!entity % p SYSTEM 'http://127.0.0.1/x'> %p;",
        "<!-- ]> --><!ENTITY a SYSTEM 'file:///etc/passwd'>",
    ):
        with pytest.raises(Malformed) as caught:
            feed.parse(
                rss("<item><title>&a;</title></item>", f"<!DOCTYPE rss [{subset}]>"), URL, zone=BEIJING
            )
        assert caught.value.code == "entities"


def test_a_feed_that_breaks_off_is_not_taken_for_a_whole_one() -> None:
    body = rss("<item><title>A</title><link>/a</link></item>" * 3)
    for length in (len(body) - 3, len(body) // 2):
        with pytest.raises(Malformed) as caught:
            feed.parse(body[:length], URL, zone=BEIJING)
        assert caught.value.code == "truncated"


@pytest.mark.parametrize(
    "body",
    [b"<!DOCTYPE html><html><body>x</body></html>", b"", b"hello", b'{"a":1}', b"<opml></opml>", b"[1]"],
)
def test_what_is_no_feed_fails_by_name_with_a_remedy(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        feed.parse(body, URL, zone=BEIJING)
    assert caught.value.code == "not-a-feed"
    assert caught.value.remedy


def test_a_feed_full_of_the_same_words_is_fast_enough_to_poll_hundreds() -> None:
    # A bound on work, not on time: every entry is read once, none through a second parser.
    items = "".join(
        f"<item><title>T{n}</title><link>/{n}</link><description>&lt;p&gt;d&lt;/p&gt;</description></item>"
        for n in range(300)
    )
    found = feed.parse(rss(items), URL, zone=BEIJING).entries
    assert [entry.title for entry in found] == [f"T{n}" for n in range(300)]
