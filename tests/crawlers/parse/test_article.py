"""An article page becomes an Article: what it shows beats what its metas claim, and the list's word fills gaps."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.article import Article, Attachment, Entry, Moment
from crawlers.errors import Malformed, Missing, SourceError
from crawlers.parse import article
from crawlers.parse.dates import read_moment
from crawlers.source import ArticleReading, Source

BEIJING = ZoneInfo("Asia/Shanghai")
URL = "https://www.example.gov.cn/tz/art/2026/art_1.html"
SOURCE = Source(
    id="example",
    name="Example",
    kind="jpaas",
    url="https://www.example.gov.cn/tz/",
    tier="regulator",
    authority="MIIT",
)


def entry(title: str = "关于某事的通知", listed: str = "2026-11-06") -> Entry:
    return Entry("key", URL, title, read_moment(listed, BEIJING), guid="g", publisher="")


def page(
    *,
    time: str = "<span id='con_time'>发布时间：2026-11-06 16:27</span>",
    block: str = "",
    body: str = "<p>正文。</p>",
    head: str = "",
) -> bytes:
    return (
        f"<html><head><meta charset='utf-8'><title>t</title>{head}</head><body>{block}<h1 id='con_title'>关于某事的通知</h1>"
        f"<div class='cinfo'>{time}<span>来源：某司</span></div><div id='con_con'>{body}</div></body></html>"
    ).encode()


def read(body: bytes, listed: Entry | None = None, source: Source = SOURCE) -> Article:
    return article.read(body, URL, listed or entry(), source)


PUB = "<meta name='PubDate' content='2026-11-06 18:00'><meta name='MakeTime' content='2026-11-20 01:02:03'>"
LABELS = "<p>发文机关：某部</p><p>发布日期：2026-11-05</p>"


def test_the_minute_the_page_shows_beats_label_meta_and_list() -> None:
    assert read(page(head=PUB, block=LABELS)).published == Moment(datetime(2026, 11, 6, 8, 27, tzinfo=UTC))


def test_a_day_that_the_page_shows_is_not_refined_by_a_meta() -> None:
    found = read(page(head=PUB, time="<span id='con_time'>发布时间：2026-11-06</span>"))
    assert found.published is not None
    assert found.published.day == date(2026, 11, 6)


def test_without_a_shown_time_the_label_counts_then_the_list_then_the_meta() -> None:
    label = read(page(time="", block=LABELS)).published
    listed = read(page(time="")).published
    stated = read(page(time="", head=PUB), Entry("key", URL, "关于某事的通知")).published
    assert label is not None
    assert label.day == date(2026, 11, 5)
    assert listed is not None
    assert listed.day == date(2026, 11, 6)
    assert stated == Moment(datetime(2026, 11, 6, 10, tzinfo=UTC))


def test_what_the_list_and_the_source_know_is_carried_over() -> None:
    found = read(page())
    assert (found.source, found.key, found.url, found.guid) == ("example", "key", URL, "g")
    assert (found.tier, found.authority, found.origin, found.whole) == ("regulator", "MIIT", "某司", True)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("工信示函〔2026〕3号", "工信示函〔2026〕3号"),
        ("（国示发[2026] 15 号）", "国示发[2026]15号"),
        ("公告2026年第12号", "公告2026年第12号"),
        ("工业和信息化部公告</p><p>2026年 第12号", "工业和信息化部公告2026年第12号"),
        ("中华人民共和国某某部令第 68 号", "中华人民共和国某某部令第68号"),
        ("根据《某通知》（工信示函〔2026〕3号）要求，现通知如下。", ""),
        ("第二条　本规定自公布之日起施行。", ""),
    ],
)
def test_the_number_is_the_one_on_a_line_of_its_own(line: str, number: str) -> None:
    assert read(page(body=f"<p>{line}</p><p>正文。</p>")).doc_no == number


def test_the_last_line_of_a_title_is_no_part_of_the_number_below_it() -> None:
    title = "<p>关于在某地禁止新增建设项目</p><p>和迁入人口的通告</p><p>某政明电〔2026〕1号</p>"
    assert read(page(body=title + "<p>正文。</p>")).doc_no == "某政明电〔2026〕1号"


def test_the_number_in_the_label_block_goes_first() -> None:
    found = read(
        page(block="<p>发文字号：甲〔2026〕1号</p><p>成文日期：2026-11-01</p>", body="<p>乙〔2026〕2号</p>")
    )
    assert found.doc_no == "甲〔2026〕1号"
    assert found.labels == (("发文字号", "甲〔2026〕1号"), ("成文日期", "2026-11-01"))


def test_the_line_with_time_and_source_is_no_part_of_the_block() -> None:
    assert [name for name, _ in read(page(block=LABELS)).labels] == ["发文机关", "发布日期"]


def test_a_source_may_name_its_own_places() -> None:
    own = ArticleReading(title="h2.t", body="div.b", date=".d", origin=".o")
    source = SOURCE.model_copy(update={"article": own})
    html = "<h2 class=t>题目</h2><i class=d>2026/11/07 09:05</i><i class=o>某报</i><div class=b><p>一</p><p>二</p></div><div>旁</div>"
    found = read(html.encode(), source=source)
    assert (found.title, found.text, found.origin) == ("题目", "一\n二", "某报")
    assert found.published == Moment(datetime(2026, 11, 7, 1, 5, tzinfo=UTC))


def test_a_place_of_the_sources_that_is_gone_is_told_and_not_guessed_around() -> None:
    source = SOURCE.model_copy(update={"article": ArticleReading(body="div.gone")})
    with pytest.raises(Malformed) as caught:
        read(page(), source=source)
    assert caught.value.code == "no-body"
    wrong = SOURCE.model_copy(update={"article": ArticleReading(body="div[")})
    with pytest.raises(Malformed) as selector:
        read(page(), source=wrong)
    assert selector.value.code == "selector"


def test_a_link_to_a_file_gives_the_lists_words_and_the_file() -> None:
    found = article.read(b"%PDF-1.7 ...", URL, entry(), SOURCE, content_type="application/pdf")
    assert (found.title, found.text, found.whole) == ("关于某事的通知", "", False)
    assert found.attachments == (Attachment("关于某事的通知", URL),)


def test_files_beside_the_body_are_found_and_a_page_of_files_alone_is_an_article() -> None:
    body = "</div><div class='fujian'><a href='a.docx'>附件一</a></div><div>"
    assert [file.name for file in read(page(body="<p>正文。</p>" + body)).attachments] == ["附件一"]
    alone = read(page(body="<iframe fileurl='/f/b.pdf'></iframe>"))
    assert (alone.text, alone.whole, [file.name for file in alone.attachments]) == ("", False, ["b.pdf"])


def test_a_cut_title_of_the_list_is_completed_by_the_page() -> None:
    html = "<html><head><title>关于某事的一个很长的通知_某网</title></head><body><div id='Zoom'><p>正文。</p></div></body></html>"
    assert read(html.encode(), entry("关于某事的一个...")).title == "关于某事的一个很长的通知"
    assert read(html.encode(), entry("关于别事的...")).title == "关于别事的..."


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        ("<p>您访问的页面不存在</p>", Missing, "soft-404"),
        ("<script>location.href='/new.html'</script>", Missing, "moved"),
        ("<div></div>", Malformed, "no-body"),
        ("<div id='con_con'> </div>", Malformed, "no-body"),
        ("\x00\x01\x02" * 30, Malformed, "undecodable"),
    ],
)
def test_what_is_no_article_fails_by_name(body: str, kind: type[SourceError], code: str) -> None:
    with pytest.raises(kind) as caught:
        read(body.encode())
    assert caught.value.code == code


def test_a_short_page_of_an_unknown_template_comes_without_its_credits_and_foot() -> None:
    html = (
        "<html><head><title>运营商启动自查_某网</title></head><body><ul><li><a href='/'>首页</a></li></ul><div class='m'>"
        "<h1>运营商启动自查</h1><div>2026-11-13 10:05 来源：某报 作者：某人</div><div><p>多家运营商本周开始对国际专线的使用情况进行自查。</p>"
        "<p>租用专线的企业应当核对合同中的用途条款。</p></div><div>责任编辑：某某</div></div>"
        "<div class='foot'><p>关于我们 | 联系我们</p><p>版权所有 某网 京ICP备00000000号</p></div></body></html>"
    )
    found = read(html.encode(), Entry("key", URL, "运营商启动自查"))
    assert (
        found.text
        == "多家运营商本周开始对国际专线的使用情况进行自查。\n租用专线的企业应当核对合同中的用途条款。"
    )


def test_a_known_page_is_parsed_without_the_heavy_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "trafilatura", None)
    assert read(page()).text == "正文。"


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text("<>/=\"' idcon_trabpumeZl&;:：发文字号来源〔〕2026-", max_size=300).map(str.encode)
)
def test_no_bytes_break_the_reader(body: bytes) -> None:
    for html in (body, b"<div id='con_con'>" + body + b"</div>"):
        with contextlib.suppress(SourceError):
            found = read(html)
            assert "\ufffd" not in found.text + found.title
