"""Rows 15 and 16, and what 14 and 36 must not come to: pages that change, vanish, return, flap or refuse us."""

from __future__ import annotations

import signal
import sqlite3

import pytest

from tests.gatewatch.test_crawl import CLAUSE, NOTICE, PLAIN, days_ago
from tests.support.feeds import Feed, Item

IN_FORCE = "本通知自2026年12月1日起施行。"


@pytest.fixture
def notice(site, desk):
    """A column with one notice that was told after the baseline; its page was read once."""
    column = site.column("/zwgk/zcwj/wjfb/tz/", "通知")
    site.publish(column, "关于通信保障工作的通知", published=days_ago(200), text=[PLAIN])
    desk.source(id="notices", url=f"{site.url}{column.path}", at_least=1)
    crawl(desk)
    document = site.publish(column, NOTICE, published=days_ago(1), text=[CLAUSE, IN_FORCE])
    assert kinds(crawl(desk, "--all")) == ["NEW"]
    return column, document


def crawl(desk, *words, code=0):
    done = desk.run("crawl", *words)
    assert done.returncode == code, done.stderr
    return done


def kinds(done):
    """The alerts printed, by their first word."""
    tags = {"NEW", "AMENDED", "WITHDRAWN", "RETURNED", "REPORT", "SOURCE"}
    firsts = (line.lstrip(" ↳└").split(" ")[0] for line in done.stdout.splitlines())
    return [word for word in firsts if word in tags]


def sql(desk, statement):
    connection = sqlite3.connect(desk.home / "gatewatch.sqlite3")
    with connection:
        connection.execute(statement)
    connection.close()


def look(desk, *words, days=0.0, code=0):
    """A round in which every page is due, so many days after the last."""
    shift = f"strftime('%Y-%m-%d %H:%M:%f000', gone_since, '-{days * 24} hours')"
    sql(desk, f"UPDATE looks SET due = 0, gone_since = {shift}")
    return crawl(desk, *words, code=code)


def state(desk):
    return [row[0] for row in desk.rows("SELECT state FROM looks ORDER BY article")]


def test_an_edited_page_is_one_amendment_with_its_difference_and_noise_is_none(site, desk, notice):
    _, document = notice
    assert kinds(look(desk)) == []
    site.edit(document, paragraphs=(CLAUSE, IN_FORCE, "浏览次数：1,024次"))
    assert kinds(look(desk)) == []
    site.edit(document, paragraphs=(CLAUSE, IN_FORCE.replace("12月1日", "12月15日"), "浏览次数：1,025次"))
    done = look(desk)
    assert kinds(done) == ["AMENDED"]
    assert "2026年12月1{+5+}日起施行" in done.stdout
    assert "1,025" not in done.stdout
    assert kinds(look(desk)) == []
    [(article, text)] = desk.rows("SELECT article, text FROM versions")
    assert IN_FORCE in text
    assert len(desk.json("archive", "list", article)) == 2
    assert desk.json("archive", "replay", article)["changes"] == []
    assert desk.json("why", article)["article"]["page"]["versions"][0]["version"] == 1


def test_a_text_edited_in_its_feed_is_one_amendment_and_new_guids_are_none(site, desk):
    filler = "The rest of this report says nothing about the matter and only makes it longer. " * 5
    text = f"<p>MIIT bars companies from leasing VPN lines across the border without approval.</p><p>{filler}</p>"
    site.feeds["/rss"] = feed = Feed("rss2", items=[])
    feed.items = [Item("Weather", "/news/0", content="<p>Sunny. </p>" * 40)]
    desk.source(id="press", kind="feed", url=f"{site.url}/rss", lang="en")
    crawl(desk)
    feed.items = [Item("MIIT bars VPN lines", "/news/1", content=text, guid="1"), *feed.items]
    assert len(kinds(crawl(desk, "--all"))) == 1
    feed.items = [Item("MIIT bars VPN lines", "/news/1", content=text, guid="2"), *feed.items[1:]]
    assert kinds(crawl(desk, "--all")) == []
    changed = text.replace("without approval", "without a licence")
    feed.items = [Item("MIIT bars VPN lines", "/news/1", content=changed, guid="2"), *feed.items[1:]]
    done = crawl(desk, "--all")
    assert kinds(done) == ["AMENDED"]
    assert "{+" in done.stdout
    assert kinds(crawl(desk, "--all")) == []
    assert len(desk.json("archive", "list")) == 2


def test_a_list_that_names_a_page_otherwise_has_it_looked_at(site, desk, notice):
    _, document = notice
    crawl(desk, "--all")  # the list's wording is known from now on
    site.edit(document, title=f"{NOTICE}（修订）", paragraphs=(CLAUSE, IN_FORCE, "此前规定同时废止。"))
    found = kinds(crawl(desk, "--all")) + kinds(crawl(desk))
    assert found == ["AMENDED"]


def test_a_page_that_is_gone_is_withdrawn_after_three_days_never_repealed_and_its_return_is_told(
    site, desk, notice
):
    column, document = notice
    site.remove(document)
    told = [kinds(look(desk, "--all", days=1.01)) for _ in range(6)]
    assert told == [[], [], [], ["WITHDRAWN"], [], []]
    [(text,)] = desk.rows("SELECT text FROM deliveries WHERE kind = 'withdrawn'")
    assert "no repeal" in text
    assert "repealed" not in text
    [article] = [row[0] for row in desk.rows("SELECT article FROM looks")]
    assert "withdrawn since" in desk.run("why", article).stdout
    assert {row["role"] for row in desk.json("archive", "list", article)} == {"page", "gone"}
    site.board.documents[column.folder].insert(0, document)
    assert kinds(look(desk)) == ["RETURNED"]
    assert desk.json("archive", "verify")["faults"] == []


def test_one_that_flaps_or_refuses_us_is_told_to_nobody_and_shown(site, desk, notice):
    _, document = notice
    for fault in ("soft-404", None, 410, 403, "jsl-521"):
        site.mend()
        if isinstance(fault, int):
            site.fault(document.path, "status", code=fault)
        elif fault:
            site.fault(document.path, fault)
        assert kinds(look(desk, days=2)) == []
    [article] = [row[0] for row in desk.rows("SELECT article FROM looks")]
    said = desk.run("why", article).stdout
    assert "unreachable since" in said
    [matter] = [row[0] for row in desk.rows("SELECT matter FROM articles WHERE matched")]
    [shown] = desk.json("matters", "show", matter)["articles"]
    assert shown["page"]["state"] == "unreachable"


def test_republished_under_new_addresses_nothing_is_amended_or_withdrawn(site, desk, notice):
    column, _ = notice
    site.republish(column)
    assert kinds(crawl(desk, "--all")) == []
    assert [kinds(look(desk, "--all", days=1.01)) for _ in range(5)] == [[]] * 5
    assert sorted(state(desk)) == ["moved", "ok"]


def test_a_parser_of_ours_that_reads_otherwise_than_before_is_no_amendment(site, desk, notice):
    sql(desk, "UPDATE articles SET text = '旧版本读到的正文。' || text WHERE matched")
    assert kinds(look(desk)) == []
    assert desk.rows("SELECT count(*) FROM versions") == [(0,)]


def test_killed_in_the_middle_of_a_look_the_next_round_tells_the_change_once(site, desk, notice):
    _, document = notice
    site.edit(document, paragraphs=(CLAUSE, IN_FORCE, "此前规定同时废止。"))
    site.forget()
    site.fault(document.path, "slow")
    sql(desk, "UPDATE looks SET due = 0")
    process = desk.start("crawl")
    site.server.wait_for(document.path, 20)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    site.mend()
    assert kinds(crawl(desk)) == [], "the killed worker still holds it"
    sql(desk, "UPDATE looks SET lease_until = 0")
    assert kinds(crawl(desk)) == ["AMENDED"]
    assert kinds(look(desk)) == []
