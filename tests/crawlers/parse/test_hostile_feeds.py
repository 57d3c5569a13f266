"""Hostile letters, dates, addresses and feeds: written from the agreed signatures, blind to the code."""

from __future__ import annotations

import contextlib
import json
import string
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawlers.errors import Malformed, Refused, SourceError
from crawlers.parse.charset import decode
from crawlers.parse.dates import read_moment, sane
from crawlers.parse.feed import parse
from crawlers.parse.urls import canonical, fetchable
from gatewatch.demo.feeds import Item, rss
from tests.support.faults import CHALLENGES, FAULTS
from tests.support.feeds import CONTENT_TYPES, Feed
from tests.support.wire import Reply

ZONE = ZoneInfo("Asia/Shanghai")
BASE = "https://news.example.org"
WHEN = datetime(2026, 9, 25, 2, 0, tzinfo=UTC)

NOTICE = "工业和信息化部关于清理规范互联网网络接入服务市场的通知（工信部信管函〔2017〕32号）：未经批准，不得租用专线。"
RARE = "朱镕基、赵喆、㛃、𠮷野家：专线（含虚拟专用网络VPN）须经批准，违者处罚。"
TRADITIONAL = "通訊事務管理局辦公室公布：電訊服務營辦商須申領牌照，違者可被檢控，詳情請瀏覽本局網頁。"


def page(text, label="", *, short=False):
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">' if label else ""
    around = "" if short else "<p>Copyright 2026, all rights reserved. ICP 05000000</p>" * 30
    return f"<html><head>{meta}<title>{text}</title></head><body><p>{text}</p>{around}</body></html>"


# --- letters (row 18) ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("short", [True, False], ids=["short", "long"])
@pytest.mark.parametrize("inside", ["utf-8", "iso-8859-1", "gb2312", ""])
@pytest.mark.parametrize("header", ["utf-8", "ISO-8859-1", "gb2312", "windows-1252", "x-unknown", ""])
@pytest.mark.parametrize("text", [NOTICE, RARE], ids=["common", "rare"])
def test_a_page_in_gb18030_is_read_whatever_its_labels_say(text, header, inside, short):
    body = page(text, inside, short=short).encode("gb18030")
    found = decode(body, declared=header, kind="html")
    assert text in found
    assert "\ufffd" not in found


@pytest.mark.parametrize("label", ["utf-8", "gb2312", "gbk", "big5", "iso-8859-1", ""])
@pytest.mark.parametrize("text", [NOTICE, RARE, TRADITIONAL], ids=["common", "rare", "traditional"])
def test_valid_utf_8_is_utf_8_whatever_its_label_says(text, label):
    assert text in decode(page(text, label).encode(), declared=label, kind="html")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("kind", ["html", "xml", "json"])
def test_a_byte_order_mark_decides_and_is_not_part_of_the_text(codec, kind):
    text = {
        "html": page(NOTICE),
        "xml": f"<rss>{NOTICE}</rss>",
        "json": json.dumps({"a": NOTICE}, ensure_ascii=False),
    }[kind]
    assert decode(text.encode(codec), declared="gbk", kind=kind) == text


@pytest.mark.parametrize(("header", "inside"), [("big5", ""), ("", "big5"), ("big5", "big5")])
def test_big5_is_read_when_it_says_so(header, inside):
    assert TRADITIONAL in decode(page(TRADITIONAL, inside).encode("big5"), declared=header, kind="html")


@pytest.mark.parametrize("quotes", ["'gb2312'", "gb2312", '"GB2312"'])
def test_a_meta_charset_is_found_in_any_quotes(quotes):
    body = f"<html><head><META charset={quotes}><title>{NOTICE}</title></head></html>".encode("gb18030")
    assert NOTICE in decode(body, kind="html")


def test_a_title_of_nine_characters_is_enough():
    body = "<title>关于开展专项整治的通知</title>".encode("gb18030")
    assert decode(body, declared="iso-8859-1", kind="html") == "<title>关于开展专项整治的通知</title>"


@pytest.mark.parametrize("text", ["The café’s résumé: “VPN” — naïve?", "Zürich, São Paulo & Málaga"])
def test_a_western_page_in_windows_1252_keeps_its_accents(text):
    body = page(text, "iso-8859-1").encode("cp1252")
    assert text in decode(body, declared="iso-8859-1", kind="html")


@pytest.mark.parametrize("encoding", ["gb2312", "GBK", "gb18030", "utf-8", "iso-8859-1"])
def test_an_xml_declaration_in_single_quotes_may_lie(encoding):
    body = f"<?xml version='1.0' encoding='{encoding}'?><rss><title>{NOTICE}</title></rss>".encode("gb18030")
    assert NOTICE in decode(body, kind="xml")


PHRASES = ["关于开展", "电信主管部门", "未经批准", "不得租用专线", "跨境经营活动", "上海", "联通", "各省、自治区", "通知", "2026年", "VPN", "整治", "企业应当",
           "无线电频率", "一", "处以罚款。", "，", "服务质量", "宽带", "手机号码"]  # fmt: skip


@given(
    st.lists(st.sampled_from(PHRASES), min_size=8, max_size=30, unique=True),
    st.sampled_from(["utf-8", "iso-8859-1", ""]),
)
def test_any_chinese_text_survives_the_wrong_label(phrases, label):
    text = f"<p>{''.join(phrases)}</p>"
    assert decode(text.encode("gb18030"), declared=label, kind="html") == text


@pytest.mark.parametrize(
    "label",
    ["base64", "hex", "rot13", "zip", "bz2", "quopri", "uu", "idna", "punycode", "undefined", "mbcs", "utf-7", "unicode_escape",
     "raw_unicode_escape", "utf-16", "utf-32", "\x00", "../../etc", "x" * 5000, "utf-8; utf-8", "中文"],
)  # fmt: skip
def test_a_label_that_is_no_charset_is_as_good_as_none(label):
    text = f"<p>{NOTICE} \\ud800 +ADw-script</p>"
    assert decode(text.encode("gb18030"), declared=label, kind="html") == text
    assert decode(text.encode(), declared=label, kind="html") == text


@given(
    st.binary(max_size=400), st.sampled_from(["", "utf-8", "gb2312", "iso-8859-1", "utf-7", "base64", "\x00"])
)
@settings(max_examples=150)
def test_no_bytes_break_the_reader(body, label):
    try:
        found = decode(body, declared=label, kind="html")
    except Malformed:
        return
    assert isinstance(found, str)
    assert "\ufffd" not in found or "\ufffd".encode() in body


# --- dates (row 12) ------------------------------------------------------------------------------------------
BEIJING_1627 = datetime(2026, 11, 23, 8, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23 16:27",
        "发布时间：2026-11-23 16:27",
        "发布时间： 2026-11-23 16:27　来源：办公厅",
        "2026年11月23日 16:27",
        "2026年11月23日16:27",
        "2026年11月23日 16时27分",
        "2026/11/23 16:27",
        "2026.11.23 16:27",
        "２０２６年１１月２３日　１６：２７",
        "2026-11-23T16:27:00+08:00",
        "2026-11-23T16:27:00+0800",
        "2026-11-23T08:27:00Z",
        "2026-11-23T08:27:00.000Z",
        "2026-11-23-16:27:00",
        "Mon, 23 Nov 2026 16:27:00 +0800",
        "Mon, 23 Nov 2026 08:27:00 GMT",
        "Tue, 23 Nov 2026 08:27:00 GMT",
        "23 Nov 2026 08:27 GMT",
        "1795422420000",
        "  2026-11-23\u00a016:27\n",
    ],
)
def test_a_time_to_the_minute_is_that_minute(text):
    moment = read_moment(text, ZONE)
    assert moment is not None
    assert (moment.at, moment.day) == (BEIJING_1627, None)
    assert moment.at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23",
        "[2026-11-23]",
        "2026年11月23日",
        "2026/11/23",
        "2026.11.23",
        "（2026-11-23）",
        "成文日期：2026年11月23日",
        "2026年 11月 23日",
    ],
)
def test_a_bare_date_stays_a_day_at_midnight_where_the_source_is(text):
    moment = read_moment(text, ZONE)
    assert moment is not None
    assert moment.day == date(2026, 11, 23)
    assert moment.at == datetime(2026, 11, 22, 16, tzinfo=UTC)


def test_single_digits_are_a_date_too():
    assert read_moment("2026年9月3日", ZONE).day == date(2026, 9, 3)
    assert read_moment("2026-9-3 9:05", ZONE).at == datetime(2026, 9, 3, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "昨天", "刚刚", "3小时前", "2026-13-45", "2026-02-30", "0000-00-00", "工信部信管函〔2017〕32号", "第12号", "12:30",
     "VPN 2026", "今年", "1", "99999999999999999999", "NaN", "2026年11月32日 25:61"],
)  # fmt: skip
def test_what_is_no_date_is_none(text):
    assert read_moment(text, ZONE) is None


@given(st.text(max_size=40) | st.text("0123456789-/年月日:. T+Z", max_size=30))
@example("0001-01-01")
@example("0001-01-01 00:00")
@example("9999-12-31 23:59:59 -1200")
@example("9999-12-31T23:59:59-12:00")
@example("-99999999999999")
@example("9" * 5000)
@example("Fri, 31 Dec 9999 23:59:59 -2359")
@settings(max_examples=200)
def test_no_text_breaks_the_reader_of_dates(text):
    for zone in (ZONE, ZoneInfo("America/New_York")):
        moment = read_moment(text, zone)
        assert moment is None or moment.at.tzinfo is UTC


def test_what_lies_ahead_is_not_believed_and_the_past_is():
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert sane(read_moment("2027-03-01 10:00", ZONE), now) is None
    assert sane(read_moment("2026-11-24 12:00", ZONE), now) == read_moment("2026-11-24 12:00", ZONE)
    assert sane(read_moment("2017-01-22", ZONE), now).day == date(2017, 1, 22)
    assert sane(None, now) is None


# --- addresses -----------------------------------------------------------------------------------------------
ONE = "https://www.miit.gov.cn/zwgk/zcwj/wjfb/tz/art/2026/art_7d2e760b4be94217b8f55caec840b30d.html"


@pytest.mark.parametrize(
    "url",
    [
        ONE,
        ONE.replace("https", "http"),
        ONE.replace("www.", "wap."),
        ONE.replace("https://www.miit.gov.cn", "HTTP://WWW.MIIT.GOV.CN:80"),
        ONE.replace("www.miit.gov.cn", "www.miit.gov.cn:443"),
        ONE + "#con_con",
        ONE + "?utm_source=weixin&utm_medium=x",
        f"  {ONE}\n",
    ],
)
def test_one_page_has_one_key(url):
    assert canonical(url) == ONE


@pytest.mark.parametrize(
    ("link", "base", "absolute"),
    [
        ("/a/b.html", "https://x.org/c/index.html", "https://x.org/a/b.html"),
        ("./202604/t1.html", "https://x.org/zcfb/tz/index.html", "https://x.org/zcfb/tz/202604/t1.html"),
        ("../../t.html", "https://x.org/a/b/c/index.html", "https://x.org/a/t.html"),
        ("//y.org/2026-01/01/c_1.htm", "https://x.org/", "https://y.org/2026-01/01/c_1.htm"),
        ("?id=2", "https://x.org/article?id=1", "https://x.org/article?id=2"),
    ],
)
def test_relative_addresses_become_absolute(link, base, absolute):
    assert canonical(link, base) == absolute


def test_what_names_the_page_is_kept():
    assert canonical("https://x.org/Path/A?id=7&B=%E4%B8%AD") == "https://x.org/Path/A?id=7&B=%E4%B8%AD"
    assert canonical("https://x.org/a?id=1") != canonical("https://x.org/a?id=2")
    assert canonical("https://x.org:8443/a") != canonical("https://x.org/a")


def test_a_ministry_is_asked_by_https_and_others_as_they_say():
    assert fetchable(ONE.replace("https", "http")) == ONE
    assert (
        fetchable("http://www.npc.gov.cn/npc/c2/c30834/t1.html")
        == "http://www.npc.gov.cn/npc/c2/c30834/t1.html"
    )
    assert fetchable("http://127.0.0.1:8000/a") == "http://127.0.0.1:8000/a"


SCHEMES = ["javascript:alert(1)", "JavaScript:void(0)", "java\nscript:x", "data:text/html,x", "file:///etc/passwd", "ftp://x.org/a",
           "mailto:a@x.org", "tel:123", "gopher://x/", "view-source:https://x.org/", "about:blank", "ws://x.org/"]  # fmt: skip


@pytest.mark.parametrize("base", ["", "https://x.org/a/"])
@pytest.mark.parametrize("url", SCHEMES)
def test_other_schemes_are_refused(url, base):
    with pytest.raises(Refused):
        canonical(url, base)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://",
        "http:///path",
        "http://[::1",
        "https://x.org:99999/",
        "https://x.org:port/",
        "/only/path",
        "http://\x00/",
    ],
)
def test_what_is_no_address_is_refused_and_not_a_crash(url):
    with pytest.raises(Refused):
        fetchable(url)


@given(st.text(string.printable + "中文〔〕", max_size=60))
@example("http://[v1.x]/")
@example("http://a:b:c/")
@example("https://x.org/%zz")
@example("https://ｘ.org/")
@example("http://1.1.1.1@2.2.2.2/")
@example("\\\\x.org\\a")
@settings(max_examples=200)
def test_a_key_is_its_own_key(url):
    try:
        once = canonical(url, "https://x.org/a/b")
    except Refused:
        return
    assert canonical(once) == once
    assert once.startswith(("http://", "https://"))


# --- feeds ------------------------------------------------------------------------------------------------------
ITEMS = [
    Item(
        "工信部：清理规范互联网网络接入服务市场",
        "/news/1",
        WHEN,
        "<p>摘要 <b>粗体</b>&nbsp;一</p>",
        "<p>第一段。</p><p>第二段。</p>" * 30,
    ),
    Item(
        "A & B <C> “quoted”",
        "/news/2",
        WHEN - timedelta(days=400),
        "plain &amp; simple",
        "<p>" + "word " * 200 + "</p>",
    ),
]


def entries(body, url=f"{BASE}/feed.xml", content_type="application/rss+xml"):
    return parse(body, url, content_type=content_type, zone=ZONE).entries


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("name", sorted(CONTENT_TYPES))
def test_every_format_gives_the_same_entries(name, encoding):
    if name == "json" and encoding != "utf-8":
        pytest.skip("JSON is UTF-8 by its standard")
    body = Feed(name, items=ITEMS, encoding=encoding).render(BASE)
    found = entries(body, content_type=CONTENT_TYPES[name])
    assert [(one.url, one.title) for one in found] == [(BASE + item.link, item.title) for item in ITEMS]
    if name != "rss091":
        assert [one.published.at for one in found] == [item.published for item in ITEMS]
    else:
        assert [one.published for one in found] == [None, None]
    if name != "json":  # whose summary is plain text by its standard
        assert found[0].summary.split() == ["摘要", "粗体", "一"]
    assert bool(found[0].text) == (name in {"rss2", "rss2-full", "atom", "json"})
    if found[0].text:
        assert found[0].text.split("\n")[:2] == ["第一段。", "第二段。"]


@pytest.mark.parametrize("inside", ["utf-8", "gb2312", "gbk", "iso-8859-1", None])
@pytest.mark.parametrize("header", ["utf-8", "gb2312", "iso-8859-1", ""])
def test_a_feed_in_gbk_is_read_whatever_its_labels_say(header, inside):
    text = rss("频道", BASE, [Item(NOTICE, f"{BASE}/1", summary=RARE)]).decode()
    declaration = f'<?xml version="1.0" encoding="{inside}"?>' if inside else ""
    body = (declaration + text[text.index("<rss") :]).encode("gb18030")
    kind = f"text/xml; charset={header}" if header else "text/xml"
    (found,) = entries(body, content_type=kind)
    assert (found.title, found.summary) == (NOTICE, RARE)


class _Site:
    url = BASE


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        ("entity-bomb", {"levels": 9}),
        ("entity-bomb", {"levels": 1}),
        ("xxe", {}),
        ("xxe", {"system": "http://169.254.169.254/x"}),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-8-sig"])
def test_entities_of_ones_own_are_a_failure_and_nothing_is_kept(fault, options, codec):
    body = FAULTS[fault](_Site, None, Reply, **options).body.decode()
    with pytest.raises(Malformed):
        entries(body.replace('encoding="utf-8"', f'encoding="{codec.removesuffix("-sig")}"').encode(codec))


def test_parameter_entities_and_lower_case_tricks_are_a_failure_too():
    for doctype in (
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>',
        '<!DOCTYPE rss SYSTEM "file:///etc/passwd" [ <!ENTITY a "b"> ]>',
        '<!-- hello --> <!DOCTYPE\nrss [<!ENTITY\na "b">]>',
    ):
        body = f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>t</title><item><title>&a;</title><link>{BASE}/1</link></item></channel></rss>'
        with pytest.raises(Malformed):
            entries(body.encode())


def test_an_article_about_xml_is_an_article():
    text = "Why <!DOCTYPE html> and <!ENTITY x> matter"
    body = f"<rss version='2.0'><channel><title>t</title><item><title>On XML</title><link>{BASE}/1</link><description><![CDATA[<pre>{text.replace('<', '&lt;')}</pre>]]></description></item></channel></rss>"
    (found,) = entries(body.encode())
    assert found.title == "On XML"
    assert found.summary == text
    body = body.replace("On XML", f"<![CDATA[{text}]]>")
    assert len(entries(body.encode())) == 1


def test_ten_items_of_one_guid_are_ten_entries_and_the_same_ten_again():
    items = [Item(f"t{n}", f"{BASE}/n/{n}", WHEN, guid="0") for n in range(10)]
    first, second = (entries(rss("f", BASE, items)) for _ in range(2))
    assert len({one.key for one in first}) == 10
    assert [one.key for one in first] == [one.key for one in second]


def test_new_guids_are_not_new_entries():
    old, new = (
        entries(rss("f", BASE, [Item(f"t{n}", f"{BASE}/n/{n}", guid=f"{v}-{n}") for n in range(9)]))
        for v in "ab"
    )
    assert [one.key for one in old] == [one.key for one in new]
    assert [one.guid for one in old] != [one.guid for one in new]


def test_items_that_share_an_address_are_told_apart_by_title():
    items = [Item("甲", f"{BASE}/live"), Item("乙", f"{BASE}/live"), Item("丙", f"{BASE}/other")]
    found = entries(rss("f", BASE, items))
    assert len({one.key for one in found}) == 3
    assert {one.url for one in found} == {f"{BASE}/live", f"{BASE}/other"}


def test_an_item_without_a_link_uses_its_permanent_guid():
    body = f"<rss version='2.0'><channel><title>t</title><item><title>x</title><guid isPermaLink='true'>{BASE}/g/1</guid></item><item><title>y</title><guid>{BASE}/g/2</guid></item></channel></rss>"
    assert [one.url for one in entries(body.encode())] == [f"{BASE}/g/1", f"{BASE}/g/2"]


def test_an_item_without_a_title_gets_one_from_its_text():
    (found,) = entries(
        rss("f", BASE, [Item("", f"{BASE}/1", summary="<p>监管部门今日表示，将清理专线。</p>")])
    )
    assert found.title
    assert found.title in "监管部门今日表示，将清理专线。"


@pytest.mark.parametrize("link", SCHEMES[:6])
def test_a_link_of_another_scheme_spoils_only_its_own_item(link):
    items = [Item("bad", link.replace("\n", "&#10;")), Item("good", f"{BASE}/1")]
    found = entries(rss("f", BASE, items))
    assert "good" in {one.title for one in found}
    assert all(one.url.startswith(("http://", "https://")) for one in found)


def test_relative_links_are_read_against_xml_base_and_the_feed():
    body = f"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='{BASE}/section/'><title>t</title><entry><title>a</title><id>1</id><link href='one.html'/></entry></feed>"
    assert entries(body.encode())[0].url == f"{BASE}/section/one.html"
    plain = rss("f", BASE, [Item("a", "/two.html")])
    assert entries(plain, f"{BASE}/feeds/all.xml")[0].url == f"{BASE}/two.html"


def test_an_atom_entry_is_its_alternate_link_and_its_own_date():
    body = (
        f"<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title><updated>2031-01-01T00:00:00Z</updated><entry><title type='html'>A &amp;amp; B</title><id>x</id>"
        f"<link rel='enclosure' href='{BASE}/a.mp3'/><link rel='self' href='{BASE}/self'/><link rel='alternate' href='{BASE}/page'/>"
        "<updated>2026-09-25T02:00:00Z</updated><summary type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>s <i>t</i></div></summary></entry></feed>"
    )
    (found,) = entries(body.encode())
    assert (found.url, found.title, found.summary) == (f"{BASE}/page", "A & B", "s t")
    assert found.published.at == WHEN


def test_an_rdf_item_is_dated_by_itself_and_never_by_its_channel():
    body = Feed("rdf", items=[Item("a", "/1", WHEN), Item("b", "/2")]).render(BASE)
    first, second = entries(body)
    assert first.published.at == WHEN
    assert second.published is None


@pytest.mark.parametrize("date", ["garbage", "32 Foo 2026", "2026-99-99", " "])
def test_a_broken_date_is_no_date(date):
    (found,) = entries(rss("f", BASE, [Item("a", f"{BASE}/1", date=date)]))
    assert found.published is None


def test_a_zoneless_date_of_a_chinese_feed_is_beijings():
    (found,) = entries(rss("f", BASE, [Item("a", f"{BASE}/1", date="2026-09-25 10:00:00")]))
    assert found.published.at == WHEN


def test_an_aggregators_item_is_its_publishers():
    item = Item("工信部关于专线的通知 - miit.gov.cn", "https://news.google.com/rss/articles/CBMiZ?oc=5", WHEN, guid="CBMiZ",
                publisher=("miit.gov.cn", "https://www.miit.gov.cn"))  # fmt: skip
    (found,) = entries(
        rss("f", "https://news.google.com", [item]), "https://news.google.com/rss/search?q=site:miit.gov.cn"
    )
    assert (found.title, found.publisher) == ("工信部关于专线的通知", "miit.gov.cn")
    (kept,) = entries(rss("f", BASE, [Item("VPN - the end?", f"{BASE}/1")]))
    assert kept.title == "VPN - the end?"


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"/etc/passwd", b"https://example.org/feed", b"plain words", b"<html><body><p>not a feed</p></body></html>",
     b"<!DOCTYPE html><html><head><title>x</title></head><body></body></html>", b'{"a": 1}', b"[]", b"null", b"<a/>", b"\x00\x01\x02",
     *CHALLENGES.values()],
)  # fmt: skip
def test_what_is_no_feed_is_a_failure_with_a_remedy(body):
    with pytest.raises(SourceError) as seen:
        entries(body, content_type="text/html")
    assert seen.value.remedy
    assert "root:" not in str(seen.value)


@pytest.mark.parametrize("name", sorted(CONTENT_TYPES))
def test_a_feed_without_items_is_a_feed(name):
    assert entries(Feed(name).render(BASE), content_type=CONTENT_TYPES[name]) == ()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "\n\n  " + text,
        lambda text: text.replace("<title>good", "<title>&nbsp;good"),
        lambda text: text.replace("good", "go\x0bod"),
        lambda text: text.replace("<item>", "<item><media:thumbnail url='x'/>"),
        lambda text: text.replace("good", "good & <b>bold</b> & more"),
    ],
    ids=["blanks-first", "html-entity", "control-code", "unbound-prefix", "bare-ampersand"],
)
def test_a_sloppy_feed_is_still_read(spoil):
    text = spoil(rss("f", BASE, [Item("good", f"{BASE}/1"), Item("other", f"{BASE}/2")]).decode())
    found = entries(text.encode())
    assert [one.url for one in found] == [f"{BASE}/1", f"{BASE}/2"]
    assert found[0].title.replace("\x0b", "").strip().startswith("go")


def test_a_json_feed_with_bad_items_keeps_the_good_ones():
    items = [
        None,
        7,
        "x",
        {},
        {"url": None, "title": None},
        {"url": [f"{BASE}/0"], "title": {}},
        {"id": "1", "url": f"{BASE}/1", "title": "good", "date_published": 5},
    ]
    body = json.dumps({"version": "https://jsonfeed.org/version/1", "title": None, "items": items}).encode()
    found = entries(body, content_type="application/json")
    assert [one.title for one in found if one.url == f"{BASE}/1"] == ["good"]


def test_markup_in_titles_is_shown_and_never_kept():
    body = f"<rss version='2.0'><channel><title>t</title><item><title><![CDATA[A &amp; <b>B</b> <script>alert(1)</script>]]></title><link>{BASE}/1</link><description>&lt;script&gt;evil()&lt;/script&gt;&lt;p&gt;x&lt;/p&gt;</description></item></channel></rss>"
    (found,) = entries(body.encode())
    assert found.title.startswith("A & B")
    assert "<b>" not in found.title
    assert found.summary == "x"


@pytest.mark.parametrize("bad", ["\\ud83d", "\\udc00\\ud800", "\\u0000", "\\u001b[31m"])
def test_halves_of_characters_and_control_codes_never_get_out_of_a_feed(bad):
    item = f'{{"id": "1", "url": "{BASE}/1", "title": "a{bad}b", "summary": "c{bad}d"}}'
    body = f'{{"version": "https://jsonfeed.org/version/1", "items": [{item}]}}'.encode()
    (found,) = entries(body, content_type="application/json")
    for text in (found.title, found.summary, found.key):
        text.encode("utf-8")
        assert not any(ord(char) < 32 for char in text)


@pytest.mark.parametrize(
    "body",
    [
        b"<rss version='2.0' " + b" ".join(b"a%d='1'" % n for n in range(30_000)) + b"><channel/></rss>",
        b"<rss version='2.0'><channel><item><a " + b" ".join(b"a%d='1'" % n for n in range(30_000)) + b"/></item></channel></rss>",
        b"<rss version='2.0'><channel>" + b"<item><category>x</category></item>" * 10_000 + b"</channel></rss>",
    ],
    ids=["attributes of the root", "attributes of an element", "items"],
)  # fmt: skip
def test_half_a_megabyte_of_nonsense_does_not_hold_the_process(body):
    began = time.process_time()
    with contextlib.suppress(SourceError):
        entries(body)
    assert time.process_time() - began < 3


def test_a_deeply_nested_feed_does_not_break_the_reader():
    body = b"<rss version='2.0'><channel>" + b"<a>" * 50_000
    with contextlib.suppress(SourceError):
        assert entries(body) == ()


@given(st.binary(max_size=300))
@example(b"<rss")
@example(b"<?xml version='1.0' encoding='utf-16'?><rss/>")
@example(b"<?xml version='1.0' encoding='base64'?><rss/>")
@example(b'{"version": "https://jsonfeed.org/version/1", "items": {}}')
@example(b"\xff\xfe<\x00")
@settings(max_examples=100)
def test_no_bytes_break_the_reader_of_feeds(body):
    with contextlib.suppress(SourceError):
        assert isinstance(entries(body), tuple)
