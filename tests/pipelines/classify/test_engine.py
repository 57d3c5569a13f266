"""Positions, boundaries, overlaps, and how the work grows."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pipelines.classify.rulefile import fired, rules_of

VPN = "rules: [{id: vpn, words: [VPN]}]"


@pytest.mark.parametrize(
    "text",
    [
        "清理VPN业务",
        "VPN",
        "用vpn。",
        "ＶＰＮ業務",
        "(VPN)",
        "V P N",
        "v.p.n",
        "VP\u200bN",
        "反VPN-",
        "🙂VPN🙂",
    ],
)
def test_an_acronym_is_found_beside_chinese_and_punctuation(text: str) -> None:
    assert fired(rules_of(VPN), text) == {"vpn"}


@pytest.mark.parametrize("text", ["svpn", "VPN2", "vpnd", "éVPN", "VPNя", "v pn"])
def test_an_acronym_is_not_found_inside_another_word(text: str) -> None:
    assert fired(rules_of(VPN), text) == set()


def test_overlapping_terms_are_all_found() -> None:
    rules = rules_of("rules: [{id: a, words: [翻墙软件]}, {id: b, words: [软件]}, {id: c, words: [墙软]}]")
    assert fired(rules, "翻牆軟件") == {"a", "b", "c"}


def test_word_forms_reach_as_far_as_asked() -> None:
    rules = rules_of(
        """
rules:
  - {id: exact, words: [network]}
  - {id: noun, words: [network, policy], form: noun}
  - {id: verb, words: [provide], form: verb}
  - {id: star, words: [licens*]}
"""
    )
    assert fired(rules, "networks") == {"noun"}
    assert fired(rules, "network") == {"exact", "noun"}
    assert fired(rules, "policies") == {"noun"}
    assert fired(rules, "providing") == {"verb"}
    assert fired(rules, "unlicensed, licensing") == {"star"}
    assert fired(rules, "networking") == set()


def test_a_longer_word_in_which_it_means_something_else_hides_a_term() -> None:
    rules = rules_of("terms: {wall: {words: [翻墙], except: [翻墙入室]}}\nrules: [{id: wall, match: wall}]")
    assert fired(rules, "小偷翻墙入室") == set()
    assert fired(rules, "翻墙入室，又翻墙上网") == {"wall"}


def test_evidence_is_verbatim_at_its_offsets() -> None:
    rules = rules_of("rules: [{id: a, words: [翻墙, VPN, 增值电信]}]")
    title, text = "查\u200b翻\u200b牆", "x\ud800 增值 電信、\nＶＰＮ"
    (match,) = rules.judge(title, text).matches
    assert [(one.field, one.quote) for one in match.evidence] == [
        ("title", "翻\u200b牆"),
        ("text", "增值 電信"),
        ("text", "ＶＰＮ"),
    ]
    for one in match.evidence:
        assert (title if one.field == "title" else text)[one.start : one.end] == one.quote


@given(
    st.lists(
        st.sampled_from(
            [
                "翻牆",
                "VPN",
                "ＶＰＮ",
                "\u200b",
                " ",
                "“",
                "警方",
                "。",
                "\n",
                "\ud800",
                "𝐕",
                "x",
                "㈱",
                "\u202e",
            ]
        ),
        max_size=30,
    )
)
def test_every_quote_of_every_text_stands_at_its_offsets(parts: list[str]) -> None:
    text = "".join(parts)
    verdict = SHARED.judge(text[:10], text)
    for match in verdict.matches:
        for one in match.evidence:
            assert (text[:10] if one.field == "title" else text)[one.start : one.end] == one.quote
            assert one.quote


SHARED = rules_of(
    "rules: [{id: a, words: [翻墙, VPN]}, {id: b, match: {all: [{words: [翻墙]}, {words: [警方]}], near: 8}}]"
)


def test_the_time_grows_with_the_text_not_faster() -> None:
    rules = rules_of(builtin=True)
    piece = "工信部要求清理违规VPN，禁止翻墙软件，警方抓获销售者。\n" * 500

    def seconds(times: int) -> float:
        start = time.process_time()
        rules.judge("", piece * times)
        return time.process_time() - start

    seconds(1)
    small = min(seconds(4) for _ in range(3))
    assert seconds(16) < small * 4 * 3


@pytest.mark.slow
def test_five_megabytes_take_seconds_at_most() -> None:
    rules = rules_of(builtin=True)
    start = time.process_time()
    rules.judge("标题", ("工信部 VPN 禁止 " * 50 + "\n") * 12_000)
    assert time.process_time() - start < 30


def test_ten_thousand_terms_load_and_find() -> None:
    words = ", ".join(f"词{number}号" for number in range(10_000))
    rules = rules_of(f"rules: [{{id: many, words: [{words}]}}]")
    assert fired(rules, "这是词9999号") == {"many"}


def test_a_rule_of_common_words_cannot_multiply_its_work() -> None:
    inner = "{any: [{words: [的]}, {words: [是]}]}"
    for _ in range(6):
        inner = f"{{all: [{inner}, {inner}], near: 50}}"
    rules = rules_of(f"rules: [{{id: bomb, match: {inner}}}]")
    start = time.process_time()
    rules.judge("", "的是" * 5_000)
    assert time.process_time() - start < 20


def test_an_empty_text_has_no_match_and_no_nearest_rule() -> None:
    verdict = rules_of(builtin=True).judge("", "")
    assert not verdict.matches
    assert verdict.near is None
