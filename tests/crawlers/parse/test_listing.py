"""Rows of a list, however it is laid out."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from crawlers.parse import listing
from crawlers.parse.page import soup

BASE = "https://www.example.gov.cn/tz/index.html"
BEIJING = ZoneInfo("Asia/Shanghai")

ITEMS = "<ul class='txtList_01'><li><a href='./202611/t1.html' title='甲'>甲</a><span>[2026-11-06]</span></li></ul>"
TABLE = "<table><tr><th>标题</th></tr><tr><td>1</td><td><a href='202611/t1.html'>甲</a></td><td>2026/11/06</td></tr></table>"
NESTED = "<ul><li><ul><li><a href='/tz/202611/t1.html'>甲</a> 2026年11月6日</li></ul></li></ul>"
BARE = "<div><a href='/tz/202611/t1.html'>甲</a><em>2026.11.06</em></div>"
CUT_DATE = "<ul><li><a href='/tz/202611/t1.html'>甲</a><p><b>2026-11</b>-06</p></li></ul>"


@pytest.mark.parametrize(
    "html", [ITEMS, TABLE, NESTED, BARE, CUT_DATE], ids=["items", "table", "nested", "bare", "cut"]
)
def test_every_layout_gives_the_same_row(html: str) -> None:
    (row,) = listing.entries(soup(html, listing.PLACES), BASE, BEIJING)
    assert (row.url, row.title) == ("https://www.example.gov.cn/tz/202611/t1.html", "甲")
    assert row.published is not None
    assert row.published.day == date(2026, 11, 6)


def test_the_links_of_the_pager_are_no_rows() -> None:
    html = "<div><a href='/1'>甲</a></div><div class='pagination'><ul><li><a href='/?p=2'>下一页</a></li></ul></div>"
    assert [row.title for row in listing.entries(soup(html, listing.PLACES), BASE, BEIJING)] == ["甲"]
