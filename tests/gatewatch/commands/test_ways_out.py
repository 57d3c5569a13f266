"""What a command says when something is not as it should be, and the way out that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alerts.dispatch import Dispatcher
from alerts.settings import AlertSettings
from tests.gatewatch.commands.test_doctor import of, rows
from tests.pipelines.store.making import NOW


def hold_for(desk, channel, broken=""):
    """Make the story's alerts wait for a channel."""
    store = desk.open()
    settings = AlertSettings(road="slack", channel=channel)
    Dispatcher(store, None, settings, lambda: NOW).deliver()
    if broken:
        store.outbox.broken(channel, broken, NOW, tell=False)
    store.close()


def test_a_test_that_fails_is_answered_and_leaves_nothing_behind(story, monkeypatch):
    before = len(story.desk.json("alerts", "list", of="alerts-list"))
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "http://127.0.0.1:1/services/x")
    done = story.desk.call("alerts", "test", code=4)
    assert done.stdout.startswith("not sent: webhook: Slack cannot be reached")
    assert "Check the network" in done.stdout
    assert len(story.desk.json("alerts", "list", of="alerts-list")) == before


def test_a_test_does_not_send_what_waits(story):
    done = story.desk.call("alerts", "test")
    assert "清理规范" not in done.stdout
    [row] = story.desk.json("alerts", "list", of="alerts-list")
    assert (row["kind"], row["state"], row["title"]) == ("test", "sent", "a test message")


def test_doctor_names_the_way_out_for_alerts_whose_channel_is_not_configured(story):
    hold_for(story.desk, "#alrets")
    [row] = of(rows(story.desk, "--offline", code=5), "alerts")
    assert row[1:] == (
        "fail",
        "3 alerts wait for #alrets, which is not configured",
        "`gatewatch alerts retry` sends them to terminal.",
    )
    done = story.desk.call("alerts", "retry")
    assert done.stdout.splitlines()[-1] == "3 sent now; left: 0 pending, 0 rejected, 0 held"
    assert of(rows(story.desk, "--offline"), "alerts")[0][1] == "ok"
    done = story.desk.call("alerts", "retry")
    assert done.stdout.splitlines()[-1] == "0 sent now; left: 0 pending, 0 rejected, 0 held"


def test_alerts_that_wait_for_a_broken_channel_say_why(story):
    hold_for(story.desk, "#alrets", broken="channel_not_found")
    found = story.desk.json("alerts", "list", of="alerts-list")
    assert {row["reason"] for row in found} == {"channel_not_found"}


@pytest.mark.parametrize(
    ("kind", "source", "detail", "title"),
    [
        ("source", "press", {"state": "blocked", "message": "the site refuses us"}, "press is blocked: the site refuses us"),
        ("source", "press", {"state": "ok", "was": "blocked"}, "press is ok"),
        ("baseline", None, {"recent": 1}, "the first round in one message"),
    ],
)  # fmt: skip
def test_what_tells_of_no_article_has_a_readable_title(desk, kind, source, detail, title):
    store = desk.open()
    with store.writing() as connection:
        store.outbox.intend(connection, kind, "press:1", at=NOW, source=source, detail=detail)
    store.close()
    hold_for(desk, "#a")
    assert [row["title"] for row in desk.json("alerts", "list", of="alerts-list")] == [title]


@pytest.mark.parametrize("words", [["alerts", "list"], ["matters", "list"], ["export"]])
def test_a_listing_of_a_home_without_a_store_says_so_and_makes_none(desk, words):
    assert "there is no store" in desk.call(*words, code=2).stderr
    assert not (desk.folder / "home").exists()


def test_a_home_that_cannot_be_made_is_a_fault_of_usage_and_doctor_says_it(desk):
    (desk.folder / "file").write_text("")
    done = desk.call("db", "upgrade", "--home", "file/home", code=2)
    assert "--home" in done.stderr
    [row] = of(rows(desk, "--offline", "--home", "file/home", code=5), "home")
    assert "cannot be made" in row[2]


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no /proc")
def test_a_file_system_that_makes_nothing_is_no_home(desk):
    assert of(rows(desk, "--offline", "--home", "/proc/gatewatch", code=5), "home")[0][1] == "fail"
    desk.call("db", "upgrade", "--home", "/proc/gatewatch", code=2)


def test_a_backup_overwrites_nothing_and_makes_no_folder_in_silence(story):
    call = story.desk.call
    call("db", "backup", "safe.zip")
    assert "--force" in call("db", "backup", "safe.zip", code=2).stderr
    call("db", "backup", "safe.zip", "--force")
    assert "there is no folder" in call("db", "backup", "new/safe.zip", code=2).stderr
    assert not (story.desk.folder / "new").exists()


def test_an_address_of_slack_that_does_not_end_in_api_is_refused_at_once(desk, monkeypatch):
    monkeypatch.setenv("SLACK_API_URL", "https://slack.com/")
    assert "/api/" in desk.call("sources", "list", code=2).stderr


def test_a_proxy_that_is_no_address_fails(desk, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "not a proxy")
    assert ("proxy", "fail") in [row[:2] for row in rows(desk, "--offline", code=5)]


def test_a_rule_that_tells_nobody_is_not_shown_as_the_nearest(desk):
    (desk.folder / "rules.yaml").write_text(
        "rules:\n"
        "  - {id: mute, topic: licensing, silent: true, match: {all: [{words: [许可证]}, {words: [吊销]}]}}\n"
        "  - {id: abroad, topic: foreign, match: {all: [{words: [许可证]}, {words: [外国]}]}}\n"
        "  - {id: loud, topic: licensing, match: {all: [{words: [许可证]}, {words: [吊销]}, {words: [电信]}]}}\n",
        "utf-8",
    )
    shown = desk.call("rules", "explain", "许可证").stdout
    assert next(line[2:] for line in shown.splitlines() if line.startswith("·")) == "loud"


def test_init_names_the_folder_to_go_to_and_asks_for_no_env(desk):
    said = desk.call("init", "my watch").stderr
    assert "`cd 'my watch'`" in said
    assert "write .env" not in said.splitlines()[0]


def test_remedies_are_whole_on_a_narrow_terminal(monkeypatch, capsys):
    from gatewatch import table

    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    remedy = "Check the connection, DNS and the proxy settings, and then try it once more by hand."
    table.show(("STATE", "WHAT"), [("fail", "none of 3 hosts answers " * 4)], [remedy])
    shown = re.sub(r"\x1b\[\d*m", "", capsys.readouterr().out)
    assert max(map(len, shown.splitlines())) <= 60
    assert remedy in " ".join(shown.replace("→", "").split())
