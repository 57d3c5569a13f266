"""Row 30: 304 is fine and parses nothing; a site that asks us to wait is left alone by every worker."""

from __future__ import annotations

import time

import pytest

from tests.support.scene import ban, column, count, due, press, states
from tests.support.site import Site


def test_an_unchanged_feed_is_counted_as_fine_and_nothing_of_it_is_read(site, desk):
    feed = press(site, desk)
    assert desk.run("crawl").returncode == 0
    again = desk.run("crawl", "--all")
    assert again.returncode == 0, again.stderr
    assert [one.status for one in site.asked("/press.xml")] == [200, 304]
    assert states(desk)["press"] == ("ok", "")
    feed.items.insert(0, ban())
    third = desk.run("crawl", "--all")
    assert third.returncode == 0, third.stderr
    assert "bans VPN" in third.stdout  # what a 304 left behind still tells a change
    assert count(desk, "articles") == 3


def test_retry_after_of_a_site_holds_every_worker_and_no_turn_waits_in_vain(site, desk):
    press(site, desk)
    site.fault("/press.xml", "status", code=429, retry_after=3600, times=1)
    asked = desk.run("crawl")
    assert asked.returncode == 3, asked.stderr
    assert states(desk)["press"] == ("failing", "http-429")
    began = time.monotonic()
    workers = [desk.start("crawl", "--all") for _ in range(2)]
    said = [worker.communicate(timeout=60)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], said
    assert time.monotonic() - began < 45
    assert len(site.asked("/press.xml")) == 1
    assert count(desk, "sources", "lease_until > 0") == 0
    due(desk)
    later = desk.run("crawl", "--all")
    assert later.returncode == 0, later.stderr
    assert count(desk, "articles") == 2


def test_a_short_wait_is_waited_out_before_the_next_request(site, desk):
    made = column(site, desk, count=1)
    document = site.listed(made)[0]
    site.fault(document.path, "status", code=503, retry_after="date:3", times=1)
    later = site.publish(made, "后一份通知", published="2026-10-02 10:00", text=["正文。"])
    done = desk.run("crawl")
    assert done.returncode == 3, done.stderr
    (first,), (second,) = site.asked(document.path), site.asked(later.path)
    assert second.at - first.at >= 1.9  # an HTTP date has whole seconds
    assert desk.rows("SELECT code FROM unread") == [("http-503",)]


def test_what_is_no_time_in_retry_after_is_passed_over(site, desk):
    for number, said in enumerate(
        ("\u00b2", "soon", "-5", "nan", "9" * 500, "Mon, 99 Nov 99999 99:99:99 +9999")
    ):
        press(site, desk, f"odd_{number}", url=f"{site.at(f'127.0.0.{number + 2}')}/odd_{number}.xml")
        site.fault(f"/odd_{number}.xml", "status", code=503, retry_after=said)
    done = desk.run("crawl")
    assert done.returncode == 3, done.stderr
    assert set(states(desk).values()) == {("failing", "http-503")}
    assert "Traceback" not in done.stderr


@pytest.fixture
def site():
    with Site([f"127.0.0.{number}" for number in range(1, 8)]) as site:
        yield site
