from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.match import Verdict
from pipelines.replay import Standing, difference, quote
from tests.pipelines.classify.rulefile import rules_of

OLD = rules_of("rules:\n  - {id: lines, gloss: lines, topic: licensing, words: [专线]}\n")
NEW = rules_of(
    "rules:\n  - {id: lines, gloss: lines, topic: licensing, words: [专线], unless: [{words: [广告]}]}\n"
    "  - {id: vpn, gloss: speaks of VPNs, severity: high, topic: vpn-crackdown, words: [VPN]}\n"
)


def changed(text, title="标题"):
    return difference(Standing.of(OLD.judge(title, text)), NEW.judge(title, text), title, text)


def test_what_only_the_new_rules_tell_is_gained_with_rule_and_words():
    one = changed("第一行。\n各地清理VPN业务。\n第三行。")
    assert (one.sign, one.rules, one.quote) == ("+", ("vpn",), "各地清理VPN业务。")
    assert one.why == "speaks of VPNs: VPN"


def test_what_the_new_rules_do_not_tell_any_more_is_lost_with_what_it_lacks_now():
    one = changed("出租国际专线的广告。")
    assert (one.sign, one.rules, one.quote) == ("-", ("lines",), "出租国际专线的广告。")


def test_what_is_told_with_another_severity_or_topic_is_regraded():
    one = changed("国际专线与VPN。")
    assert (one.sign, one.why) == ("~", "medium licensing → high licensing, vpn-crackdown")


def test_what_stays_as_it_was_is_no_difference():
    assert changed("天气预报。") is None
    assert changed("出租国际专线。") is None


def test_a_place_in_the_title_is_quoted_where_the_text_has_none():
    assert changed("正文。", title="清理VPN业务").quote == "清理VPN业务"
    assert quote((), "t", "x") == ""


@given(st.text(), st.integers(0, 80), st.integers(0, 9))
def test_a_quote_stands_in_the_text_and_holds_the_place(text, start, length):
    end = min(start + length, len(text))
    start = min(start, end)
    shown = quote([("text", start, end)], "t", text)
    assert shown in text
    assert text[start:end] in shown


def test_a_silent_match_counts_as_nothing_told():
    assert not Standing.of(Verdict()).matched
    quiet = rules_of("rules:\n  - {id: q, words: [天气], silent: true}\n").judge("", "天气")
    assert Standing.of(quiet) == Standing(False, None, frozenset(), (), ())
