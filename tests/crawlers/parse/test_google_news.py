"""Google News entries: one key in every query, the real address where the id holds it, the publisher kept apart."""

from __future__ import annotations

import base64
from zoneinfo import ZoneInfo

import pytest

from crawlers.parse import feed, google_news

PAPER = "https://www.example-paper.cn/2026/11/vpn.html?from=list&id=7"
ASKED = "https://news.google.com/rss/search?q=site:example-paper.cn&hl=zh-CN&gl=CN&ceid=CN:zh-Hans"


def old_id(address: str, *, amp: str = "") -> str:
    """An id of the kind used until 2024: a protocol buffer with one address, or two."""
    held = address.encode()
    packed = b"\x08\x13\x22" + varint(len(held)) + held + b"\xd2\x01"
    packed += varint(len(amp)) + amp.encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def varint(number: int) -> bytes:
    return bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])


GUID = '<guid isPermaLink="false">CBMiX</guid>'
NEW_ID = base64.urlsafe_b64encode(b"\x08\x13\x22\x20AU_yqLexampleexampleexampleexamp").decode().rstrip("=")


def read(
    link: str, *, guid: str = "", source: str = '<source url="https://www.example-paper.cn">示例晚报</source>'
):
    item = f"<item><title>整治VPN的通告 - 示例晚报</title><link>{link}</link>{guid}{source}</item>"
    document = f'<rss version="2.0"><channel><title>q - Google 新闻</title>{item}</channel></rss>'
    (entry,) = feed.parse(document.encode(), ASKED, zone=ZoneInfo("UTC")).entries
    return entry


@pytest.mark.parametrize("address", [PAPER, "http://a.example/" + "x" * 300])
def test_an_old_id_gives_the_address_that_it_holds(address):
    assert google_news.target(old_id(address)) == address
    assert google_news.target(old_id(address, amp="https://amp.example/1")) == address


@pytest.mark.parametrize(
    "identity",
    [
        NEW_ID,
        "CBMiZEFVX3lxTFfc20e78cf405cdcf5fc683905315847f4e1e5c21c1cbd7eb94faAFBVV95c",
        "CBMi",
        "",
        old_id(PAPER)[:30],
        base64.urlsafe_b64encode(b"\x08\x13\x22\x0bjavascript:").decode(),
        base64.urlsafe_b64encode(b"\x08\x13\x22\xff\xff\xff\xff").decode(),
        base64.urlsafe_b64encode(b"\x08\x13\x22\x0ahttp://\xff\xfe\xfd").decode(),
    ],
)
def test_what_holds_no_address_gives_none(identity):
    assert google_news.target(identity) == ""


def test_an_entry_with_an_old_id_has_the_papers_own_address_and_key():
    entry = read(f"https://news.google.com/rss/articles/{old_id(PAPER)}?oc=5")
    assert (entry.url, entry.key) == (PAPER, PAPER)
    assert entry.guid == old_id(PAPER)


def test_an_entry_with_a_new_id_keeps_googles_link_and_has_one_key_in_every_query():
    one = read(f"https://news.google.com/rss/articles/{NEW_ID}?oc=5")
    other = read(f"https://news.google.com/rss/articles/{NEW_ID}?oc=5&amp;hl=en-US&amp;gl=US")
    assert one.url == f"https://news.google.com/rss/articles/{NEW_ID}?oc=5"
    assert one.key == other.key == f"https://news.google.com/rss/articles/{NEW_ID}"


def test_the_guid_is_the_id_that_the_feed_gives():
    assert read(f"https://news.google.com/rss/articles/{NEW_ID}", guid=GUID).guid == "CBMiX"


def test_title_publisher_and_the_publishers_host_are_apart():
    entry = read(f"https://news.google.com/rss/articles/{NEW_ID}")
    assert (entry.title, entry.publisher, entry.site) == ("整治VPN的通告", "示例晚报", "www.example-paper.cn")


def test_where_the_feed_names_no_address_the_site_is_the_aggregator():
    entry = read(f"https://news.google.com/rss/articles/{NEW_ID}", source="<source>示例晚报</source>")
    assert (entry.publisher, entry.site) == ("示例晚报", "news.google.com")


def test_an_id_that_leads_where_we_do_not_go_keeps_googles_link():
    bad = old_id("https://exa mple.cn/")
    assert read(f"https://news.google.com/rss/articles/{bad}").url.startswith("https://news.google.com/")
