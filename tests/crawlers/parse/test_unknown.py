"""A page of no known template: its text without what stands around it, and when it says it was published."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest

from crawlers.article import Entry
from crawlers.parse import article, embedded, stated, unknown
from crawlers.parse.dates import read_moment
from crawlers.source import Source

BEIJING = ZoneInfo("Asia/Shanghai")
URL = "https://news.example.org/yw/a1.html"
SOURCE = Source(id="press", name="Press", kind="feed", url="https://news.example.org/rss.xml", tier="press")
TEXT = [
    "多家运营商本周开始对国际专线的使用情况进行自查，要求企业在月底之前提交说明。",
    "租用专线的企业应当核对合同中的用途条款，不得转租给第三方使用，也不得用于连接境外的数据中心。",
    "业内人士表示，此次自查的范围比往年更大，时间也更早，多数企业已经收到书面通知。",
    "一家外贸企业的负责人告诉记者，他们已经把合同、带宽和用途逐项列出，交给了运营商。",
]
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in TEXT)


def read(html: str) -> tuple[list[str], str]:
    lines, moment, _ = unknown.read(html, URL, BEIJING)
    return lines, "" if moment is None else str(moment.day or moment.at.astimezone(BEIJING))[:16]


def test_a_page_laid_out_in_tables_gives_the_cell_with_the_sentences() -> None:
    links = "".join(f"<td><a href='/{number}'>频道{number}</a></td>" for number in range(12))
    ads = "".join(
        f"<tr><td>·</td><td><a href='/b{number}'>另一条新闻的标题，第{number}条</a></td></tr>"
        for number in range(9)
    )
    html = (
        f"<html><body><table><tr>{links}</tr></table><table width=750><tr><td><table><tr><td>运营商启动自查</td></tr>"
        f"<tr><td>2026-11-13 10:05更新 来源：某报 | <a href='/c'>发表评论</a></td></tr><tr><td>{'<br><br>'.join(TEXT)}</td></tr></table></td>"
        f"<td width=200><table>{ads}</table></td></tr></table><table><tr><td>某网版权所有，未经许可不得转载，京ICP备00000000号</td></tr>"
        "</table></body></html>"
    )
    assert read(html) == (["运营商启动自查", *TEXT], "2026-11-13 10:05")


def test_a_stream_of_other_articles_below_is_not_the_text() -> None:
    others = "".join(
        f"<li><h3><a href='/o{number}'>别的文章的标题之{number}</a></h3><p>别的文章说了很多别的事情，一共有{number}件，每件都写得很长，"
        "占去许多篇幅，比这里的正文还要长得多，读者并不是为它们而来的。</p></li>"
        for number in range(12)
    )
    html = f"<html><body><div><h1>运营商启动自查</h1><div class='body'>{PARAGRAPHS}</div></div><ul>{others}</ul></body></html>"
    assert read(html)[0] == TEXT


def test_the_text_in_a_row_with_the_beginnings_of_others_is_kept() -> None:
    others = "".join(
        f"<section><h3><a href='/o{n}'>别的文章的标题之{n}</a></h3><p>另一件事。</p></section>"
        for n in range(3)
    )
    own = (
        f"<section><h1>运营商启动自查</h1>{PARAGRAPHS}<h3><a href='/s'>专题：国际专线自查</a></h3></section>"
    )
    assert read(f"<html><body><div>{own}{others}</div></body></html>")[0][1:5] == TEXT


def test_what_a_page_folds_away_until_asked_for_belongs_to_the_text() -> None:
    folded = f"<div class='div-continue-content' style='display: none'><p>{TEXT[2]}</p><p>{TEXT[3]}</p></div>"
    hidden = "<div class='popup' style='display:none'><p>订阅本报的电子版，每天早上收到要闻，第一个月免费。</p></div>"
    html = f"<html><body><div class='c'><p>{TEXT[0]}</p><p>{TEXT[1]}</p>{folded}{hidden}</div></body></html>"
    assert read(html)[0] == TEXT


def test_a_choice_of_languages_is_not_the_text_of_a_chinese_page() -> None:
    choice = (
        "<div class='bar'><p>It seems that you prefer to read in English. Would you like to go to our English pages?</p>"
        "<p>Se detecta que usted usa otro idioma. ¿Quiere usted cambiar a nuestras páginas en español ahora?</p></div>"
    )
    html = f"<html><head><title>运营商启动自查</title></head><body>{choice}<article><p>{TEXT[0]}</p></article></body></html>"
    assert read(html)[0] == [TEXT[0]]


def _carried(**more: str) -> str:
    state = {"props": {"item": {"title": "运营商启动国际专线自查", "publish_datetime": "2026-11-13T02:05:00.000Z", **more},
                       "others": [{"title": "别的文章的标题", "content": "别的文章说了别的事情。" * 40}]}}  # fmt: skip
    return (
        "<html><head><title>运营商启动国际专线自查 | 某台新闻</title></head><body><div id='app'><h5>新闻</h5></div>"
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script></body></html>'
    )


def test_a_page_that_its_scripts_build_gives_the_text_they_are_sent_with() -> None:
    assert read(_carried(content=PARAGRAPHS)) == (TEXT, "2026-11-13 10:05")
    assert read(_carried(desc="\n\n".join(TEXT)))[0] == TEXT
    assert read(_carried())[0] == ["新闻"]


def test_of_json_ld_the_body_is_the_text_and_a_summary_is_not() -> None:
    said = {"@type": "NewsArticle", "headline": "运营商启动国际专线自查", "description": TEXT[0] + TEXT[1]}
    page = "<html><head><title>运营商启动国际专线自查</title></head><body><p>请打开脚本</p><script type='application/ld+json'>{}</script></body></html>"
    assert embedded.lines(page.replace("{}", json.dumps(said)), "运营商启动国际专线自查") == []
    said["articleBody"] = "\n".join(TEXT)
    assert embedded.lines(page.replace("{}", json.dumps(said)), "运营商启动国际专线自查") == TEXT


@pytest.mark.parametrize("data", ["[" * 200_000, '{"a":' * 50_000, "{broken", "", "[1, null, {}]"])
def test_hostile_data_of_scripts_says_nothing(data: str) -> None:
    assert embedded.lines(f"<script>window.x = {data}</script>", "运营商启动国际专线自查") == []


@pytest.mark.parametrize(
    "line",
    [
        "为你推荐",
        "猜你喜欢",
        "责任编辑：某某",
        "（责任编辑：某某）",
        "- THE END -",
        "声明：本网转载的内容仅供参考。",
    ],
)
def test_what_such_lines_open_is_left_out(line: str) -> None:
    html = f"<html><body><div class='c'>{PARAGRAPHS}<p>{line}</p><p>另一条新闻说的是另一件事，与此无关。</p></div></body></html>"
    assert read(html)[0] == TEXT


def test_a_ministrys_statement_is_kept() -> None:
    said = "声明：我部从未授权任何机构开展此项业务。"
    html = f"<html><body><div class='c'>{PARAGRAPHS}<p>{said}</p></div></body></html>"
    assert read(html)[0] == [*TEXT, said]


def test_a_digest_keeps_its_items() -> None:
    items = "".join(
        f"<section><h3><a href='/o{n}'>第{n}条要闻的标题</a></h3><p>{line}</p></section>"
        for n, line in enumerate(TEXT)
    )
    lines, _ = read(f"<html><body><article><h1>本周要闻</h1>{items}</article></body></html>")
    assert [line for line in lines if line in TEXT] == TEXT


def test_what_a_page_puts_behind_a_text_is_left_out_and_a_word_like_it_is_not() -> None:
    said = "相关报道称，监管部门已经约谈多家企业，并要求它们说明情况，限期改正。"
    html = f"<html><body><div class='c'>{PARAGRAPHS}<p>{said}</p><p>相关新闻</p><p>另一条新闻说的是另一件事，与此无关。</p></div></body></html>"
    assert read(html)[0] == [*TEXT, said]


def test_the_cells_of_a_table_stand_on_their_rows_line() -> None:
    table = "<table><tr><th>企业</th><th>带宽</th></tr><tr><td>甲公司</td><td>10 Gbps</td></tr></table>"
    lines, _ = read(f"<html><body><article><h1>自查</h1>{PARAGRAPHS}{table}</article></body></html>")
    assert lines[1:] == [*TEXT, "企业 带宽", "甲公司 10 Gbps"]


def test_a_short_article_beside_a_login_box_is_an_article() -> None:
    html = (
        "<html><head><title>自查</title></head><body><form>登录<input type='password'></form>"
        f"<div class='c'>{PARAGRAPHS}</div></body></html>"
    )
    assert article.read(html.encode(), URL, Entry("k", URL, "自查"), SOURCE).text == "\n".join(TEXT)


def test_the_lists_date_goes_before_what_an_unknown_page_seems_to_say() -> None:
    html = f"<html><body><div>2026-11-13 10:05 来源：某报</div><div>{PARAGRAPHS}</div></body></html>"
    listed = read_moment("2026-11-12T08:00:00+08:00", BEIJING)
    found = article.read(html.encode(), URL, Entry("k", URL, "自查", listed), SOURCE)
    assert found.published == listed
    assert article.read(html.encode(), URL, Entry("k", URL, "自查"), SOURCE).published == read_moment(
        "2026-11-13 10:05", BEIJING
    )


@pytest.mark.parametrize(
    ("above", "below", "wanted"),
    [
        ("<div>2026-11-13 10:05　来源：某报</div>", "", "2026-11-13 10:05"),
        ("<div>2026年11月13日10:05 某网</div>", "", "2026-11-13 10:05"),
        ("<div>发布日期：2026-11-13 浏览次数：18</div>", "", "2026-11-13"),
        ("<div>今天是2026年11月24日 星期二</div><h1>自查</h1><div>2026.11.13 10:05</div>", "", "2026-11-13 10:05"),
        ("<meta content='2026-11-13T10:05:00+08:00' property='article:published_time'>", "", "2026-11-13 10:05"),
        ("<div>2026-11-13</div><meta itemprop='datePublished' content='2026-11-13T02:05:00Z'>", "", "2026-11-13 10:05"),
        ('<script type="application/ld+json">{"datePublished": "2026-11-13T10:05:00+08:00"}</script>', "", "2026-11-13 10:05"),
        ("", "<p>发布日期：2026-11-13 责任编辑：某某</p>", "2026-11-13"),
        ("", "<p>本帖由某某于2026年11月13日10:05:16发表</p>", "2026-11-13 10:05"),
        ("<script>var pubTime = '2026-11-13 10:05:00';</script>", "", "2026-11-13 10:05"),
        ("<meta name='articleDate' content='20261113'>", "", "2026-11-13"),
        ('<script>var ct = "1794535500";</script>', "", "2026-11-13 10:05"),
        ("<meta itemprop='dateUpdate' content='2026-11-13 10:05:57'><div>发布时间：11-1310:05</div>", "", "2026-11-13 10:05"),
        ("<meta itemprop='dateUpdate' content='2026-11-14 10:05:57'><div>发布时间：11-1310:05</div>", "", ""),
        ("<div class='share_box'><p><span>2026-11-13 10:05:46</span></p></div>", "", "2026-11-13 10:05"),
        ("", "<div class='share_box'><p><span>2026-11-13 10:05:46</span></p></div>", ""),
        ("<div>By A Reporter November 13, 2026</div>", "", "2026-11-13"),
        ("<div>13 Nov, 2026</div>", "", "2026-11-13"),
        ("<p>2024年3月1日起施行的办法已经废止。</p>", "", ""),
        ("", "<p>2025-03-01</p>", ""),
    ],
)  # fmt: skip
def test_a_page_states_its_date_in_many_places(above: str, below: str, wanted: str) -> None:
    html = f"<html><body><div>{above}</div><div class='c'>{PARAGRAPHS}</div><div>{below}</div></body></html>"
    moment = stated.read(html, URL, TEXT, BEIJING)
    assert ("" if moment is None else str(moment.day or moment.at.astimezone(BEIJING))[:16]) == wanted


@pytest.mark.parametrize(
    "path",
    ["/2026-11/13/content_1.html", "/n1/2026/1113/c1004-4.html", "/20261113/a.html", "/t20261113_15.htm"],
)
def test_the_address_is_asked_last(path: str) -> None:
    moment = stated.read(f"<body>{PARAGRAPHS}</body>", f"https://news.example.org{path}", TEXT, BEIJING)
    assert moment is not None
    assert str(moment.day) == "2026-11-13"
