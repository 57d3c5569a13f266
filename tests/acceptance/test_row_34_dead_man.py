"""Row 34: a dead process is told from outside: an address falls silent, a scheduled message appears by itself."""

from __future__ import annotations

import json
import time

from tests.support.scene import by_token, column, press, states


def test_a_good_round_fetches_the_address_and_puts_the_message_off_by_26_hours_hourly(site, desk, slack):
    by_token(desk, slack)
    press(site, desk)
    site.pages["/beat/abc"] = (b"ok", "text/plain")
    desk.config["heartbeat_url"] = f"{site.url}/beat/abc"
    assert desk.run("crawl").returncode == 0
    assert len(site.asked("/beat/abc")) == 1
    (first,) = slack.scheduled.values()
    assert abs(first["post_at"] - time.time() - 26 * 3600) < 120
    assert "has not reported since" in first["text"]
    assert first["channel_id"] == next(one.id for one in slack.channels.values() if one.name == "ops")
    store = desk.store
    kept = json.loads(store.meta.get("dead_man"))
    kept["at"] = "2026-01-01T00:00:00+00:00"  # as if the hour were over
    store.meta.set("dead_man", json.dumps(kept))
    store.close()
    assert desk.run("crawl", "--all").returncode == 0
    (second,) = slack.scheduled.values()
    assert second["id"] != first["id"]
    assert len(site.asked("/beat/abc")) == 2
    assert all(word not in one.text for one in slack.messages() for word in ("has not reported", "abc"))


def test_a_round_that_cannot_deliver_is_no_good_round_and_one_with_a_failed_source_is(site, desk, slack):
    by_token(desk, slack)
    site.pages["/beat"] = (b"ok", "text/plain")
    desk.config["heartbeat_url"] = f"{site.url}/beat"
    made = column(site, desk)
    site.fault(made.path, "status", code=403)
    assert desk.run("crawl").returncode == 3
    assert len(site.asked("/beat")) == 1
    desk.environ["SLACK_BOT_TOKEN"] = "xoxb-9-9-wrong"
    site.mend()
    undelivered = desk.run("crawl", "--all")
    assert undelivered.returncode == 4, undelivered.stderr
    assert len(site.asked("/beat")) == 1
    assert states(desk)["notices"] == ("ok", "")
