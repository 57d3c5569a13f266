"""HTML becomes paragraphs: a line each, verbatim, without what stands around them."""

from __future__ import annotations

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from crawlers.parse import prose


def lines(html: str) -> list[str]:
    return prose.paragraphs(BeautifulSoup(html, "lxml"))


def test_blocks_and_breaks_end_a_line_and_inline_tags_do_not() -> None:
    assert lines("<div>一<b>二</b>三<p>四<br>五</p>六</div>") == ["一二三", "四", "五", "六"]


def test_a_word_that_the_source_breaks_over_lines_is_one_word() -> None:
    assert lines("<p>网络\n   接入 service\n provider\n业务</p>") == ["网络接入 service provider 业务"]


def test_a_table_is_a_line_a_row_and_a_page_laid_out_as_a_table_is_not() -> None:
    assert lines(
        "<table><tr><td>阶段</td><td><p>时间</p></td></tr><tr><td>一</td><td>二</td></tr></table>"
    ) == [
        "阶段 时间",
        "一 二",
    ]
    assert lines("<table><tr><td>" + "<p>一段话。</p>" * 5 + "</td></tr></table>") == ["一段话。"] * 5


def test_scripts_hidden_words_and_boxes_around_the_text_are_left_out() -> None:
    html = (
        "<p>正文</p><script>x</script><style>y</style><!-- z --><p style='display: none'>VPN</p>"
        "<div class='related-news'><p>相关</p></div><nav>导航</nav><div id='share'>分享</div><p>结尾</p>"
    )
    assert lines(html) == ["正文", "结尾"]


def test_both_ways_of_reading_agree() -> None:
    html = "<p>一&nbsp;二</p><ul><li>三</li></ul><div class=sidebar>x</div><pre>a\nb</pre>"
    assert prose.plain(html).split("\n") == lines(html) == ["一 二", "三", "a", "b"]


def test_zero_width_and_direction_marks_are_the_texts_own() -> None:
    assert prose.line(" a\u200bb\u202ec\x00\ufeff ") == "a\u200bb\u202ec\ufeff"


def test_a_title_loses_its_markup_and_keeps_other_angle_brackets() -> None:
    assert (
        prose.title("<b>A</b> &lt;i&gt; <!channel> <@U1> 1 < 2 &amp;amp; <br/>B")
        == "A <i> <!channel> <@U1> 1 < 2 &amp; B"
    )
    assert prose.title("<b>A</b> &amp;", html=False) == "<b>A</b> &amp;"


def test_a_title_loses_boxes_and_scripts_too() -> None:
    assert prose.title("<div>甲<script type=a>b()</script> 乙<iframe src=c></iframe></div>") == "甲 乙"
    assert prose.title("Nice <gorilla>, <i>that</i>") == "Nice <gorilla>, that"


def test_plain_words_with_angle_brackets_are_not_markup() -> None:
    assert prose.plain("1 < 2 &amp; 3\n\n second") == "1 < 2 & 3\nsecond"


def test_the_text_outside_an_element_comes_in_two_parts() -> None:
    tree = BeautifulSoup(
        "<div>前<table><tr><td>里<p id=x>中</p></td><td>旁</td></tr></table>后</div>", "lxml"
    )
    node = tree.find(id="x")
    assert node is not None
    assert prose.outside(tree, node) == (["前", "里"], ["旁", "后"])


@given(st.text(max_size=80))
def test_words_without_markup_stay_what_they_are(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    assert "".join(prose.plain(escaped).split()) == "".join(prose.scrub(text).replace("\xa0", " ").split())


@given(st.text("<>/abp div=\"'!-&;td tr", max_size=120))
def test_no_markup_breaks_the_reader(html: str) -> None:
    assert isinstance(prose.plain(html), str)
    assert isinstance(prose.title(html), str)
