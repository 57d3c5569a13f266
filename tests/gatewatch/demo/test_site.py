"""The demo's site over HTTP: the true shape, and never more than the day has seen."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from xml.etree import ElementTree as ET

import pytest

from gatewatch.demo.jpaas import UNIT
from gatewatch.demo.site import Site
from gatewatch.demo.story import (
    ANSWERS,
    COURIER,
    DAYS,
    INTERPRETATIONS,
    NOTICE,
    NOTICES,
    TRADE,
    documents,
    pieces,
)


@pytest.fixture
def site():
    with Site() as found:
        yield found


def get(site, path, **headers):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(
        site.url + path, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        with opener.open(request, timeout=10) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def rows(site, column, **changes):
    answer = json.loads(get(site, f"{UNIT}?{urllib.parse.urlencode(column.query | changes)}")[2])
    return answer["data"]["html"] if answer["success"] else None


def test_rows_need_the_column_page_first_and_the_right_ids(site):
    assert rows(site, NOTICES) is None
    assert f"'pageId':'{NOTICES.page_id}'" in get(site, NOTICES.path)[2].decode()
    assert rows(site, NOTICES) is not None
    assert rows(site, NOTICES, webId="0") is None
    assert rows(site, INTERPRETATIONS) is None


def test_a_list_grows_with_the_days_and_not_before(site):
    get(site, NOTICES.path)
    counts = []
    for day in DAYS:
        site.show(day)
        html = rows(site, NOTICES)
        counts.append(html.count("<li"))
        assert (f'title="{NOTICE}"' in html) == (day.now >= DAYS[1].now)
    assert counts == sorted(counts)
    assert counts[-1] == counts[-2] == len(documents(NOTICES))


def test_an_article_is_not_there_before_its_day(site):
    path = next(one.path for one in documents(INTERPRETATIONS) if one.title == ANSWERS)
    assert get(site, path)[0] == 404
    site.show(DAYS[3])
    status, headers, body = get(site, path)
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<span id="con_time">发布时间：2017-01-24 16:05</span>' in body.decode()


def test_related_links_never_name_a_later_document(site):
    first = documents(NOTICES)[-1]
    assert NOTICE not in get(site, first.path)[2].decode()


def test_the_courier_gives_whole_texts_and_answers_304_while_nothing_is_new(site):
    _, headers, body = get(site, COURIER.feed)
    items = ET.fromstring(body).findall("channel/item")
    text = items[0].findtext("{http://purl.org/rss/1.0/modules/content/}encoded")
    assert pieces(COURIER)[-1].title in {item.findtext("title") for item in items}
    assert text.count("<p>") == 2
    assert get(site, COURIER.feed, If_None_Match=headers["ETag"])[0] == 304
    site.show(DAYS[1])
    assert get(site, COURIER.feed, If_None_Match=headers["ETag"])[0] == 200


def test_the_trade_paper_is_in_gb2312_feed_and_pages(site):
    _, headers, body = get(site, TRADE.feed)
    assert b'<?xml version="1.0" encoding="gb2312"?>' in body
    assert "charset" not in headers["Content-Type"]
    piece = pieces(TRADE)[-1]
    assert piece.title in body.decode("gb2312")
    _, headers, page = get(site, piece.path)
    assert headers["Content-Type"] == "text/html; charset=gb2312"
    assert piece.paragraphs[0] in page.decode("gb2312")


def test_every_article_of_the_story_has_its_page_in_the_end(site):
    site.show(DAYS[-1])
    for path in (one.path for found in (documents(NOTICES), pieces(COURIER), pieces(TRADE)) for one in found):
        assert get(site, path)[0] == 200


def test_what_is_not_there_is_404_and_robots_is_open(site):
    assert get(site, "/nothing")[0] == 404
    assert b"Disallow: /admin/" in get(site, "/robots.txt")[2]
