"""Rows 19 to 23: too long, too large, hostile XML, too slow, cut short: named, bounded, harmless to others."""

from __future__ import annotations

import subprocess
import sys
import time

from tests.support.scene import altered, column, count, notice, press, states


def test_redirects_without_end_a_dropped_request_and_a_hopeless_wire_fail_by_name_and_free_the_lease(
    site, desk
):
    expected = {"looped": "redirects", "chained": "redirects", "dropped": "dropped", "reset": "connection",
                "cut": "truncated", "chunk": "truncated", "half": "connection"}  # fmt: skip
    for name in expected:
        press(site, desk, name)
    site.fault("/looped.xml", "redirect-loop")
    site.fault("/chained.xml", "redirect-chain")
    site.fault("/reset.xml", "reset")
    site.fault("/half.xml", "reset", after=100)
    site.fault("/cut.xml", "cut")
    site.fault("/chunk.xml", "cut", chunked=True)
    press(site, desk, "well")
    (desk.folder / "dropper.py").write_text(
        "from scrapy.exceptions import IgnoreRequest\n"
        "class Dropper:\n"
        "    def process_request(self, request):\n"
        "        if request.url.endswith('/dropped.xml'):\n"
        "            raise IgnoreRequest('dropped without a word')\n"
    )
    prelude = "import crawlers.settings as s\ns.DOWNLOADER_MIDDLEWARES['dropper.Dropper'] = 75"
    done = altered(desk, prelude, "crawl")
    assert done.returncode == 3, done.stderr
    found = states(desk)
    assert found.pop("well") == ("ok", "")
    assert {name: state for name, (state, _) in found.items()} == dict.fromkeys(expected, "failing")
    codes = {name: code for name, (_, code) in found.items()}
    assert codes | {"half": ""} == expected | {"half": ""}
    assert codes["half"] in {"connection", "truncated"}
    assert count(desk, "sources", "lease_until > 0") == 0
    assert count(desk, "articles") == 2
    assert "Traceback" not in done.stderr


MEASURED = """
import resource, subprocess, sys
code = subprocess.run([sys.executable, "-m", "gatewatch", "crawl"]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(code)
"""
"""A small process between: what it starts inherits its own peak of memory, not that of the test run."""


def test_a_bomb_and_a_feed_without_end_are_cut_at_the_limit_and_the_process_stays_small(site, desk):
    for name in ("bomb", "endless"):
        press(site, desk, name)
    site.fault("/bomb.xml", "gzip-bomb")
    site.fault("/endless.xml", "huge-feed", declared=False)
    press(site, desk, "well")
    desk.write()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        cwd=desk.folder,
        env=desk.environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 3, done.stderr
    found = states(desk)
    assert found.pop("well") == ("ok", "")
    assert set(found.values()) == {("failing", "size")}
    assert count(desk, "articles") == 2
    assert int(done.stdout.splitlines()[-1]) < 200  # megabytes


def test_a_declared_huge_feed_and_a_bomb_as_rows_or_article_are_cut_at_the_limit(site, desk):
    press(site, desk, "huge")
    site.fault("/huge.xml", "huge-feed")
    site.fault(column(site, desk), "gzip-bomb")
    other = column(site, desk, count=1, id="others", folder="/others/")
    document = notice(site, other)
    site.fault(document.path, "gzip-bomb")
    done = desk.run("crawl")
    assert done.returncode == 3, done.stderr
    assert states(desk) == {"huge": ("failing", "size"), "notices": ("failing", "size"), "others": ("ok", "")}
    assert desk.rows("SELECT source, code FROM unread") == [("others", "size")]
    assert count(desk, "articles") == 1


def test_entities_in_a_feed_are_a_failure_and_nothing_of_it_is_kept(site, desk):
    for name in ("bomb", "outside"):
        press(site, desk, name)
    site.fault("/bomb.xml", "entity-bomb")
    site.fault("/outside.xml", "xxe", system=f"{site.url}/stolen")
    press(site, desk, "well")
    done = desk.run("crawl")
    assert done.returncode == 3, done.stderr
    found = states(desk)
    assert found.pop("well") == ("ok", "")
    assert {state for state, _ in found.values()} == {"failing"}
    assert count(desk, "articles", "source != 'well'") == 0
    assert site.asked("/stolen") == []


def test_a_byte_a_second_ends_at_the_time_limit_and_harms_no_other(site, desk):
    for name in ("slow", "silent", "hung"):
        press(site, desk, name, timeout=2)
    site.fault("/slow.xml", "slow", pace=0.5)
    site.fault("/silent.xml", "stall")
    site.fault("/hung.xml", "stall", after=200)
    press(site, desk, "well")
    began = time.monotonic()
    done = desk.run("crawl")
    assert done.returncode == 3, done.stderr
    found = states(desk)
    assert found.pop("well") == ("ok", "")
    assert set(found.values()) == {("failing", "timeout")}
    assert count(desk, "articles") == 2
    well = site.asked("/well.xml")[0]
    assert well.ended is not None
    assert well.ended - began < min(one.began for one in site.asked("/slow.xml")) - began + 2  # beside them


BROKEN = """
import crawlers.parse.article as page
import crawlers.parse.feed as feed
read, parse = page.read, feed.parse
def poisoned(body, url, *more, **named):
    if b"poison" in body:
        raise RecursionError("too deep")
    return read(body, url, *more, **named)
def torn(body, url, **named):
    if url.endswith("/torn.xml"):
        raise KeyError("what nobody foresaw")
    return parse(body, url, **named)
page.read, feed.parse = poisoned, torn
"""


def test_a_page_that_breaks_a_parser_of_ours_is_one_page_not_read_and_harms_no_other(site, desk):
    made = column(site, desk)
    poison = site.publish(made, "有毒的通知", published="2026-09-01 10:00", text=["poison"])
    press(site, desk, "torn")
    press(site, desk, "well")
    done = altered(desk, BROKEN, "crawl")
    assert done.returncode == 3, done.stderr
    assert states(desk) == {"notices": ("ok", ""), "torn": ("failing", "own-fault"), "well": ("ok", "")}
    assert count(desk, "articles") == 4 + 2
    (unread,) = desk.rows("SELECT key, code FROM unread")
    assert poison.path in unread[0]
    assert unread[1] == "own-fault"
    assert "RecursionError: too deep" in done.stderr  # loud: it is ours to mend
    assert count(desk, "sources", "lease_until > 0") == 0


def test_a_budget_that_is_spent_while_asking_for_robots_puts_the_turn_off_and_closes_no_host(site, desk):
    desk.config["budgets"] = {"127.0.0.1": "2/h"}
    column(site, desk)
    first, second = desk.run("crawl"), desk.run("crawl", "--all")
    assert [first.returncode, second.returncode] == [0, 0], first.stderr + second.stderr
    assert "budget" in second.stderr
    assert states(desk)["notices"] == ("new", "")
    assert len(site.log) == 2
    assert count(desk, "sources", "lease_until > 0") == 0
