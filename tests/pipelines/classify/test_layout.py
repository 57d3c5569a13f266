"""Passages of digests, sentences, and lists of links."""

from __future__ import annotations

import pytest

from tests.pipelines.classify.rulefile import fired, rules_of

RULES = "rules: [{id: r, match: {all: [{words: [警方]}, {words: [VPN]}]}}]"
ONE = "rules: [{id: r, words: [VPN]}]"


@pytest.mark.parametrize(
    "title", ["网络早报", "新闻联播 20250101", "20250101", "某某周报", "Weekly roundup", "甲；乙；丙"]
)
def test_the_items_of_a_digest_are_judged_one_by_one(title: str) -> None:
    soup = "1、警方破案\n警方抓获窃贼。\n2、新版VPN发布\nVPN支持新系统。"
    assert fired(rules_of(RULES), soup, title) == set()
    assert fired(rules_of(RULES), soup, "一篇长文") == {"r"}
    assert fired(rules_of(RULES), "1、警方破案\n警方查VPN。\n2、天气\n晴。", title) == {"r"}


def test_an_item_is_its_heading_and_the_prose_below_it() -> None:
    assert fired(rules_of(RULES), "天气晴好\n今天各地晴。\n警方通报\n案中有人卖VPN。", "国内联播快讯") == {
        "r"
    }
    assert fired(rules_of(RULES), "警方通报\n今天各地晴。\n软件新闻\n有人做VPN。", "国内联播快讯") == set()


@pytest.mark.parametrize(
    "head", ["相关阅读", "## 推荐阅读：", "您可能感兴趣的文章", "Related articles", "Read more:", "延伸閱讀"]
)
def test_a_list_of_links_is_not_part_of_the_text(head: str) -> None:
    assert fired(rules_of(ONE), f"今天天气很好。\n{head}\n卖VPN被抓\n工信部清理VPN") == set()


def test_prose_below_a_list_of_links_counts_again() -> None:
    text = "今天天气很好。\n相关阅读\n别的新闻\n记者了解到，这种VPN没有许可，警方正在调查其经营者。"
    assert fired(rules_of(ONE), text) == {"r"}


def test_headlines_of_other_articles_below_the_last_sentence_do_not_count() -> None:
    assert fired(rules_of(ONE), "公司发布财报。\n【安全】卖VPN被抓\n【安全】新漏洞") == set()
    assert fired(rules_of(ONE), "公司发布财报。\n【安全】卖VPN被抓") == {"r"}


def test_the_word_related_inside_a_sentence_starts_no_list() -> None:
    assert fired(rules_of(ONE), "公安机关公布了相关新闻。\n他们使用VPN") == {"r"}


def test_a_full_stop_inside_an_abbreviation_ends_no_sentence() -> None:
    rules = rules_of(
        "rules: [{id: r, match: {all: [{words: [officials]}, {words: [VPN]}], within: sentence}}]"
    )
    assert fired(rules, "the U.S. officials spoke of 3.5 million VPN users") == {"r"}
    assert fired(rules, "the officials left. A VPN was used") == set()
