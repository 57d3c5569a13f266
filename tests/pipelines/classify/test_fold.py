"""Folding, and the way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.classify.fold import fold, variants


@pytest.mark.parametrize(
    ("original", "folded"),
    [
        ("清理ＶＰＮ業務", "清理vpn业务"),
        ("“翻墙”行为", "“翻墙行为"),
        ("提供「翻牆」軟件", "提供翻墙软件"),
        ("增值 电信", "增值电信"),
        ("翻\u200b墙", "翻墙"),
        ("翻 \u200b· 墙", "翻墙"),
        ("V\u00adP\u2060N", "vpn"),
        ("\u202eVPN\u202c", "vpn"),
        ("清理VPN 业务", "清理vpn 业务"),
        ("𝐕𝐏𝐍 ﬁrewall", "vpn firewall"),
        ("第⼀条", "第一条"),
        ("İstanbul", "istanbul"),
        ("工信部。VPN，清理", "工信部。vpn，清理"),
    ],
)
def test_what_hides_a_word_is_folded_away_and_punctuation_of_sentences_stays(
    original: str, folded: str
) -> None:
    assert fold(original).text == folded


@pytest.mark.parametrize(
    ("original", "word", "quote"),
    [
        ("禁止增值 电信", "增值电信", "增值 电信"),
        ("查翻\u200b墙者", "翻墙", "翻\u200b墙"),
        ("㈱和ＶＰＮ", "vpn", "ＶＰＮ"),
        ("㈱和ＶＰＮ", "(株)", "㈱"),
        ("他“翻墙”了", "翻墙", "翻墙"),
        ("\u200b\u200b翻牆\u200b", "翻墙", "翻牆"),
    ],
)
def test_a_place_in_the_folded_text_leads_back_to_the_verbatim_quote(
    original: str, word: str, quote: str
) -> None:
    folded = fold(original)
    place = folded.text.index(word)
    start, end = folded.origin(place, place + len(word))
    assert original[start:end] == quote


def test_a_lone_surrogate_does_not_stop_the_folding_of_the_rest() -> None:
    folded = fold("a\ud800國 翻牆\udfff")
    assert "国翻墙" in folded.text
    folded.text.encode()


def test_a_term_is_also_looked_for_in_the_words_of_taiwan() -> None:
    assert variants("翻墙软件") == ("翻墙软件", "翻墙软体")
    assert variants("網路") == ("网路",) or "网路" in variants("网络")
    assert variants("VPN") == ("vpn",)


@given(st.text(alphabet=st.characters(), max_size=60))
def test_any_text_folds_to_utf8_and_every_place_leads_back_in_order(text: str) -> None:
    folded = fold(text)
    folded.text.encode()
    last = 0
    for place in range(len(folded.text)):
        start, end = folded.origin(place, place + 1)
        assert 0 <= start < end <= len(text)
        assert start >= last or end >= last
        last = start


@given(st.text(alphabet=" \u200b·“”\u3000\u2060", max_size=4))
def test_up_to_four_marks_inside_a_chinese_word_do_not_hide_it(marks: str) -> None:
    assert fold(f"查翻{marks}牆者").text == "查翻墙者"


@given(st.text(alphabet="国國网網络絡信墙牆abc，。 \n", max_size=40))
def test_the_short_way_for_simplified_text_gives_what_opencc_gives(text: str) -> None:
    assert fold(text).text == fold(f"{text}\n國").text.removesuffix("\n国")
