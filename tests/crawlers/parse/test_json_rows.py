"""Rows of lists that answer JSON: the attested shapes, whatever types come, and failures that name the selector."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.article import Attachment
from crawlers.errors import Malformed
from crawlers.parse import json_rows

BEIJING = ZoneInfo("Asia/Shanghai")
URL = "https://www.example.gov.cn/cms/JsonList"
FLAT = {"row": "list", "link": "infourl", "title": "topic", "date": "pubtime"}
SEARCH = {
    "row": "data.searchResult.dataResults[].[groupData[].data || [data]][][]",
    "link": "url",
    "title": "title",
    "date": "deploytime",
    "number": "filenumbername",
    "issuer": "publishgroupname",
    "text": "json(json(infoextends).infoContent) | (elementList || @)[?fieldName=='content'].fieldValue | [0]",
    "files": "json(json(infoextends).infoContent) | (elementList || @)[?fieldType=='Attach'].json(fieldValue)[].{name: name || fileName, url: url}",
}


def rows(answer, selectors=FLAT):
    body = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
    return json_rows.rows(body, URL, selectors, BEIJING)


def row(**more):
    return {"topic": "甲", "infourl": "//www.example.gov.cn/1.htm", "pubtime": "2026-03-02 20:00:05"} | more


def test_a_link_without_scheme_is_absolute_and_a_time_without_zone_is_the_sources():
    (entry,) = rows({"totalRec": "1", "list": [row(topic="<em>甲</em>&amp;乙")]}).entries
    assert (entry.url, entry.title) == ("https://www.example.gov.cn/1.htm", "甲&乙")
    assert entry.published.at == datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)


def test_a_byte_order_mark_and_a_list_at_the_top_are_read():
    selectors = FLAT | {"row": "@"}
    (entry,) = rows(b"\xef\xbb\xbf" + json.dumps([row(pubtime="2026-03-02")]).encode(), selectors).entries
    assert entry.published.day == date(2026, 3, 2)


@pytest.mark.parametrize("when", ["1772000000256", 1772000000256, 1772000000256.0])
def test_milliseconds_since_1970_are_read_as_text_and_as_number(when):
    (entry,) = rows({"list": [row(pubtime=when)]}).entries
    assert entry.published.at == datetime.fromtimestamp(1772000000, UTC)


def searched(content, *, grouped=True):
    data = {
        "title": "关于某事的通知",
        "url": "/zwgk/art/2026/art_1.html",
        "deploytime": "1772000000256",
        "filenumbername": "工信部信管函〔2026〕9号",
        "publishgroupname": "信息通信管理局",
        "infoextends": json.dumps({"infoContent": json.dumps(content)}),
    }
    held = {"groupData": [{"pkValue": "1", "data": data}]} if grouped else {"data": data}
    return {"data": {"searchResult": {"total": 1, "dataResults": [held]}}}


FIELDS = [
    {"fieldName": "content", "fieldType": "Text", "fieldValue": "<p>第一段。</p>\n<p>第二段<b>VPN</b>。</p>"},
    {
        "fieldName": "fj",
        "fieldType": "Attach",
        "fieldValue": json.dumps([{"fileName": "附件.doc", "url": "/cms_files/1.doc"}]),
    },
]


@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize("content", [FIELDS, {"elementList": FIELDS}], ids=["list", "elementList"])
def test_number_issuer_text_and_files_of_a_search_are_read(content, grouped):
    (entry,) = rows(searched(content, grouped=grouped), SEARCH).entries
    assert entry.text == "第一段。\n第二段VPN。"
    assert entry.labels == (("发文机关", "信息通信管理局"), ("发文字号", "工信部信管函〔2026〕9号"))
    assert entry.attachments == (Attachment("附件.doc", "https://www.example.gov.cn/cms_files/1.doc"),)
    assert entry.published.at == datetime.fromtimestamp(1772000000, UTC)


def test_a_row_without_link_or_title_is_no_row_and_the_rest_is_read():
    odd = [row(topic=None), row(infourl=""), row(infourl="javascript:void(0)"), 7, None, [], "x", row()]
    assert [entry.title for entry in rows({"list": odd}).entries] == ["甲"]


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (b"<html>", "not-json", "did not answer JSON"),
        (b"[" * 200_000, "not-json", "did not answer JSON"),
        (
            {"code": 1001, "msg": "抱歉"},
            "no-rows",
            r"selectors\.row 'list'.*it has code, msg; it says '抱歉'",
        ),
        ({"list": {}}, "no-rows", r"selectors\.row"),
        ({"list": [{"a": 1, "topic": "甲"}]}, "selector", r"selectors\.link 'infourl'.*it has a, topic"),
        ({"list": [{"infourl": "/1"}]}, "selector", r"selectors\.title 'topic'"),
        ({"list": [row(infourl="javascript:")]}, "selector", r"selectors\.link"),
    ],
)
def test_what_cannot_be_read_names_the_selector_and_what_came(answer, code, said):
    with pytest.raises(Malformed, match=said) as caught:
        rows(answer)
    assert caught.value.code == code
    assert len(str(caught.value)) < 1000


def test_rows_whose_date_has_gone_are_read_and_the_loss_is_told():
    found = rows({"list": [row(pubtime=None), row(infourl="/2", pubtime="soon")]})
    assert len(found.entries) == 2
    assert found.lost is not None
    assert "selectors.date 'pubtime'" in str(found.lost)
    assert rows({"list": []}).lost is None


def test_an_address_under_two_titles_is_two_rows():
    keys = [entry.key for entry in rows({"list": [row(), row(topic="乙"), row()]}).entries]
    assert keys == ["https://www.example.gov.cn/1.htm", "https://www.example.gov.cn/1.htm#乙"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["list", "topic", "infourl", "pubtime", "data", "url", "infoextends", "x"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(
    JSON,
    st.sampled_from(
        [
            FLAT,
            FLAT | {"row": "@"},
            SEARCH | {"row": "list"},
            FLAT | {"row": "having(@, 'url')", "link": "url"},
        ]
    ),
)
def test_any_json_comes_to_rows_or_a_named_failure(answer, selectors):
    try:
        found = rows(json.dumps(answer).encode(), selectors)
    except Malformed:
        return
    assert all(entry.title and entry.url.startswith("http") for entry in found.entries)


def test_eight_megabytes_of_rows_are_read_in_bearable_time():
    body = json.dumps({"list": [row(infourl=f"/{n}", x="甲" * 20) for n in range(20_000)]}).encode()
    assert len(rows(body).entries) == 20_000
