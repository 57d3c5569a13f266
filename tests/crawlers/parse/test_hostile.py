"""Hostile column pages, unit answers, articles and block pages: written from the agreed signatures, blind to the code."""

from __future__ import annotations

import contextlib
import json
import random
import time
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.article import Attachment, Entry, Moment
from crawlers.errors import Blocked, Malformed, Missing, SourceError
from crawlers.parse.article import read
from crawlers.parse.blocks import blocked
from crawlers.parse.jpaas import rows, shell
from crawlers.source import Source
from gatewatch.demo import jpaas as true
from gatewatch.demo.feeds import Item, rss
from gatewatch.demo.jpaas import UNIT, Column, Document
from tests.support.faults import CHALLENGES, FAULTS
from tests.support.rows import styled_answer
from tests.support.wire import Reply

BEIJING = ZoneInfo("Asia/Shanghai")
HOST = "https://www.miit.gov.cn"
NOTICES = Column("/zwgk/zcwj/wjfb/tz/", "通知")
LIST = HOST + NOTICES.path
SHOWN = datetime(2026, 9, 30, 16, 27, tzinfo=BEIJING)
HEX = "art_7d2e760b4be94217b8f55caec840b30d.html"
PATH = f"/zwgk/zcwj/wjfb/tz/art/2026/{HEX}"
TITLE = "工业和信息化部关于开展跨境电信业务专项检查及规范国际专线租用行为有关工作的通知"
BODY = (
    "各省、自治区、直辖市通信管理局：",
    "为规范市场秩序，现将有关事项通知如下。",
    "一、未经批准，不得租用国际专线（含虚拟专用网络VPN）开展跨境经营活动。",
)

SOURCE = Source(id="s", name="S", kind="jpaas", url=LIST, authority="MIIT", tier="regulator", lang="zh-Hans")
PRESS = Source(id="p", name="P", kind="feed", url="https://news.example.org/feed")


def document(**changes):
    named = {"path": PATH, "title": TITLE, "published": SHOWN, "paragraphs": BODY} | changes
    return Document(**named)


def column_body(column=NOTICES):
    return true.column_page(column).encode()


def unit_body(documents, page=1, column=NOTICES):
    return true.unit_answer(column, documents, page).encode()


def row_html(inner):
    return true.unit_json(
        f'<div id="右侧内容"><div class="page-content"><ul>{inner}</ul></div></div>'
    ).encode()


def shell_of(column=NOTICES):
    return shell(column_body(column), HOST + column.path)


def found(documents, page=1):
    return rows(unit_body(documents, page), shell_of(), LIST)


def query_of(url):
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


# --- the column page -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "column",
    [
        NOTICES,
        Column("/jgsj/xgj/wjfb/", "文件发布", tag_id="当前栏目_list", wrapper="lmy_main_rb"),
        Column("/xwfb/rcxwfb/", "日常", tag_id="分页列表", parse_type="bulidstatic"),
        Column("/a/", "a", tag_id="list & more"),
    ],
    ids=["miit", "department", "misspelt", "ampersand"],
)
def test_the_unit_call_carries_what_the_page_says_letter_by_letter(column):
    address = shell_of(column).address()
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "www.miit.gov.cn", UNIT)
    assert query_of(address) == column.query


SCRIPTS = {
    "lower-case": lambda text: text.replace("queryData", "querydata").replace("parseType=", "parsetype="),
    "json in single quotes": lambda text: _requoted(text, "'", '"'),
    "escaped quotes": lambda text: _requoted(text, '"', "&quot;"),
    "escaped apostrophes": lambda text: _requoted(text, '"', "&#39;"),
    "blanks": lambda text: text.replace("','", "' , '").replace("':'", "' : '"),
    "line break in the tag": lambda text: text.replace(" queryData=", "\n  queryData="),
    "a comment before": lambda text: text.replace(
        "<body>", "<body><!-- queryData=\"{'parseType':'old'}\" -->"
    ),
    "inline scripts": lambda text: text.replace(
        "</head>",
        '<script>function go(f){window.location.href="/search/index.html?q="+f.q.value;}'
        'if(navigator.userAgent.match(/Mobile/)){/* location.href="/m/" */}</script></head>',
    ),
    "a refresh of the page itself": lambda text: text.replace(
        "<head>", '<head><meta http-equiv="refresh" content="1800">'
    ),
    "an unclosed tag": lambda text: text.replace('<div class="bt">', '<div class="bt"><p><span>'),
}


def _requoted(text, outer, inner):
    start = text.index('queryData="') + len("queryData=")
    end = text.index('"', start + 1) + 1
    return text[:start] + outer + text[start + 1 : end - 1].replace("'", inner) + outer + text[end:]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_column_page_is_read_in_any_dress(name):
    text = SCRIPTS[name](true.column_page(NOTICES))
    assert query_of(shell(text.encode(), LIST).address()) == NOTICES.query


@pytest.mark.parametrize(
    "script",
    [
        'window.location.href="/search/wjfb.html?a=1&b="',
        "window.location.href = '/search/wjfb.html?a=1&b=';",
        "window.location = '/search/wjfb.html?a=1&b='",
        "location.replace('/search/wjfb.html?a=1&b=')",
        "document.location.href='/search/wjfb.html?a=1&b='",
        'top.location.href="/search/wjfb.html?a=1&b="',
    ],
)
def test_a_redirect_shell_is_a_move_and_names_where(script):
    body = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>文件发布</title></head><body><script>{script}</script></body></html>'
    with pytest.raises(Missing) as seen:
        shell(body.encode(), LIST)
    assert seen.value.code == "moved"
    assert "/search/wjfb.html" in f"{seen.value} {seen.value.remedy}"


def test_a_meta_refresh_elsewhere_is_no_column():
    body = FAULTS["meta-refresh"](None, None, Reply, to="https://www.miit.gov.cn/new/index.html").body
    with pytest.raises(SourceError):
        shell(body, LIST)


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\xff\xfe", b"<html></html>", b'{"success": true}', true.column_page(NOTICES).replace("queryData", "data-x").encode(),
     FAULTS["login"](None, None, None).body, FAULTS["soft-404"](None, None, None).body, *CHALLENGES.values()],
)  # fmt: skip
def test_a_page_without_a_unit_is_a_failure_with_a_remedy(body):
    with pytest.raises(SourceError) as seen:
        shell(body, LIST)
    assert seen.value.code
    assert seen.value.remedy


def test_an_articles_page_is_not_a_column():
    with pytest.raises(Malformed) as seen:
        shell(true.article_page(NOTICES, document()).encode(), HOST + PATH)
    assert seen.value.code == "no-unit"


# --- rows ------------------------------------------------------------------------------------------------------
def test_a_row_has_its_whole_title_its_day_and_its_absolute_address():
    (entry,) = found([document()]).entries
    assert (entry.title, entry.url, entry.key) == (TITLE, HOST + PATH, HOST + PATH)
    assert entry.published == Moment(datetime(2026, 9, 29, 16, tzinfo=UTC), date(2026, 9, 30))


@pytest.mark.parametrize("style", ["mofcom", "plain", "table"])
def test_rows_of_the_other_sites_are_the_same_rows(style):
    documents = [
        document(path=f"/a/art/2026/art_{n:032x}.html", title=f"关于第{n}号的公示") for n in range(3)
    ]
    body = styled_answer(style, NOTICES, documents, 1, 24).encode()
    page = rows(body, shell_of(), LIST)
    assert [(one.title, one.url) for one in page.entries] == [
        (one.title, HOST + one.path) for one in documents
    ]
    assert {one.published.day for one in page.entries} == {date(2026, 9, 30)}


@pytest.mark.parametrize(
    "href",
    [
        f"http://www.miit.gov.cn{PATH}",
        f"https://wap.miit.gov.cn{PATH}",
        f"//www.miit.gov.cn{PATH}",
        f"{PATH}#top",
    ],
)
def test_one_document_has_one_key_however_it_is_linked(href):
    (entry,) = found([document(href=href)]).entries
    assert entry.key == HOST + PATH


def test_order_twins_and_foreign_columns_are_kept_as_they_come():
    documents = [
        document(path=f"/zwgk/art_{n}.html", title=f"标题{n}", listed=day)
        for n, day in enumerate(["2026-09-21", "2026-09-18", "2026-09-30", "2026-09-18"])
    ]
    documents += [document(path="/xwfb/art/2026/art_x.html", title="别的栏目"), documents[0]]
    keys = [one.key for one in found(documents).entries]
    assert list(dict.fromkeys(keys)) == [HOST + one.path for one in documents[:-1]]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("“双千兆”与<b>VPN</b> & 专线", "“双千兆”与<b>VPN</b> & 专线"),
        ("<!channel> <@U1> <http://x|y>", "<!channel> <@U1> <http://x|y>"),
        ("  标题\u3000前后\u00a0有空白  ", "标题 前后 有空白"),
        ('=HYPERLINK("http://x")', '=HYPERLINK("http://x")'),
        ("《通知》'单引号'", "《通知》'单引号'"),
    ],
)
def test_a_title_is_what_people_read_whatever_is_in_it(title, shown):
    (entry,) = found([document(title=title)]).entries
    assert " ".join(entry.title.split()) == shown


def test_a_row_without_a_title_attribute_is_read_by_its_words():
    (entry,) = rows(
        row_html(
            f'<li class="cf"><a class="fl" href="{PATH}"><i></i>关于专线的通知</a><span class="fr">2026-09-30</span></li>'
        ),
        shell_of(),
        LIST,
    ).entries
    assert entry.title == "关于专线的通知"


@pytest.mark.parametrize(
    "day",
    ["", "<span class='fr'></span>", "<span class='fr'>近日</span>", "<span class='fr'>2026-02-31</span>"],
)
def test_a_row_without_a_readable_date_is_still_a_row(day):
    (entry,) = rows(
        row_html(f'<li class="cf"><a class="fl" href="{PATH}" title="标题">标题</a>{day}</li>'),
        shell_of(),
        LIST,
    ).entries
    assert (entry.title, entry.published) == ("标题", None)


@pytest.mark.parametrize(
    "href",
    ["javascript:void(0)", "", "#", "data:text/html,x", "file:///etc/passwd", "mailto:a@b.cn", "http://[::1"],
)
def test_a_row_that_leads_nowhere_spoils_only_itself(href):
    bad = (
        f'<li class="cf"><a class="fl" href="{href}" title="坏">坏</a><span class="fr">2026-09-30</span></li>'
    )
    good = (
        f'<li class="cf"><a class="fl" href="{PATH}" title="好">好</a><span class="fr">2026-09-30</span></li>'
    )
    entries = rows(
        row_html(bad + good + "<li></li><li class='line'></li><li><a>无</a></li>"), shell_of(), LIST
    ).entries
    assert "好" in [one.title for one in entries]
    assert all(one.url.startswith("https://www.miit.gov.cn/zwgk/zcwj/wjfb/tz/") for one in entries)


def test_pages_are_asked_for_with_the_sites_own_words():
    documents = [document(path=f"/zwgk/art_{n}.html", title=f"标题{n}") for n in range(50)]
    handle = shell_of()
    first = rows(unit_body(documents), handle, LIST)
    assert (first.count, first.size, first.page, len(first.entries)) == (50, 24, 1, 24)
    assert first.more
    asked = query_of(handle.address(first, 2))
    assert json.loads(asked.pop("paramJson")) in (
        {"pageNo": 2, "pageSize": 24},
        {"pageNo": 2, "pageSize": "24"},
    )
    assert NOTICES.answers(asked)
    last = rows(unit_body(documents, 3), handle, LIST)
    assert (len(last.entries), last.page) == (2, 3)
    assert not last.more


def test_a_list_without_paging_is_one_page():
    page = rows(
        row_html(f'<li><a href="{PATH}" title="标题">标题</a><span>2026-09-30</span></li>'), shell_of(), LIST
    )
    assert len(page.entries) == 1
    assert not page.more


@pytest.mark.parametrize(
    "wrong",
    [
        "count='x' rows='24'",
        "count='-1' rows='0'",
        "count='99999999999' rows='1' pageNo='zz'",
        "queryData='{broken'",
    ],
)
def test_broken_paging_does_not_lose_the_rows(wrong):
    html = f'<div id="右侧内容"><div class="page-content"><ul><li><a href="{PATH}" title="标题">标题</a></li></ul></div><div class="pagination" {wrong}></div></div>'
    assert len(rows(true.unit_json(html).encode(), shell_of(), LIST).entries) == 1


def test_a_list_with_nothing_in_it_has_no_rows_and_it_is_for_others_to_judge():
    assert found([]).entries == ()


def test_a_refused_unit_is_named():
    with pytest.raises(SourceError) as seen:
        rows(true.unit_json("", success=False).encode(), shell_of(), LIST)
    assert seen.value.code == "unit-refused"
    assert seen.value.remedy


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"7", b'"x"', b"{}", b'{"success": true}', b'{"success": true, "data": null}', b'{"success": true, "data": {"html": null}}',
     b'{"success": true, "data": {"html": 5}}', b'{"success": true, "data": []}', b'{"code": "500", "message": "x"}',
     b'{"roles": null, "code": "200", "success": true, "data": {"html": "<div id=', b"\xff\xfe\x00", b"<html>error</html>",
     b"[" * 100_000, FAULTS["login"](None, None, None).body, *CHALLENGES.values()],
    ids=range(21),
)  # fmt: skip
def test_an_answer_that_is_no_list_is_a_failure_and_never_an_empty_list(body):
    with pytest.raises(SourceError) as seen:
        rows(body, shell_of(), LIST)
    assert seen.value.code


def test_a_redesigned_list_gives_no_rows_or_a_failure_and_never_others():
    reply = FAULTS["renamed"](
        None, type("R", (), {"path": UNIT}), lambda: Reply(body=unit_body([document(), document()]))
    )
    with contextlib.suppress(SourceError):
        assert rows(reply.body, shell_of(), LIST).entries == ()


def test_a_byte_order_mark_before_the_json_is_harmless():
    assert len(rows(b"\xef\xbb\xbf" + unit_body([document()]), shell_of(), LIST).entries) == 1


@given(st.text("<>/ldivua\"'= 标题", max_size=80))
@settings(max_examples=60)
def test_no_html_breaks_the_reader_of_rows(html):
    with contextlib.suppress(SourceError):
        assert isinstance(rows(row_html(html), shell_of(), LIST).entries, tuple)


# --- articles ----------------------------------------------------------------------------------------------------
ENTRY = Entry(
    HOST + PATH, HOST + PATH, TITLE, Moment(datetime(2026, 9, 28, 16, tzinfo=UTC), date(2026, 9, 29))
)


def article(
    one=None,
    *,
    spoil=lambda text: text,
    encoding="utf-8",
    content_type="text/html; charset=utf-8",
    entry=ENTRY,
):
    related = (document(path="/zwgk/art_other.html", title="相关文件：关于虚拟专用网络的另一个通知"),)
    text = spoil(true.article_page(NOTICES, one or document(), related))
    return read(text.encode(encoding), HOST + PATH, entry, SOURCE, content_type=content_type)


def test_an_article_is_its_title_its_minute_its_words_and_nothing_around_them():
    got = article(document(pub_date="2026-10-01 09:00"))
    assert got.title == TITLE
    assert got.published == Moment(datetime(2026, 9, 30, 8, 27, tzinfo=UTC))
    assert got.text == "\n".join(BODY)
    assert (got.origin, got.source, got.key, got.tier, got.authority) == (
        "信息通信管理局",
        "s",
        HOST + PATH,
        "regulator",
        "MIIT",
    )
    assert got.whole


@pytest.mark.parametrize("label", ["utf-8", "iso-8859-1", "gb2312", ""])
def test_an_article_in_gbk_is_read_whatever_its_label_says(label):
    got = article(encoding="gb18030", content_type=f"text/html; charset={label}" if label else "text/html")
    assert (got.title, got.text) == (TITLE, "\n".join(BODY))


def test_the_minute_shown_beats_every_other_date_and_the_list_is_the_last_resort():
    assert article(document(shown="发布时间：2026-09-30 16:27")).published.at == datetime(
        2026, 9, 30, 8, 27, tzinfo=UTC
    )
    labelled = article(document(doc_no="工信部信管〔2026〕9号", shown="发布时间：", issuer="工业和信息化部"))
    assert labelled.published.day == date(2026, 9, 30)
    assert article(document(shown="发布时间：")).published == ENTRY.published


@pytest.mark.parametrize(
    "number",
    [
        "工信部信管函〔2017〕32号",
        "工信厅信管函〔2018〕161号",
        "工业和信息化部公告2026年第12号",
        "中华人民共和国工业和信息化部令第68号",
    ],
)
def test_the_number_of_the_label_block_is_the_documents(number):
    got = article(document(doc_no=number, issuer="工业和信息化部", written="2026-09-28"))
    assert got.doc_no == number
    assert dict(got.labels)["成文日期"] == "2026-09-28"


def test_the_number_at_the_head_of_the_body_is_the_documents_too():
    assert (
        article(document(paragraphs=("工信部信管函〔2026〕32号", *BODY))).doc_no == "工信部信管函〔2026〕32号"
    )


@pytest.mark.parametrize(
    "first",
    [
        "根据《关于清理规范互联网网络接入服务市场的通知》（工信部信管函〔2017〕32号）要求，现就有关问题答复如下。",
        "近日印发的《通知》（工信部信管函〔2017〕32号）受到关注。",
        "《电信业务经营许可管理办法》（工业和信息化部令第42号）已经施行，请遵照执行。",
    ],
)
def test_a_number_that_is_only_cited_is_not_the_documents(first):
    assert article(document(paragraphs=(first, *BODY))).doc_no == ""


def test_labels_are_found_by_their_words_in_any_markup():
    block = (
        '<div class="box"><p><span>发文机关：</span><em>工业和信息化部</em></p><p><b>发文字号</b>：工信部信管〔2026〕7号</p>'
        "<dl><dt>成文日期：</dt><dd>2026年09月28日</dd></dl><p>发布日期：2026-09-29</p></div>"
    )
    got = article(spoil=lambda text: text.replace('<h1 id="con_title">', block + '<h1 id="con_title">'))
    assert got.doc_no == "工信部信管〔2026〕7号"
    assert got.text == "\n".join(BODY)


def test_attachments_are_absolute_each_once_with_their_names():
    got = article(
        document(attachments=(("1.申请表.docx", "/cms_files/a.docx"), ("2.办法.pdf", "/cms_files/b.pdf")))
    )
    assert got.attachments == (
        Attachment("1.申请表.docx", f"{HOST}/cms_files/a.docx"),
        Attachment("2.办法.pdf", f"{HOST}/cms_files/b.pdf"),
    )


@pytest.mark.parametrize("href", ["javascript:x.pdf", "file:///a.pdf", "data:application/pdf;base64,x.pdf"])
def test_an_attachment_of_another_scheme_is_none(href):
    assert article(document(body=f'<p>正文。</p><p><a href="{href}">a.pdf</a></p>')).attachments == ()


BODIES = {
    "line breaks": ("第一段。<br>第二段。<br/><br/>第三段。", ["第一段。", "第二段。", "第三段。"]),
    "nested": (
        "<div><div><p>第一段。</p></div><section><p><span>第二</span><b>段。</b></p></section></div>",
        ["第一段。", "第二段。"],
    ),
    "indent": (
        "<p>　　第一段。</p><p>&nbsp;&nbsp;第二&nbsp;段。</p><p>&nbsp;</p>",
        ["第一段。", "第二 段。"],
    ),
    "scripts": (
        "<p>第一段。</p><script>var a='VPN';</script><style>.a{}</style><!-- VPN --><noscript>VPN</noscript><p>第二段。</p>",
        ["第一段。", "第二段。"],
    ),
    "inline": (
        "<p>未经<a href='/x'>批准</a>，<strong>不得</strong>租用专<font>线</font>。</p>",
        ["未经批准，不得租用专线。"],
    ),
    "broken": ("<p>第一段。<p>第二段。<br>第三段。", ["第一段。", "第二段。", "第三段。"]),
    "word's namespace": ('<p class="MsoNormal"><o:p></o:p>第一段。<o:p>&nbsp;</o:p></p>', ["第一段。"]),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_a_paragraph_a_line(name):
    html, lines = BODIES[name]
    assert article(document(body=html)).text.split("\n") == lines


def test_a_table_in_the_body_keeps_its_words_apart():
    text = article(
        document(
            body="<p>名单如下。</p><table><tr><th>企业</th><th>事由</th></tr><tr><td>甲公司</td><td>无证经营</td></tr></table>"
        )
    ).text
    assert "甲公司无证" not in text
    assert all(word in text for word in ("企业", "事由", "甲公司", "无证经营"))


def test_a_body_that_is_only_a_file_is_an_article_with_an_attachment():
    got = article(
        document(
            body='<p><iframe src="/pdfjs/web/viewer.html?file=/cms_files/a.pdf" fileurl="/cms_files/a.pdf"></iframe></p>'
        )
    )
    assert [one.url for one in got.attachments] == [f"{HOST}/cms_files/a.pdf"]


def test_markup_in_a_title_is_words():
    got = article(document(title="关于<b>VPN</b> & “专线”的通知"))
    assert got.title == "关于<b>VPN</b> & “专线”的通知"


@pytest.mark.parametrize("bad", ["&#xD800;", "&#0;", "&#x110000;", "&#11;", "\x00", "\x0b", "\x1b[31m"])
def test_halves_of_characters_and_control_codes_never_get_out_of_a_page(bad):
    got = article(
        document(body=f"<p>一{bad}二</p>"),
        spoil=lambda text: text.replace('<h1 id="con_title">', f'<h1 id="con_title">甲{bad}'),
    )
    (entry,) = rows(row_html(f'<li><a href="{PATH}" title="标{bad}题">标</a></li>'), shell_of(), LIST).entries
    for text in (got.title, got.text, entry.title):
        text.encode("utf-8")
        assert not any(ord(char) < 32 for char in text)


ATTRIBUTES = " ".join(f"a{n}='1'" for n in range(30_000))
NONSENSE = {
    "attributes": f"<p {ATTRIBUTES}>正文。</p>",
    "paragraphs": "<p>x</p>" * 20_000,
    "line breaks": "x<br>" * 20_000,
    "links": "<a href='/x' title='y'>y</a>" * 15_000,
    "open tags": "<div>" * 50_000,
    "comments": "<!--" * 50_000,
    "numbers": "<p>工信部信管函〔2017〕32号</p>" * 8_000,
}


@pytest.mark.parametrize("name", NONSENSE)
@pytest.mark.parametrize("reader", ["template", "press", "rows", "shell", "blocked"])
def test_half_a_megabyte_of_nonsense_does_not_hold_the_process(name, reader):
    html = NONSENSE[name]
    column = true.column_page(NOTICES).replace('<div class="bt">', f'{html}<div class="bt">').encode()
    url = "https://news.example.org/1"
    page = f"<html><body><article><h1>x</h1>{html}</article></body></html>".encode()
    began = time.process_time()
    with contextlib.suppress(SourceError):
        match reader:
            case "template":
                article(document(body=html))
            case "press":
                read(page, url, ENTRY, PRESS)
            case "rows":
                rows(row_html(f"<li>{html}</li>"), shell_of(), LIST)
            case "shell":
                shell(column, LIST)
            case "blocked":
                blocked(200, PLAIN, page)
    assert time.process_time() - began < 3


@pytest.mark.parametrize("name", ["soft-404", "login"])
def test_a_page_that_is_not_there_and_a_login_form_are_missing_and_not_articles(name):
    with pytest.raises(SourceError) as seen:
        read(FAULTS[name](None, None, None).body, HOST + PATH, ENTRY, SOURCE)
    assert isinstance(seen.value, Missing)
    assert seen.value.code == "soft-404"


@pytest.mark.parametrize("name", ["soft-404", "login"])
def test_so_are_they_in_the_frame_of_the_site_and_for_the_press(name):
    words = {"soft-404": "<h1>抱歉，您访问的页面不存在</h1><p>页面可能已被删除或更名。</p>",
             "login": "<h1>用户登录</h1><form method='post'><input name='user'><input type='password' name='pw'></form>"}[name]  # fmt: skip
    text = true.column_page(NOTICES)
    start = text.index('<div class="bt">')
    framed = text[:start] + words + text[text.index('<div class="footer') :]
    for source in (SOURCE, PRESS):
        with pytest.raises(SourceError):
            read(framed.encode(), source.url, ENTRY, source)


@pytest.mark.parametrize("words", ["页面不存在", "404", "用户登录", "请输入验证码", "访问被拒绝", "密码"])
def test_an_article_about_such_pages_is_an_article(words):
    paragraphs = (f"通报指出，部分网站显示“{words}”，影响用户使用。", *BODY)
    assert article(document(title=f"关于“{words}”问题的通报", paragraphs=paragraphs)).text == "\n".join(
        paragraphs
    )


def test_a_redesigned_article_is_read_by_its_prose_or_refused_but_never_by_its_navigation():
    reply = FAULTS["renamed"](
        None,
        type("R", (), {"path": PATH}),
        lambda: Reply(body=true.article_page(NOTICES, document(paragraphs=BODY * 4)).encode()),
    )
    with contextlib.suppress(SourceError):
        got = read(reply.body, HOST + PATH, ENTRY, SOURCE)
        assert BODY[2] in got.text
        assert "专题专栏" not in got.text


PAGES = {
    "gov.cn": (
        "https://www.gov.cn/zhengce/content/202609/content_1.htm",
        (
            '<html><head><title>通知_国务院文件_中国政府网</title><meta name="firstpublishedtime" content="2026-09-30-16:27:00">'
            '<meta name="lastmodifiedtime" content="2026-10-02-10:05:00"></head><body><div class="share-title">{title}</div><table class="bd1"><tr>'
            "<td>发文机关：</td><td>国务院办公厅</td><td>发文字号：</td><td>国办发〔2026〕1号</td></tr></table>"
            '<span class="font-zyygwj">来源：中国政府网</span><div id="UCAP-CONTENT"><div class="TRS_UEDITOR trs_paper_default trs_web">{body}</div></div>'
            '<div class="related"><a href="/x">相关稿件 VPN</a></div></body></html>'
        ),
    ),
    "cac": (
        "https://www.cac.gov.cn/2026-09/30/c_1.htm",
        (
            '<html><head><meta charset="utf-8"><title>{title}-中共中央网络安全和信息化委员会办公室</title></head><body><div class="nav">导航 VPN</div>'
            '<h1 class="title">{title}</h1><div class="info"><span id="pubtime">2026年09月30日 16:27</span><span id="source">来源： 中国网信网</span></div>'
            '<div id="BodyLabel">{body}</div><div class="share">分享 VPN</div></body></html>'
        ),
    ),
    "mofcom": (
        "https://www.mofcom.gov.cn/xwfb/rcxwfb/art/2026/art_1.html",
        (
            '<html><head><meta charset="utf-8"><title>{title}</title><meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2026-09-30 16:27">'
            '<meta name="ContentSource" content="商务部新闻办公室"></head><body><div class="nav">导航 VPN</div><div class="art-title"><h1>{title}</h1></div>'
            '<div class="art-con" ergodic="article">{body}</div><div class="foot">VPN</div></body></html>'
        ),
    ),
    "ndrc": (
        "https://www.ndrc.gov.cn/xxgk/zcfb/tz/202609/t20260930_1.html",
        (
            '<html><head><meta charset="utf-8"><title>{title}-国家发展和改革委员会</title><meta name="ArticleTitle" content="{title}">'
            '<meta name="PubDate" content="2026-09-30 16:27"></head><body><div class="nav">导航 VPN</div><div class="article_title">{title}</div>'
            '<div class="article_con"><div class="TRS_Editor">{body}</div></div><div class="foot">VPN</div></body></html>'
        ),
    ),
    "npc": (
        "https://www.npc.gov.cn/npc/c2/c30834/202609/t20260930_1.html",
        (
            '<html><head><meta charset="utf-8"><title>{title}_中国人大网</title></head><body><div class="nav">导航 VPN</div>'
            '<script>var fbrq = "2026年09月30日 16:27";</script><h1>{title}</h1><div id="Zoom">{body}</div><div class="foot">VPN</div></body></html>'
        ),
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_the_other_regulators_are_read_to_the_minute(name):
    url, html = PAGES[name]
    title = "促进和规范数据跨境流动规定"
    text = html.format(
        title=title, body="".join(f"<p>{line}</p>" for line in ("第一条 示例条文。", "第二条 另一条文。"))
    )
    source = Source(id="x", name="X", kind="listing", url=url, tier="regulator")
    got = read(text.encode(), url, Entry(url, url, title), source)
    assert got.title == title
    assert got.text == "第一条 示例条文。\n第二条 另一条文。"
    assert got.published is not None
    assert got.published.at == datetime(2026, 9, 30, 8, 27, tzinfo=UTC)
    if name == "gov.cn":
        assert got.doc_no == "国办发〔2026〕1号"


def test_a_sources_own_selectors_come_first():
    source = PRESS.model_validate(
        PRESS.model_dump()
        | {"article": {"title": "h2.t", "body": ".text", "date": ".r_time", "origin": ".author"}}
    )
    html = (
        '<html><body><h1>站名</h1><div class="nav">VPN</div><h2 class="t">标题</h2><div class="r_time">2026/9/30 16:27</div><div class="author">作者：甲</div>'
        '<div class="text"><p>一。</p><p>二。</p></div><div class="text2">热点 VPN</div></body></html>'
    )
    got = read(
        html.encode("gbk"),
        "https://news.example.org/1",
        Entry("k", "https://news.example.org/1", "旧标题"),
        source,
    )
    assert (got.title, got.text, got.published.at) == (
        "标题",
        "一。\n二。",
        datetime(2026, 9, 30, 8, 27, tzinfo=UTC),
    )


def test_a_page_of_the_press_is_its_story_without_what_stands_around():
    story = [
        f"Paragraph {n}: the ministry said that carriers must check who rents a leased line, and what for."
        for n in range(8)
    ]
    html = (
        "<!DOCTYPE html><html lang='en'><head><title>Lines | Paper</title></head><body><header><nav><a href='/'>Home</a> <a href='/vpn'>Best VPN deals</a></nav></header>"
        f"<main><article><h1>Lines</h1>{''.join(f'<p>{line}</p>' for line in story)}</article></main>"
        "<aside><h2>Most read</h2><ul><li><a href='/a'>Ten VPN offers</a></li></ul></aside><footer>All rights reserved. Subscribe to our newsletter.</footer></body></html>"
    )
    url = "https://news.example.org/lines"
    got = read(html.encode(), url, Entry(url, url, "Lines", Moment(SHOWN.astimezone(UTC))), PRESS)
    assert [line for line in story if line in got.text] == story
    assert "offers" not in got.text
    assert "deals" not in got.text
    assert (got.title, got.published) == ("Lines", Moment(SHOWN.astimezone(UTC)))


@given(st.binary(max_size=300) | st.text("<>/htmlbody con_title\"'= 标题", max_size=120).map(str.encode))
@settings(max_examples=60, deadline=None)
def test_no_bytes_break_the_reader_of_articles(body):
    for source in (SOURCE, PRESS):
        with contextlib.suppress(SourceError):
            assert read(body, HOST + PATH, ENTRY, source).title


# --- block pages ---------------------------------------------------------------------------------------------------
PLAIN = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.parametrize(("name", "options"), [("status", {"code": 403}), ("jsl-521", {}), ("waf-412", {})])
def test_a_refusal_is_blocked_by_its_status(name, options):
    reply = FAULTS[name](None, None, None, **options)
    verdict = blocked(reply.status, reply.headers, reply.body)
    assert isinstance(verdict, Blocked)
    assert verdict.remedy
    assert str(reply.status) in verdict.code + str(verdict)


@pytest.mark.parametrize("status", [403, 412, 521])
@pytest.mark.parametrize("body", [b"", b"{}", b"\x00\xff", true.article_page(NOTICES, document()).encode()])
def test_a_refusing_status_is_blocked_whatever_it_brings(status, body):
    assert blocked(status, {}, body) is not None


@pytest.mark.parametrize("kind", CHALLENGES)
def test_a_challenge_with_200_is_blocked(kind):
    assert blocked(200, PLAIN, CHALLENGES[kind]) is not None


def test_a_challenge_in_gbk_or_upper_case_or_padded_is_blocked():
    text = CHALLENGES["captcha"].decode()
    assert (
        blocked(
            200, {"Content-Type": "text/html; charset=gbk"}, text.replace("utf-8", "gbk").encode("gb18030")
        )
        is not None
    )
    assert blocked(200, PLAIN, CHALLENGES["cloud"].upper()) is not None
    assert blocked(200, PLAIN, CHALLENGES["jsl"] + b"\n" * 4000) is not None


def test_a_long_page_of_nothing_but_script_is_blocked():
    dice = random.Random(7)
    noise = ";".join(f"var _0x{dice.getrandbits(24):06x}='{dice.getrandbits(400):x}'" for _ in range(500))
    body = f"<html><head><script>{noise};document.cookie='__jsl_clearance_s='+_0xabc();location.reload()</script></head><body></body></html>"
    assert blocked(200, PLAIN, body.encode()) is not None


@pytest.mark.parametrize("status", [200, 206, 301, 304, 404, 410, 429, 500, 502, 503])
def test_other_statuses_are_not_ours_to_judge(status):
    assert blocked(status, PLAIN, true.article_page(NOTICES, document()).encode()) is None
    assert blocked(status, {}, b"") is None


WORDS = [
    "验证码",
    "安全验证",
    "访问过于频繁",
    "请求被拒绝",
    "Access Denied",
    "Just a moment",
    "checking your browser",
    "请开启JavaScript",
    "系统繁忙",
]


@pytest.mark.parametrize("words", WORDS)
def test_an_article_that_speaks_of_challenges_is_none(words):
    paragraphs = (
        f"近期，部分应用频繁弹出“{words}”页面，用户反映强烈。",
        f"经查，{words}的提示系恶意程序伪造。",
        *BODY,
    )
    page = true.article_page(NOTICES, document(title=f"关于“{words}”提示的风险通报", paragraphs=paragraphs))
    assert blocked(200, PLAIN, page.encode()) is None


@pytest.mark.parametrize("words", WORDS)
def test_a_list_or_feed_with_such_titles_is_none(words):
    assert (
        blocked(200, {"Content-Type": "application/json"}, unit_body([document(title=f"关于{words}的通知")]))
        is None
    )
    feed = rss(
        "f", "https://x.org", [Item(f"{words}: what it means", "https://x.org/1", summary=f"{words} again")]
    )
    assert blocked(200, {"Content-Type": "application/rss+xml"}, feed) is None
    assert blocked(200, {"Content-Type": "text/html"}, feed) is None


@pytest.mark.parametrize("words", WORDS)
def test_a_short_news_page_with_such_words_is_none(words):
    paragraph = (
        f"<p>警方提醒，不法分子冒充客服，以“{words}”为由索要短信内容。近日，市民王女士接到电话后损失两万元。"
        "警方表示，任何客服都不会索要此类信息，遇到可疑来电应当立即挂断并报警。</p>"
    )
    menu = "".join(f"<li><a href='/{n}'>栏目导航{n}</a></li>" for n in range(30))
    page = (
        f"<html><head><meta charset='utf-8'><title>{words}骗局</title></head><body><ul>{menu}</ul>"
        f"<h1>谨防“{words}”骗局</h1>{paragraph * 3}</body></html>"
    )
    assert blocked(200, PLAIN, page.encode()) is None


def test_the_sites_own_pages_are_none():
    assert blocked(200, PLAIN, column_body()) is None
    assert blocked(200, {"Content-Type": "application/json"}, unit_body([document()])) is None
    assert (
        blocked(200, {"Content-Type": "application/json"}, true.unit_json("", success=False).encode()) is None
    )
    redirect = FAULTS["redirect-shell"](None, None, None)
    assert blocked(redirect.status, redirect.headers, redirect.body) is None


@given(st.integers(100, 599), st.binary(max_size=200))
@settings(max_examples=100)
def test_no_answer_breaks_the_predicate(status, body):
    assert (blocked(status, {}, body) is not None) or status not in {403, 412, 521}
