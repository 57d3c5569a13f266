"""The story of January 2017: true where it must be, and only three of its articles are worth telling."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crawlers.source import load_catalogue
from gatewatch.demo.story import (
    ANSWERS,
    ARTICLE,
    BEIJING,
    COLUMNS,
    DAYS,
    INTERPRETATIONS,
    NOTICE,
    NOTICES,
    PAPERS,
    TOLD,
    TRADE,
    documents,
    everything,
    pieces,
    sources,
)
from pipelines.classify import load_rules

RULES = load_rules(["builtin"])


def judged(one):
    tier = "regulator" if one in documents(NOTICES) + documents(INTERPRETATIONS) else "press"
    return RULES.judge(one.title, "\n".join(one.paragraphs), tier=tier)


def titled(title):
    return next(one for one in everything() if one.title == title)


def test_the_days_are_six_evenings_in_beijing_and_named_rightly():
    assert [day.now for day in DAYS] == [DAYS[0].now + timedelta(days=n) for n in range(6)]
    assert DAYS[0].now == datetime(2017, 1, 21, 18, tzinfo=BEIJING)
    for day in DAYS:
        assert day.label.split()[0] == f"{day.now:%A}"
        assert day.label.split()[1] == str(day.now.day)


def test_the_three_that_matter_come_on_sunday_tuesday_and_wednesday():
    found = {title: day.label.split()[0] for day in DAYS for title in day.publishes if title in TOLD}
    assert found == {NOTICE: "Sunday", ANSWERS: "Tuesday", ARTICLE: "Wednesday"}


def test_two_dozen_ordinary_items_come_with_them_and_the_last_day_has_nothing():
    ordinary = [title for day in DAYS[1:] for title in day.publishes if title not in TOLD]
    assert len(ordinary) == 24
    assert all(day.publishes for day in DAYS[:-1])
    assert DAYS[-1].publishes == ()


def test_every_article_comes_on_exactly_one_day():
    titles = [title for day in DAYS for title in day.publishes]
    assert sorted(titles) == sorted(one.title for one in everything())
    assert len(set(titles)) == len(titles)
    assert len({one.path for one in everything()}) == len(titles)


def test_every_list_has_its_least_number_of_rows_on_the_first_day():
    for found in (*map(documents, COLUMNS), *map(pieces, PAPERS)):
        assert sum(one.published <= DAYS[0].now for one in found) >= 5


def test_the_notice_has_its_true_number_title_dates_and_prohibition():
    notice = titled(NOTICE)
    text = "\n".join(notice.paragraphs)
    assert notice.doc_no == "工信部信管函〔2017〕32号"
    assert notice.published.date().isoformat() == "2017-01-22"
    assert notice.written == "2017-01-17"
    assert "2018年3月31日" in text
    assert "VPN" in text


@pytest.mark.parametrize("title", TOLD[1:])
def test_what_follows_names_the_notice_by_number_and_title(title):
    text = "\n".join(titled(title).paragraphs)
    assert "工信部信管函〔2017〕32号" in text
    assert f"《{NOTICE}》" in text


def test_only_the_three_match_by_the_shipped_rules():
    assert {one.title for one in everything() if judged(one).matched} == set(TOLD)


def test_the_silent_ones_include_an_advertisement_and_another_countrys_law_on_vpns():
    silent = [one for one in everything() if "VPN" in one.title and one.title not in TOLD]
    assert {word for one in silent for word in ("Emirates", "推广") if word in one.title} == {
        "Emirates",
        "推广",
    }


def test_the_trade_paper_can_be_written_in_gb2312():
    for piece in pieces(TRADE):
        (piece.title + "".join(piece.paragraphs)).encode("gb2312")


def test_the_catalogue_is_a_valid_one(tmp_path):
    file = tmp_path / "sources.yaml"
    file.write_text(sources("http://127.0.0.1:8000"), "utf-8")
    catalogue = load_catalogue([file])
    assert [source.kind for source in catalogue.values()] == ["jpaas", "jpaas", "feed", "feed"]
    assert {source.host for source in catalogue.values()} == {"127.0.0.1"}
    assert catalogue["demo_notices"].authority == "MIIT"
