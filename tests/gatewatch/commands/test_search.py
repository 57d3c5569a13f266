from __future__ import annotations

import json

from tests.gatewatch.commands.conftest import valid


def test_what_is_stored_is_found_and_shown_with_its_place(story):
    done = story.desk.call("search", "跨境")
    assert "工信部" in done.stdout or "工业和信息化部" in done.stdout
    assert "跨境" in done.stdout
    assert "1 article." in done.stderr


def test_json_fits_its_schema_and_limits(story):
    found = json.loads(story.desk.call("search", "VPN", "--json", "--limit", "2").stdout)
    valid(found, "search")
    assert len(found) == 2
    assert all("VPN" in one["hits"] for one in found)


def test_nothing_to_search_for_is_usage(story):
    assert "at least one word" in story.desk.call("search", "。。", code=2).stderr


def test_nothing_found_is_said(story):
    done = story.desk.call("search", "没有这个词")
    assert done.stdout == ""
    assert "0 articles." in done.stderr
