"""Rows 7, 8 and 9: a list that was rebuilt, refusals, pages that are not there."""

from __future__ import annotations

import pytest

from tests.support.faults import CHALLENGES
from tests.support.feeds import Item
from tests.support.scene import QUIET, ban, by_token, column, count, days_ago, due, notice, press, states

STATUSES = (403, 412, 521)


@pytest.mark.slow
def test_a_list_whose_class_was_renamed_fails_in_one_poll_is_told_once_and_told_again_when_it_is_well(
    site, desk
):
    made = column(site, desk)
    assert desk.run("crawl").returncode == 0
    site.fault(made, "renamed")
    failed = desk.run("crawl", "--all")
    assert failed.returncode == 3, failed.stderr
    assert states(desk)["notices"][0] in {"empty", "failing"}
    assert "notices" in failed.stdout
    again = desk.run("crawl", "--all")
    assert (again.returncode, again.stdout) == (0, "")
    site.mend()
    well = desk.run("crawl", "--all")
    assert well.returncode == 0, well.stderr
    assert "notices" in well.stdout
    assert count(desk, "deliveries", "kind = 'source'") == 2


def test_a_challenge_is_a_refusal_wherever_it_stands_and_never_a_list_or_an_article(site, desk):
    expected = {}
    for name in CHALLENGES:
        press(site, desk, f"feed_{name}")
        site.fault(f"/feed_{name}.xml", "challenge", kind=name)
        made = column(site, desk, id=f"unit_{name}", folder=f"/{name}/")
        site.fault(made, "challenge", kind=name)
        expected |= {f"feed_{name}": "blocked", f"unit_{name}": "blocked"}
    for code in STATUSES:
        press(site, desk, f"feed_{code}")
        site.fault(f"/feed_{code}.xml", "status", code=code)
        expected[f"feed_{code}"] = "blocked"
    press(site, desk, "well")
    done = desk.run("crawl")
    assert done.returncode == 3, done.stderr
    found = states(desk)
    assert {name: state for name, (state, _) in found.items()} == expected | {"well": "ok"}
    assert {found[f"feed_{code}"][1] for code in STATUSES} == {f"http-{code}" for code in STATUSES}
    assert count(desk, "articles", "source != 'well'") == 0
    assert count(desk, "articles") == 2
    asked = {path: len(site.asked(path)) for path in (f"/feed_{code}.xml" for code in STATUSES)}
    assert set(asked.values()) == {1}  # not retried at once
    assert not [one for one in site.log if one.path.startswith(("/cdn-cgi/", "/waf/"))]  # never solved
    assert all("cookie" not in one.headers for one in site.log)


def test_an_article_that_is_a_challenge_or_a_login_form_is_not_stored_reported_and_read_later(site, desk):
    made = column(site, desk)
    feed = press(site, desk)
    assert desk.run("crawl").returncode == 0
    login = notice(site, made, 1)
    site.fault(login.path, "login")
    feed.format = "rss2"
    feed.items.insert(0, Item("A page behind a wall", "/wall", days_ago(0)))
    site.pages["/wall"] = (f"<html><body><article>{QUIET}</article></body></html>".encode(), "text/html")
    site.fault("/wall", "challenge", kind="cloud")
    failed = desk.run("crawl", "--all")
    assert failed.returncode == 3, failed.stderr
    assert login.path in failed.stderr
    assert "/wall" in failed.stderr
    assert count(desk, "articles") == 6
    site.mend()
    due(desk)
    later = desk.run("crawl", "--all")
    assert later.returncode == 0, later.stderr
    assert count(desk, "articles") == 8
    assert "（1）" in later.stdout


def test_one_refused_article_of_a_ministry_ends_the_knocking_and_is_a_refusal_of_the_source(site, desk):
    made = column(site, desk)
    assert desk.run("crawl").returncode == 0
    documents = [notice(site, made, number, days=0.1 * (9 - number)) for number in range(5)]
    for document in documents:
        site.fault(document.path, "waf-412")
    failed = desk.run("crawl", "--all")
    assert failed.returncode == 3, failed.stderr
    assert states(desk)["notices"] == ("blocked", "http-412")
    assert sum(len(site.asked(document.path)) for document in documents) == 1
    site.mend()
    due(desk)
    assert desk.run("crawl", "--all").returncode == 0
    assert count(desk, "deliveries", "kind = 'new' AND state = 'sent'") == 5


def test_a_refused_article_that_its_feed_told_enough_of_is_kept_by_the_feed_s_words_only(site, desk):
    feed = press(site, desk)
    assert desk.run("crawl").returncode == 0
    item = ban(1, content="", summary="China's MIIT bans unlicensed VPN services and cross-border lines.")
    feed.format = "rss2"
    feed.items.insert(0, item)
    site.fault("/ban/1", "challenge", kind="denied")
    done = desk.run("crawl", "--all")
    assert done.returncode == 0, done.stderr
    kept = desk.rows("SELECT private_text || text, whole FROM articles WHERE url LIKE '%/ban/1'")
    assert len(kept) == 1
    assert "拦截" not in kept[0][0]
    assert not kept[0][1]


def test_a_host_that_refuses_is_one_message_and_an_authority_without_a_road_is_the_readers_to_know(
    site, desk, slack
):
    by_token(desk, slack)
    columns = [column(site, desk, id=f"c{n}", folder=f"/c{n}/") for n in range(3)]
    press(site, desk, "gov", tier="government", authority="MIIT")
    assert desk.run("crawl").returncode == 0
    told = len(slack.messages("alerts"))
    assert slack.messages("ops") == []
    for made in columns:
        site.fault(made, "waf-412")
    assert desk.run("crawl", "--all").returncode == 3
    [ops] = slack.messages("ops")
    assert "3 sources fail together" in ops.text
    assert len(slack.messages("alerts")) == told  # gov.cn is another road
    [miit] = desk.json("sources", "coverage")["authorities"]
    assert (miit["status"], [one["source"] for one in miit["roads"] if one["open"]]) == ("partly", ["gov"])
    site.fault("/gov.xml", "status", code=403)
    assert desk.run("crawl", "--all").returncode == 3
    assert desk.run("crawl", "--all").returncode == 0
    assert len(slack.messages("ops")) == 2
    [lost] = slack.messages("alerts")[told:]
    assert lost.text.startswith("UNCOVERED: No road is open to MIIT")
    assert desk.json("sources", "coverage")["authorities"][0]["status"] == "uncovered"
    site.mend()
    assert desk.run("crawl", "--all").returncode == 0
    assert desk.run("crawl", "--all").returncode == 0
    assert len(slack.messages("ops")) == 3
    assert slack.messages("alerts")[told + 1].text.startswith("COVERED AGAIN")
    assert len(slack.messages("alerts")) == told + 2
    [source] = desk.json("sources", "health", "c0")
    assert [one["state"] for one in source["intervals"] if one["state"] != "pending"] == [
        "ok",
        "blocked",
        "ok",
    ]
