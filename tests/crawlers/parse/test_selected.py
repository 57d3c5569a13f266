"""Rows of lists in HTML where CSS says they are: the attested layouts, and failures that name the selector."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.errors import Malformed, Missing
from crawlers.parse import selected

BEIJING = ZoneInfo("Asia/Shanghai")
URL = "https://www.example.gov.cn/xxgk/tz/index.html"

NDRC = """<ul class="nav"><li><a href="/">首页</a></li></ul><ul class="u-list">
<li><a href="./202611/t20261105_1.html" title="关于甲事项的通知">关于甲事...</a><span>2026/11/05</span></li>
<li><a href="../../../zcfb/202611/t2.html">关于乙事项的通知</a><span>2026/11/04</span></li><li class="empty"></li></ul>
<script>createPageHTML(20, 0, "index", "html");</script>"""
CAC = """<div id="loadingInfoPage"><ul><li><h5><a href="//www.example.gov.cn/2026-11/05/c_1.htm" title="甲办法">甲办法</a></h5>
<div class="times">2026-11-05</div></li></ul></div>"""


def rows(html, url=URL, **selectors):
    body = html if isinstance(html, bytes) else html.encode()
    return selected.rows(body, url, selectors, BEIJING, content_type="text/html")


def test_a_row_alone_is_enough_to_find_link_whole_title_and_date():
    one, two = rows(NDRC, row="ul.u-list > li").entries
    assert (one.url, one.title) == (f"{URL.rpartition('/')[0]}/202611/t20261105_1.html", "关于甲事项的通知")
    assert one.published.day == date(2026, 11, 5)
    assert two.url == "https://www.example.gov.cn/zcfb/202611/t2.html"


def test_each_part_may_be_named():
    (row,) = rows(
        CAC, row="div#loadingInfoPage li", link="h5 > a[title]", title="h5", date="div.times"
    ).entries  # fmt: skip
    assert (row.url, row.title) == ("https://www.example.gov.cn/2026-11/05/c_1.htm", "甲办法")
    assert row.published.day == date(2026, 11, 5)


def test_number_issuer_summary_and_the_time_that_an_element_states_are_read():
    html = """<table><tr><th>标题</th></tr><tr><td><a href="/1">A &lt;b&gt; title &amp; more</a></td><td class="n">工信部令第9号</td>
    <td class="o">办公厅</td><td class="s">摘要</td><td><time datetime="2026-11-05T10:00:00+08:00">today</time></td></tr></table>"""
    (row,) = rows(html, row="tr:has(a)", number=".n", issuer=".o", summary=".s", date="time").entries
    assert row.title == "A <b> title & more"
    assert row.labels == (("发文机关", "办公厅"), ("发文字号", "工信部令第9号"))
    assert (row.summary, row.published.at) == ("摘要", datetime(2026, 11, 5, 2, tzinfo=UTC))


def test_the_next_page_is_where_the_page_says():
    page = f"{NDRC}<a class='next' href='index_1.html'>下一页</a>"
    assert rows(page, row="ul.u-list > li", next="a.next").further.endswith("/xxgk/tz/index_1.html")
    assert rows(NDRC, row="ul.u-list > li", next="a.next").further == ""
    assert rows(f"{NDRC}<a class='next' href='javascript:go()'>", row="li", next="a.next").further == ""


def test_a_row_that_is_itself_the_link_is_read():
    found = rows(
        "<div><a class='c' href='/1'><b>甲</b></a><a class='c' href='/2'>乙</a></div>", row="a.c"
    ).entries
    assert [row.title for row in found] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("selectors", "said"),
    [
        ({"row": "ul.list > li"}, r"selectors\.row 'ul\.list > li' matches nothing"),
        ({"row": "ul.u-list > li", "link": "h5 a"}, r"selectors\.link 'h5 a' gives no address in any of the 3 rows"),
        ({"row": "ul.u-list > li", "title": "h5"}, r"selectors\.title 'h5' gives no title.*关于甲事"),
        ({"row": "script"}, r"selectors\.link \(not given\) gives no address"),
    ],
)  # fmt: skip
def test_a_selector_that_matches_nothing_is_named(selectors, said):
    with pytest.raises(Malformed, match=said):
        rows(NDRC, **selectors)


def test_a_date_that_has_gone_loses_no_row():
    found = rows(NDRC, row="ul.u-list > li", date="em")
    assert len(found.entries) == 2
    assert "selectors.date 'em'" in str(found.lost)
    assert rows(NDRC.replace("<span>", "<em>").replace("</span>", "</em>"), row="li", date="em").lost is None


def test_a_page_that_only_leads_elsewhere_has_moved():
    with pytest.raises(Missing, match="leads elsewhere"):
        rows("<script>window.location.href='/search/wjfb.html'</script>", row="li")


def test_gb2312_is_read():
    page = f"<meta charset=gb2312>{NDRC}".encode("gb18030")
    assert rows(page, row="ul.u-list > li").entries[0].title == "关于甲事项的通知"


MARKUP = st.lists(
    st.sampled_from(["<ul>", "</ul>", "<li>", "</li>", "<a href='/1'>", "<a href>", "</a>", "<a title=x>", "甲", "2026-11-05",
                     "<time datetime=''>", "<table>", "<tr>", "<td>", "\x00", "<", "&#0;", "<!--", "-->", "<li class='", "<base href='javascript:'>"]),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    MARKUP,
    st.sampled_from(
        [
            {"row": "li"},
            {"row": "li", "link": "a", "date": "time"},
            {"row": "a", "next": "a"},
            {"row": "tr:has(a), li"},
        ]
    ),
)
def test_any_markup_comes_to_rows_or_a_named_failure(html, selectors):
    try:
        found = rows(html, **selectors)
    except (Malformed, Missing):
        return
    assert all(row.title and row.url.startswith("http") for row in found.entries)


@pytest.mark.parametrize(
    "html",
    [
        "<ul>" + "<li><a href='/1'>甲</a></li>" * 5_000 + "</ul>",
        "<ul><li><a href='/1'>甲</a>" * 5_000 + "</li></ul>" * 5_000,
        "<div><li><a href=/2>甲</a></li>" * 3_000 + "</div>" * 3_000,
        "<div>" * 2_900 + "<ul><li><a href='/1'>甲</a></li></ul>" + "</div>" * 2_900,
        "<ul>" + "<li>" * 5_000 + "<a href='/1'>甲</a>" + "</ul>",
        "<li>" + "<a href='/1'>甲" * 2_500,
    ],
    ids=["many", "nested", "deep rows", "deep", "left open", "links in links"],
)
def test_a_large_or_crooked_page_is_read_in_bearable_time(html):
    assert rows(html, row="div ul > li, li", date="span", title="a").entries


def test_a_date_beside_the_link_survives_a_link_that_is_named():
    (row, *_) = rows(NDRC, row="ul.u-list > li", link="a").entries
    assert row.published.day == date(2026, 11, 5)
