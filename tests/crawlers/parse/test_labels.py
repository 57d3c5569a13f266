"""The label block is read by what its labels say, whatever its markup."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from crawlers.parse import labels, prose

WANTED = (
    ("发文机关", "办公厅"),
    ("标题", "关于某事的通知"),
    ("发文字号", "工信示函〔2026〕3号"),
    ("成文日期", "2026-11-06"),
)
TABLE = "<table>" + "".join(f"<tr><th>{name}</th><td>{said}</td></tr>" for name, said in WANTED) + "</table>"
WIDE_TABLE = (
    "<table><tr><td>发文机关：</td><td>办公厅</td><td>标　　题：</td><td>关于某事的通知</td></tr>"
    "<tr><td>发文字号：</td><td><p>工信示函〔2026〕3号</p></td><td>成文日期：</td><td>2026-11-06</td></tr></table>"
)
LIST = "<ul>" + "".join(f"<li><b>{name}：</b><span>{said}</span></li>" for name, said in WANTED) + "</ul>"
PAIRS = "<dl>" + "".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in WANTED) + "</dl>"
RUN = "<p>" + "".join(f"{name}：{said}" for name, said in WANTED) + "</p>"
BRACKETS = "".join(f"<p>【{name}】{said}</p>" for name, said in WANTED)


@pytest.mark.parametrize(
    "html",
    [TABLE, WIDE_TABLE, LIST, PAIRS, RUN, BRACKETS],
    ids=["table", "wide", "list", "dl", "run", "brackets"],
)
def test_any_markup_gives_the_same_block(html: str) -> None:
    lines = prose.paragraphs(BeautifulSoup(f"<p>首页 &gt; 通知</p>{html}<h1>关于某事的通知</h1>", "lxml"))
    assert labels.read(lines) == WANTED


def test_an_empty_value_is_no_value() -> None:
    assert labels.read(["发文机关：办公厅", "发文字号：", "成文日期：无", "分类：通信"]) == (
        ("发文机关", "办公厅"),
        ("分类", "通信"),
    )


def test_a_list_of_other_documents_is_not_this_ones_block() -> None:
    lines = ["发文字号：一号", "成文日期：2026-01-01", "发文字号：二号", "成文日期：2026-01-02"]
    assert labels.read(lines) == (("发文字号", "一号"), ("成文日期", "2026-01-01"))


def test_a_sentence_with_one_label_is_no_block() -> None:
    assert labels.read(["根据要求，请注明标题：示例，并报送。", "发布日期：2026-11-06"]) == ()


def test_the_block_that_opens_a_body_is_taken_from_it() -> None:
    block, rest = labels.take(
        ["【发布单位】某司", "【发布文号】公告2026年第6号", "正文第一段。", "正文第二段。"]
    )
    assert block == (("发布单位", "某司"), ("发布文号", "公告2026年第6号"))
    assert rest == ["正文第一段。", "正文第二段。"]
    assert labels.take(["正文第一段。", "发文机关：某司", "文号：6号"]) == (
        (),
        ["正文第一段。", "发文机关：某司", "文号：6号"],
    )


def test_a_blank_last_label_does_not_take_the_title_below_it_for_its_value():
    lines = ["发文机关：甲司", "发文字号：", "甲司关于乙事的通知"]
    block, _ = labels._scan(lines)
    assert dict(block) == {"发文机关": "甲司"}
    numbered, _ = labels._scan(["发文机关：甲司", "发文字号：", "甲司函〔2026〕3号"])
    assert dict(numbered)["发文字号"] == "甲司函〔2026〕3号"
