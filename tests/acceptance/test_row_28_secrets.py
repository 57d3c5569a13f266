"""Row 28: no webhook address, token or password is written anywhere, at -vv, in success and in every failure."""

from __future__ import annotations

import pytest

from tests.support.scene import altered, ban, by_token, column, count, notice, press

HIDDEN = "Sup3rHiddenWord"
HOOK = f"/services/T0AAAA/B0BBBB/{HIDDEN}"
QUICK = """
import gatewatch.crawl
gatewatch.crawl.SENDING_SECONDS = 1.5
"""


def everything(desk, done):
    """All that a run left: what it printed, and every file but the operator's own."""
    shown = [done.stdout.encode(), done.stderr.encode()]
    shown += [path.read_bytes() for path in desk.home.rglob("*") if path.is_file()]
    return b"\n".join(shown)


def clean(desk, done, *secrets):
    found = everything(desk, done)
    for secret in (HIDDEN, *secrets):
        at = found.find(secret.encode())
        assert at < 0, found[max(0, at - 200) : at + 200]


ROADS = {
    "403": ("status", {"code": 403, "body": "invalid_token"}),
    "404": ("status", {"code": 404, "body": "no_service"}),
    "500": ("status", {"code": 500}),
    "429": ("status", {"code": 429, "retry_after": 60}),
    "reset": ("reset", {}),
    "bad JSON": ("body", {"text": "<html>ok?</html>", "code": 200}),
    "redirect": ("redirect", {"to": f"http://localhost:1/{HIDDEN}"}),
    "success": ("body", {"text": "ok", "content_type": "text/plain"}),
}


def some(names, *quick):
    """All of these, those that are not named quick for the long run only."""
    return [name if name in quick else pytest.param(name, marks=pytest.mark.slow) for name in names]


@pytest.mark.parametrize("road", some(ROADS, "reset", "success"))
def test_a_webhook_s_address_is_written_nowhere(site, desk, road):
    fault, options = ROADS[road]
    notice(site, column(site, desk))
    site.fault(HOOK, fault, **options)
    desk.environ["SLACK_WEBHOOK_URL"] = f"{site.url}{HOOK}"
    done = altered(desk, QUICK, "crawl", "-vv")
    assert done.returncode == (0 if road == "success" else 4), done.stderr
    assert site.asked(HOOK)
    clean(desk, done)


@pytest.mark.slow
@pytest.mark.parametrize("address", ["http://hooks.invalid", "http://127.0.0.1:1", "https://127.0.0.1:1", "http://user:pass%40{hidden}@127.0.0.1:1"])  # fmt: skip
def test_an_address_that_nobody_answers_is_written_nowhere_either(site, desk, address):
    notice(site, column(site, desk))
    desk.environ["SLACK_WEBHOOK_URL"] = f"{address.format(hidden=HIDDEN)}{HOOK}"
    desk.environ["SLACK_BOT_TOKEN"] = ""
    done = altered(desk, QUICK, "crawl", "-vv")
    assert done.returncode == 4, done.stderr
    clean(desk, done)
    assert count(desk, "deliveries", "state != 'sent'") == 1


WORKSPACE = {
    "success": (),
    "trouble": ("html-200", "503", "reset-after", "cut-after", "429=1", "error=internal_error"),
    "revoked": ("error=token_revoked",),
    "scope": ("error=missing_scope",),
}


@pytest.mark.parametrize("weather", some(WORKSPACE, "revoked"))
def test_a_token_is_written_nowhere(site, desk, slack, weather):
    slack.token = f"xoxb-11-22-{HIDDEN}"
    by_token(desk, slack)
    desk.config["heartbeat_url"] = f"{site.url}/beat/{HIDDEN}"
    notice(site, column(site, desk))
    press(site, desk, "press", [ban()])
    for method in ("chat.postMessage", "conversations.list", "conversations.history", "chat.scheduleMessage"):
        slack.fail(method, *WORKSPACE[weather])
    done = altered(desk, QUICK.replace("1.5", "12"), "crawl", "-vv")
    assert done.returncode in {0, 4}, done.stderr
    assert len(slack.requests) >= 1
    clean(desk, done, slack.token)
    for words in (("export", "--all"), ("alerts", "list", "-vv"), ("doctor", "--offline", "-vv"))[
        : 3 if weather == "success" else 0
    ]:
        clean(desk, desk.run(*words), slack.token)


def test_a_token_that_slack_does_not_know_and_a_password_of_the_database_are_written_nowhere(
    site, desk, slack
):
    by_token(desk, slack)
    desk.environ["SLACK_BOT_TOKEN"] = f"xoxb-11-22-{HIDDEN}"
    notice(site, column(site, desk))
    done = altered(desk, QUICK, "crawl", "-vv")
    assert done.returncode == 4, done.stderr
    clean(desk, done)
    for url in (
        f"postgresql://gate:{HIDDEN}@127.0.0.1:1/gate?connect_timeout=1",
        f"sqlite:////proc/{HIDDEN}?password={HIDDEN}",
    ):
        desk.environ["DATABASE_URL"] = url
        lost = desk.run("crawl", "-vv")
        assert lost.returncode in {1, 2}, lost.stderr
        clean(desk, lost) if url.startswith("postgresql") else None
        assert f"password={HIDDEN}" not in lost.stderr


def test_a_traceback_of_a_fault_of_ours_shows_no_secret(site, desk, slack):
    slack.token = f"xoxb-11-22-{HIDDEN}"
    by_token(desk, slack)
    notice(site, column(site, desk))
    prelude = (
        "import alerts.slack.transport as s\n"
        "def broken(self, *a, **k):\n"
        "    raise RuntimeError(f'posting with {vars(self)!r} and Bearer ' + __import__('os').environ['SLACK_BOT_TOKEN'])\n"
        "s.SlackTransport.resolve = broken"
    )
    done = altered(desk, prelude, "crawl", "-vv")
    assert done.returncode == 1, done.stderr
    assert "Traceback" in done.stderr
    clean(desk, done, slack.token)
