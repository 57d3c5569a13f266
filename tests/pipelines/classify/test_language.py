"""The rule language: what an expression means, how files combine, and what a mistake is told like."""

from __future__ import annotations

import pytest

from crawlers.errors import ConfigError
from tests.pipelines.classify.rulefile import fired, rules_of

WORDS = """
terms:
  vpn: [VPN, 翻墙]
  act: {words: {清理: clean up, 打击: crack down}, gloss: action}
  ad: [优惠]
"""


def expression(text: str) -> str:
    return f"{WORDS}\nrules: [{{id: r, match: {text}}}]"


@pytest.mark.parametrize(
    ("match", "text", "fires"),
    [
        ("vpn", "用VPN", True),
        ("{all: [vpn, act]}", "清理一切，包括VPN", True),
        ("{all: [vpn, act]}", "只有VPN", False),
        ("{all: [vpn, act], near: 6}", "清理VPN", True),
        ("{all: [vpn, act], near: 6}", "清理一二三四五VPN", False),
        ("{all: [vpn, act], within: sentence}", "清理。VPN", False),
        ("{all: [vpn, act], within: sentence}", "他们清理，含VPN。", True),
        ("{all: [vpn, act], within: paragraph}", "清理。VPN", True),
        ("{all: [vpn, act], within: paragraph}", "清理\nVPN", False),
        ("{all: [act, vpn], ordered: true}", "VPN清理", False),
        ("{all: [act, vpn], ordered: true}", "VPN清理VPN", True),
        ("{all: [vpn, act], none: [ad]}", "清理VPN优惠", False),
        ("{all: [vpn, act], none: [ad], within: sentence}", "清理VPN。优惠", True),
        ("{all: [vpn, act], none: [ad], near: 6}", "清理VPN一二三四五六七八优惠", True),
        ("{any: [vpn, ad]}", "优惠", True),
        ("[vpn, ad]", "优惠", True),
        ("{any: [vpn, act, ad], at_least: 3}", "VPN清理优惠", True),
        ("{any: [vpn, act, ad], at_least: 3}", "VPN VPN VPN 清理", False),
        ("{set: act, at_least: 2, near: 6}", "清理和打击", True),
        ("{set: act, at_least: 2, near: 6}", "清理一二三四五六打击", False),
        ("{words: [专线], in: lead}", "专线", True),
        ("{all: [{any: [vpn], in: title}, act]}", "VPN清理", False),
        ("{all: [{all: [vpn, act], near: 8}, ad], near: 30}", "清理VPN，一二三优惠", True),
    ],
)
def test_an_expression_means_what_it_says(match: str, text: str, fires: bool) -> None:
    assert fired(rules_of(expression(match)), text) == ({"r"} if fires else set())


def test_nearness_counts_three_times_as_far_in_latin_letters() -> None:
    rules = rules_of("rules: [{id: r, match: {all: [{words: [ban]}, {words: [VPN]}], near: 10}}]")
    assert fired(rules, "ban on the use of any VPN") == {"r"}
    assert fired(rules, "ban on the use of each and every single VPN") == set()


def test_a_rule_is_for_the_tiers_languages_and_sources_that_it_names() -> None:
    rules = rules_of(
        "rules: [{id: tier, words: [VPN], tier: regulator}, {id: lang, words: [VPN], lang: zh}, {id: source, words: [VPN], source: miit}]"
    )
    assert fired(rules, "a VPN here", tier="press") == set()
    assert fired(rules, "a VPN here", tier="regulator") == {"tier"}
    assert fired(rules, "a VPN here", lang="zh-Hant") == {"lang"}
    assert fired(rules, "这里有VPN") == {"lang"}
    assert fired(rules, "a VPN here", source="miit") == {"source"}


COUNTRIES = """
terms: {china: [中国, China], abroad: [俄罗斯, Russia], vpn: [VPN]}
countries: {home: [china], foreign: [abroad]}
rules:
  - {id: ours, match: vpn, country: home}
  - {id: named, match: vpn, country: named}
  - {id: theirs, match: vpn, country: foreign, topic: foreign, silent: true}
"""


@pytest.mark.parametrize(
    ("title", "text", "rules"),
    [
        ("", "俄罗斯禁止VPN", {"theirs"}),
        ("", "中国禁止VPN", {"ours", "named"}),
        ("", "中国和俄罗斯都禁止VPN", {"ours", "named"}),
        ("", "这里禁止VPN", {"ours"}),
        ("", "VPN is banned here", {"theirs"}),
        ("俄罗斯新法", "该国禁止VPN。", {"theirs"}),
        ("", "Russia bans VPN apps. China exports grew.", {"theirs"}),
    ],
)
def test_country_sense(title: str, text: str, rules: set[str]) -> None:
    assert fired(rules_of(COUNTRIES), text, title) == rules


def test_another_countrys_rule_alone_is_silent() -> None:
    verdict = rules_of(COUNTRIES).judge("", "俄罗斯禁止VPN")
    assert verdict.matches
    assert not verdict.matched
    assert verdict.severity is None


def test_a_passing_mention_is_not_what_a_text_is_about_unless_a_regulator_says_it() -> None:
    rules = rules_of("terms: {vpn: [VPN]}\nrules: [{id: r, match: vpn, about: vpn}]")
    text = "山里的茶花开了，游人沿着石阶上山。" * 100 + "VPN。"
    assert fired(rules, text) == set()
    assert fired(rules, text, "关于VPN") == {"r"}
    assert fired(rules, text, tier="regulator") == {"r"}
    assert fired(rules, "短文说VPN") == {"r"}


def test_three_lines_of_a_later_file_change_a_shipped_rule() -> None:
    text = "公安局抓获两名出售翻墙软件的嫌疑人。"
    assert "vpn-seller-punished" in fired(rules_of(builtin=True), text)
    off = rules_of("rules:\n  - id: vpn-seller-punished\n    enabled: false", builtin=True)
    assert "vpn-seller-punished" not in fired(off, text)
    low = rules_of("rules:\n  - id: vpn-seller-punished\n    severity: low", builtin=True)
    graded = {match.rule: match.severity for match in low.judge("", text).matches}
    assert graded["vpn-seller-punished"] == "low"
    more = rules_of("rules:\n  - id: vpn-seller-punished\n    also: {words: [卖翻越器]}", builtin=True)
    assert "vpn-seller-punished" in fired(more, "有人卖翻越器")


def test_a_later_file_adds_to_and_takes_from_a_set() -> None:
    base = "terms: {vpn: [VPN, 梯子]}\nrules: [{id: r, match: vpn}]"
    rules = rules_of(base, "terms: {vpn: {add: {小火箭: Shadowrocket}, remove: [梯子]}}")
    assert fired(rules, "小火箭") == {"r"}
    assert fired(rules, "梯子") == set()


def test_a_rules_text_changes_with_anything_that_changes_what_it_finds() -> None:
    def digest(*files: str) -> str:
        (hashed,) = (key for key, (rule, _) in rules_of(*files).texts.items() if rule == "r")
        return hashed

    base = "terms: {vpn: [VPN]}\nrules: [{id: r, match: vpn}]"
    assert digest(base) == digest(base)
    assert digest(base) != digest(base, "terms: {vpn: {add: [翻墙]}}")
    assert digest(base) != digest(base, "rules: [{id: r, severity: high}]")
    assert digest(base) == digest(base + "\n  # a comment")


@pytest.mark.parametrize(
    ("content", "place", "message", "remedy"),
    [
        ("rules:\n  - id: a\n    wrods: [x]", "3:5", "unknown key 'wrods': did you mean 'words'?", "words"),
        ("rules:\n  - id: a\n    words: [VPN]\n    topic: vpn", "4:5", "no topic 'vpn'", ""),
        ("rules:\n  - id: a\n    words: []", "3:", "a list of words is missing", "[one, two]"),
        ("rules:\n  - id: a\n    words: ['']", "3:", "is not a word", "Quote"),
        ("rules:\n  - id: a\n    words: ['。']", "3:", "no letter or digit", ""),
        ("rules:\n  - id: a\n    words: [no]", "3:", "False is not a word", "Quote"),
        ("rules:\n  - id: a\n    words: [x*]", "3:", "too many words", ""),
        (
            "rules:\n  - id: a\n    match: {all: [vnp]}\nterms: {vpn: [VPN]}",
            "3:",
            "no set or concept 'vnp'",
            "'vpn'",
        ),
        ("rules:\n  - id: a\n    match: {words: [x], naer: 3}", "3:", "unknown key 'naer'", "'near'"),
        ("rules:\n  - id: a\n    match: {words: [x], near: many}", "3:", "near is a number", "near: 40"),
        (
            "rules:\n  - id: a\n    match: {words: [x], in: heading}",
            "3:",
            "no field 'heading'",
            "title, lead, body",
        ),
        ("rules:\n  - id: a\n    match: {words: [x], within: page}", "3:", "no division 'page'", "sentence"),
        ("rules:\n  - id: a\n    match: {near: 3}", "3:", "exactly one of all, any, words, set", "0"),
        ("rules:\n  - id: a\n    severity: high", "2:5", "no rule 'a' to change", "words"),
        ("rules:\n  - id: a\n    words: [x]\n  - id: a\n    words: [y]", "4:5", "stands twice", ""),
        (
            "rules:\n  - id: a\n    words: [x]\n    country: home",
            "4:5",
            "no countries are declared",
            "countries",
        ),
        (
            "concepts: {a: [b], b: [a]}\nrules: [{id: r, match: a}]",
            "1:",
            "made of itself (a -> b -> a)",
            "circle",
        ),
        ("terms: {a: {gloss: x}}", "1:", "has no words", "words"),
        ("rule: []", "1:1", "unknown key 'rule'", "rules"),
        ("rules:\n  - id: a\n    words: [x\n", "4:1", "is not YAML", ""),
        ("- a", "1:1", "is not a rule file", "rules:"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_a_hint(
    content: str, place: str, message: str, remedy: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        rules_of(content)
    assert f"rules-0.yaml:{place}" in str(caught.value)
    assert message in str(caught.value)
    assert remedy in caught.value.remedy


def test_an_expression_nested_without_end_is_refused() -> None:
    nested = "{any: [" * 200 + "{words: [x]}" + "]}" * 200
    with pytest.raises(ConfigError, match="nested too deep"):
        rules_of(f"rules: [{{id: a, match: {nested}}}]")


def test_a_rule_of_a_missing_file_says_so() -> None:
    from pipelines.classify import load_rules

    with pytest.raises(ConfigError, match=r"nowhere\.yaml: cannot be read"):
        load_rules(["nowhere.yaml"])


def test_cases_beside_a_rule_are_run_and_a_failure_names_file_and_rule() -> None:
    rules = rules_of(
        "rules:\n  - id: a\n    words: [VPN]\n    should: [用VPN, 没有]\n    should_not: [svpn, {title: VPN, text: ''}]"
    )
    failures = rules.run_cases()
    assert [(one.rule, one.wanted) for one in failures] == [("a", True), ("a", False)]
    assert "should fire and does not: 没有" in str(failures[0])
    assert failures[0].line == 2
