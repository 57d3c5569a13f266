"""The line beside a title says who wrote it and when."""

from __future__ import annotations

import pytest

from crawlers.parse import byline


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("来源：办公厅、工信微报", "办公厅、工信微报"),
        ("发布时间：2026-11-06 16:27来源：某司", "某司"),
        ("2026-11-06　信息来源: 某部 新闻办　作者：甲", "某部 新闻办"),
        ("来源：某报 责任编辑：乙 字号：大 中 小", "某报"),
        ("文章来　源：某网【打印】", "某网"),
        ("资金来源不明", ""),
    ],
)
def test_the_origin_ends_where_the_next_thing_begins(text: str, wanted: str) -> None:
    assert byline.origin([text]) == wanted


def test_the_origin_nearest_to_the_body_counts() -> None:
    assert byline.origin(["来源：甲", "来源：乙", "无关"]) == "乙"


def test_a_sentence_with_a_date_is_no_byline() -> None:
    assert byline.is_byline("2026-11-13 10:05 来源：某报 作者：某人")
    assert not byline.is_byline("2026年11月13日，运营商启动自查。")
    assert not byline.is_byline("运营商于2026年11月13日启动自查")
