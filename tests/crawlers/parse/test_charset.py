"""Bytes become exact text whatever their labels say, or fail by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.errors import Malformed
from crawlers.parse.charset import decode, scrub

NOTICE = "各地区要加强对专线业务的管理，未经批准不得经营国际通信业务。"
TRADITIONAL = "主管機關對電信業務的管理規定，未經許可不得經營國際通訊業務。"
LABELS = [
    "",
    "utf-8",
    "gb2312",
    "GBK",
    "gb18030",
    "big5",
    "iso-8859-1",
    "windows-1252",
    "text/html; charset=GB2312",
]


@given(st.text("的一是了在有人我他这中大来上个国到说们为通知电信业务", min_size=4), st.sampled_from(LABELS))
def test_chinese_in_gb18030_round_trips_under_any_label(words: str, label: str) -> None:
    text = NOTICE + words
    assert decode(text.encode("gb18030"), declared=label, kind="html") == text


@given(st.text("的一是不在有人我他這中大來上個國到說們為通訊電信業務", min_size=4), st.sampled_from(LABELS))
def test_traditional_chinese_in_big5_round_trips_under_any_label(words: str, label: str) -> None:
    text = TRADITIONAL + words
    assert decode(text.encode("big5"), declared=label, kind="html") == text


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60),
    st.sampled_from(LABELS),
)
def test_utf_8_round_trips_under_any_label(text: str, label: str) -> None:
    said = NOTICE + text
    assert decode(said.encode(), declared=label, kind="html") == said.replace("\ufffd", "")


def test_a_four_byte_character_of_gb18030_labelled_gb2312_is_kept() -> None:
    text = NOTICE + "𠮷㛃"
    body = f"<meta charset=gb2312>{text}".encode("gb18030")
    assert text in decode(body, declared="gb2312", kind="html")


def test_western_text_without_a_label_keeps_its_accents_and_quotes() -> None:
    text = "Café “rules” — naïve résumé, 5 €"
    assert decode(text.encode("cp1252"), kind="html") == text


def test_accents_side_by_side_are_latin_where_the_label_says_so() -> None:
    text = "Inovação: imitações rápidas são más opções"
    body = f'<?xml version="1.0" encoding="ISO-8859-1"?><rss>{text}</rss>'.encode("latin-1")
    assert text in decode(body, kind="xml")


def test_another_charset_is_read_as_declared() -> None:
    text = "Министерство связи опубликовало новые правила для операторов"
    assert decode(text.encode("cp1251"), declared="text/html; charset=windows-1251", kind="html") == text
    korean = "중국 정부는 새로운 규정을 발표했다"
    assert decode(korean.encode("euc_kr"), declared="euc-kr", kind="html") == korean


def test_one_rotten_byte_does_not_spoil_a_page_and_leaves_no_mark() -> None:
    body = (NOTICE * 20).encode()
    rotten = body[:300] + b"\xff" + body[300:]
    assert decode(rotten, kind="html") == NOTICE * 20


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_last_character_cut_in_half_is_left_out(encoding: str) -> None:
    assert decode(NOTICE.encode(encoding)[:-1], kind="html") == NOTICE[:-1]


def test_a_replacement_character_of_the_sites_own_is_not_stored() -> None:
    assert decode("通知\ufffd书".encode(), kind="html") == "通知书"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_without_a_byte_order_mark_is_known_by_its_markup(encoding: str) -> None:
    text = f"<rss>{NOTICE}</rss>"
    assert decode(text.encode(encoding), kind="xml") == text


@pytest.mark.parametrize(
    "body", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, b"\x00\x01\x02\x03" * 50], ids=["png", "nul"]
)
def test_what_is_no_text_fails_by_name(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        decode(body, kind="html")
    assert caught.value.code == "undecodable"
    assert caught.value.remedy


def test_controls_go_and_zero_width_and_direction_marks_stay() -> None:
    assert scrub("a\x00b\x07c\ud800\u200bd\u202ee\tf\n") == "abc\u200bd\u202ee\tf\n"
