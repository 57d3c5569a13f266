"""`gatewatch crawl` as a process of its own, against a loopback ministry and loopback feeds."""

from __future__ import annotations

import csv
import io
import json
import signal
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.feeds import Feed, Item
from tests.support.program import Desk
from tests.support.site import BEIJING, Site

NOTICE = "关于规范跨境专线经营活动的通知"
CLAUSE = "未经电信主管部门批准，不得自行建立或租用专线（含虚拟专用网络VPN）等信道开展跨境经营活动。"
PLAIN = "各单位要做好汛期通信保障工作。"


@pytest.fixture
def site():
    with Site() as site:
        yield site


@pytest.fixture
def desk(tmp_path):
    with Desk(tmp_path) as desk:
        yield desk


def column_of(site, desk, count=6, **source):
    """A column of so many ordinary documents, and the source that watches it."""
    column = site.column("/zwgk/zcwj/wjfb/tz/", "通知")
    for number in range(count):
        site.publish(
            column, f"关于第{number}批通信保障工作的通知", published=days_ago(200 - number), text=[PLAIN]
        )
    desk.source(**{"id": "notices", "url": f"{site.url}{column.path}", "at_least": 1} | source)
    return column


def days_ago(days, hour=9):
    return (datetime.now(BEIJING) - timedelta(days=days)).replace(
        hour=hour, minute=5, second=0, microsecond=0
    )


def stored(desk):
    return desk.rows("SELECT title, doc_no, published, text, url FROM articles ORDER BY published, title")


def test_three_pages_of_a_column_are_stored_once_with_exact_title_number_time_and_body(site, desk):
    column = column_of(site, desk, count=60)
    other = site.column("/jgsj/xgj/wjfb/", "文件发布")
    mixed = site.publish(other, "另一栏目的通知", published="2025-03-01 10:30", text=["另一栏目的正文。"])
    site.board.documents[column.folder].insert(30, mixed)
    twice = site.listed(column)[3]
    site.board.documents[column.folder].insert(50, twice)
    absolute = site.publish(
        column, "绝对地址的通知", published="2024-05-10 17:20", pub_date="2024-05-11 09:12", doc_no="工信厅信管函〔2024〕161号",
        text=["第一段。", "第二段。"], place=1,
    )  # fmt: skip
    site.edit(absolute, href=f"{site.url}{absolute.path}")
    first = desk.run("crawl")
    assert first.returncode == 0, first.stderr
    rows = {row[0]: row for row in stored(desk)}
    assert len(rows) == len(stored(desk)) == 62
    _, number, published, text, _ = rows["绝对地址的通知"]
    assert number == "工信厅信管函〔2024〕161号"
    assert published.startswith("2024-05-10 09:20")  # 17:20 in Beijing, not the later PubDate
    assert "第一段。\n第二段。" in text
    assert "首页" not in text
    assert "相关" not in text
    before = len(site.log)
    second = desk.run("crawl", "--all")
    assert second.returncode == 0, second.stderr
    assert len(stored(desk)) == 62
    assert len(site.log) - before <= 3  # robots, shell, unit call: nothing is fetched again


def test_an_article_that_is_added_is_found_in_one_poll_and_told(site, desk):
    column = column_of(site, desk)
    assert desk.run("crawl").returncode == 0
    site.publish(column, NOTICE, published=days_ago(0), doc_no="工信部信管函〔2026〕77号", text=[CLAUSE])
    told = desk.run("crawl", "notices")
    assert told.returncode == 0, told.stderr
    assert NOTICE in told.stdout
    assert "VPN" in told.stdout
    assert desk.run("crawl", "notices").stdout == ""


def test_the_first_round_is_a_baseline_summed_up_in_one_message(site, desk):
    column = column_of(site, desk)
    site.publish(column, NOTICE, published=days_ago(3), doc_no="工信部信管函〔2026〕77号", text=[CLAUSE])
    first = desk.run("crawl")
    assert first.returncode == 0, first.stderr
    assert [row[0] for row in desk.rows("SELECT kind FROM deliveries")] == ["baseline"]
    assert NOTICE in first.stdout  # among the newest
    assert desk.rows("SELECT disposition FROM articles WHERE matched") == [("baseline",)]
    filled = desk.run("crawl", "--backfill")
    assert filled.returncode == 0, filled.stderr
    assert NOTICE in filled.stdout
    assert [row[0] for row in desk.rows("SELECT kind FROM deliveries ORDER BY position")] == [
        "baseline",
        "new",
    ]
    assert desk.run("crawl", "--backfill").stdout == ""


@pytest.mark.slow
def test_a_source_that_is_added_later_has_a_baseline_of_its_own(site, desk):
    column_of(site, desk)
    desk.run("crawl")
    site.feeds["/feed.xml"] = Feed(
        "rss2-full",
        items=[
            Item(
                "MIIT bans unlicensed VPN services",
                "/n/1",
                days_ago(2),
                content=f"<p>{'China speaks. ' * 90}</p>",
            )
        ],
    )
    desk.source(id="press", kind="feed", url=f"{site.url}/feed.xml")
    done = desk.run("crawl")
    assert done.returncode == 0, done.stderr
    assert [row[0] for row in desk.rows("SELECT kind FROM deliveries")] == ["baseline", "baseline"]


@pytest.mark.slow
def test_what_is_older_than_thirty_days_at_first_sight_is_held(site, desk):
    column = column_of(site, desk)
    desk.run("crawl")
    site.publish(column, NOTICE, published=days_ago(40), doc_no="工信部信管函〔2026〕77号", text=[CLAUSE])
    done = desk.run("crawl", "--all")
    assert done.stdout == ""
    assert desk.rows("SELECT disposition FROM articles WHERE matched") == [("held",)]


@pytest.mark.slow
def test_a_redesign_that_republishes_everything_under_new_addresses_is_no_news(site, desk):
    column = column_of(site, desk, count=10)
    site.publish(column, NOTICE, published=days_ago(3), doc_no="工信部信管函〔2026〕77号", text=[CLAUSE])
    desk.run("crawl")
    site.republish(column)
    done = desk.run("crawl", "--all")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert desk.rows("SELECT count(*) FROM deliveries") == [(1,)]


FAULTS = [
    ("status", {"code": 403}, "blocked", "http-403"),
    pytest.param("waf-412", {}, "blocked", "http-412", marks=pytest.mark.slow),
    pytest.param("jsl-521", {}, "blocked", "http-521", marks=pytest.mark.slow),
    pytest.param("challenge", {"kind": "captcha"}, "blocked", "", marks=pytest.mark.slow),
    pytest.param("challenge", {"kind": "jsl"}, "blocked", "", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("fault", "options", "state", "code"), FAULTS)
def test_a_refused_column_is_named_told_once_with_a_remedy_and_harms_no_other(
    site, desk, fault, options, state, code
):
    column = column_of(site, desk)
    site.feeds["/feed.xml"] = Feed(
        "rss2-full", items=[Item("Quiet day", "/n/1", days_ago(2), content=f"<p>{'A quiet day. ' * 90}</p>")]
    )
    desk.source(id="press", kind="feed", url=f"{site.url}/feed.xml")
    assert desk.run("crawl").returncode == 0
    site.fault(column.path, fault, **options)
    failed = desk.run("crawl", "--all")
    assert failed.returncode == 3, failed.stderr
    found = desk.rows("SELECT state, code, remedy FROM sources WHERE id = 'notices'")[0]
    assert found[0] == state
    assert code in found[1]
    assert found[2]
    assert desk.rows("SELECT state FROM sources WHERE id = 'press'") == [("ok",)]
    assert "notices" in failed.stdout  # people are told
    asked = len(site.asked(column.path))
    again = desk.run("crawl", "--all")
    assert again.returncode == 0, again.stderr  # 3 is for news
    assert again.stdout == ""
    assert len(site.asked(column.path)) == asked + 1  # not retried at once
    site.mend()
    well = desk.run("crawl", "--all")
    assert well.returncode == 0
    assert "notices" in well.stdout  # recovery, once
    assert desk.run("crawl", "--all").stdout == ""


def test_a_list_whose_class_was_renamed_or_that_shows_no_rows_is_a_failure(site, desk):
    column = column_of(site, desk)
    desk.run("crawl")
    site.fault(column, "zero-rows")
    failed = desk.run("crawl", "--all")
    assert failed.returncode == 3
    assert desk.rows("SELECT state FROM sources") == [("empty",)]


@pytest.mark.slow
def test_a_unit_call_that_says_success_false_is_a_failure_with_its_own_name(site, desk):
    column = column_of(site, desk)
    desk.run("crawl")
    site.fault(column, "refused")
    failed = desk.run("crawl", "--all")
    assert failed.returncode == 3
    assert desk.rows("SELECT state, code FROM sources") == [("failing", "unit-refused")]


def test_a_broken_feed_is_a_failure_and_a_feed_in_mislabelled_gbk_is_read_exactly(site, desk):
    site.pages["/broken.xml"] = (b"<rss><channel><item><title>cut", "application/rss+xml")
    text = f"<p>{'工业和信息化部开展通信保障工作。' * 20}</p>"
    feed = Feed(
        items=[Item("工信部：规范电信市场秩序", "/n/1", days_ago(2), content=text)], format="rss2-full"
    ).render(site.url)
    site.pages["/gbk.xml"] = (feed.decode().encode("gbk"), "application/rss+xml; charset=utf-8")
    desk.source(id="broken", kind="feed", url=f"{site.url}/broken.xml")
    desk.source(id="gbk", kind="feed", url=f"{site.url}/gbk.xml")
    done = desk.run("crawl")
    assert done.returncode == 3
    states = dict(desk.rows("SELECT id, state FROM sources"))
    assert states == {"broken": "failing", "gbk": "ok"}
    assert desk.rows("SELECT title FROM articles") == [("工信部：规范电信市场秩序",)]


@pytest.mark.slow
def test_an_article_that_answers_a_soft_404_is_not_stored_reported_and_read_later(site, desk):
    column = column_of(site, desk)
    desk.run("crawl")
    document = site.publish(
        column, NOTICE, published=days_ago(0), doc_no="工信部信管函〔2026〕77号", text=[CLAUSE]
    )
    site.fault(document.path, "soft-404")
    done = desk.run("crawl", "--all")
    assert done.returncode == 3
    assert document.path in done.stderr
    assert desk.rows("SELECT count(*) FROM articles WHERE title = :title", title=NOTICE) == [(0,)]
    site.mend()
    store = desk.store
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE unread SET next_try = 0")
    store.close()
    later = desk.run("crawl", "--all")
    assert later.returncode == 0, later.stderr
    assert NOTICE in later.stdout


@pytest.mark.slow
def test_more_new_rows_than_pages_are_read_are_reported_as_a_possible_gap(site, desk):
    column = column_of(site, desk, max_pages=2)
    desk.run("crawl")
    for number in range(60):
        site.publish(column, f"关于第{number}号工作的公告", published=days_ago(0), text=[PLAIN])
    done = desk.run("crawl", "--all")
    assert desk.rows("SELECT state FROM sources") == [("gap",)]
    assert "gap" in done.stdout
    assert desk.rows("SELECT count(*) FROM articles") == [(6 + 48,)]


def test_a_redirect_loop_is_a_failure_and_the_lease_is_released(site, desk):
    column = column_of(site, desk)
    site.fault(column.path, "redirect-loop")
    done = desk.run("crawl")
    assert done.returncode == 3
    assert desk.rows("SELECT state, code, lease_until FROM sources") == [("failing", "redirects", 0.0)]


def test_a_dry_run_shows_and_leaves_no_trace(site, desk):
    column = column_of(site, desk)
    desk.run("crawl")
    site.publish(column, NOTICE, published=days_ago(0), doc_no="工信部信管函〔2026〕77号", text=[CLAUSE])
    before = desk.rows("SELECT * FROM sources")
    shown = desk.run("crawl", "--all", "--dry-run")
    assert shown.returncode == 0, shown.stderr
    assert NOTICE in shown.stdout
    assert desk.rows("SELECT * FROM sources") == before
    assert desk.rows("SELECT count(*) FROM articles") == [(6,)]


def test_two_crawls_at_once_poll_each_source_once(site, desk):
    columns = [column_of(site, desk)]
    for number in range(5):
        column = site.column(f"/zwgk/more{number}/", "公告")
        site.publish(column, f"第{number}号公告", published=days_ago(100), text=[PLAIN])
        desk.source(id=f"more{number}", url=f"{site.url}{column.path}")
        columns.append(column)
    both = [desk.start("crawl"), desk.start("crawl")]
    for process in both:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    assert [len(site.asked(column.path)) for column in columns] == [1] * 6
    assert desk.rows("SELECT count(*) FROM articles") == [(11,)]


@pytest.mark.slow
def test_killed_in_mid_turn_the_next_round_ends_with_the_same_articles_and_alerts(site, desk):
    column = column_of(site, desk, count=30)
    assert desk.run("crawl").returncode == 0
    for number in range(8):
        site.publish(
            column,
            f"{NOTICE}（{number}）",
            published=days_ago(0),
            doc_no=f"工信部信管函〔2026〕{number + 1}号",
            text=[CLAUSE],
        )
    slow = site.listed(column)[3]
    site.fault(slow.path, "stall")
    process = desk.start("crawl", "--all")
    site.server.wait_for(slow.path, 30)
    process.kill()
    process.communicate()
    site.mend()
    store = desk.store
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE sources SET lease_until = 0, due = 0")
    store.close()
    done = desk.run("crawl")
    assert done.returncode == 0, done.stderr
    assert desk.rows("SELECT count(*) FROM articles") == [(38,)]
    assert desk.rows("SELECT count(*) FROM deliveries WHERE kind = 'new' AND state = 'sent'") == [(8,)]


@pytest.mark.slow
def test_ctrl_c_ends_with_130_and_gives_the_source_back(site, desk):
    column = column_of(site, desk)
    site.fault(column.path, "stall")
    process = desk.start("crawl")
    site.server.wait_for(column.path, 30)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=15)
    assert process.returncode == 130
    assert desk.rows("SELECT lease_until, last_turn FROM sources") == [(0.0, None)]


def test_an_unknown_source_is_a_usage_error_with_the_nearest_name(desk, site):
    column_of(site, desk)
    done = desk.run("crawl", "notice")
    assert done.returncode == 2
    assert "notices" in done.stderr


def test_a_crawl_opens_no_listening_port(site, desk):
    column = column_of(site, desk)
    site.fault(column.path, "stall")
    process = desk.start("crawl")
    site.server.wait_for(column.path, 30)
    listening = listening_ports(process.pid)
    process.kill()
    process.communicate()
    assert listening == []


def listening_ports(pid):
    """The TCP ports that a process listens on, from /proc."""
    from pathlib import Path

    inodes = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        target = str(entry.readlink())
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                found.append(fields[1])
    return found


def test_what_matched_is_exported(site, desk):
    column = column_of(site, desk)
    site.publish(column, NOTICE, published=days_ago(3), doc_no="工信部信管函〔2026〕77号", text=[CLAUSE])
    desk.run("crawl")
    done = desk.run("export", "--format", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout.lstrip("﻿"))))
    assert [(row["title"], row["doc_no"], row["alert_state"]) for row in rows] == [
        (NOTICE, "工信部信管函〔2026〕77号", "baseline")
    ]
    lines = desk.run("export", "--format", "jsonl").stdout.splitlines()
    assert json.loads(lines[0])["text"].count("VPN") == 1


def test_the_time_facts_carry_is_aware(site, desk):
    column_of(site, desk, count=1)
    desk.run("crawl")
    (seen,) = desk.rows("SELECT first_seen FROM articles")
    assert abs(datetime.fromisoformat(seen[0]).replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(minutes=2)
