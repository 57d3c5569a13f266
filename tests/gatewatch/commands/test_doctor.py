from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs

import pytest

from alerts.dispatch import Dispatcher
from alerts.settings import AlertSettings
from gatewatch.demo.standin_slack import StandinSlack
from tests.pipelines.store.making import NOW
from tests.support.sockets import Sockets
from tests.support.wire import Reply, Server

TOKEN = "xoxb-" + "1-2-verysecret"
SCOPES = "chat:write,channels:read,channels:history,groups:read,groups:history"


class Net:
    """A Slack that only answers questions, and sites with their robots files, on one loopback port."""

    def __init__(self):
        self.scopes = SCOPES
        self.token_error = ""
        self.channels = [
            {"id": "C0CHINA001", "name": "china-telecom", "is_member": True},
            {"id": "C0OPEN0001", "name": "open", "is_member": False},
            {"id": "C0OLD00001", "name": "old", "is_member": True, "is_archived": True},
        ]
        self.robots = (200, b"User-agent: *\nDisallow: /private/\n")
        self.ahead = timedelta(0)
        self.opening = {"ok": False, "error": "invalid_auth"}
        self.server = Server(self.answer)
        self.server.start()
        self.url = f"http://127.0.0.1:{self.server.port}"

    def answer(self, request):
        if request.path == "/robots.txt":
            status, body = self.robots
            date = format_datetime(datetime.now(UTC) - self.ahead, usegmt=True)
            return Reply(status, body, {"Date": date, "Location": "http://127.0.0.1:1/"})
        given = {
            **request.query,
            **{name: value[0] for name, value in parse_qs(request.body.decode()).items()},
        }
        said = self.slack(request.path.removeprefix("/api/"), given, request.headers["authorization"])
        return Reply(
            200,
            json.dumps(said).encode(),
            {"Content-Type": "application/json", "X-OAuth-Scopes": self.scopes},
        )

    def slack(self, method, given, authorization):
        if method == "apps.connections.open":
            return self.opening
        if self.token_error or authorization != f"Bearer {TOKEN}":
            return {"ok": False, "error": self.token_error or "invalid_auth"}
        if method == "auth.test":
            return {"ok": True, "user": "gatewatch", "team": "Acme"}
        if "channels:read" not in self.scopes:
            return {"ok": False, "error": "missing_scope", "needed": "channels:read"}
        if (
            method == "conversations.list"
            and "private_channel" in given["types"]
            and "groups:read" not in self.scopes
        ):
            return {"ok": False, "error": "missing_scope", "needed": "groups:read"}
        if method == "conversations.list":  # a page a channel, to see that all are read
            at = int(given.get("cursor") or 0)
            more = str(at + 1) if at + 1 < len(self.channels) else ""
            return {
                "ok": True,
                "channels": self.channels[at : at + 1],
                "response_metadata": {"next_cursor": more},
            }
        found = [one for one in self.channels if one["id"] == given["channel"]]
        return {"ok": True, "channel": found[0]} if found else {"ok": False, "error": "channel_not_found"}

    @property
    def asked(self):
        return [request.path for request in self.server.log]


@pytest.fixture
def net(desk, monkeypatch):
    made = Net()
    (desk.folder / "sources.yaml").write_text(
        f'sources:\n  - {{id: one, name: One, kind: feed, url: "{made.url}/rss"}}\n'
        f'  - {{id: two, name: Two, kind: feed, url: "{made.url}/private/rss"}}\n'
        f'  - {{id: asleep, name: Asleep, kind: feed, url: "http://127.0.0.1:1/rss", enabled: false}}\n'
    )
    (desk.folder / "gatewatch.yaml").write_text(
        "sources: [sources.yaml]\nrules: [rules.yaml]\ncontact: a@b.example\n"
    )
    monkeypatch.setenv("SLACK_API_URL", f"{made.url}/api/")
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SLACK_CHANNEL", "#china-telecom")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    yield made
    made.server.stop()


def rows(desk, *words, code=0):
    found = desk.json("doctor", *words, of="doctor", code=code)
    return [(row["check"], row["state"], row["message"], row["remedy"]) for row in found]


def of(found, check):
    return [row for row in found if row[0] == check]


def test_where_all_is_well_every_neighbourhood_has_its_row(desk, net):
    found = rows(desk)
    wanted = ["config", "home", "disk", "store", "sources", "rules", "alerts", "slack token", "slack scopes",
              "slack channel", "slack answers", "second road", "proxy", "network", "robots", "clock"]  # fmt: skip
    assert list(dict.fromkeys(row[0] for row in found)) == wanted
    assert {row[1] for row in found if row[0] != "robots"} == {"ok"}
    assert of(found, "slack token")[0][2] == "gatewatch in Acme"
    assert of(found, "slack channel")[0][2] == "#china-telecom is #china-telecom (C0CHINA001)"
    assert not (desk.folder / "home").exists()


APP_TOKEN = "xapp-1-verysecret"


@pytest.mark.parametrize(
    ("token", "error", "message", "remedy"),
    [
        ("xoxb-1-verysecret", "", "SLACK_APP_TOKEN holds a bot token", "xapp-"),
        (APP_TOKEN, "missing_scope", "missing_scope", "connections:write"),
        (APP_TOKEN, "invalid_auth", "invalid_auth", "app-level token"),
        (APP_TOKEN, "not_allowed_token_type", "not_allowed_token_type", "SLACK_APP_TOKEN"),
    ],
)
def test_an_app_token_that_cannot_listen_says_what_to_do(
    desk, net, monkeypatch, token, error, message, remedy
):
    monkeypatch.setenv("SLACK_APP_TOKEN", token)
    net.opening = {"ok": False, "error": error}
    found = rows(desk, code=5)
    [row] = of(found, "slack answers")
    assert row[1:3] == ("fail", message)
    assert remedy in row[3]
    assert "commands is missing" in " ".join(one[2] for one in of(found, "slack scopes"))


@pytest.mark.parametrize(("greeting", "state"), [("hello", "ok"), ("disconnect", "fail")])
def test_socket_mode_is_tried_for_a_moment(desk, net, monkeypatch, greeting, state):
    monkeypatch.setenv("SLACK_APP_TOKEN", APP_TOKEN)
    with StandinSlack() as slack, Sockets(slack) as sockets:
        sockets.greeting = {"type": greeting, "reason": "link_disabled"}
        net.opening = {"ok": True, "url": slack.link}
        [row] = of(rows(desk, code=0 if state == "ok" else 5), "slack answers")
    assert row[1] == state
    assert state == "ok" or "Switch it on" in row[3]


def test_each_host_is_asked_for_its_robots_file_once_and_for_nothing_else(desk, net):
    rows(desk)
    assert [path for path in net.asked if not path.startswith("/api/")] == ["/robots.txt"]
    [asked] = [request for request in net.server.log if request.path == "/robots.txt"]
    assert asked.headers["user-agent"].startswith("Gatewatch/")
    assert "a@b.example" in asked.headers["user-agent"]
    assert not [path for path in net.asked if "post" in path.lower() or "join" in path]


def test_what_a_robots_file_comes_to_is_told_once_a_host_with_the_sources_it_closes(desk, net):
    closed = [row[2] for row in of(rows(desk), "robots") if row[1] == "warn"]
    assert len(closed) == 1
    assert closed[0].endswith(": robots.txt disallows it (two)")
    net.robots = (403, b"")
    assert [row[1] for row in of(rows(desk), "robots")] == ["ok"]
    (desk.folder / "gatewatch.yaml").write_text(
        "sources: [sources.yaml]\nrules: [rules.yaml]\nrobots: strict\n"
    )
    assert all(row[1] == "warn" and "strict" in row[2] for row in of(rows(desk), "robots"))
    net.robots = (503, b"")
    assert all("503" in row[2] for row in of(rows(desk), "robots"))


def test_a_redirected_robots_file_is_not_followed(desk, net):
    net.robots = (302, b"")
    assert "elsewhere (302)" in of(rows(desk), "robots")[0][2]


@pytest.mark.parametrize(
    ("ahead", "state", "code"), [(0, "ok", 0), (600, "warn", 0), (-600, "warn", 0), (7200, "fail", 5)]
)
def test_a_wrong_clock_is_noticed_by_the_hosts_own(desk, net, ahead, state, code):
    net.ahead = timedelta(seconds=ahead)
    [row] = of(rows(desk, code=code), "clock")
    assert row[1] == state
    assert bool(row[3]) == (state != "ok")


def test_hosts_that_do_not_answer_are_named(desk, net):
    file = desk.folder / "sources.yaml"
    file.write_text(file.read_text().replace(", enabled: false", ""))
    found = of(rows(desk), "network")
    assert [row[1] for row in found] == ["ok", "warn"]
    assert found[1][2].startswith("http://127.0.0.1:1: ")
    file.write_text('sources: [{id: one, name: One, kind: feed, url: "http://127.0.0.1:1/rss"}]\n')
    assert [row[1] for row in of(rows(desk, code=5), "network")] == ["fail"]


@pytest.mark.parametrize(
    ("scopes", "state", "words", "code"),
    [
        (SCOPES.replace("chat:write,", ""), "fail", "chat:write is missing", 5),
        ("chat:write,channels:read", "warn", "channels:history is missing", 0),
        ("chat:write,channels:history", "warn", "channels:read is missing", 0),
    ],
)
def test_a_missing_scope_is_named_with_what_it_is_for(desk, net, scopes, state, words, code):
    net.scopes = scopes
    found = of(rows(desk, code=code), "slack scopes")
    assert any(row[1] == state and words in row[2] and "OAuth" in row[3] for row in found)


def test_the_scope_for_files_is_missed_only_where_a_digest_is_to_carry_one(desk, net):
    net.scopes = SCOPES.replace(",files:write", "")
    assert {row[1] for row in of(rows(desk), "slack scopes")} == {"ok"}
    config = desk.folder / "gatewatch.yaml"
    config.write_text(
        config.read_text("utf-8") + 'channels: {"#x": {digest: {daily: "08:30", csv: true}}}\n', "utf-8"
    )
    (row,) = of(rows(desk), "slack scopes")
    assert (row[1], row[2]) == ("warn", "files:write is missing: attaching the rows of a digest")


@pytest.mark.parametrize(
    ("channel", "scopes", "state", "words"),
    [
        ("C0CHINA001", SCOPES, "ok", "#china-telecom"),
        ("china-telecom", "chat:write,channels:read,channels:history", "ok", "#china-telecom"),
        ("#nowhere", SCOPES, "fail", "channel_not_found"),
        ("C0NOWHERE1", SCOPES, "fail", "channel_not_found"),
        ("#old", SCOPES, "fail", "archived"),
        ("#open", SCOPES, "fail", "the bot is not in #open"),
        ("#open", SCOPES + ",channels:join", "ok", "#open"),
        ("#open", SCOPES + ",chat:write.public", "ok", "#open"),
        ("#china-telecom", "chat:write,channels:history", "warn", "cannot be looked up"),
    ],
)
def test_how_the_bot_stands_to_its_channel(desk, net, monkeypatch, channel, scopes, state, words):
    monkeypatch.setenv("SLACK_CHANNEL", channel)
    net.scopes = scopes
    [row] = of(rows(desk, code=5 if state == "fail" else 0), "slack channel")
    assert row[1] == state
    assert words in row[2]
    assert bool(row[3]) == (state != "ok")


def test_every_channel_that_routes_name_is_looked_at_and_waits_there_by_right(desk, net):
    config = desk.folder / "gatewatch.yaml"
    more = (
        'routes: [{to: "#old", topics: [licensing]}]\nchannels: {"#old": {language: zh-Hans}, "#typo": {}}\n'
    )
    config.write_text(config.read_text("utf-8") + more, "utf-8")
    store = desk.open()
    settings = AlertSettings(road="slack", channel="#old")
    with store.writing() as connection:
        store.outbox.intend(connection, "baseline", "x", at=NOW, detail={"recent": 1})
    Dispatcher(store, None, settings, lambda: NOW).deliver()
    store.close()
    found = rows(desk, code=5)
    assert [row[1:3] for row in of(found, "slack channel")] == [
        ("ok", "#china-telecom is #china-telecom (C0CHINA001)"),
        ("fail", "#old is archived"),
        ("warn", "#typo: channel_not_found"),
    ]
    assert not [row for row in found if "not configured" in row[2] and "#old" in row[2]]


def test_a_judge_who_is_named_and_not_by_id_is_warned_of(desk, net):
    config = desk.folder / "gatewatch.yaml"
    config.write_text(config.read_text("utf-8") + 'judges: [U012ABCDE, "@ann"]\n', "utf-8")
    assert ("warn", "judges: anybody can take the name @ann") in [
        row[1:3] for row in of(rows(desk), "slack answers")
    ]


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive", "something_new"])
def test_a_token_that_is_refused_fails_and_is_not_shown(desk, net, error):
    net.token_error = error
    [row] = of(rows(desk, code=5), "slack token")
    assert (row[1], row[2]) == ("fail", error)
    assert row[3]
    assert "verysecret" not in desk.call("doctor", "-vv", code=5).output


def test_a_slack_that_cannot_be_reached_fails_with_what_to_check(desk, net, monkeypatch):
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    [row] = of(rows(desk, code=5), "slack token")
    assert "cannot be reached" in row[2]
    assert "proxy" in row[3]


@pytest.mark.parametrize(
    ("environ", "states", "code"),
    [
        ({}, ["warn"], 0),
        ({"SLACK_CHANNEL": "#x"}, ["fail"], 5),
        ({"SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T1/B2/verysecret"}, ["ok", "warn"], 0),
    ],
)
def test_without_a_bot_the_way_alerts_leave_is_told(desk, net, monkeypatch, environ, states, code):
    for name in ("SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_CHANNEL"):
        monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    found = of(rows(desk, code=code), "slack")
    assert [row[1] for row in found] == states
    assert "verysecret" not in str(found)
    assert not [path for path in net.asked if path.startswith("/api/")]


def test_a_proxy_is_named_without_its_password_and_its_duty_told(desk, net, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://user:hushhush@127.0.0.1:1")
    done = desk.call("doctor", "--offline")
    assert "127.0.0.1:1 is used" in done.stdout
    assert "the proxy decides which address" in done.stdout
    assert "hushhush" not in done.output


@pytest.mark.parametrize(
    ("file", "text", "check", "words"),
    [
        ("gatewatch.yaml", "sorces: []\n", "config", "did you mean 'sources'?"),
        ("sources.yaml", "sources:\n  - {id: one, nmae: One}\n", "sources", "sources.yaml:2:"),
        ("rules.yaml", "rules:\n  - {id: one, wrods: [x]}\n", "rules", "rules.yaml:2:"),
        (
            "rules.yaml",
            "rules:\n  - {id: one, words: [x], should: [y]}\n",
            "rules",
            "should fire and does not",
        ),
        ("rules.yaml", "rules: []\n", "rules", "no rule is switched on"),
        ("sources.yaml", "sources: []\n", "sources", "no source is switched on"),
    ],
)
def test_a_file_that_is_wrong_is_a_failing_row_and_the_code_is_5(desk, net, file, text, check, words):
    (desk.folder / file).write_text(text)
    found = rows(desk, "--offline", code=5)
    assert any(row[:2] == (check, "fail") and words in row[2] for row in found)
    if check != "config":
        assert of(found, "disk")


def test_a_store_that_is_newer_or_damaged_is_a_failing_row(story):
    desk = story.desk
    assert "4 articles, 3 matched" in of(rows(desk, "--offline"), "store")[0][2]
    desk.file.write_bytes(b"not a database" * 1000)
    found = rows(desk, "--offline", code=5)
    assert of(found, "store")[0][1] == "fail"
    assert of(found, "rules")[0][1] == "ok"


def test_a_home_that_cannot_be_written_to_is_a_failing_row(desk, net, monkeypatch):
    (desk.folder / "file").write_text("")
    found = rows(desk, "--offline", "--home", "file/home", code=5)
    assert of(found, "home")[0][1] == "fail"


def test_alerts_that_wait_or_were_refused_are_told(story):
    from sqlalchemy import text

    desk = story.desk
    assert of(rows(desk, "--offline"), "alerts")[0][1:3] == ("warn", "3 pending")
    store = desk.open()
    from tests.gatewatch.commands.told import tell

    tell(store, desk)
    with store.writing() as connection:
        connection.execute(text("UPDATE deliveries SET state = 'rejected'"))
    store.close()
    assert of(rows(desk, "--offline", code=5), "alerts")[0][1:3] == ("fail", "3 rejected")


def test_for_people_each_row_says_what_to_do(desk, net):
    net.scopes = "channels:read,channels:history"
    shown = desk.call("doctor", code=5).stdout
    assert "fail   slack scopes" in shown
    assert "→ Add chat:write under OAuth & Permissions" in shown


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("xapp-1-A0", "app-level"),
        ("xoxp-1-2", "user's"),
        ("https://hooks.slack.com/services/T/B/x", "webhook"),
    ],
)
def test_a_token_of_the_wrong_kind_is_named_and_not_sent_anywhere(desk, net, monkeypatch, token, kind):
    monkeypatch.setenv("SLACK_BOT_TOKEN", token)
    [row] = of(rows(desk, code=5), "slack token")
    assert row[1] == "fail"
    assert kind in row[2]
    assert "xoxb-" in row[3]
    assert token not in f"{row}"
    assert not [path for path in net.asked if path.startswith("/api/")]


def test_the_second_road_is_asked_whether_it_answers_and_nothing_is_sent(desk, net, monkeypatch):
    [row] = of(rows(desk), "second road")
    assert row[1:3] == ("ok", "none: while Slack is down, alerts wait")
    monkeypatch.setenv("SECOND_ROAD_URL", f"{net.url}/hooks/verysecret")
    [row] = of(rows(desk), "second road")
    assert row[1:3] == ("ok", "the webhook at 127.0.0.1, once Slack is down for 30m, it answers")
    assert {request.method for request in net.server.log if "/hooks" in request.path} == set()
    monkeypatch.setenv("SECOND_ROAD_URL", "http://127.0.0.1:1/hooks/verysecret")
    [row] = of(rows(desk, code=5), "second road")
    assert "cannot be reached" in row[2]
    assert of(rows(desk, "--offline"), "second road")[0][1] == "ok"


def test_a_second_road_that_leads_nowhere_fails(desk, net, monkeypatch):
    config = desk.folder / "gatewatch.yaml"
    before = config.read_text()
    config.write_text(before + "slack: {second_road: {after: 10m}}\n")
    assert "SECOND_ROAD_URL" in of(rows(desk, code=5), "second road")[0][3]
    mail = "{to: [a@b.example], from: c@b.example, host: 127.0.0.1, port: 1, user: me}"
    config.write_text(before + f"slack: {{second_road: {{mail: {mail}}}}}\n")
    assert "SMTP_PASSWORD" in of(rows(desk, code=5), "second road")[0][3]
    monkeypatch.setenv("SMTP_PASSWORD", "verysecret")
    assert "cannot be reached" in of(rows(desk, code=5), "second road")[0][2]


def test_the_translator_is_asked_for_one_word(desk, net):
    import sys

    config = desk.folder / "gatewatch.yaml"
    before = config.read_text()
    program = 'print(\'{\\\\"text\\\\": \\\\"leased line\\\\"}\')'.replace("\\\\", "")
    config.write_text(
        before + json.dumps({"translate": {"command": [sys.executable, "-c", program]}})[1:-1] + "\n"
    )
    assert of(rows(desk), "translation")[0][1:3] == ("ok", "专线 comes back as 'leased line'")
    config.write_text(before + "translate: {command: [./nowhere]}\n")
    assert of(rows(desk), "translation")[0][1:3] == ("warn", "the command does not start (FileNotFoundError)")
    assert of(rows(desk, "--offline"), "translation") == []
