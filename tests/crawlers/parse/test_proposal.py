"""From a page that nobody described to the lines that watch it: lists of the shapes that sites have."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.errors import Malformed, Missing, SourceError
from crawlers.parse.page import soup
from crawlers.parse.proposal import proposals
from tests.support.feeds import Feed, Item

BEIJING = ZoneInfo("Asia/Shanghai")
URL = "https://www.example.gov.cn/xxgk/tz/index.html"
MENU = "".join(f'<li><a href="/m{n}/index.html">栏目名称{n}</a></li>' for n in range(12))
TITLES = [f"关于做好第{n}批通信保障工作有关事项的通知" for n in range(1, 13)]


def proposed(html, url=URL):
    return proposals(html.encode(), url, zone=BEIJING)


def framed(rows):
    """The rows inside a page with a menu, a picture list and a footer."""
    return (
        '<html lang="zh-CN"><head><meta charset="utf-8"><title>通知-示例部</title></head><body>'
        f'<div class="nav"><ul>{MENU}</ul></div><div class="wrap"><div class="left"><ul class="menu">{MENU}</ul></div>{rows}</div>'
        '<div class="hot"><h3>热门</h3><ul><li><a href="/hot/1.html">短短一条热门消息的标题在这里</a></li><li><a href="/hot/2.html">又一条热门消息的标题</a></li></ul></div>'
        '<div class="foot">版权所有 2026-01-01 <a href="/about.html">网站声明</a></div></body></html>'
    )


def trs(number, title):
    return f'<li><a href="./202604/t202604{number:02}_14050{number:02}.html" title="{title}">{title[:9]}…</a><span>2026/04/{number:02}</span></li>'


SHAPES = {
    "trs": '<ul class="u-list">' + "".join(trs(n + 1, t) + ('<li class="empty"></li>' if n % 5 == 4 else "") for n, t in enumerate(TITLES)) + "</ul>",
    "lists of five": '<div class="listbox">' + "".join(
        "<ul>" + "".join(trs(n + 1, TITLES[n]) for n in range(k, k + 4)) + "</ul><p class='dash'></p>" for k in (0, 4, 8)
    ) + "</div>",
    "table": '<table id="newslist"><tr><th>标题</th><th>日期</th></tr>' + "".join(
        f'<tr><td class="t"><a href="/art/{n}.html">{t}</a></td><td class="d">[2026-04-{n + 1:02}]</td></tr>' for n, t in enumerate(TITLES)
    ) + "</table>",
    "cards": '<div class="news-list">' + "".join(
        f'<div class="news-card item-{n}"><div class="pic"><a href="/art/{n}.html"><img src="/p{n}.jpg"></a></div>'
        f'<div class="words"><h3><a href="/art/{n}.html">{t}</a></h3><p>摘要摘要摘要。</p><em class="time">2026年4月{n + 1}日</em></div></div>'
        for n, t in enumerate(TITLES)
    ) + "</div>",
    "bare links": '<div class="news">' + "".join(
        f'<a href="/art/{n}.html"><b>{t}</b><i>2026-04-{n + 1:02}</i></a>' for n, t in enumerate(TITLES)
    ) + "</div>",
    "no names": "<div><div><ul>" + "".join(trs(n + 1, t) for n, t in enumerate(TITLES)) + "</ul></div></div>",
    "chinese id": '<div id="右侧内容"><ul>' + "".join(trs(n + 1, t) for n, t in enumerate(TITLES)) + "</ul></div>",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_the_list_of_a_page_is_found_whole_and_without_its_menus(shape):
    html = framed(SHAPES[shape])
    best = proposed(html)[0]
    assert (best.kind, best.url, best.name, best.lang) == ("listing", URL, "通知-示例部", "zh-Hans")
    rows = [row for row in soup(html).select(best.keys["selectors"]["row"]) if row.get("href") or row.a]
    assert len(rows) == len(TITLES), best
    assert "2026" in (rows[0].select_one(best.keys["selectors"]["date"]) or rows[0]).get_text()
    assert not [row for row in rows if "/m1/" in str(row) or "hot" in str(row)]


def test_a_page_of_menus_only_is_said_to_show_no_list():
    with pytest.raises(Malformed, match="shows no list") as told:
        proposed(framed("<p>欢迎</p>"))
    assert told.value.code == "no-list"
    assert "lists the articles" in told.value.remedy


def test_a_page_that_only_leads_elsewhere_says_where():
    with pytest.raises(Missing) as told:
        proposed("<html><script>window.location.href='/search/list.html'</script></html>")
    assert "/search/list.html" in told.value.remedy


def test_a_page_s_feeds_come_first_and_those_of_comments_not_at_all():
    head = (
        '<link rel="alternate" type="application/rss+xml" title="Example » Feed" href="/feed/">'
        '<link rel="alternate" type="application/rss+xml" title="Example » Comments Feed" href="/comments/feed/">'
        '<link rel="alternate" type="application/atom+xml" title="Politics" href="https://example.org/politics.atom">'
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">'
        '<link rel="alternate" hreflang="fr" href="/fr/">'
    )
    html = framed(SHAPES["trs"]).replace("<title>", head + "<title>")
    found = proposed(html, "https://example.org/news/")
    assert [(one.kind, one.url, one.name) for one in found[:2]] == [
        ("feed", "https://example.org/feed/", "Example » Feed"),
        ("feed", "https://example.org/politics.atom", "Politics"),
    ]
    assert found[2].kind == "listing"


def test_wordpress_that_names_no_feed_has_one_all_the_same():
    html = '<html><head><link rel="stylesheet" href="/wp-content/themes/a.css"></head><body><p>Hello.</p></body></html>'
    assert [one.url for one in proposed(html, "https://example.org/news/")] == ["https://example.org/feed/"]


@pytest.mark.parametrize("style", ["rss2", "rss091", "rdf", "atom", "json"])
def test_the_address_of_a_feed_is_proposed_as_one(style):
    items = [Item(f"Item {n}", f"https://example.org/{n}") for n in range(3)]
    (only,) = proposals(Feed(style, items=items).render("https://example.org"), URL, zone=BEIJING)
    assert (only.kind, only.name) == ("feed", "Loopback News")


ROWS = [
    {
        "TITLE": t,
        "SUB_TITLE": "",
        "URL": f"https://www.gov.cn/c/{n}.htm",
        "DOCRELPUBTIME": f"2026-09-{n + 1:02}",
    }
    for n, t in enumerate(TITLES)
]
CAC = [
    {
        "topic": t,
        "infourl": f"//www.cac.gov.cn/2026-03/22/c_{n}.htm",
        "pubtime": f"2026-03-{n + 1:02} 20:00:00",
    }
    for n, t in enumerate(TITLES)
]
ISSUES = [
    {"url": f"https://api.example.com/i/{n}", "id": n, "html_url": f"https://example.com/i/{n}", "title": t, "created_at": "2026-03-01T00:00:00Z",
     "updated_at": "2026-03-02T00:00:00Z", "user": {"login": "someone", "html_url": "https://example.com/someone"}, "labels": []}
    for n, t in enumerate(TITLES)
]  # fmt: skip
GROUPS = [{"groupData": [{"data": {"url": f"/a/{n}.html", "title": t, "deploytime": str(1_780_000_000_000 + n)}}]} for n, t in enumerate(TITLES)]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "selectors"),
    [
        (ROWS, {"row": "@", "link": "URL", "title": "TITLE", "date": "DOCRELPUBTIME"}),
        ({"totalRec": "38", "list": CAC}, {"row": "list", "link": "infourl", "title": "topic", "date": "pubtime"}),
        (ISSUES, {"row": "@", "link": "html_url", "title": "title", "date": "created_at"}),
        ({"data": {"results": GROUPS}}, {"row": "data.results[].groupData[]", "link": "data.url", "title": "data.title", "date": "data.deploytime"}),
        ({"code": 0, "data": json.dumps({"list": CAC})}, {"row": "json(data).list", "link": "infourl", "title": "topic", "date": "pubtime"}),
        ({"a-b": {"行": CAC}}, {"row": '"a-b"."行"', "link": "infourl", "title": "topic", "date": "pubtime"}),
    ],
    ids=["govcn", "cac", "issues", "groups", "string", "odd keys"],
)  # fmt: skip
def test_the_list_of_a_json_answer_is_found(answer, selectors):
    best = proposals(json.dumps(answer).encode(), "https://www.example.gov.cn/api", zone=BEIJING)[0]
    assert best.kind == "json_list"
    assert best.keys["selectors"] == selectors


@pytest.mark.parametrize(
    "answer", [{}, [], {"rows": [{"id": 1, "name": "no address"}] * 5}, [1, 2], "x", None]
)
def test_json_without_addresses_is_no_list(answer):
    with pytest.raises(Malformed, match="shows no list"):
        proposals(json.dumps(answer).encode(), URL, zone=BEIJING)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"<html><ul>", b"[", b'{"a":[', b"<li><a href='"]))
def test_whatever_a_site_answers_it_is_a_proposal_or_a_named_failure(body, head):
    try:
        found = proposals(head + body, URL, zone=BEIJING)
    except SourceError:
        return
    assert found
