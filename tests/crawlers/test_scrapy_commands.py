"""Scrapy's own commands, from the checkout."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.feeds import Feed, Item
from tests.support.program import Desk
from tests.support.site import BEIJING, Site

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def desk(tmp_path):
    with Site() as site, Desk(tmp_path) as desk:
        desk.site = site
        column = site.column("/zwgk/zcwj/wjfb/tz/", "通知")
        for number in range(3):
            site.publish(
                column, f"关于第{number}批工作的通知", published=datetime.now(BEIJING) - timedelta(days=60)
            )
        text = f"<p>{'An ordinary day in the trade. ' * 40}</p>"
        day = datetime.now(BEIJING) - timedelta(days=2)
        for name in ("one", "two"):
            site.feeds[f"/{name}.xml"] = Feed(
                "rss2-full", items=[Item(f"{name}!", f"/{name}/1", day, content=text)]
            )
            desk.source(id=name, kind="feed", url=f"{site.url}/{name}.xml")
        desk.source(id="notices", url=f"{site.url}{column.path}")
        desk.write()
        yield desk


def scrapy(desk, *words):
    environ = desk.environ | {"GATEWATCH_CONFIG": str(desk.folder / "gatewatch.yaml")}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_scrapy_list_shows_the_kinds(desk):
    assert scrapy(desk, "list").stdout.split() == ["feed", "json_list", "listing", "miit"]


def test_scrapy_crawl_feed_walks_one_source_and_writes_its_items(desk):
    file = desk.folder / "items.csv"
    done = scrapy(desk, "crawl", "feed", "-a", "source=one", "-O", str(file))
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert [(row["source"], row["title"]) for row in rows] == [("one", "one!")]
    assert desk.site.asked("/two.xml") == []
    assert desk.rows("SELECT title FROM articles") == [("one!",)]
    assert desk.rows("SELECT count(*) FROM deliveries") == [(0,)]


def test_scrapy_crawl_miit_walks_the_ministry_and_nothing_else(desk):
    done = scrapy(desk, "crawl", "miit")
    assert done.returncode == 0, done.stderr
    assert desk.rows("SELECT count(*), min(source) FROM articles") == [(3, "notices")]


def test_an_unknown_source_is_said_and_not_a_traceback_alone(desk):
    done = scrapy(desk, "crawl", "feed", "-a", "source=on")
    assert "there is no source 'on'" in done.stderr
    assert desk.site.log == []
