"""Each fault of the loopback site behaves as it says, seen through urllib and bare sockets."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from gatewatch.demo.feeds import Item
from gatewatch.demo.jpaas import UNIT
from tests.support.faults import FAULTS
from tests.support.feeds import Feed
from tests.support.site import Site

ROOT = Path(__file__).parents[2]


@pytest.fixture
def site():
    with Site() as found:
        yield found


@pytest.fixture
def notices(site):
    column = site.column("/zwgk/zcwj/wjfb/tz/", "通知")
    for number in range(30):
        site.publish(
            column, f"工业和信息化部办公厅关于开展第{number}项年度电信服务质量监督检查有关工作的通知"
        )
    return column


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def get(site, path, headers=None, *, base=None):
    """(status, headers, body); redirects are not followed, proxies not used."""
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
    request = urllib.request.Request((base or site.url) + path, headers=headers or {})
    try:
        with opener.open(request, timeout=10) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def unit(site, column, page=None, **changes):
    query = column.query | changes
    if page is not None:
        query["paramJson"] = json.dumps({"pageNo": page, "pageSize": 24})
    return json.loads(get(site, f"{UNIT}?{urllib.parse.urlencode(query)}")[2])


def feed_items(body):
    return ET.fromstring(body).findall("channel/item")


# --- the honest site -----------------------------------------------------------------------------------------
def test_a_column_page_is_a_shell_that_names_the_unit_call(site, notices):
    status, headers, body = get(site, notices.path)
    text = body.decode()
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert f"'pageId':'{notices.page_id}'" in text
    assert 'parseType="buildstatic"' in text
    assert "年度电信服务质量" not in text


def test_a_unit_call_is_refused_until_the_column_page_was_fetched(site, notices):
    assert unit(site, notices) | {"message": ""} == {
        "roles": None, "permissions": None, "code": "200", "success": False, "data": {"html": ""}, "message": "",
    }  # fmt: skip
    get(site, notices.path)
    assert unit(site, notices)["success"] is True
    site.forget()
    assert unit(site, notices)["success"] is False


@pytest.mark.parametrize("wrong", ["webId", "tplSetId", "pageId", "tagId", "parseType", "pageType"])
def test_a_unit_call_with_a_wrong_parameter_is_refused(site, notices, wrong):
    get(site, notices.path)
    assert unit(site, notices, **{wrong: "0"})["success"] is False


def test_rows_come_in_pages_of_twenty_four_with_cut_titles(site, notices):
    get(site, notices.path)
    first, second = (unit(site, notices, page)["data"]["html"] for page in (1, 2))
    assert first.count("<li") == 24
    assert second.count("<li") == 6
    assert 'count="30"' in first
    assert 'pageNo="2"' in second
    title = site.listed(notices)[0].title
    assert f'title="{title}"' in first
    assert f"</i>{title}<" not in first
    assert unit(site, notices)["data"]["html"] == first


def test_a_page_of_rows_beyond_the_last_is_empty(site, notices):
    get(site, notices.path)
    answer = unit(site, notices, 3)
    assert answer["success"] is True
    assert "<li" not in answer["data"]["html"]


def test_an_article_page_shows_one_time_and_hides_another(site, notices):
    document = site.publish(
        notices, "标题 <b>&</b>", published="2026-09-28 19:19", pub_date="2026-09-29 14:46", doc_no="工信部信管〔2026〕9号",
        issuer="工业和信息化部", text=["第一段。"], attachments=[("附件.pdf", "/cms_files/a.pdf")],
    )  # fmt: skip
    text = get(site, document.path)[2].decode()
    assert '<h1 id="con_title">标题 &lt;b&gt;&amp;&lt;/b&gt;</h1>' in text
    assert '<span id="con_time">发布时间：2026-09-28 19:19</span>' in text
    assert '<meta name="PubDate" content="2026-09-29 14:46">' in text
    assert "<td>发文字号：</td><td>工信部信管〔2026〕9号</td>" in text
    assert 'fileurl="/cms_files/a.pdf"' in text
    assert "相关文件" in text


def test_what_is_published_edited_removed_and_republished_shows_at_once(site, notices):
    get(site, notices.path)
    document = site.publish(notices, "新的通知", text=["旧文。"])
    assert "新的通知" in unit(site, notices)["data"]["html"]
    site.edit(document, paragraphs=("新文。",))
    assert "新文。" in get(site, document.path)[2].decode()
    site.republish(notices)
    assert get(site, document.path)[0] == 404
    moved = site.listed(notices)[0]
    assert moved.title == "新的通知"
    assert get(site, moved.path)[0] == 200
    site.remove(moved)
    assert get(site, moved.path)[0] == 404
    assert "新的通知" not in unit(site, notices)["data"]["html"]


@pytest.mark.parametrize(
    ("style", "mark"),
    [
        ("mofcom", '<ul class="txtList_01">'),
        ("plain", "<span>2026-09-30</span>"),
        ("table", "<td>2026-09-30</td>"),
    ],
)
def test_other_sites_of_the_same_system_have_their_own_rows(site, style, mark):
    column = site.column(
        "/xwfb/rcxwfb/", "日常新闻", style=style, parse_type="bulidstatic", tag_id="分页列表"
    )
    site.publish(column, "标题")
    get(site, column.path)
    assert mark in unit(site, column)["data"]["html"]


def test_robots_is_missing_until_it_is_written(site):
    assert get(site, "/robots.txt")[0] == 404
    site.robots = "User-agent: *\nDisallow: /wxzf/\n"
    assert b"/wxzf/" in get(site, "/robots.txt")[2]


@pytest.mark.parametrize("name", ["rss091", "rss2", "rss2-full", "rdf", "atom"])
def test_every_xml_feed_is_well_formed_and_carries_its_items(site, name):
    items = [
        Item(f"标题 {n} <&>", f"/n/{n}", datetime(2026, 9, 25, tzinfo=UTC), "<p>摘要</p>", "<p>全文</p>")
        for n in range(3)
    ]
    site.feeds["/f.xml"] = Feed(name, items=items)
    body = get(site, "/f.xml")[2]
    ET.fromstring(body)
    assert body.count("标题".encode()) == 3
    assert f"{site.url}/n/1".encode() in body
    assert ("全文".encode() in body) == (name in {"rss2", "rss2-full", "atom"})


def test_a_json_feed_carries_its_items(site):
    site.feeds["/f.json"] = Feed(
        "json", items=[Item("标题", "/n/1", datetime(2026, 9, 25, tzinfo=UTC), content="<p>x</p>")]
    )
    found = json.loads(get(site, "/f.json")[2])["items"]
    assert found == [
        {"id": f"{site.url}/n/1", "url": f"{site.url}/n/1", "title": "标题", "date_published": "2026-09-25T00:00:00Z",
         "content_html": "<p>x</p>"}
    ]  # fmt: skip


def test_a_gb2312_feed_is_really_gb2312(site):
    site.feeds["/f.xml"] = Feed("rss2", items=[Item("工信部通知", "/n/1")], encoding="gb2312")
    _, headers, body = get(site, "/f.xml")
    assert b'encoding="gb2312"' in body
    assert "工信部通知".encode("gb2312") in body
    assert "charset" not in headers["Content-Type"]


def test_an_unchanged_feed_answers_304_and_a_changed_one_does_not(site):
    site.feeds["/f.xml"] = Feed(items=[Item("a", "/n/1")])
    _, headers, _ = get(site, "/f.xml")
    by_tag = {"If-None-Match": headers["ETag"]}
    by_time = {"If-Modified-Since": headers["Last-Modified"]}
    for sent in (by_tag, by_time):
        status, _, body = get(site, "/f.xml", sent)
        assert (status, body) == (304, b"")
    site.feeds["/f.xml"].items.insert(0, Item("b", "/n/2"))
    for sent in (by_tag, by_time):
        assert get(site, "/f.xml", sent)[0] == 200
    site.feeds["/f.xml"].validators = False
    assert get(site, "/f.xml")[1]["ETag"] is None


def test_the_log_tells_time_host_address_and_headers_of_every_request():
    with Site(("127.0.0.1", "127.0.0.2")) as site:
        get(site, "/a?b=1", {"Referer": "there"})
        get(site, "/c", base=site.at("127.0.0.2"))
        first, second = site.asked()
    assert (first.path, first.query, first.headers["referer"], first.status) == (
        "/a",
        {"b": "1"},
        "there",
        404,
    )
    assert first.host == f"127.0.0.1:{site.server.port}"
    assert (first.address, second.address) == ("127.0.0.1", "127.0.0.2")
    assert first.began <= first.ended <= second.began


# --- faults: refusals ---------------------------------------------------------------------------------------------
def test_an_unknown_fault_is_named(site):
    with pytest.raises(KeyError, match="jsl-521"):
        site.fault("/x", "jsl-512")


@pytest.mark.parametrize("code", [403, 404, 410, 429, 500, 503])
def test_a_status_is_answered_until_it_is_mended(site, notices, code):
    site.fault(notices.path, "status", code=code)
    assert get(site, notices.path)[0] == code
    site.mend(notices.path)
    assert get(site, notices.path)[0] == 200


def test_a_fault_can_wait_and_can_end(site, notices):
    site.fault(notices.path, "status", code=500, skip=1, times=2)
    assert [get(site, notices.path)[0] for _ in range(4)] == [200, 500, 500, 200]


def test_retry_after_is_seconds_or_a_date(site):
    site.fault("/s", "status", code=429, retry_after=7)
    site.fault("/d", "status", code=503, retry_after="date:90")
    assert get(site, "/s")[1]["Retry-After"] == "7"
    ahead = parsedate_to_datetime(get(site, "/d")[1]["Retry-After"]).timestamp() - time.time()
    assert 80 < ahead <= 91


def test_the_jsl_stage_is_521_with_a_cookie_and_a_script(site, notices):
    site.fault(notices.path, "jsl-521")
    status, headers, body = get(site, notices.path)
    assert status == 521
    assert headers["Set-Cookie"].startswith("__jsluid_s=")
    assert body.startswith(b"<script>document.cookie")


def test_412_is_a_script_and_nothing_to_read(site, notices):
    site.fault(notices.path, "waf-412")
    status, _, body = get(site, notices.path)
    assert status == 412
    assert b"<body></body>" in body


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("jsl", "__jsl_clearance_s"),
        ("captcha", "安全验证"),
        ("cloud", "Just a moment"),
        ("denied", "请求被拒绝"),
    ],
)
def test_a_challenge_comes_with_200(site, notices, kind, words):
    site.fault(notices, "challenge", kind=kind)
    get(site, notices.path)
    status, _, body = get(site, f"{UNIT}?{urllib.parse.urlencode(notices.query)}")
    assert status == 200
    assert words in body.decode()


@pytest.mark.parametrize(("name", "words"), [("login", "type='password'"), ("soft-404", "页面不存在")])
def test_a_page_can_be_another_with_200(site, notices, name, words):
    document = site.listed(notices)[0]
    site.fault(document.path, name)
    status, _, body = get(site, document.path)
    assert status == 200
    assert words in body.decode()
    assert document.title not in body.decode()


def test_robots_can_be_503(site):
    site.robots = "User-agent: *\nAllow: /\n"
    site.fault("/robots.txt", "status", code=503)
    assert get(site, "/robots.txt")[0] == 503


# --- faults: lists that changed -------------------------------------------------------------------------------------
def test_a_fault_of_one_column_leaves_the_others_alone(site, notices):
    other = site.column("/zwgk/zcjd/", "政策解读")
    site.publish(other, "解读")
    for column in (notices, other):
        get(site, column.path)
    site.fault(notices, "refused")
    assert unit(site, notices)["success"] is False
    assert unit(site, other)["success"] is True


def test_zero_rows_is_a_success_without_rows(site, notices):
    get(site, notices.path)
    site.fault(notices, "zero-rows")
    answer = unit(site, notices)
    assert answer["success"] is True
    assert "<li" not in answer["data"]["html"]
    assert 'count="0"' in answer["data"]["html"]


def test_renamed_classes_keep_the_words_and_lose_every_handle(site, notices):
    get(site, notices.path)
    site.fault(notices, "renamed")
    html = unit(site, notices)["data"]["html"]
    assert "年度电信服务质量" in html
    for handle in ("page-content", "<li", "<ul", 'class="fl"', "title=", "href="):
        assert handle not in html
    document = site.listed(notices)[0]
    site.fault(document.path, "renamed")
    page = get(site, document.path)[2].decode()
    assert document.title in page
    for handle in ("con_title", "con_con", "con_time"):
        assert handle not in page


def test_a_column_page_can_lose_its_unit_or_become_a_redirect_shell(site, notices):
    site.fault(notices.path, "no-unit")
    body = get(site, notices.path)[2]
    assert b"queryData" not in body
    assert b"page.js" in body
    site.fault(notices.path, "redirect-shell", to="/search/wjfb.html")
    assert b'window.location.href="/search/wjfb.html"' in get(site, notices.path)[2]


def test_alternate_answers_are_fresh_and_stale_by_turns(site, notices):
    get(site, notices.path)
    site.fault(notices, "alternate")
    site.publish(notices, "只在新页面上")
    seen = ["只在新页面上" in unit(site, notices)["data"]["html"] for _ in range(4)]
    assert seen == [True, False, True, False]


def test_guids_change_in_every_answer(site):
    site.feeds["/f.xml"] = Feed(items=[Item(f"t{n}", f"/n/{n}") for n in range(3)])
    site.fault("/f.xml", "guids-change")
    first, second = ({i.findtext("guid") for i in feed_items(get(site, "/f.xml")[2])} for _ in range(2))
    assert len(first) == len(second) == 3
    assert not first & second


def test_ten_items_can_share_one_guid(site):
    site.feeds["/f.xml"] = Feed(items=[Item(f"t{n}", f"/n/{n}") for n in range(10)])
    site.fault("/f.xml", "one-guid", guid="same")
    _, headers, body = get(site, "/f.xml")
    assert [item.findtext("guid") for item in feed_items(body)] == ["same"] * 10
    assert headers["ETag"] is None


# --- faults: being sent elsewhere --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1:9/x",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "/zwgk/other/index.html",
    ],
)
def test_a_redirect_goes_wherever_it_is_told(site, to):
    site.fault("/a", "redirect", to=to, code=301)
    status, headers, _ = get(site, "/a")
    assert (status, headers["Location"]) == (301, to)


def test_a_redirect_loop_returns_to_where_it_began(site):
    site.fault("/a", "redirect-loop", length=2)
    first = get(site, "/a")[1]["Location"]
    second = get(site, first)[1]["Location"]
    assert get(site, second)[1]["Location"] == first


def test_a_redirect_chain_is_long_and_ends(site):
    site.pages["/a"] = (b"here", "text/plain")
    site.fault("/a", "redirect-chain", length=5)
    path, steps = "/a", 0
    while (answer := get(site, path))[0] == 302:
        path, steps = answer[1]["Location"], steps + 1
    assert (steps, answer[2]) == (5, b"here")


def test_a_meta_refresh_is_a_page(site):
    site.fault("/a", "meta-refresh", to="http://169.254.169.254/")
    status, _, body = get(site, "/a")
    assert status == 200
    assert b'content="0;url=http://169.254.169.254/"' in body


def test_a_row_may_link_to_any_literal_address(site, notices):
    get(site, notices.path)
    site.publish(notices, "奇怪的链接", href="http://0x7f.1:1/x")
    assert 'href="http://0x7f.1:1/x"' in unit(site, notices)["data"]["html"]


# --- faults: the wire ------------------------------------------------------------------------------------------------
def raw(site, path, *, seconds=5.0):
    """Everything the site sends until it closes; raises what the socket raises."""
    with socket.create_connection(("127.0.0.1", site.server.port), timeout=seconds) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_slow_sends_one_byte_at_a_time(site):
    site.pages["/a"] = (b"0123456789", "text/plain")
    site.fault("/a", "slow", pace=0.02)
    began = time.monotonic()
    assert get(site, "/a")[2] == b"0123456789"
    assert time.monotonic() - began >= 0.17  # nine waits of 0.02 between ten bytes


def test_a_stalled_answer_never_comes_and_the_site_still_stops_at_once(site):
    site.fault("/a", "stall")
    with pytest.raises(TimeoutError):
        raw(site, "/a", seconds=0.3)


def test_a_stall_may_come_in_the_middle(site):
    site.pages["/a"] = (b"0123456789", "text/plain")
    site.fault("/a", "stall", after=4)
    with socket.create_connection(("127.0.0.1", site.server.port), timeout=0.3) as connection:
        connection.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        found = b""
        with contextlib.suppress(TimeoutError):
            while part := connection.recv(1000):
                found += part
            pytest.fail("the connection was closed")
    assert found.endswith(b"\r\n\r\n0123")


def test_a_cut_body_is_shorter_than_declared(site):
    site.pages["/a"] = (b"0123456789", "text/plain")
    site.fault("/a", "cut", after=0.5)
    with pytest.raises(http.client.IncompleteRead) as seen:
        get(site, "/a")
    assert seen.value.partial == b"01234"
    assert b"Content-Length: 10" in raw(site, "/a")


def test_a_cut_chunked_body_has_no_last_chunk(site):
    site.pages["/a"] = (b"0123456789", "text/plain")
    site.fault("/a", "cut", after=5, chunked=True)
    assert raw(site, "/a").endswith(b"\r\n\r\n5\r\n01234\r\n")


@pytest.mark.parametrize("after", [None, 3])
def test_a_reset_is_a_reset_and_no_polite_end(site, after):
    site.pages["/a"] = (b"0123456789", "text/plain")
    site.fault("/a", "reset", after=after)
    with pytest.raises(ConnectionResetError):
        raw(site, "/a")


# --- faults: too much ---------------------------------------------------------------------------------------------------
def test_a_gzip_bomb_is_small_and_becomes_large(site):
    site.feeds["/f.xml"] = Feed()
    site.fault("/f.xml", "gzip-bomb", megabytes=40)
    _, headers, body = get(site, "/f.xml")
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Type"].startswith("application/rss+xml")
    assert len(body) < 1 << 17
    assert len(zlib.decompressobj(31).decompress(body, 30 << 20)) == 30 << 20
    assert gzip.decompress(body) == b" " * (40 << 20)


@pytest.mark.parametrize("declared", [True, False])
def test_a_huge_feed_is_well_formed_and_as_large_as_it_says(site, declared):
    site.fault("/f.xml", "huge-feed", megabytes=3, declared=declared)
    _, headers, body = get(site, "/f.xml")
    assert (headers["Content-Length"] == str(len(body))) is declared
    assert len(body) > 2.9 * (1 << 20)
    assert len(feed_items(body)) > 10


def test_an_entity_bomb_grows_when_entities_are_expanded(site):
    site.fault("/f.xml", "entity-bomb", levels=3)
    body = get(site, "/f.xml")[2]
    assert "lol" * 1000 in feed_items(body)[0].findtext("title")
    assert len(body) < 1500


def test_an_xxe_feed_names_a_file(site):
    site.fault("/f.xml", "xxe", system="file:///somewhere")
    assert b'SYSTEM "file:///somewhere"' in get(site, "/f.xml")[2]


# --- faults: the wrong label ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("header", ["utf-8", "iso-8859-1", "gb2312", ""])
def test_a_page_in_gbk_may_be_called_anything(site, notices, header):
    document = site.listed(notices)[0]
    site.fault(document.path, "mislabelled", header=header)
    _, headers, body = get(site, document.path)
    assert document.title.encode("gb18030") in body
    assert headers["Content-Type"] == (f"text/html; charset={header}" if header else "text/html")
    assert (b"charset=" + header.encode() in body) is bool(header)


def test_a_feed_in_gbk_may_say_utf_8_inside_and_latin_outside(site):
    site.feeds["/f.xml"] = Feed(items=[Item("工信部通知", "/n/1")])
    site.fault("/f.xml", "mislabelled", header="iso-8859-1", inside="utf-8")
    _, headers, body = get(site, "/f.xml")
    assert b'encoding="utf-8"' in body
    assert headers["Content-Type"] == "application/rss+xml; charset=iso-8859-1"
    assert "工信部通知".encode("gb18030") in body
    site.fault("/f.xml", "mislabelled", header="", inside="")
    assert get(site, "/f.xml")[2].startswith(b"<rss")


def test_a_body_of_ones_own_choosing(site):
    site.fault("/a", "body", text="嗯", content_type="text/plain")
    assert get(site, "/a")[2].decode() == "嗯"


# --- as a file and as a process -------------------------------------------------------------------------------------------
def test_a_saved_site_is_the_same_site(site, notices, tmp_path):
    site.publish(
        notices, "有附件", attachments=[("a", "/a.pdf")], doc_no="工信部〔2026〕1号", text=["一", "二"]
    )
    site.feeds["/f.xml"] = Feed(
        "atom", items=[Item("t", "/n", datetime(2026, 9, 25, tzinfo=UTC), publisher=("P", "http://p"))]
    )
    site.pages["/p"] = ("页".encode("gbk"), "text/html")
    site.robots = "User-agent: *\n"
    site.fault("/p", "status", code=500, times=1)
    site.save(tmp_path / "state")
    with Site() as other:
        other.load(tmp_path / "state")
        assert other.board == site.board
        assert [get(other, "/p")[0] for _ in range(2)] == [500, 200]


def test_as_a_process_it_prints_its_address_and_follows_the_file(site, notices, tmp_path):
    state = tmp_path / "state.json"
    site.save(state)
    command = [sys.executable, "-m", "tests.support.site", "--port", "0", "--state", str(state)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            base = process.stdout.readline().strip()
            assert get(None, notices.path, base=base)[0] == 200
            document = site.publish(notices, "后来的通知")
            assert get(None, document.path, base=base)[0] == 404
            site.save(state)
            assert get(None, document.path, base=base)[0] == 200
            log = json.loads(get(None, "/_/log", base=base)[2])
            assert [one["status"] for one in log] == [200, 404, 200]
        finally:
            process.terminate()
    assert process.returncode == 0


def test_every_fault_of_the_catalogue_is_tried_here():
    text = Path(__file__).read_text("utf-8")
    assert [name for name in FAULTS if f'"{name}"' not in text] == []
