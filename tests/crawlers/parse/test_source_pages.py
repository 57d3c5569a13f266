"""Every source that ships has a frozen page, and each of its fields comes to its golden value.

One test a source and field, so that a failure names both.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.parse.blocks import blocked
from crawlers.parse.urls import registered
from tests.support.pages import ALIKE, CATALOGUE, FOLDERS, NAMED, PAGES, files, golden, meta, source_reading

SOURCES = [name for name in FOLDERS if name in CATALOGUE]
ENTRY_FIELDS = {
    "titles": ("title",),
    "keys": ("key", "url", "guid"),
    "dates": ("published",),
    "publishers": ("publisher", "site"),
    "words": ("summary", "text", "labels", "attachments"),
}
ARTICLE_FIELDS = {
    "title": ("title",),
    "number": ("doc_no", "labels"),
    "date": ("published",),
    "origin": ("origin",),
    "text": ("text",),
    "files": ("attachments",),
}
LIST_FIELDS = {
    "jpaas": {"call": ("call",), "paging": ("following", "count")},
    "feed": {"name": ("name",)},
    "json_list": {"further": ("further",)},
    "listing": {"further": ("further",)},
}


def chosen(record: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: record.get(field) for field in fields}


def cases(groups: dict[str, tuple[str, ...]], names: list[str]) -> list[Any]:
    return [
        pytest.param(name, fields, id=f"{name}-{group}") for name in names for group, fields in groups.items()
    ]


def with_article() -> list[str]:
    return [name for name in SOURCES if (PAGES / name / "article.html").exists()]


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_source_without_a_frozen_page_fails(name: str) -> None:
    assert name in FOLDERS or name in ALIKE, f"{name} ships without a page: see tests/pages/README.md"


def test_what_another_source_stands_for_has_its_shape_and_no_page_of_its_own() -> None:
    for other, name in ALIKE.items():
        assert other in CATALOGUE, f"{other} of shapes.yaml is no source"
        assert other not in FOLDERS, f"{other} has a page of its own: strike it from shapes.yaml"
        assert name in SOURCES, f"{other} leans on {name}, which has no page"
        one, model = CATALOGUE[other], CATALOGUE[name]
        for field in ("kind", "selectors", "pages", "article", "resolve"):
            assert getattr(one, field) == getattr(model, field), f"{other} and {name} differ in {field}"
        # A feed's format is a standard, and Google's or WordPress's the same everywhere; a list is a site's own.
        assert one.kind == "feed" or registered(one.host) == registered(model.host)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_without_a_source_or_a_named_shape_fails(name: str) -> None:
    named = name in CATALOGUE or name in NAMED
    assert named, f"tests/pages/{name}: no source of the catalogue, and not named in README.md"


def test_every_named_shape_is_there() -> None:
    assert sorted(NAMED) == sorted(name for name in FOLDERS if name not in CATALOGUE)


@pytest.mark.parametrize("name", SOURCES)
def test_a_frozen_page_is_what_the_catalogue_asks_for(name: str) -> None:
    source, about = CATALOGUE[name], meta(PAGES / name)
    assert (about["source"], about["kind"], about["url"]) == (name, source.kind, source.url)
    assert datetime.fromisoformat(about["fetched"]).tzinfo is not None
    held = {path.name for path in files(PAGES / name)}
    assert held == set(about["files"])
    if source.kind == "jpaas":
        assert held == {"column.html", "unit.json", "article.html"}
    else:
        assert len(held - {"article.html"}) == 1
    assert source.article.fetch or "article.html" not in held


@pytest.mark.parametrize("name", SOURCES)
def test_a_frozen_list_shows_what_its_source_owes(name: str) -> None:
    entries = source_reading(name)["entries"]
    assert len(entries) >= max(CATALOGUE[name].at_least, 2)
    assert len({entry["key"] for entry in entries}) == len(entries)


@pytest.mark.parametrize("name", SOURCES)
def test_no_frozen_page_of_a_source_is_taken_for_a_block(name: str) -> None:
    for file, said in meta(PAGES / name)["files"].items():
        headers = {"content-type": said["content_type"]}
        assert blocked(200, headers, (PAGES / name / file).read_bytes()) is None, file


@pytest.mark.parametrize("name", SOURCES)
def test_nothing_read_of_a_frozen_page_holds_a_replacement_character(name: str) -> None:
    for path in (PAGES / name).iterdir():
        assert "\ufffd".encode() not in path.read_bytes(), path.name
    assert "\ufffd" not in json.dumps(source_reading(name), ensure_ascii=False)


@pytest.mark.parametrize(("name", "fields"), cases(ENTRY_FIELDS, SOURCES))
def test_the_entries_of_a_source_come_to_their_golden(name: str, fields: tuple[str, ...]) -> None:
    found = source_reading(name)
    wanted = golden(PAGES / name, found)
    assert [chosen(entry, fields) for entry in found["entries"]] == [
        chosen(entry, fields) for entry in wanted["entries"]
    ]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        case
        for kind, groups in LIST_FIELDS.items()
        for case in cases(groups, [name for name in SOURCES if CATALOGUE[name].kind == kind])
    ],
)
def test_the_list_of_a_source_comes_to_its_golden(name: str, fields: tuple[str, ...]) -> None:
    found = source_reading(name)
    assert chosen(found, fields) == chosen(golden(PAGES / name, found), fields)


@pytest.mark.parametrize(("name", "fields"), cases(ARTICLE_FIELDS, with_article()))
def test_the_article_of_a_source_comes_to_its_golden(name: str, fields: tuple[str, ...]) -> None:
    found = source_reading(name)
    wanted = golden(PAGES / name, found)
    assert chosen(found["article"], fields) == chosen(wanted["article"], fields)


@pytest.mark.parametrize("name", SOURCES)
def test_a_golden_holds_nothing_that_no_test_reads(name: str) -> None:
    wanted = golden(PAGES / name, source_reading(name))
    fields = {field for group in LIST_FIELDS[CATALOGUE[name].kind].values() for field in group}
    assert set(wanted) - {"entries", "article"} == fields
    assert {key for entry in wanted["entries"] for key in entry} <= {
        f for g in ENTRY_FIELDS.values() for f in g
    }
    assert ("article" in wanted) == (name in with_article())


def test_no_two_sources_are_frozen_in_the_same_words() -> None:
    bodies = [path.read_bytes() for name in SOURCES for path in files(PAGES / name)]
    assert len(set(bodies)) == len(bodies)


def test_the_frozen_pages_stay_below_a_megabyte() -> None:
    assert sum(path.stat().st_size for path in PAGES.rglob("*") if path.is_file()) < 1_000_000


def test_a_missing_golden_is_written_and_fails_once_for_review(tmp_path: Path) -> None:
    folder = tmp_path / "example"
    folder.mkdir()
    for _ in range(2):  # each field of the folder fails in the run that wrote it
        with pytest.raises(pytest.fail.Exception, match=r"example/golden\.json was missing"):
            golden(folder, {"entries": [{"title": "甲"}]})
    assert json.loads((folder / "golden.json").read_text("utf-8")) == {"entries": [{"title": "甲"}]}


def test_a_golden_that_stands_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "golden.json").write_text('{"entries": []}', "utf-8")
    assert golden(tmp_path, {"entries": ["other"]}) == {"entries": []}
    assert (tmp_path / "golden.json").read_text("utf-8") == '{"entries": []}'
