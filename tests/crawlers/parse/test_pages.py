"""Every frozen page of tests/pages comes to its golden result."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crawlers.article import Entry, Moment
from crawlers.errors import SourceError
from crawlers.parse import article, feed, jpaas
from crawlers.parse.blocks import blocked
from crawlers.parse.dates import read_moment
from crawlers.source import Source

PAGES = Path(__file__).parents[2] / "pages"
FOLDERS = sorted(path for path in PAGES.iterdir() if path.is_dir())


def raw(folder: Path) -> bytes:
    files = [path for path in folder.iterdir() if path.name not in {"meta.json", "golden.json"}]
    assert len(files) == 1, f"{folder.name} holds {len(files)} pages, one was expected"
    return files[0].read_bytes()


def meta(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "meta.json").read_text("utf-8"))


def reading(folder: Path) -> Any:
    """What the parsers make of the page, as the product would call them."""
    about, body = meta(folder), raw(folder)
    source = Source(**about["source"])
    content_type = about.get("content_type", "")
    try:
        refusal = blocked(200, {"content-type": content_type}, body)
        if refusal is not None:
            raise refusal
        match about["kind"]:
            case "shell":
                shell = jpaas.shell(body, about["url"])
                return {"shell": plain(shell), "address": shell.address()}
            case "rows":
                shell = shell_of(about)
                page = jpaas.rows(body, shell, about["url"])
                following = shell.address(page, page.page + 1) if page.more else None
                return {"rows": plain(page), "following": following}
            case "feed":
                return plain(feed.parse(body, about["url"], content_type=content_type, zone=source.zone))
            case "article":
                said = about["entry"]
                moment = read_moment(said.get("published", ""), source.zone)
                entry = Entry(about["url"], about["url"], said["title"], moment)
                return plain(article.read(body, about["url"], entry, source, content_type=content_type))
    except SourceError as error:
        return {"error": [type(error).__name__, error.code, str(error), error.remedy]}
    raise AssertionError(f"{folder.name}: no reading for the kind {about['kind']!r}")


def shell_of(about: dict[str, Any]) -> jpaas.Shell:
    folder = PAGES / about["shell"]
    return jpaas.shell(raw(folder), meta(folder)["url"])


def plain(value: Any) -> Any:
    """Records as JSON, times as people write them."""
    if isinstance(value, Moment):
        return value.day.isoformat() if value.day else value.at.isoformat()
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_frozen_page_comes_to_its_golden_result(folder: Path) -> None:
    golden = folder / "golden.json"
    found = reading(folder)
    if not golden.exists():
        golden.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
        pytest.fail(f"{folder.name}/golden.json was missing and has been written: review it, then run again")
    assert found == json.loads(golden.read_text("utf-8"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
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
