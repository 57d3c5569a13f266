"""An article that comes by a feed of its own and by an aggregator: stored twice, told once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawlers.article import Article, Moment
from pipelines.store.headlines import heading
from tests.pipelines.store.making import NOW, RULES, article, judged, notice

TITLE = "多家运营商清理VPN专线业务"
GOOGLE = "https://news.google.com/rss/articles/CBMiexample{}"


def headline(number: int = 1, **more: object) -> Article:
    values: dict[str, object] = {
        "source": "google_news_example",
        "title": TITLE,
        "text": "",
        "whole": False,
        "origin": "示例晚报",
        "site": "www.example.cn",
    }
    return article(GOOGLE.format(number), **(values | more))


def direct(**more: object) -> Article:
    return article("https://news.example.cn/a/1.html", **({"title": TITLE} | more))


@pytest.fixture
def stored(store):
    def save(given: Article, *, matched: bool = True):
        return store.articles.save(
            judged(given, matched=matched), None, entry_key=given.key, now=NOW, rule_texts=RULES
        )

    return save


def test_a_headline_whose_article_is_there_is_a_copy_and_not_told(stored):
    first, again = stored(direct()), stored(headline())
    assert (first.disposition, again.relation, again.disposition) == ("alert", "copy", "none")
    assert again.matter == first.matter


def test_the_article_of_a_headline_that_was_told_is_not_told_again(stored):
    first, again = stored(headline()), stored(direct())
    assert (first.disposition, again.relation, again.disposition) == ("alert", "copy", "none")


def test_the_article_of_a_headline_that_did_not_match_is_told(stored):
    stored(headline(), matched=False)
    assert stored(direct()).disposition == "alert"


def test_the_same_headline_of_two_queries_is_told_once(stored):
    assert stored(headline(1)).disposition == "alert"
    assert stored(headline(2, source="google_news_other")).disposition == "none"


@pytest.mark.parametrize(
    "other",
    [
        {"site": "www.other-paper.cn"},
        {"title": TITLE + "，专家谈影响"},
        {"published": Moment(NOW - timedelta(days=12))},
    ],
    ids=["another publisher", "another title", "another week"],
)
def test_another_article_is_told(stored, other):
    stored(direct())
    assert stored(headline(**other)).relation != "copy"


def test_a_short_title_tells_nothing_apart():
    assert heading(headline(title="工作动态")) == ""
    assert heading(headline()) == heading(direct())


def test_a_regulators_own_text_is_told_in_the_thread_of_its_headline(stored):
    own = notice()
    seen = stored(
        headline(
            title=own.title,
            tier="regulator",
            authority="MIIT",
            site="www.miit.gov.cn",
            published=own.published,
        )
    )
    told = stored(own)
    assert (seen.relation, told.relation, told.disposition) == ("opens", "copy", "alert")
    assert told.matter == seen.matter


def test_a_headline_of_a_regulators_text_that_is_there_is_not_told(stored):
    own = stored(notice())
    seen = stored(
        headline(
            title=notice().title,
            tier="regulator",
            authority="MIIT",
            site="wap.miit.gov.cn",
            published=notice().published,
        )
    )
    assert (seen.relation, seen.disposition, seen.matter) == ("copy", "none", own.matter)
