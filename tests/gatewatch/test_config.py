from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import platformdirs
import pytest

from crawlers.errors import ConfigError
from gatewatch.config import Config, Slack, load
from gatewatch.config_file import ChannelOf
from gatewatch.manners import manners_of

CONTRACT = """\
sources: [builtin, sources/*.yaml]
rules: [builtin, rules/*.yaml]
contact: compliance@example.com
timezone: Asia/Shanghai
robots: rfc9309
budgets: {miit.gov.cn: 60/h}
slack: {channel: "#china-telecom", ops_channel: "#gatewatch-ops", language: en, pace: 1}
exports: [{path: out/matched.csv, every: 1d}]
heartbeat_url: https://monitor.example/ping/0123
"""


@pytest.fixture
def folder(tmp_path):
    here = tmp_path / "work"
    here.mkdir()
    return here


def settings(folder, config=None, *, file=None, home=None, **environ):
    if config is not None:
        (folder / "gatewatch.yaml").write_text(config, "utf-8")
    return load(file, home, environ=environ, cwd=folder)


def test_the_contract_s_config_is_read(folder):
    (folder / "sources").mkdir()
    (folder / "sources" / "b.yaml").write_text("")
    (folder / "sources" / "a.yaml").write_text("")
    found = settings(folder, CONTRACT)
    assert found.file == folder / "gatewatch.yaml"
    assert found.source_files == ("builtin", folder / "sources" / "a.yaml", folder / "sources" / "b.yaml")
    assert found.rule_files == ("builtin",)
    assert found.config.per_hour == {"miit.gov.cn": 60}
    assert (found.channel, found.ops_channel) == ("#china-telecom", "#gatewatch-ops")
    [(path, export)] = found.exports
    assert path == folder / "out" / "matched.csv"
    assert export.interval == timedelta(days=1)
    assert found.config.heartbeat_url.reveal() == "https://monitor.example/ping/0123"
    assert found.zone.key == "Asia/Shanghai"


def test_without_a_config_the_built_in_sources_and_rules_apply_and_matches_are_printed(folder):
    found = settings(folder, GATEWATCH_HOME="data")
    assert found.file is None
    assert found.source_files == found.rule_files == ("builtin",)
    assert found.delivery == "terminal"
    assert found.home == folder / "data"
    assert found.database_url.reveal() == f"sqlite:///{folder / 'data' / 'gatewatch.sqlite3'}"


def test_an_empty_config_file_is_all_defaults(folder):
    assert settings(folder, "# nothing yet\n").config == settings(folder).config


def test_the_default_home_is_the_platform_s(folder):
    assert settings(folder).home == Path(platformdirs.user_data_dir("gatewatch", appauthor=False))


def test_the_command_line_wins_over_the_environment_which_wins_over_the_file(folder):
    (folder / "line.yaml").write_text("contact: line\n")
    (folder / "env.yaml").write_text("contact: env\nslack: {channel: C-file}\n")
    environ = {"GATEWATCH_CONFIG": "env.yaml", "GATEWATCH_HOME": "env-home"}
    assert settings(folder, "contact: here\n").config.contact == "here"
    assert settings(folder, **environ).config.contact == "env"
    assert settings(folder, **environ).home == folder / "env-home"
    assert settings(folder, file="line.yaml", home="line-home", **environ).config.contact == "line"
    assert settings(folder, file="line.yaml", home="line-home", **environ).home == folder / "line-home"
    assert settings(folder, **environ).channel == "C-file"
    assert settings(folder, **environ, SLACK_CHANNEL="C-env").channel == "C-env"


def test_the_config_of_the_home_is_used_where_the_working_folder_has_none(folder, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "gatewatch.yaml").write_text("sources: [mine.yaml]\n")
    (home / "mine.yaml").write_text("sources: []\n")
    found = settings(folder, home=home)
    assert found.source_files == (home / "mine.yaml",)
    assert settings(folder, "contact: here\n", home=home).config.contact == "here"


def test_a_named_config_that_is_not_there_is_an_error(folder):
    with pytest.raises(ConfigError, match=r"nowhere\.yaml.*cannot be read"):
        settings(folder, file="nowhere.yaml")


@pytest.mark.parametrize(
    ("config", "line", "words"),
    [
        ("contact: a\nsorces: [builtin]\n", 2, "did you mean 'sources'?"),
        ("slack:\n  channel: C\n  chanel: D\n", 3, "did you mean 'channel'?"),
        ("slack:\n  bot_token: xoxb-secret-1\n", 2, "unknown key 'bot_token'"),
        ("contact: a\ncontact: b\n", 2, "stands twice"),
        ("timezone: Mars/Olympus\n", 1, "not a time zone"),
        ("robots: never\n", 1, "rfc9309"),
        ("\nbudgets: {miit.gov.cn: sixty}\n", 2, "write for example 60/h"),
        ("budgets: {miit.gov.cn: 0/h}\n", 1, "write for example 60/h"),
        ("budgets: {'https://miit.gov.cn/': 60/h}\n", 1, "not a domain"),
        ("slack:\n  channel: #china\n", 2, "put it in quotes"),
        ("slack: {pace: 0}\n", 1, "greater than 0"),
        ("exports:\n  - path: a.csv\n  - path: a.pdf\n", 3, ".csv"),
        ("exports:\n  - {path: a.csv, every: often}\n", 2, "not a duration"),
        ("exports:\n  - {path: a.csv, every: 0 0 0 x 0}\n", 2, "not a cron expression"),
        ("heartbeat_url: ftp://x/secret-path\n", 1, "not an http"),
        ('contact: "a\\nHost: b"\n', 1, "request header"),
        ("sources:\n  - builtin\n  - mine.yaml\n", 3, "there is no file 'mine.yaml'"),
        ("rules: [.]\n", 1, "is a folder"),
        ("contact: [a\n", 2, "is not YAML"),
        ("- a\n", 1, ""),
    ],
)
def test_a_fault_in_the_config_is_told_with_file_and_line(folder, config, line, words):
    with pytest.raises(ConfigError) as caught:
        settings(folder, config)
    assert str(caught.value).startswith(f"{folder / 'gatewatch.yaml'}:{line}:")
    assert words in f"{caught.value} {caught.value.remedy}"
    assert "secret" not in f"{caught.value} {caught.value.remedy}"


@pytest.mark.parametrize(
    ("environ", "config", "delivery"),
    [
        ({}, None, "terminal"),
        ({}, "contact: a\nslack: {language: zh-Hans}\n", "terminal"),
        ({"SLACK_BOT_TOKEN": "xoxb-a", "SLACK_CHANNEL": "C"}, None, "bot"),
        ({"SLACK_BOT_TOKEN": "xoxb-a"}, "slack: {channel: C}\n", "bot"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-a", "SLACK_CHANNEL": "C", "SLACK_WEBHOOK_URL": "https://h/x"},
            None,
            "bot",
        ),
        ({"SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/a"}, None, "webhook"),
        ({"SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/a", "SLACK_CHANNEL": "C"}, None, "webhook"),
        ({"SLACK_CHANNEL": "C"}, None, "missing"),
        ({}, "slack: {channel: C}\n", "missing"),
        ({}, "slack: {ops_channel: C}\n", "missing"),
        ({"SLACK_BOT_TOKEN": "xoxb-a"}, None, "missing"),
        ({"SLACK_APP_TOKEN": "xapp-a"}, None, "missing"),
        ({"SLACK_API_URL": "https://slack-gov.com/api/"}, None, "missing"),
    ],
)
def test_how_alerts_leave_follows_from_what_is_set(folder, environ, config, delivery):
    found = settings(folder, config, **environ)
    assert found.delivery == delivery
    assert bool(found.lacks) == (delivery == "missing")


def test_the_api_host_ends_in_a_slash(folder):
    assert (
        settings(folder, SLACK_API_URL="https://slack-gov.com/api").slack_api_url
        == "https://slack-gov.com/api/"
    )


@pytest.mark.parametrize(
    "environ",
    [
        {"SLACK_API_URL": "slack.com/hush"},
        {"SLACK_API_URL": "https://user:hush@slack.com/api/"},
        {"SLACK_WEBHOOK_URL": "hooks.slack.com/hush"},
        {"SLACK_WEBHOOK_URL": "https://[hush"},
        {"DATABASE_URL": "mysql://a:hush@b/c"},
        {"DATABASE_URL": "hush"},
    ],
)
def test_an_address_that_is_none_is_refused_without_being_shown(folder, environ):
    with pytest.raises(ConfigError) as caught:
        settings(folder, **environ)
    assert next(iter(environ)) in str(caught.value)
    assert "hush" not in f"{caught.value} {caught.value.remedy}"


def test_settings_show_no_secret_and_know_them_all(folder):
    found = settings(
        folder,
        CONTRACT,
        SLACK_BOT_TOKEN="xoxb-secret-1",
        SLACK_APP_TOKEN="xapp-secret-2",
        SLACK_WEBHOOK_URL="https://hooks.slack.com/secret-3",
        DATABASE_URL="postgres://u:secret-4@db/x",
        HTTPS_PROXY="http://u:secret-5@proxy:1",
    )
    assert "secret-" not in repr(found)
    assert "ping/0123" not in repr(found)
    known = " ".join(found.secrets)
    assert all(
        part in known for part in ("secret-1", "secret-2", "secret-3", "secret-4", "secret-5", "ping/0123")
    )


def test_a_folder_whose_name_looks_like_a_pattern_is_taken_as_it_is(tmp_path):
    here = tmp_path / "a[1]*"
    (here / "sources").mkdir(parents=True)
    (here / "sources" / "x.yaml").write_text("")
    found = settings(here, "sources: [sources/*.yaml]\n")
    assert found.source_files == (here / "sources" / "x.yaml",)


def test_a_budget_a_minute_or_a_day_is_counted_in_hours(folder):
    found = settings(folder, "budgets: {a.example: 2/m, b.example: 48/d, c.example: 1/d}\n")
    assert found.config.per_hour == {"a.example": 120, "b.example": 2, "c.example": 1}


def test_how_long_the_press_on_a_matter_is_gathered_is_a_duration_or_never():
    assert Slack().gathered == timedelta(hours=6)
    assert Slack(gather="1d").gathered == timedelta(days=1)
    assert Slack(gather=0).gathered == timedelta(0)
    with pytest.raises(ValueError, match="not a duration"):
        Slack(gather="often")


MAIL = "to: [a@b.example], from: c@b.example, host: smtp.b.example"


def test_the_second_road_is_a_mail_server_or_a_webhook(folder):
    mail = settings(
        folder, f"slack: {{second_road: {{after: 2h, mail: {{{MAIL}}}}}}}\n"
    ).config.slack.second_road
    assert (mail.patience, mail.mail.sender, mail.mail.at_port) == (timedelta(hours=2), "c@b.example", 587)
    found = settings(folder, "", SECOND_ROAD_URL="https://chat.example/hooks/verysecret")
    assert found.second_url.reveal() in found.secrets
    assert found.second_lacks == ""
    assert "verysecret" not in repr(found)


@pytest.mark.parametrize(
    ("config", "environ", "said"),
    [
        (f"{{mail: {{{MAIL}, to: []}}}}", {}, "to"),
        ("{mail: {to: ['a@b.example\\nBcc: x@y'], from: c@b.example, host: h}}", {}, "no mail address"),
        ("{mail: {to: [a@b.example], from: c@b.example, host: 'h h'}}", {}, "is no host"),
        (f"{{mail: {{{MAIL}, user: me, security: none}}}}", {}, "not sent unencrypted"),
        (f"{{mail: {{{MAIL}}}}}", {"SECOND_ROAD_URL": "https://chat.example/x"}, "two second roads"),
        ("{after: soon}", {}, "soon"),
        ("{}", {"SECOND_ROAD_URL": "http://chat.example/x"}, "not an https address"),
        ("{url: x}", {}, "url"),
    ],
)
def test_a_second_road_that_is_wrong_is_refused(folder, config, environ, said):
    with pytest.raises(ConfigError, match=said):
        settings(folder, f"slack: {{second_road: {config}}}\n", **environ)


def test_a_translator_is_a_command_or_an_address(folder):
    found = settings(folder, "translate: {command: [./translate.py], to: en}\n").config.translate
    assert (found.command, found.to) == (["./translate.py"], "en")
    key = settings(
        folder, "translate: {url: 'http://127.0.0.1:5000/translate'}\n", TRANSLATE_KEY="verysecret"
    )
    assert key.translate_key.reveal() in key.secrets
    assert settings(folder, "").config.translate is None


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("{}", "one of the two"),
        ("{command: [a], url: 'http://x.example/'}", "one of the two"),
        ("{command: ['']}", "empty word"),
        ("{url: 'ftp://x.example'}", "no http"),
        ("{url: 'http://u:p@x.example'}", "TRANSLATE_KEY"),
        ("{url: 'http://x.example/', to: 'a b'}", "to"),
        ("{url: 'http://x.example/translate'}", "would go over http"),
    ],
)
def test_a_translator_that_is_wrong_is_refused(folder, config, said):
    with pytest.raises(ConfigError, match=said):
        settings(folder, f"translate: {config}\n", TRANSLATE_KEY="verysecret")


def test_a_file_without_a_digest_is_an_error_and_with_one_it_stands_in_the_channel_s_manners():
    with pytest.raises(ValueError, match="no digest comes"):
        Slack(digest={"csv": True})
    found = manners_of(ChannelOf(digest={"weekly": "mon 08:30", "csv": True}), ZoneInfo("Asia/Shanghai"))
    assert found.csv
    with pytest.raises(ValueError, match="says not when"):
        Config(routes=[{"to": "#x", "deliver": "digest"}], channels={"#x": {"digest": {"csv": False}}})
