"""A document's own number, apart from those that it cites."""

from __future__ import annotations

import pytest

from crawlers.article import Article
from pipelines.own_number import own


def page(**given):
    return Article(
        **{
            "source": "s",
            "key": "k",
            "url": "https://example.org/k",
            "title": "关于做好检查工作的通知",
            "text": "各单位：\n请认真执行。",
            "tier": "regulator",
            "authority": "MIIT",
        }
        | given
    )


@pytest.mark.parametrize(
    "label", ["发文字号", "发文字号：", "发 文 字 号", "【发布文号】", "文　号", "發文字號"]
)
def test_the_label_block_says_it_first(label):
    article = page(labels=((label, "工信部信管函[2017]32号"),), text="国发〔2012〕23号\n各单位：")
    assert own(article) == "工信部信管函〔2017〕32号"


def test_what_parsing_found_is_brought_into_form():
    assert own(page(doc_no="工信部信管函（2017）32 号")) == "工信部信管函〔2017〕32号"


def test_what_parsing_took_from_a_citation_is_not_the_documents_own():
    text = "各单位：\n根据《关于清理规范市场的通知》（工信部信管函〔2017〕32号）要求，现通知如下。"
    assert own(page(doc_no="工信部信管函〔2017〕32号", text=text)) == ""


@pytest.mark.parametrize(
    "text",
    [
        "工信部信管函〔2017〕32号\n各省通信管理局：\n为整治市场……",
        "关于做好检查工作的通知\n\n（工信部信管函[2017]32号）\n各单位：",
        "发文机关：工业和信息化部 发文字号：工信部信管函〔2017〕32号 成文日期：2017年1月17日\n正文",
        "工业和信息化部文件\n工 信 部 信 管 函 〔2017〕 32 号\n各单位：",
    ],
)
def test_a_line_of_its_own_near_the_top_is_the_number(text):
    assert own(page(text=text)) == "工信部信管函〔2017〕32号"


def test_a_letterhead_may_stand_over_three_lines():
    text = "中华人民共和国工业和信息化部\n公　告\n2026年 第5号\n现将有关事项公告如下。"
    assert own(page(title="关于发布目录的公告", text=text)) == "工业和信息化部公告2026年第5号"


def test_the_title_may_be_the_letterhead():
    assert (
        own(page(title="中华人民共和国工业和信息化部公告", text="2026年 第5号\n现公告如下。"))
        == "工业和信息化部公告2026年第5号"
    )
    assert (
        own(page(title="中华人民共和国工业和信息化部令", text="第 68 号\n《某办法》已经通过。"))
        == "工业和信息化部令第68号"
    )


def test_the_title_may_be_or_close_with_the_number():
    assert own(page(title="工业和信息化部公告2026年第5号")) == "工业和信息化部公告2026年第5号"
    assert own(page(title="关于做好检查的通知（工信部信管函（2017）32号）")) == "工信部信管函〔2017〕32号"


@pytest.mark.parametrize(
    "text",
    [
        "各单位：\n根据工信部信管函〔2017〕32号要求，请认真执行。",
        "各单位：\n" + "请认真执行。" * 40 + "\n工信部信管函〔2017〕32号",
        "各单位：\n现将工信部信管函〔2017〕32号转发给你们。",
    ],
)
def test_a_number_in_a_sentence_or_far_below_is_a_citation(text):
    assert own(page(text=text)) == ""


def test_a_bare_number_of_no_kind_is_nothing():
    assert own(page(text="第32号\n各单位：")) == ""
    assert own(page(title="长安街", text="第32号")) == ""
