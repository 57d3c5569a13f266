"""`gatewatch run` as a process of its own: intervals, restarts, the end."""

from __future__ import annotations

import signal
import time
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tests.support.feeds import Feed, Item
from tests.support.program import Desk
from tests.support.site import BEIJING, Site

TEXT = f"<p>{'An ordinary day in the trade. ' * 40}</p>"


@pytest.fixture
def site():
    with Site() as site:
        yield site


@pytest.fixture
def desk(tmp_path):
    with Desk(tmp_path) as desk:
        yield desk


def feed(site, desk, name, every):
    site.feeds[f"/{name}.xml"] = Feed(
        "rss2-full",
        items=[
            Item(f"{name} {n}", f"/{name}/{n}", datetime.now(BEIJING) - timedelta(days=n + 1), content=TEXT)
            for n in range(3)
        ],
    )
    desk.source(id=name, kind="feed", url=f"{site.url}/{name}.xml", every=every)


def starts(site, name):
    return [request.began for request in site.asked(f"/{name}.xml")]


def gaps(times):
    return [later - earlier for earlier, later in pairwise(times)]


def stop(process, seconds=10.0):
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=seconds)
    return time.monotonic() - began, said


def test_sigterm_ends_the_service_with_no_lease_held_even_in_a_stalled_turn(site, desk):
    feed(site, desk, "quick", "1s")
    feed(site, desk, "stalled", "1s")
    site.fault("/stalled.xml", "stall")
    process = desk.start("run")
    site.server.wait_for("/stalled.xml", 30)
    site.server.wait_for("/quick.xml", 30)
    took, said = stop(process)
    assert process.returncode == 0, said
    assert took < 10
    assert desk.rows("SELECT id FROM sources WHERE lease_until > 0") == []
    assert desk.rows("SELECT last_turn FROM sources WHERE id = 'stalled'") == [(None,)]


def test_what_appears_while_the_service_runs_is_told_without_a_restart(site, desk):
    feed(site, desk, "press", "1s")
    process = desk.start("run")
    site.server.wait_for_count("/press.xml", 2, 30)
    item = Item(
        "MIIT bans VPN services without approval", "/n/new", datetime.now(BEIJING),
        content="<p>China's Ministry of Industry and Information Technology ordered a crackdown on unauthorised VPN services. "
        + "The ministry said unlicensed VPN providers must stop cross-border business. " * 12 + "</p>",
    )  # fmt: skip
    site.feeds["/press.xml"].items.insert(0, item)
    seen = []
    while line := process.stdout.readline():
        seen.append(line)
        if "bans VPN services" in line:
            break
    assert any("bans VPN services" in line for line in seen)
    stop(process)
    assert desk.rows("SELECT count(*) FROM deliveries WHERE kind = 'new' AND state = 'sent'") == [(1,)]


RULE = "rules:\n  - id: own\n    topic: licensing\n    severity: high\n    words: [{word}]\n"


def test_sighup_reads_the_rules_again_and_keeps_the_old_ones_where_the_new_are_wrong(site, desk):
    rules = desk.folder / "own.yaml"
    rules.write_text(RULE.format(word="zebra"), "utf-8")
    desk.config["rules"] = ["own.yaml"]
    feed(site, desk, "press", "1s")
    process = desk.start("run")
    site.server.wait_for_count("/press.xml", 2, 30)

    def hears(*words):
        process.send_signal(signal.SIGHUP)
        while line := process.stderr.readline():
            if all(word in line for word in words):
                return line
        return pytest.fail(f"the service did not say {words}")

    def publish(number, word):
        item = Item(
            f"On the {word}",
            f"/n/{number}",
            datetime.now(BEIJING),
            content=f"<p>{f'About the {word}. ' * 60}</p>",
        )
        site.feeds["/press.xml"].items.insert(0, item)
        while line := process.stdout.readline():
            if f"On the {word}" in line:
                return

    rules.write_text(RULE.format(word="[quagga") + "    colour: red\n", "utf-8")
    hears("kept as they were", "own.yaml")
    publish(1, "zebra")
    rules.write_text(RULE.format(word="quagga"), "utf-8")
    hears("read again")
    publish(2, "quagga")
    stop(process)
    assert desk.rows("SELECT title FROM articles WHERE matched ORDER BY title") == [
        ("On the quagga",),
        ("On the zebra",),
    ]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_each_interval_is_kept_for_a_minute_and_a_half(site, desk):
    for name, every in (("two", "2s"), ("five", "5s"), ("sixty", "60s")):
        feed(site, desk, name, every)
    process = desk.start("run")
    site.server.wait_for_count("/sixty.xml", 2, 120)
    site.server.wait_for_count("/two.xml", 45, 120)
    _, said = stop(process)
    assert process.returncode == 0, said
    for name, seconds in (("two", 2.0), ("five", 5.0)):
        times = starts(site, name)
        steady = gaps(times)[1:]  # the first step is shortened, so that sources spread
        assert abs(sum(steady) / len(steady) - seconds) < 0.05 * seconds
        assert max(steady) < seconds + 1.5
    assert 53 <= gaps(starts(site, "sixty"))[0] <= 62


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_restarted_every_few_seconds_a_longer_interval_is_still_kept(site, desk):
    feed(site, desk, "quick", "2s")
    feed(site, desk, "slow", "12s")
    ends = time.monotonic() + 50
    while time.monotonic() < ends:
        before = len(starts(site, "quick"))
        process = desk.start("run")
        site.server.wait_for_count("/quick.xml", before + 3, 30)
        _, said = stop(process)
        assert process.returncode == 0, said
    found = gaps(starts(site, "slow"))
    assert len(found) >= 3
    # A turn that came due while nobody ran is made up at once, and the grid stays: late, then early.
    assert all(7 <= gap <= 17 for gap in found)
    assert abs(sum(found[1:]) / len(found[1:]) - 12) < 2


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_killed_with_9_the_next_service_goes_on_after_one_lease(site, desk):
    feed(site, desk, "press", "2s")
    process = desk.start("run")
    site.server.wait_for_count("/press.xml", 2, 30)
    process.kill()
    process.communicate()
    again = desk.start("run")
    before = len(starts(site, "press"))
    site.server.wait_for_count("/press.xml", before + 2, 90)  # a lease is 60 s at most
    stop(again)
    assert desk.rows("SELECT count(*) FROM articles") == [(3,)]
