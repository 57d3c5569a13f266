"""Row 28 of the faults: tokens, webhook addresses and passwords stand in no output, at any level."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gatewatch.demo.standin_slack import StandinSlack

ROOT = Path(__file__).parents[2]
TOKEN = "xoxb-" + "1-2-verysecret"
HIDDEN = "verysecret"


def run(folder, *words, **environ):
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SLACK_", "GATEWATCH_")) and "proxy" not in name.lower()
    }
    return subprocess.run(
        [sys.executable, "-m", "gatewatch", *words],
        cwd=folder,
        env={**plain, "PYTHONPATH": str(ROOT), "GATEWATCH_HOME": str(folder / "home"), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("verbosity", ["-q", "-v", "-vv"])
@pytest.mark.parametrize("word", ["alerts test", "doctor --offline", "sources list", "export", "db status"])
@pytest.mark.parametrize(
    "environ",
    [
        {"SLACK_BOT_TOKEN": TOKEN, "SLACK_CHANNEL": "#c", "SLACK_API_URL": "http://127.0.0.1:1/api/"},
        {"SLACK_WEBHOOK_URL": f"http://127.0.0.1:1/services/T1/B2/{HIDDEN}"},
        {"DATABASE_URL": f"postgresql://gatewatch:{HIDDEN}@127.0.0.1:1/gatewatch?connect_timeout=1"},
        {"DATABASE_URL": f"mysql://gatewatch:{HIDDEN}@127.0.0.1:1/gatewatch"},
        {"HTTPS_PROXY": f"http://user:{HIDDEN}@127.0.0.1:1", "SLACK_BOT_TOKEN": TOKEN, "SLACK_CHANNEL": "#c",
         "SLACK_API_URL": "https://slack.invalid/api/"},
    ],
    ids=["token", "webhook", "database", "unknown database", "proxy"],
)  # fmt: skip
@pytest.mark.slow
def test_no_secret_is_shown_whatever_fails(tmp_path, environ, word, verbosity):
    shorter = "import sys, gatewatch.commands.alerts as alerts; alerts.PATIENCE = 1.0; from gatewatch.cli import main; main(sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", shorter, *word.split(), verbosity],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "GATEWATCH_HOME": str(tmp_path / "home"), **environ},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert HIDDEN not in done.stdout + done.stderr
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or HIDDEN.encode() not in path.read_bytes()


def test_a_message_that_is_sent_by_webhook_leaves_no_address_behind(tmp_path):
    with StandinSlack(channels=["c"]) as slack:
        done = run(tmp_path, "alerts", "test", "-vv", SLACK_WEBHOOK_URL=slack.webhook_url)
        assert slack.messages()
    assert done.returncode == 0, done.stderr
    secret = slack.webhook_url.rsplit("/", 1)[-1]
    assert secret not in done.stdout + done.stderr
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes()


def test_a_message_that_is_sent_by_token_leaves_no_token_behind(tmp_path):
    with StandinSlack(channels=["c"]) as slack:
        environ = {"SLACK_BOT_TOKEN": slack.token, "SLACK_CHANNEL": "c", "SLACK_API_URL": slack.api_url}
        done = run(tmp_path, "alerts", "test", "-vv", **environ)
        assert slack.messages("c")
    assert done.returncode == 0, done.stderr
    assert slack.token not in done.stdout + done.stderr


def test_a_wrong_token_ends_a_test_with_4_and_nothing_of_it_is_posted_later(tmp_path):
    with StandinSlack(channels=["c"]) as slack:
        environ = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_CHANNEL": "c", "SLACK_API_URL": slack.api_url}
        done = run(tmp_path, "alerts", "test", **environ)
        assert done.returncode == 4, done.stderr
        assert "invalid_auth" in done.stdout + done.stderr
        environ["SLACK_BOT_TOKEN"] = slack.token
        done = run(tmp_path, "alerts", "retry", **environ)
        assert done.returncode == 0, done.stdout + done.stderr
        assert slack.messages("c") == []


@pytest.mark.slow
def test_the_second_road_and_the_translator_leave_no_secret_behind(tmp_path):
    environ = {"SLACK_WEBHOOK_URL": "http://127.0.0.1:1/services/T1/B2/verysecret", "TRANSLATE_KEY": HIDDEN}
    (tmp_path / "gatewatch.yaml").write_text("translate: {url: 'http://127.0.0.1:1/translate'}\n")
    url = f"http://127.0.0.1:1/hooks/{HIDDEN}"
    for words in (["alerts", "test", "--second-road"], ["doctor"]):
        done = run(tmp_path, *words, "-vv", **environ, SECOND_ROAD_URL=url)
        assert done.returncode in {4, 5}, done.stderr
        assert HIDDEN not in done.stdout + done.stderr
    mail = "{to: [a@b.example], from: c@b.example, host: 127.0.0.1, port: 1, user: me}"
    (tmp_path / "gatewatch.yaml").write_text(f"slack: {{second_road: {{mail: {mail}}}}}\n")
    done = run(tmp_path, "alerts", "test", "--second-road", "-vv", **environ, SMTP_PASSWORD=HIDDEN)
    assert done.returncode == 4
    assert HIDDEN not in done.stdout + done.stderr
