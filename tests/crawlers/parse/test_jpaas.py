"""Columns of the jpaas system: shell, unit call, rows, paging."""

from __future__ import annotations

import contextlib
import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.errors import Malformed, Missing, SourceError
from crawlers.parse import jpaas

COLUMN = "https://www.example.gov.cn/zwgk/tz/index.html"
SHELL = jpaas.Shell(
    "https://www.example.gov.cn/api/front/page/build/unit", {"tagId": "右侧内容", "editType": "null"}, COLUMN
)


def unit(html: str, **more: object) -> bytes:
    return json.dumps(
        {"code": "200", "success": True, "data": {"html": html}, **more}, ensure_ascii=False
    ).encode()


def titles(html: str) -> list[str]:
    return [entry.title for entry in jpaas.rows(unit(html), SHELL, COLUMN).entries]


def script(tag: str, kind: str = "bulidstatic") -> str:
    return (
        f"<script parseType='{kind}' url='/api/front/page/build/unit' "
        f"queryData=\"{{'parseType':'{kind}','tagId':'{tag}','editType':'null','pageType':'column'}}\"></script>"
    )


def test_the_parameters_are_copied_as_they_are_misspelt() -> None:
    shell = jpaas.shell(script("当前栏目_list").encode(), COLUMN)
    sent = parse_qs(urlsplit(shell.address()).query)
    assert sent == {
        "parseType": ["bulidstatic"],
        "tagId": ["当前栏目_list"],
        "editType": ["null"],
        "pageType": ["column"],
    }
    assert shell.referer == COLUMN


def test_of_several_units_the_list_is_taken() -> None:
    body = (script("头部导航") + script("右侧内容", "buildstatic") + script("友情链接")).encode()
    assert jpaas.shell(body, COLUMN).params["tagId"] == "右侧内容"


def test_a_page_without_a_unit_is_named_so_and_a_redirect_names_its_target() -> None:
    with pytest.raises(Malformed) as caught:
        jpaas.shell("<html><body><p>栏目建设中</p><script>var a=1</script></body></html>".encode(), COLUMN)
    assert caught.value.code == "no-unit"
    with pytest.raises(Missing) as moved:
        jpaas.shell(b"<script>window.location.href='/search/x.html'</script>", COLUMN)
    assert "https://www.example.gov.cn/search/x.html" in moved.value.remedy


def test_page_n_is_asked_for_as_the_sites_own_script_does() -> None:
    html = (
        "<ul><li><a href='/a.html' title='甲'>甲</a></li></ul><div class='pagination' rows='24' count='50' pageNo='1' "
        "queryData=\"{'webId':'w','tagId':'右侧内容'}\"></div>"
    )
    page = jpaas.rows(unit(html), SHELL, COLUMN)
    assert (page.count, page.size, page.page, page.more) == (50, 24, 1, True)
    sent = parse_qs(urlsplit(SHELL.address(page, 3)).query)
    assert sent == {"webId": ["w"], "tagId": ["右侧内容"], "paramJson": ['{"pageNo":3,"pageSize":24}']}


def test_a_pager_without_a_query_uses_the_shells_without_edit_type() -> None:
    html = "<ul><li><a href='/a.html'>甲</a></li></ul><div class='pagination' rows='15' count='99' pageNo='2'></div>"
    page = jpaas.rows(unit(html), SHELL, COLUMN)
    assert jpaas.next_params(page, 3) == {"tagId": "右侧内容", "paramJson": '{"pageNo":3,"pageSize":15}'}


def test_the_last_page_and_a_page_without_rows_have_no_more() -> None:
    row = "<ul><li><a href='/a.html'>甲</a></li></ul>"
    last = jpaas.rows(
        unit(row + "<div class='pagination' rows='24' count='50' pageNo='3'></div>"), SHELL, COLUMN
    )
    none = jpaas.rows(
        unit("<ul></ul><div class='pagination' rows='24' count='50' pageNo='1'></div>"), SHELL, COLUMN
    )
    assert (last.more, none.more, none.entries) == (False, False, ())


@pytest.mark.parametrize(
    "answer", [{"success": False}, {"success": "false"}, {"success": None, "code": "500"}]
)
def test_a_refused_unit_is_not_an_empty_list(answer: dict[str, object]) -> None:
    with pytest.raises(SourceError) as caught:
        jpaas.rows(json.dumps({"data": {"html": ""}, **answer}).encode(), SHELL, COLUMN)
    assert caught.value.code == "unit-refused"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html></html>", "not-json"),
        (b"[]", "not-json"),
        (b'{"success":true}', "no-html"),
        (unit("x")[:-4], "not-json"),
    ],
)
def test_what_is_no_unit_answer_fails_by_name(body: bytes, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        jpaas.rows(body, SHELL, COLUMN)
    assert caught.value.code == code


def test_the_whole_title_is_the_attributes_unless_the_text_is_longer() -> None:
    assert titles("<ul><li><a href='/1' title='一个完整的标题'>一个完整...</a></li></ul>") == [
        "一个完整的标题"
    ]
    assert titles("<ul><li><a href='/1' title='甲'>甲乙丙丁</a></li></ul>") == ["甲乙丙丁"]
    assert titles("<ul><li><a href='/1' title=''>甲&amp;乙 <i></i></a></li></ul>") == ["甲&乙"]


def test_menus_inside_a_row_do_not_hide_its_article() -> None:
    html = "<ul><li>[<a href='/tz/'>通知</a>] <a href='/tz/art_1.html' title='关于某事的通知'>关于某事</a><span>2026-11-06</span></li></ul>"
    assert titles(html) == ["关于某事的通知"]


def test_links_without_a_list_are_rows_with_the_words_behind_them() -> None:
    html = "<div><a href='/1'>甲</a><span>2026-11-06</span><br><a href='/2'>乙</a><span>[2026-11-05]</span></div>"
    found = jpaas.rows(unit(html), SHELL, COLUMN).entries
    assert [(e.title, e.published.day if e.published else None) for e in found] == [
        ("甲", date(2026, 11, 6)),
        ("乙", date(2026, 11, 5)),
    ]


def test_dividers_headings_and_links_that_lead_nowhere_are_no_rows() -> None:
    html = "<ul><li class='line'></li><li>标题 日期</li><li><a href='#'>顶部</a></li><li><a href='javascript:void(0)'>x</a></li><li><a>y</a></li></ul>"
    assert titles(html) == []


def test_one_address_under_two_titles_is_two_entries_and_a_repeated_row_one() -> None:
    html = "<ul><li><a href='/1'>甲</a></li><li><a href='/1'>甲</a></li><li><a href='/1'>乙</a></li></ul>"
    found = jpaas.rows(unit(html), SHELL, COLUMN).entries
    assert [entry.key for entry in found] == [
        "https://www.example.gov.cn/1",
        "https://www.example.gov.cn/1#乙",
    ]


def test_a_date_in_the_title_is_not_the_rows_date() -> None:
    html = "<ul><li><a href='/1'>2019年1月2日会议纪要</a><span>2026-11-06</span></li><li><a href='/2'>2019年1月2日又一次</a></li></ul>"
    found = jpaas.rows(unit(html), SHELL, COLUMN).entries
    assert [entry.published.day if entry.published else None for entry in found] == [date(2026, 11, 6), None]


@given(st.binary(max_size=200) | st.text("<>{}[]:,'\"= lisaructpvdhefqyDN/", max_size=200).map(str.encode))
def test_no_bytes_break_the_readers(body: bytes) -> None:
    for read in (
        lambda: jpaas.shell(body, COLUMN),
        lambda: jpaas.rows(body, SHELL, COLUMN),
        lambda: jpaas.rows(unit(body.decode("latin-1")), SHELL, COLUMN),
    ):
        with contextlib.suppress(SourceError):
            read()
