from __future__ import annotations

import re

import pytest

from crawlers.lease import Turn
from gatewatch import contact
from gatewatch.contact import CheckRow
from tests.gatewatch.commands.conftest import CATALOGUE
from tests.pipelines.store.making import NOW


def turn(desk, name, **fields):
    store = desk.open()
    [lease] = store.schedule.claim([name], "w", limit=1, force_before=store.now() + 1)
    store.schedule.finish(
        lease, Turn(**{"state": "ok", "rows": 20, "next_due": store.now() + 600} | fields), NOW
    )
    store.close()


def by_id(rows):
    return {row["id"]: row for row in rows}


def test_without_a_store_every_source_is_new_and_no_store_is_made(desk):
    rows = desk.json("sources", "list", of="sources-list")
    assert [(row["id"], row["state"], row["enabled"]) for row in rows] == [
        ("miit_notices", "new", True),
        ("press", "new", True),
        ("asleep", "off", False),
    ]
    assert rows[0]["last_turn"] is rows[0]["next_turn"] is None
    assert not desk.file.exists()


def test_the_list_tells_how_each_source_does_in_the_configured_zone(desk):
    desk.call("sources", "enable", "miit_notices")
    turn(desk, "miit_notices", state="blocked", code="http-412", message="412", remedy="Wait.")
    row = by_id(desk.json("sources", "list", of="sources-list"))["miit_notices"]
    assert row["state"] == "blocked"
    assert row["last_turn"] == "2017-01-22T17:00:00+08:00"
    assert row["next_turn"].endswith("+08:00")
    line = desk.call("sources", "list").stdout.splitlines()[1]
    assert line.split()[:2] == ["miit_notices", "blocked"]


def test_show_gives_settings_and_health_with_the_remedy(desk):
    desk.call("sources", "enable", "press")
    turn(desk, "press", state="failing", code="timeout", message="no answer in 30 s", remedy="Try a proxy.")
    facts = desk.json("sources", "show", "press", of="sources-show")
    assert (facts["every"], facts["robots"], facts["proxied"]) == ("1h", "rfc9309", False)
    assert facts["health"]["code"] == "timeout"
    assert facts["health"]["failures"] == 1
    plain = desk.call("sources", "show", "press").stdout
    assert "Try a proxy." in plain
    assert "https://news.example.com/rss" in plain


def test_a_proxy_s_password_is_not_shown(desk):
    file = desk.folder / "sources.yaml"
    file.write_text(file.read_text("utf-8").replace("enabled: false", "proxy: 'http://u:hush@p:1'"), "utf-8")
    assert "hush" not in desk.call("sources", "show", "asleep").output
    assert "hush" not in desk.call("sources", "show", "asleep", "--json").output


def test_what_is_out_of_reach_from_here_is_off_with_its_reason(desk):
    file = desk.folder / "sources.yaml"
    file.write_text(file.read_text("utf-8").replace('rss", lang: en', 'rss", lang: en, reach: cn'), "utf-8")
    assert by_id(desk.json("sources", "list", of="sources-list"))["press"]["state"] == "new"
    config = desk.folder / "gatewatch.yaml"
    config.write_text(config.read_text("utf-8") + "\nwhere: abroad\n", "utf-8")
    assert by_id(desk.json("sources", "list", of="sources-list"))["press"]["state"] == "off"
    assert "within China" in desk.json("sources", "show", "press", of="sources-show")["health"]["message"]


def test_switching_by_hand_is_kept_whatever_the_catalogue_says(desk):
    assert desk.call("sources", "enable", "asleep").stdout == "asleep is on\n"
    desk.call("sources", "disable", "press", "miit_notices")
    rows = by_id(desk.json("sources", "list", of="sources-list"))
    assert {name: row["enabled"] for name, row in rows.items()} == {
        "miit_notices": False,
        "press": False,
        "asleep": True,
    }
    assert rows["press"]["state"] == "off"
    assert rows["press"]["next_turn"] is None


@pytest.mark.parametrize(
    "words", [["show", "pres"], ["enable", "pres"], ["disable", "press", "pres"], ["check", "pres"]]
)
def test_an_unknown_source_is_an_error_with_the_nearest(desk, words):
    done = desk.call("sources", *words, code=2)
    assert "there is no source 'pres'" in done.stderr
    assert "'press'" in done.stderr
    if words[0] == "disable":
        assert by_id(desk.json("sources", "list", of="sources-list"))["press"]["enabled"]


@pytest.fixture
def checked(monkeypatch):
    """The live contact, arranged: what was asked, and what each source answers."""
    asked = []

    def check(settings, sources, on):
        asked.append([source.id for source in sources])
        return [
            CheckRow(source.id, "unreachable", 0, "no answer", "", "off" if on[source.id] else "")
            if source.id == "press"
            else CheckRow(source.id, "ok", 20, "", "", "" if on[source.id] else "on")
            for source in sources
        ]

    monkeypatch.setattr(contact, "check", check)
    return asked


@pytest.mark.parametrize(
    ("words", "asked", "code"),
    [
        ([], ["miit_notices", "press"], 5),
        (["--all"], ["miit_notices", "press", "asleep"], 5),
        (["asleep"], ["asleep"], 0),
        (["miit_notices"], ["miit_notices"], 0),
    ],
)
def test_check_asks_what_is_meant_and_ends_with_5_where_one_does_not_do_well(
    desk, checked, words, asked, code
):
    rows = desk.json("sources", "check", *words, of="sources-check", code=code)
    assert checked == [asked]
    assert [row["source"] for row in rows] == asked


def test_check_with_nothing_switched_on_asks_nobody(desk, checked):
    desk.call("sources", "disable", "press", "miit_notices")
    assert desk.json("sources", "check", of="sources-check") == []
    assert checked == []


def test_what_answers_and_what_cannot_be_reached_is_offered_to_be_switched(desk, checked):
    done = desk.call("sources", "check", "--all", code=5)
    assert "Switch on what answers: gatewatch sources enable asleep\n" in done.stderr
    assert "Switch off what cannot be reached: gatewatch sources disable press\n" in done.stderr
    assert not desk.file.exists()


def test_with_apply_it_is_switched_unasked_and_once(desk, checked):
    done = desk.call("sources", "check", "--all", "--apply", code=5)
    assert "asleep is on\npress is off\n" in done.stderr
    rows = by_id(desk.json("sources", "list", of="sources-list"))
    assert {name: row["enabled"] for name, row in rows.items()} == {
        "miit_notices": True,
        "press": False,
        "asleep": True,
    }
    again = desk.json("sources", "check", "--all", "--apply", of="sources-check", code=5)
    assert {row["source"]: row["switch"] for row in again} == {"miit_notices": "", "press": "", "asleep": ""}


def test_what_must_not_be_crawled_is_listed_with_its_reason_and_the_other_road(desk):
    refused = (
        "refused:\n  - {host: so.example.cn, reason: its robots.txt forbids it, road: the feed of press}\n"
    )
    (desk.folder / "sources.yaml").write_text(CATALOGUE + refused, "utf-8")
    shown = desk.call("sources", "list").stdout
    assert re.search(
        r"so\.example\.cn +its robots\.txt forbids it\n +→ the other road: the feed of press", shown
    )
    assert len(desk.json("sources", "list", of="sources-list")) == 3
