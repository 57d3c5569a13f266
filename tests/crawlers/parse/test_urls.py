"""One page has one key; what is not http is refused."""

from __future__ import annotations

import pytest

from crawlers.errors import Refused
from crawlers.parse.urls import canonical, fetchable, host


def test_the_ministrys_two_hosts_and_schemes_are_one_page() -> None:
    wanted = "https://www.miit.gov.cn/zwgk/art/2026/art_1.html"
    for spelling in (
        "http://www.miit.gov.cn/zwgk/art/2026/art_1.html",
        "http://wap.miit.gov.cn:80/zwgk/art/2026/art_1.html#top",
        "HTTPS://WWW.MIIT.GOV.CN:443/zwgk/art/2026/art_1.html?utm_source=rss",
        "//www.miit.gov.cn/zwgk/art/2026/art_1.html",
        "\n https://www.miit.gov.cn/zwgk/art/\n2026/art_1.html",
    ):
        assert canonical(spelling, "https://www.miit.gov.cn/") == wanted
        assert fetchable(spelling, "https://www.miit.gov.cn/") == wanted


def test_another_government_host_is_asked_as_it_links_but_known_by_one_key() -> None:
    assert fetchable("http://www.npc.gov.cn/npc/c2/") == "http://www.npc.gov.cn/npc/c2/"
    assert canonical("http://www.npc.gov.cn/npc/c2/") == "https://www.npc.gov.cn/npc/c2/"


def test_a_host_that_only_ends_like_the_ministrys_is_not_upgraded() -> None:
    assert fetchable("http://evilmiit.gov.cn.example.com/") == "http://evilmiit.gov.cn.example.com/"
    assert canonical("http://evilgov.cn/") == "http://evilgov.cn/"


def test_a_port_of_its_own_is_kept_and_not_upgraded() -> None:
    assert fetchable("http://www.miit.gov.cn:8080/a") == "http://www.miit.gov.cn:8080/a"


def test_readers_are_not_counted_and_other_parameters_are_kept_in_order() -> None:
    url = "https://example.com/a?b=1&at_medium=RSS&utm_campaign=x&a=2&spm=1.2&empty="
    assert canonical(url) == "https://example.com/a?b=1&a=2&empty="


def test_a_news_searchs_wrapper_is_taken_off() -> None:
    url = "http://www.bing.com/news/apiclick.aspx?ref=FexRss&tid=9&url=https%3a%2f%2fexample.com%2fnews%2f1&c=77"
    assert canonical(url) == "https://example.com/news/1"


def test_chinese_in_an_address_is_the_same_escaped_or_not() -> None:
    assert canonical("https://example.com/通知?q=专线") == canonical(
        "https://example.com/%E9%80%9A%E7%9F%A5?q=%E4%B8%93%E7%BA%BF"
    )


def test_a_password_in_a_link_is_dropped_and_cannot_hide_the_host() -> None:
    assert fetchable("https://www.miit.gov.cn@127.0.0.1/a") == "https://127.0.0.1/a"
    assert host(fetchable("https://user:secret@example.com/")) == "example.com"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://example.com/", "mailto:a@b.cn"],
)
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(Refused) as caught:
        canonical(url, "https://example.com/")
    assert caught.value.code == "scheme"


@pytest.mark.parametrize(
    "url", ["http://", "http://[::1", "http://a b/", "http://example.com:port/", "https://"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Refused) as caught:
        fetchable(url)
    assert caught.value.code == "address"
