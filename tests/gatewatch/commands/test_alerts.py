from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gatewatch.demo.standin_slack import Channel, StandinSlack
from pipelines.store import digests
from tests.gatewatch.commands.told import tell
from tests.pipelines.store.making import NOW


def test_without_a_store_there_is_none(desk):
    assert "there is no store" in desk.call("alerts", "list", code=2).stderr
    assert not desk.file.exists()


def test_the_list_has_the_text_as_posted_newest_first(story):
    store = story.desk.open()
    tell(store, story.desk)
    store.close()
    rows = story.desk.json("alerts", "list", of="alerts-list")
    assert [row["article_id"] for row in rows] == [story.press, story.answers, story.notice]
    assert {row["state"] for row in rows} == {"sent"}
    assert all(row["text"] for row in rows)
    assert rows[-1]["sent_at"].endswith("+08:00")
    assert len(story.desk.json("alerts", "list", "--limit", "1", of="alerts-list")) == 1
    assert (
        story.desk.json("alerts", "list", "--state", "rejected", "--state", "pending", of="alerts-list") == []
    )
    assert "清理规范" in story.desk.call("alerts", "list").stdout


def test_a_test_message_goes_by_the_configured_road(desk):
    done = desk.call("alerts", "test")
    assert done.stdout.splitlines()[-1].startswith("sent: terminal")
    desk.call("alerts", "test")
    assert len(desk.json("alerts", "list", of="alerts-list")) == 2


@pytest.mark.parametrize("words", [["test"], ["retry"]])
@pytest.mark.parametrize("name", ["SLACK_CHANNEL", "SLACK_BOT_TOKEN"])
def test_where_slack_is_meant_but_not_complete_nothing_is_sent_and_the_code_is_4(
    desk, monkeypatch, words, name
):
    monkeypatch.setenv(name, "xoxb-verysecret")
    done = desk.call("alerts", *words, code=4)
    assert "SLACK_BOT_TOKEN" in done.stderr
    assert "verysecret" not in done.output
    assert not desk.file.exists()


def test_retry_sends_what_was_rejected(story):
    from sqlalchemy import text

    desk = story.desk
    store = desk.open()
    tell(store, desk)
    with store.writing() as connection:
        connection.execute(text("UPDATE deliveries SET state = 'rejected', reason = 'channel_not_found'"))
    store.close()
    [first, *_] = desk.json("alerts", "list", "--state", "rejected", of="alerts-list")
    done = desk.call("alerts", "retry", first["alert_id"], code=4)
    assert done.stdout.splitlines()[-1] == "1 sent now; left: 0 pending, 2 rejected, 0 held"
    done = desk.call("alerts", "retry")
    assert done.stdout.splitlines()[-1] == "2 sent now; left: 0 pending, 0 rejected, 0 held"


def test_an_alert_that_is_not_there_is_an_error(story):
    assert "There is no alert 'g1'" in story.desk.call("alerts", "retry", "g1", code=2).stderr


def test_the_second_road_is_tried_once(desk, monkeypatch):
    from tests.support.mail import MailServer

    monkeypatch.setenv("SLACK_WEBHOOK_URL", "http://127.0.0.1:1/services/T1/B2/verysecret")
    assert "SECOND_ROAD_URL" in desk.call("alerts", "test", "--second-road", code=4).stderr
    with MailServer() as server:
        config = desk.folder / "gatewatch.yaml"
        mail = (
            f"{{to: [a@b.example], from: c@b.example, host: 127.0.0.1, port: {server.port}, security: none}}"
        )
        config.write_text(config.read_text() + f"slack: {{second_road: {{mail: {mail}}}}}\n")
        done = desk.call("alerts", "test", "--second-road")
        assert done.stdout == f"sent: a@b.example by 127.0.0.1:{server.port}\n"
    assert server.letters[0]["Subject"].startswith("Gatewatch · TEST")
    done = desk.call("alerts", "test", "--second-road", code=4)
    assert done.stdout.startswith("not sent: a@b.example by 127.0.0.1")
    assert "then try again" in done.stdout


def test_a_test_looks_at_the_channels_that_routes_name_and_posts_to_the_one_that_is_named(desk, monkeypatch):
    config = desk.folder / "gatewatch.yaml"
    config.write_text(
        config.read_text() + 'slack: {channel: "#alerts"}\nroutes: [{to: "#legal", topics: [licensing]}]\n'
    )
    with StandinSlack() as slack:
        slack.channels["C0LEGAL000"] = Channel("C0LEGAL000", "legal", archived=True)
        monkeypatch.setenv("SLACK_BOT_TOKEN", slack.token)
        monkeypatch.setenv("SLACK_API_URL", slack.api_url)
        done = desk.call("alerts", "test", code=4)
        assert done.stdout.splitlines()[-2:] == [
            "cannot be posted to: #legal is archived",
            "  Name another channel.",
        ]
        slack.channels["C0LEGAL000"].archived = False
        assert "nothing posted: #legal is #legal" in desk.call("alerts", "test").stdout
        assert slack.messages("legal") == []
        assert desk.call("alerts", "test", "--channel", "legal").stdout.count("\n") == 1
        assert len(slack.messages("legal")) == 1
        assert "Channels: #alerts, #legal" in desk.call("alerts", "test", "--channel", "#x", code=2).stderr


def test_the_file_of_a_digest_is_what_export_writes(story, monkeypatch):
    desk, channel = story.desk, "#alerts"
    store = desk.open()
    with store.writing() as connection:
        digests.note_period(
            connection, digests.named(channel), NOW - timedelta(days=1), datetime.now(UTC) + timedelta(days=1)
        )
    store.close()
    with StandinSlack() as slack:
        monkeypatch.setenv("SLACK_BOT_TOKEN", slack.token)
        monkeypatch.setenv("SLACK_CHANNEL", channel)
        monkeypatch.setenv("SLACK_API_URL", slack.api_url)
        (desk.folder / "gatewatch.yaml").write_text(
            "sources: [sources.yaml]\nrules: [rules.yaml]\nslack: {pace: 20}\n", "utf-8"
        )
        desk.call("alerts", "retry")
        said = desk.call("alerts", "digest", "--csv").stdout
        (file,) = (file for one in slack.messages("alerts") for file in one.files)
    assert said.splitlines()[-1].startswith("2 sent now")
    until = datetime.now(UTC) + timedelta(minutes=1)
    shown = desk.call(
        "export", "--since", (NOW - timedelta(days=1)).isoformat(), "--until", until.isoformat()
    )
    assert file.content == shown.stdout_bytes
    assert file.content.count(b"\r\n") == 4
    row = next(one for one in desk.json("alerts", "list", of="alerts-list") if one["kind"] == "csv")
    assert (row["state"], row["text"]) == ("sent", file.name)


def test_what_is_printed_carries_no_file(desk):
    assert "Only a bot can attach a file" in desk.call("alerts", "digest", "--csv", code=2).stderr
