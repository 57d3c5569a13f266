"""One form for all articles, and nothing of what was said changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.article import Article
from pipelines.normalise import language, normalised


def page(**given):
    return Article(
        **{"source": "s", "key": "k", "url": "https://example.org/k", "title": "题目", "text": "正文"} | given
    )


def test_blanks_are_collapsed_and_paragraphs_kept():
    article = normalised(
        page(
            title=" 关于\u3000检查\xa0的 \n通知 ",
            text=" 第一段 \u200b\r\n\r\n\t\r\n\u3000\u3000第二段\t完\x85尾",
        )
    )
    assert article.title == "关于 检查 的 通知"
    assert article.text == "第一段\n第二段 完 尾"


def test_the_title_loses_the_sites_name():
    assert (
        normalised(page(title="关于做好检查工作的通知_部门政策_中国政府网")).title == "关于做好检查工作的通知"
    )


def test_the_number_is_brought_into_form_or_left_alone():
    assert normalised(page(doc_no=" 工信部信管函[2017] 32 号")).doc_no == "工信部信管函〔2017〕32号"
    assert normalised(page(doc_no="无  编号")).doc_no == "无 编号"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("工业和信息化部关于清理规范网络接入服务市场的通知", "zh-Hans"),
        ("關於清理規範互聯網網絡接入服務市場的通知", "zh-Hant"),
        ("China orders a clean-up of VPN services", "en"),
        ("工信部：Apple、Google、Microsoft 等 VPN 服务商须获许可", "zh-Hans"),
        ("The 通知 of MIIT was published in Beijing on Sunday", "en"),
        ("これは日本語の文章です。ひらがながたくさんあります。", ""),
        ("Запрет на VPN", ""),
        ("12345", ""),
        ("", ""),
    ],
)
def test_the_language_is_told_by_its_script(text, lang):
    assert language(text) == lang


@pytest.mark.parametrize(
    ("given_", "lang"),
    [("zh-CN", "zh-Hans"), ("zh-TW", "zh-Hant"), ("en-US", "en"), ("fr", "fr"), ("zh", "zh-Hans")],
)
def test_a_language_that_is_given_is_kept_in_one_spelling(given_, lang):
    assert normalised(page(lang=given_, title="关于检查的通知")).lang == lang


@given(st.text(max_size=200), st.text(max_size=60), st.text(max_size=30))
def test_normalising_is_idempotent_and_adds_nothing(text, title, doc_no):
    once = normalised(page(text=text, title=title, doc_no=doc_no))
    assert normalised(once) == once
    seen = text.translate(dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad")))
    assert "".join(once.text.split()) == "".join(seen.split())


@pytest.mark.parametrize(
    ("site", "tier", "authority"),
    [
        ("www.miit.gov.cn", "regulator", "MIIT"),
        ("gdca.miit.gov.cn", "regulator", "GDCA"),
        ("tsm.miit.gov.cn", "regulator", "MIIT"),
        ("www.example.com", "press", ""),
        ("gov.cn.example.com", "press", ""),
        ("news.google.com", "press", ""),
        ("", "regulator", "MIIT"),
    ],
)
def test_what_an_aggregator_shows_is_official_only_from_a_governments_own_site(site, tier, authority):
    found = normalised(page(site=site, tier="regulator", authority="MIIT"))
    assert (found.tier, found.authority) == (tier, authority)
    assert normalised(found) == found
