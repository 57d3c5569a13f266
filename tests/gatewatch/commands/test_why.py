from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawlers.article import Entry, Moment
from pipelines.match import Verdict
from tests.pipelines.store import making
from tests.pipelines.store.test_looks import reread


def why(desk, what, code=0):
    return desk.json("why", what, of="why", code=code)


@pytest.mark.parametrize(
    ("url", "answer", "words"),
    [
        ("https://elsewhere.example/1", "not-covered", "no source watches elsewhere.example"),
        ("https://asleep.example.com/1", "not-covered", "switched off"),
        ("https://news.example.com/1", "not-fetched", "have not been polled yet"),
        ("http://wap.miit.gov.cn/a/1.html", "not-fetched", "have not been polled yet"),
    ],
)
def test_what_was_never_fetched_is_told_apart_from_what_is_not_covered(desk, url, answer, words):
    found = why(desk, url)
    assert found["answer"] == answer
    assert words in found["message"]
    assert found["remedy"]


def test_a_page_that_could_not_be_read_yet_is_told_with_its_reason(desk):
    desk.call("sources", "enable", "press")
    store = desk.open()
    [lease] = store.schedule.claim(["press"], "w", limit=1)
    entry = Entry("https://news.example.com/7", "https://news.example.com/7", "t")
    store.schedule.unread(lease, entry, "http-404", "answered 404")
    store.close()
    found = why(desk, "https://news.example.com/7#x")
    assert found["answer"] == "not-fetched"
    assert "could not be read 1 times: answered 404" in found["message"]


def test_a_match_whose_alert_waits_is_pending(story):
    for what in (
        "https://www.miit.gov.cn/art_1.html",
        "http://wap.miit.gov.cn/art_1.html?utm_source=x#top",
        story.notice,
    ):
        found = why(story.desk, what)
        assert found["answer"] == "pending"
        assert found["article"]["article_id"] == story.notice
        assert found["rules"] == ["vpn"]
        assert found["remedy"]


def test_a_match_that_was_told_says_when_and_where(story):
    store = story.desk.open()
    from tests.gatewatch.commands.told import tell

    tell(store, story.desk)
    store.close()
    found = why(story.desk, story.notice)
    assert found["answer"] == "alerted"
    assert found["message"].startswith("at 20")
    assert found["alerts"][0]["channel"] == "terminal"
    assert story.desk.call("why", story.notice).stdout.startswith("alerted: at 20")


def test_what_was_told_stays_told_by_the_rules_of_then_whatever_its_page_says_since(story):
    store = story.desk.open()
    from tests.gatewatch.commands.told import tell

    tell(store, story.desk)
    later = making.NOW + timedelta(days=9)
    assert reread(store, making.notice(text="此件今起停止执行。" * 9), matched=False, at=later).amended
    store.close()
    found = why(story.desk, story.notice)
    assert (found["answer"], found["rules"]) == ("alerted", [])
    assert found["message"].endswith(", by vpn")


def test_a_site_that_is_not_watched_is_named_in_the_command_that_adds_it(desk):
    assert (
        "`gatewatch sources add https://elsewhere.example/`"
        in why(desk, "https://elsewhere.example/1?a")["remedy"]
    )


def test_what_did_not_match_names_the_nearest_rule_and_what_it_lacked(story):
    found = why(story.desk, story.weather)
    assert found["answer"] == "no-rule"
    assert found["near"] == {"rule": "vpn", "lacked": "no word for a service"}
    assert "no word for a service" in story.desk.call("why", story.weather).stdout


def test_what_was_old_when_first_seen_is_held_and_what_only_silent_rules_found_is_silenced(desk):
    [old] = desk.store(
        making.judged(
            making.article("https://news.example.com/old", published=Moment(making.NOW.replace(year=2015)))
        )
    )
    assert why(desk, old.article)["answer"] == "held"
    [quiet] = desk.store(making.judged(making.article("https://news.example.com/quiet"), silent=True))
    found = why(desk, quiet.article)
    assert found["answer"] == "silenced"
    assert "only silent rules fired: vpn, quiet" in found["message"]


def test_a_republication_is_told_as_a_copy(desk):
    first, again = desk.store(
        making.judged(making.notice()), making.judged(making.notice("https://www.miit.gov.cn/new/art_9.html"))
    )
    found = why(desk, again.article)
    assert found["answer"] == "silenced"
    assert "a copy" in found["message"]
    assert found["article"]["matter_id"] == first.matter


@pytest.mark.parametrize("what", ["a0123456789abcde", "nonsense", "file:///etc/passwd"])
def test_what_is_neither_an_address_nor_a_known_id_ends_with_2(story, what):
    done = story.desk.call("why", what, code=2)
    assert what in done.stderr


def test_what_no_rule_was_near_to_is_held_against_the_rules_of_today(desk):
    found = making.judged(
        making.article("https://x.example/1", title="某企业", text="许可证到期。"), matched=False
    )
    bare = making.judged(making.article("https://x.example/2", title="天气", text="晴。"), matched=False)
    near, far = desk.store(replace(found, verdict=Verdict()), replace(bare, verdict=Verdict()))
    told = why(desk, near.article)
    assert told["answer"] == "no-rule"
    assert told["near"]["rule"] == "two-words"
    assert "吊销" in told["near"]["lacked"]
    assert "the nearest rule is two-words" in told["message"]
    assert why(desk, far.article)["near"] is None
