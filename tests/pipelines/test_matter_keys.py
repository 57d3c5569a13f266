"""The keys under which matters are looked up."""

from __future__ import annotations

from datetime import UTC, date, datetime

from crawlers.article import Article, Moment
from pipelines.facts import facts
from pipelines.matter_keys import candidate_keys, dates_of, weak_keys

NOTICE = Article(
    source="s",
    key="k",
    url="https://example.org/k",
    title="工业和信息化部关于清理规范互联网网络接入服务市场的通知",
    text="工信部信管函〔2017〕32号\n我部决定自即日起至2018年3月31日清理VPN。",
    published=Moment(datetime(2017, 1, 22, 7, tzinfo=UTC)),
    tier="regulator",
    authority="MIIT",
)


def test_what_a_notice_leaves_a_report_in_another_language_looks_up():
    report = Article(
        source="s",
        key="e",
        url="https://example.org/e",
        title="China orders VPN clean-up",
        text="MIIT said on Sunday that the clean-up will run until March 31, 2018.",
        published=Moment(datetime(2017, 1, 25, 7, tzinfo=UTC)),
    )
    left = weak_keys(facts(NOTICE), NOTICE, ())
    wanted = candidate_keys(facts(report), report)
    assert {"date:2018-03-31|MIIT|vpn|0", "on:2017-01-22|MIIT|vpn|0"} <= set(left) & set(wanted)


def test_strong_keys_come_first():
    assert candidate_keys(facts(NOTICE), NOTICE)[:3] == (
        "no:工信部信管函〔2017〕32号",
        "no:信管函〔2017〕32号",
        "title:清理规范互联网网络接入服务市场的通知",
    )


def test_a_taken_place_leaves_the_next_and_full_ones_leave_none():
    first = weak_keys(facts(NOTICE), NOTICE, ())
    second = weak_keys(facts(NOTICE), NOTICE, first)
    assert "date:2018-03-31|MIIT|vpn|1" in second
    assert not set(first) & set(second)
    third = weak_keys(facts(NOTICE), NOTICE, {*first, *second})
    assert weak_keys(facts(NOTICE), NOTICE, {*first, *second, *third}) == ()


def test_keys_tell_their_dates():
    assert dates_of(["date:2018-03-31|MIIT|vpn|0", "on:2017-01-22|MIIT|vpn|0", "title:date"]) == {
        date(2018, 3, 31): {("MIIT", "vpn")}
    }


def test_an_article_without_time_or_subject_has_only_strong_keys():
    bare = Article(source="s", key="b", url="https://example.org/b", title="", text="")
    assert candidate_keys(facts(bare), bare) == ()
