"""Rows 10, 12, 13, 14 and 18: lists that lie about age, dates, GUIDs and character sets."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.feeds import Feed, Item
from tests.support.scene import (
    BAN,
    NOTICE,
    QUIET,
    ban,
    by_token,
    column,
    count,
    days_ago,
    notice,
    press,
    states,
)

TEXT = f"<p>{'工业和信息化部组织开展通信保障工作。' * 30}</p>"


@pytest.mark.slow
def test_a_list_that_alternates_fresh_and_stale_copies_loses_nothing_and_tells_nothing_twice(site, desk):
    made = column(site, desk)
    feed = press(site, desk)
    feed.validators = False
    assert desk.run("crawl").returncode == 0
    site.fault(made, "alternate")
    site.fault("/press.xml", "alternate")
    for number in range(2):
        notice(site, made, number)
        feed.items.insert(0, ban(number))
        for _ in range(2):  # a fresh copy and a stale one, whichever comes first
            done = desk.run("crawl", "--all")
            assert done.returncode == 0, done.stderr
    assert count(desk, "articles") == 6 + 4
    assert count(desk, "deliveries", "kind != 'baseline'") == 4
    assert count(desk, "deliveries", "state != 'sent'") == 0


def test_every_date_is_kept_as_aware_utc_with_its_precision_and_the_future_is_not_believed(site, desk):
    dates = {
        "RFC": ("Mon, 23 Nov 2026 16:27:00 +0800", "2026-11-23T08:27:00+00:00", None),
        "Z": ("2026-11-23T08:27:05Z", "2026-11-23T08:27:05+00:00", None),
        "zoneless": ("2026-11-23 16:27", "2026-11-23T08:27:00+00:00", None),
        "Chinese": ("2026年11月23日 16:27", "2026-11-23T08:27:00+00:00", None),
        "day": ("2026-11-23", "2026-11-22T16:00:00+00:00", "2026-11-23"),
        "Chinese day": ("2026年11月23日", "2026-11-22T16:00:00+00:00", "2026-11-23"),
        "none": ("-", None, None),
        "nonsense": ("soon", None, None),
        "future": ((datetime.now(UTC) + timedelta(days=400)).isoformat(), None, None),
        "far": ("Fri, 31 Dec 9999 23:59:59 +0000", None, None),
    }
    items = [
        Item(f"Item {name}", f"/d/{number}", content=TEXT, date=text)
        for number, (name, (text, *_)) in enumerate(dates.items())
    ]
    press(site, desk, "press", items, lang="zh-Hans")
    made = column(site, desk)
    site.publish(made, "明日的通知", published=datetime.now(UTC) + timedelta(days=700), text=["正文。"])
    done = desk.run("crawl")
    assert done.returncode == 0, done.stderr
    found = {
        title.removeprefix("Item "): (published, day)
        for title, published, day in desk.rows(
            "SELECT title, published, published_day FROM articles WHERE source = 'press'"
        )
    }
    wrong = {}
    for name, (_, moment, day) in dates.items():
        published, shown = found[name]
        aware = published and datetime.fromisoformat(published).replace(tzinfo=UTC).isoformat()
        if (aware, shown) != (moment, day):
            wrong[name] = (aware, shown)
    assert wrong == {}
    (future,) = desk.rows("SELECT published FROM articles WHERE title = '明日的通知'")
    assert future == (None,)


def test_ten_items_of_one_guid_are_ten_articles_once_and_changing_guids_are_no_news(site, desk, slack):
    by_token(desk, slack)
    press(
        site,
        desk,
        "same",
        [Item(f"Same {n}", f"/same/{n}", days_ago(n + 1), content=QUIET) for n in range(10)],
    )
    site.fault("/same.xml", "one-guid")
    press(site, desk, "changing", [ban(n, days=n + 1, guid=f"tag:{n}") for n in range(40)])
    site.fault("/changing.xml", "guids-change")
    assert desk.run("crawl").returncode == 0
    assert (count(desk, "articles", "source = 'same'"), count(desk, "articles", "source = 'changing'")) == (
        10,
        40,
    )
    told = len(slack.messages())
    again = desk.run("crawl", "--all")
    assert again.returncode == 0, again.stderr
    assert len(site.asked("/changing.xml")) == 2
    assert count(desk, "articles") == 50
    assert len(slack.messages()) == told


LABELS = [
    {"encoding": "gb18030", "header": "utf-8"},
    {"encoding": "gbk", "header": "ISO-8859-1"},
    {"encoding": "gb18030", "header": "gb2312"},
    {"encoding": "gbk", "header": "", "inside": ""},
]


def test_chinese_is_exact_whatever_its_label_says_in_lists_articles_and_feeds(site, desk):
    title = "工信部：规范电信市场秩序（镕、喆、𠮷不在其列）".replace("𠮷", "吉")
    for number, label in enumerate(LABELS):
        made = column(site, desk, count=1, id=f"column_{number}", folder=f"/c{number}/")
        document = notice(site, made, number, origin="信息通信管理局")
        site.fault(made.path, "mislabelled", **label)
        site.fault(document.path, "mislabelled", **label)
        site.feeds[f"/f{number}.xml"] = Feed(
            "rss2-full", items=[Item(title, f"/f{number}/1", days_ago(1), content=TEXT)]
        )
        site.fault(f"/f{number}.xml", "mislabelled", **label)
        desk.source(id=f"feed_{number}", kind="feed", url=f"{site.url}/f{number}.xml")
    done = desk.run("crawl")
    assert done.returncode == 0, (done.stderr, states(desk))
    titles = [row[0] for row in desk.rows("SELECT title FROM articles WHERE source LIKE 'feed%'")]
    assert titles == [title] * len(LABELS)
    for number in range(len(LABELS)):
        shown = desk.rows(
            "SELECT title, text, doc_no FROM articles WHERE source = :source AND matched",
            source=f"column_{number}",
        )
        assert [row[0] for row in shown] == [f"{NOTICE}（{number}）"]
        assert "（含虚拟专用网络VPN）" in shown[0][1]
        assert shown[0][2] == f"工信部信管函〔2026〕{number}号"
    assert count(desk, "articles", "title || text || private_text || origin LIKE '%\ufffd%'") == 0


HOSTILE = "<!channel> <@U1> <http://x|y> & *b* MIIT bans VPN services"


def test_a_hostile_title_is_sent_inert_opens_as_text_in_a_spreadsheet_and_a_script_is_no_link(
    site, desk, slack
):
    """Rows 25, 26 and 27, whole way: the stand-in refuses a message that would notify people."""
    by_token(desk, slack)
    desk.config["slack"]["gather"] = "0"  # each by itself
    feed = press(site, desk)
    assert desk.run("crawl").returncode == 0
    feed.items[:0] = [
        ban(1, title=HOSTILE),
        ban(2, title='=HYPERLINK("http://evil.example","MIIT bans VPN services")'),
        ban(3, title="\t @SUM(1) MIIT bans VPN services again"),
        ban(4, link="javascript:alert(document.cookie)"),
        ban(5, content=f"<script>alert(1)</script>{BAN}<img src=x onerror=alert(1)>"),
    ]
    done = desk.run("crawl", "--all")
    assert done.returncode == 0, done.stderr
    texts = [one.text + str(one.blocks) for one in slack.messages("alerts") if one.alert]
    assert sum("VPN" in text for text in texts) >= 4
    assert not [
        text for text in texts if "<!channel>" in text.replace("&lt;", "") and "&lt;!channel" not in text
    ]
    assert not [text for text in texts if "javascript:" in text or "<script" in text]
    assert count(desk, "deliveries", "state != 'sent'") == 0
    exported = desk.run("export", "--format", "csv")
    assert exported.returncode == 0, exported.stderr
    assert "javascript:" not in exported.stdout
    assert "<script" not in exported.stdout
    cells = [cell for row in csv.reader(io.StringIO(exported.stdout.lstrip("\ufeff"))) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@") and cell.lstrip()[:1]]
