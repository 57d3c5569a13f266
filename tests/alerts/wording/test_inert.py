from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.wording.inert import URL_LIMIT, clean, cut, escape, escape_within, link, plain, safe_url, visible

LIVE = re.compile(r"<[^>]*>|&(?!amp;|lt;|gt;)")


@given(st.text())
def test_escaped_text_holds_nothing_that_slack_would_act_on(text):
    assert not LIVE.search(escape(text))


@given(st.text(alphabet="&<>a中😀", max_size=60), st.integers(1, 40))
def test_a_cut_never_splits_an_entity_and_keeps_its_limit(text, limit):
    shown = escape_within(text, limit)
    assert len(shown) <= limit
    assert not LIVE.search(shown)


def test_a_text_that_fits_is_escaped_whole():
    assert escape_within("<!channel> & co", 40) == "&lt;!channel&gt; &amp; co"


@given(st.text())
def test_visible_text_is_one_line_that_every_terminal_and_stream_takes(text):
    shown = visible(text)
    shown.encode("utf-8")
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029]", shown)


def test_escape_sequences_and_hidden_characters_go_and_the_rest_stays():
    assert visible("a\x1b[31mb\x07\u202ec\u200bd\r\n e 中文 é 👩‍💻") == "a[31mbcd e 中文 é 👩‍💻"


def test_a_lone_surrogate_becomes_a_replacement_character():
    assert visible("a\ud83db") == "a\ufffdb"


def test_a_cut_text_ends_in_an_ellipsis():
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"
    assert clean("  a \n b  ", 10) == "a b"


def test_formatting_characters_are_shown_as_their_look_alikes():
    assert not set(plain("*b* _i_ ~s~ `c`")) & set("*_~`")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://www.miit.gov.cn/a.html?x=1&y=2", "https://www.miit.gov.cn/a.html?x=1&y=2"),
        ("HTTP://Example.COM/a b|c<d>", "http://example.com/a%20b%7Cc%3Cd%3E"),
        ("https://例子.中国/路径", "https://xn--fsqu00a.xn--fiqs8s/%E8%B7%AF%E5%BE%84"),
        ("https://x.example:8443/p", "https://x.example:8443/p"),
        ("https://[2001:db8::1]/p", "https://[2001:db8::1]/p"),
        ("https://x.example/%E4%B8%AD", "https://x.example/%E4%B8%AD"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//x.example/a", ""),
        ("https://user:secret@x.example/", ""),
        ("https:///path", ""),
        ("https://x.example:99999/", ""),
        ("https://[::1/", ""),
        ("https://a<b>.example/", ""),
        ("mailto:a@b.example", ""),
        ("https://" + "a" * 64 + ".example/", ""),
        ("https://x.example/" + "a" * URL_LIMIT, ""),
        ("", ""),
    ],
)
def test_only_a_plain_web_address_becomes_a_link(address, expected):
    assert safe_url(address) == expected


@given(st.one_of(st.text(), st.text().map(lambda rest: f"https://host.example/{rest}")))
def test_a_safe_address_is_ascii_and_closes_no_link(address):
    safe = safe_url(address)
    assert safe.isascii()
    assert not re.search(r"[\s<>|]", safe)
    if safe:
        assert urlsplit(safe).scheme in {"http", "https"}
        assert link(safe).count("<") == link(safe).count(">") == 1
