"""Every named shape of tests/pages comes to its golden result."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawlers.article import Entry, Moment
from crawlers.parse import article, jpaas
from crawlers.parse.dates import read_moment
from crawlers.source import Source
from tests.support.pages import PAGES, SHAPES, golden, meta, raw, reading, shell_of


@pytest.mark.parametrize("folder", SHAPES, ids=lambda folder: folder.name)
def test_a_frozen_page_comes_to_its_golden_result(folder: Path) -> None:
    found = reading(folder)
    assert found == golden(folder, found)


@pytest.mark.parametrize("folder", SHAPES, ids=lambda folder: folder.name)
def test_a_frozen_page_says_where_and_when_it_is_from(folder: Path) -> None:
    about = meta(folder)
    assert about["url"].startswith(("https://", "http://"))
    assert datetime.fromisoformat(about["fetched"]).tzinfo is not None


def test_the_three_pages_of_the_column_hold_each_document_once_and_in_no_order_of_dates() -> None:
    found: dict[str, Entry] = {}
    shown: list[date] = []
    for number in (1, 2, 3):
        folder = PAGES / f"miit_column_page_{number}"
        page = jpaas.rows(raw(folder), shell_of(meta(folder)), meta(folder)["url"])
        assert page.more is (number < 3)
        for entry in page.entries:
            assert entry.published is not None
            assert entry.published.day is not None
            shown.append(entry.published.day)
            found.setdefault(entry.key, entry)
    assert len(shown) == 11
    assert len(found) == 10
    assert shown != sorted(shown, reverse=True)
    assert all(entry.url.startswith("https://www.miit.gov.cn/") for entry in found.values())
    assert not [entry.title for entry in found.values() if entry.title.endswith("...")]


def test_an_article_is_dated_by_the_minute_that_the_page_shows_not_by_its_metas() -> None:
    folder = PAGES / "miit_article"
    about = meta(folder)
    entry = Entry(
        "k", about["url"], about["entry"]["title"], read_moment("2026-11-12", ZoneInfo("Asia/Shanghai"))
    )
    found = article.read(raw(folder), about["url"], entry, Source(**about["source"]))
    assert found.published == Moment(datetime(2026, 11, 12, 8, 27, tzinfo=UTC))
