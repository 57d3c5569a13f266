"""Why a rule fired, and what the nearest one lacked."""

from __future__ import annotations

from tests.pipelines.classify.rulefile import rules_of

RULES = """
terms:
  vpn: {gloss: VPN, words: {翻墙: climbing the wall}}
  police: {gloss: police, words: [警方]}
  ad: {gloss: advertisement, words: [优惠]}
rules:
  - {id: caught, gloss: someone caught, match: {all: [vpn, police], near: 10}, unless: ad}
  - {id: other, words: [专线]}
"""


def test_a_match_names_the_rule_the_words_and_their_glosses() -> None:
    (match,) = rules_of(RULES).judge("", "警方查翻牆").matches
    assert match.why == "someone caught: 警方 (police), 翻牆 (climbing the wall)"
    assert rules_of(RULES).texts[match.rule_hash][0] == "caught"


def test_the_nearest_rule_says_which_part_is_missing() -> None:
    near = rules_of(RULES).judge("", "有人翻墙").near
    assert near is not None
    assert (near.rule, near.lacked) == ("caught", "no police")


def test_parts_too_far_apart_and_exclusions_are_told() -> None:
    rules = rules_of(RULES)
    far = rules.judge("", "警方一二三四五六七八九十翻墙").near
    assert far is not None
    assert "near enough" in far.lacked
    excluded = rules.judge("", "警方查翻墙，优惠").near
    assert excluded is not None
    assert "excluded by “advertisement”" in excluded.lacked


def test_an_explanation_covers_every_rule_those_that_fired_first() -> None:
    first, second = rules_of(RULES).explain("", "专线，有人翻墙")
    assert (first.rule, first.fired, first.lacked) == ("other", True, "")
    assert (second.rule, second.fired, second.found, second.lacked) == (
        "caught",
        False,
        ("VPN",),
        "no police",
    )


def test_nothing_is_near_a_text_without_any_term() -> None:
    assert rules_of(RULES).judge("", "天气").near is None
