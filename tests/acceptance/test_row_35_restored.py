"""Row 35: restored from an older backup, nothing is doubled and nothing lost; by webhook it is held and listed."""

from __future__ import annotations

import pytest

from tests.support.scene import ban, by_token, column, count, notice, press


def life(site, desk, told):
    """A baseline, a backup, news that is told, and the backup restored; then more news. The last run."""
    made = column(site, desk)
    feed = press(site, desk)
    assert desk.run("crawl").returncode == 0
    notice(site, made, 1)
    assert desk.run("crawl", "--all").returncode == 0  # told before the backup
    assert desk.run("db", "backup", "kept.zip").returncode == 0
    notice(site, made, 2)
    feed.items.insert(0, ban(1))
    assert desk.run("crawl", "--all").returncode == 0  # told after it
    before = told()
    restored = desk.run("db", "restore", "kept.zip", "--replace")
    assert restored.returncode == 0, restored.stderr
    notice(site, made, 3)
    return before, desk.run("crawl", "--all", timeout=120)


@pytest.mark.slow
def test_with_a_bot_token_nothing_is_doubled_and_nothing_lost(site, desk, slack):
    by_token(desk, slack)
    before, done = life(site, desk, lambda: [one.alert for one in slack.messages()])
    assert done.returncode == 0, done.stderr
    after = [one.alert for one in slack.messages()]
    assert len(before) == 4
    assert after[:4] == before
    assert len(after) == len(set(after)) == 5
    assert "（3）" in slack.messages()[-1].text + str(slack.messages()[-1].blocks)
    assert count(desk, "deliveries", "state != 'sent'") == 0
    assert desk.run("crawl", "--all").returncode == 0
    assert len(slack.messages()) == 5


@pytest.mark.slow
def test_by_webhook_what_may_have_been_told_is_held_and_listed_and_sent_on_request(site, desk, slack):
    desk.environ["SLACK_WEBHOOK_URL"] = slack.webhook_url
    before, done = life(site, desk, lambda: [one.text for one in slack.messages()])
    texts = [one.text for one in slack.messages()]
    assert done.returncode in {0, 4}, done.stderr
    assert len(before) == 4
    assert not [text for text in texts[4:] if "（2）" in text or "bans VPN" in text]  # not doubled
    listed = desk.run("alerts", "list", "--json")
    held = count(desk, "deliveries", "state = 'held'")
    assert held >= 2
    assert listed.stdout.count('"held"') == held
