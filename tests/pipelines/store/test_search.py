from __future__ import annotations

from datetime import timedelta

import pytest

from pipelines.seek import parse
from pipelines.store import open_store
from pipelines.store.search import Filters, index, search
from tests.pipelines.store.making import NOW, RULES, answers, article, judged, notice, press


@pytest.fixture
def kept(store):
    weather = article("https://x.example/4", title="汛期通信", text="防汛。" * 9)
    for days, one in enumerate((notice(), answers(), press(), weather)):
        keep(store, judged(one, matched=one is not weather), NOW + timedelta(days=days))
    return store


def keep(store, one, at):
    store.articles.save(one, None, entry_key=one.article.key, now=at, rule_texts=RULES)


def found(store, query, limit=20, **filters):
    return [hit.row["title"] for hit in search(store.engine, parse(query), Filters(**filters), limit=limit)]


def test_chinese_of_two_characters_in_either_script_finds_the_newest_first(kept):
    both = [answers().title, notice().title]
    assert found(kept, "专线") == both
    assert found(kept, "專線") == both
    assert found(kept, "专线", limit=1) == both[:1]
    assert found(kept, "跨境") == [notice().title]
    assert found(kept, "汛") == ["汛期通信"]
    assert found(kept, "境专") == []


def test_a_document_number_a_latin_word_and_an_exclusion(kept):
    assert found(kept, "信管函〔2017〕32号") == [press().title, answers().title, notice().title]
    assert found(kept, "leasing lines") == [press().title]
    assert found(kept, "lea") == []
    assert found(kept, "32号 -press OR 防汛") == ["汛期通信", press().title, answers().title, notice().title]
    assert found(kept, "32号 -leasing") == [answers().title, notice().title]


def test_filters_narrow(kept):
    assert found(kept, "VPN OR 防汛", matched=True) == found(kept, "VPN")
    assert found(kept, "VPN", since=NOW + timedelta(days=1)) == [press().title, answers().title]
    assert found(kept, "VPN", until=NOW + timedelta(days=1)) == [notice().title]
    assert found(kept, "VPN", tiers=("regulator",), lang="zh-Hans") == [answers().title, notice().title]
    assert found(kept, "VPN", topic="licensing") == []
    assert found(kept, "VPN", topic="vpn-crackdown", sources=("miit_notices",)) == [
        answers().title,
        notice().title,
    ]


def test_the_places_are_those_of_the_text(kept):
    [hit, *_] = search(kept.engine, parse("專線"), Filters(), limit=1)
    assert [hit.text[start:end] for start, end in hit.spans] == ["专线"]


def test_words_that_changed_are_found_and_the_old_ones_not(kept):
    with kept.writing() as connection:
        index(connection, notice().id, notice().title, "", "改写之后的正文")
    with kept.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM article_words").scalar_one() == 4
    assert found(kept, "跨境") == []


def test_hostile_queries_and_texts_break_nothing(kept):
    for query in (
        '"',
        "'; DROP TABLE articles; --",
        'a" OR "b',
        "NEAR(a b)",
        "*",
        "专*",
        "\ud800专线",
        "a:b",
        "^a",
    ):
        try:
            wanted = parse(query)
        except ValueError:
            continue
        search(kept.engine, wanted, Filters(), limit=5)
    odd = article(
        "https://x.example/odd", title='\ud800 \x00 "quoted" NEAR', text="กำ ÀÉ ſ 𠀀专线 " + "长" * 3000
    )
    keep(kept, judged(odd, matched=False), NOW)
    assert found(kept, "กำ") == found(kept, "ÀÉ") == found(kept, "quoted near")
    assert len(found(kept, "quoted near")) == 1


def test_a_copy_in_another_database_finds_the_same(kept, tmp_path):
    kept.copy_to(tmp_path / "copy.sqlite3")
    copy = open_store(f"sqlite:///{tmp_path / 'copy.sqlite3'}")
    assert found(copy, "专线") == found(kept, "专线")
    copy.close()
