"""Row 33, and bad input of the operator's: refused with file, line and reason; a running process goes on as before."""

from __future__ import annotations

import signal

import pytest

from tests.support.scene import ban, column, count, press

FAULTS = {
    "typo": ("rules:\n  - id: mine\n    topic: licensing\n    wrods: {VPN: net}\n", 4, "words"),
    "unknown key": (
        "rules:\n  - id: mine\n    topic: licensing\n    colour: red\n    words: {VPN: net}\n",
        4,
        "colour",
    ),
    "empty term": ("rules:\n  - id: mine\n    topic: licensing\n    words: {'': nothing}\n", 4, ""),
    "not YAML": ("rules:\n  - id: [\n", 3, ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_rule_file_that_is_wrong_stops_a_round_before_it_asks_anybody(site, desk, fault):
    text, line, word = FAULTS[fault]
    column(site, desk)
    (desk.folder / "mine.yaml").write_text(text, "utf-8")
    desk.config["rules"] = ["builtin", "mine.yaml"]
    done = desk.run("crawl")
    assert done.returncode == 2, done.stderr
    assert f"mine.yaml:{line}" in done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert site.log == []


def test_a_running_service_keeps_the_old_rules_when_the_file_becomes_wrong(site, desk):
    (desk.folder / "mine.yaml").write_text("rules: []\n", "utf-8")
    desk.config["rules"] = ["builtin", "mine.yaml"]
    feed = press(site, desk, every="1s")
    process = desk.start("run")
    site.server.wait_for_count("/press.xml", 2, 40)
    (desk.folder / "mine.yaml").write_text(FAULTS["typo"][0], "utf-8")
    process.send_signal(signal.SIGHUP)
    refused = next(line for line in process.stderr if "mine.yaml" in line)
    assert "mine.yaml:4" in refused
    feed.items.insert(0, ban())
    told = next(line for line in process.stdout if "bans VPN" in line)
    assert told
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=15)
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("file", "text", "line", "word"),
    [
        ("gatewatch.yaml", "sources: [sources.yaml]\nslakc: {channel: '#a'}\n", 2, "slack"),
        (
            "sources.yaml",
            "sources:\n  - id: a\n    name: A\n    kind: feed\n    url: http://127.0.0.1:1/\n    evry: 1h\n",
            6,
            "every",
        ),
    ],
    ids=["config", "source"],
)
def test_a_wrong_key_is_told_with_file_line_and_the_key_that_was_meant(desk, file, text, line, word):
    desk.write()
    (desk.folder / file).write_text(text, "utf-8")
    desk.write = lambda: None
    done = desk.run("crawl")
    assert done.returncode == 2, done.stderr
    assert f"{file}:{line}" in done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("lack", ["token", "wrong token", "channel"])
def test_what_slack_cannot_take_is_kept_the_code_is_4_and_it_arrives_when_mended(site, desk, slack, lack):
    notice_ = column(site, desk)
    desk.config["slack"] = {
        "channel": "#nowhere" if lack == "channel" else "#alerts",
        "ops_channel": "#ops",
        "pace": 20,
    }
    desk.environ["SLACK_API_URL"] = slack.api_url
    if lack != "token":
        desk.environ["SLACK_BOT_TOKEN"] = slack.token if lack == "channel" else "xoxb-9-9-wrong"
    done = desk.run("crawl")
    assert done.returncode == 4, done.stderr
    assert notice_.path
    assert "Traceback" not in done.stderr
    word = {"token": "SLACK_BOT_TOKEN", "wrong token": "invalid_auth", "channel": "channel"}[lack]
    assert word in done.stderr
    assert slack.messages("alerts") == []
    elsewhere = [one.text.split(".")[0] for one in slack.messages()]
    assert elsewhere == (["CHANNEL: Nothing can be posted to #nowhere"] if lack == "channel" else [])
    assert count(desk, "intents", "kind != 'channel'") == 1
    desk.environ["SLACK_BOT_TOKEN"] = slack.token
    desk.config["slack"]["channel"] = "#alerts"
    mended = desk.run("crawl")
    assert mended.returncode == 0, mended.stderr
    assert len(slack.messages("alerts")) == 1
    assert count(desk, "deliveries", "state = 'sent' AND kind != 'channel'") == 1
    assert count(desk, "deliveries", "state != 'sent'") == 0
