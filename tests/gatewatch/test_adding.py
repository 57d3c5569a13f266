"""`sources add` from an address to rows in the store: what it proposes is crawled as it stands."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.crawlers.parse.test_proposal import ROWS, SHAPES, framed
from tests.support.feeds import Feed, Item
from tests.support.program import Desk
from tests.support.scene import QUIET, column, days_ago
from tests.support.site import Site

pytestmark = pytest.mark.slow
ARTICLE = f"<html><body><article><h1>One</h1>{'<p>A sentence of an ordinary article about the weather.</p>' * 20}</article></body></html>"


@pytest.fixture
def site():
    with Site(["127.0.0.1", "127.0.0.2"]) as site:
        yield site


@pytest.fixture
def desk(tmp_path):
    with Desk(tmp_path, sources=["sources/*.yaml"]) as desk:
        yield desk


def wordpress(site):
    items = [Item(f"Quiet {n}", f"/quiet/{n}", days_ago(n + 1), content=QUIET) for n in range(5)]
    site.feeds["/feed/"] = Feed("rss2-full", items=items, title="A house")
    head = '<link rel="alternate" type="application/rss+xml" title="A house » Feed" href="/feed/"><link rel="alternate" type="application/rss+xml" title="Comments Feed" href="/comments/feed/">'
    site.pages["/blog/"] = (f"<html lang='en-GB'><head><title>A house</title>{head}</head><body><p>Hello.</p></body></html>".encode(), "text/html")  # fmt: skip
    return (
        "/blog/",
        {"kind": "feed", "name": "A house » Feed", "tier": "press", "lang": "en", "at_least": 2},
        5,
    )


def ministry(site):
    site.pages["/xxgk/tz/index.html"] = (framed(SHAPES["trs"]).encode(), "text/html")
    for number in range(1, 13):
        site.pages[f"/xxgk/tz/202604/t202604{number:02}_14050{number:02}.html"] = (
            ARTICLE.encode(),
            "text/html; charset=utf-8",
        )
    return (
        "/xxgk/tz/index.html",
        {"kind": "listing", "name": "通知-示例部", "lang": "zh-Hans", "at_least": 6},
        12,
    )


def interface(site):
    rows = [row | {"URL": f"/c/{n}.htm"} for n, row in enumerate(ROWS)]
    for number in range(len(rows)):
        site.pages[f"/c/{number}.htm"] = (ARTICLE.encode(), "text/html; charset=utf-8")
    site.pages["/zhengce/ZUIXIN.json"] = (b"\xef\xbb\xbf" + json.dumps(rows).encode(), "application/json")
    return "/zhengce/ZUIXIN.json", {"kind": "json_list", "lang": "zh-Hans", "at_least": 6}, 12


def columns(site):
    made = column(site, _Nobody(), count=4)
    return made.path, {"kind": "jpaas", "at_least": 2}, 4


class _Nobody:
    """Whoever watches the column in other tests."""

    def source(self, **_):
        """Nothing is watched yet."""


@pytest.mark.parametrize("shape", [wordpress, ministry, interface, columns])
def test_from_an_address_to_rows_in_the_store(site, desk, shape):
    path, wanted, count = shape(site)
    done = desk.run("sources", "add", site.url + path, "--id", "added", "--write", "added")
    assert done.returncode == 0, done.stderr
    text = (desk.folder / "sources/added.yaml").read_text("utf-8")
    assert len(text.splitlines()) <= 12
    (lines,) = yaml.safe_load(text)["sources"]
    assert lines | wanted == lines, lines
    assert f"{count} rows in all, {count} with a date" in done.stderr
    asked = [one.path for one in site.server.log]
    assert len(asked) == len(set(asked)) <= 4  # robots.txt, the page, and what it names: each once
    crawled = desk.run("crawl")
    assert crawled.returncode == 0, crawled.stderr
    assert desk.rows("SELECT count(*) FROM articles WHERE published IS NOT NULL") == [(count,)]
    again = desk.run("sources", "add", site.url + path, "--id", "other")
    assert again.returncode == 2
    assert "is watched already: added" in again.stderr


def test_a_challenge_is_named_as_one_and_nothing_is_proposed(site, desk):
    site.pages["/list/"] = (b"", "text/html")
    site.fault("/list/", "jsl-521")
    done = desk.run("sources", "add", f"{site.url}/list/", "--write", "x")
    assert done.returncode == 3
    assert "script challenge (521)" in done.stderr
    assert "not solved" in done.stderr
    assert done.stdout == ""
    assert not (desk.folder / "sources").exists()
    assert len(site.asked("/list/")) == 1


def test_what_must_not_be_asked_is_not(site, desk):
    site.robots = "User-agent: Gatewatch\nDisallow: /secret/\n"
    done = desk.run("sources", "add", f"{site.url}/secret/")
    assert done.returncode == 3
    assert "robots.txt disallows it" in done.stderr
    assert [one.path for one in site.server.log] == ["/robots.txt"]
    assert "Gatewatch/" in site.server.log[0].headers["user-agent"]
    other = site.at("127.0.0.2")
    site.pages["/page/"] = (f'<html><head><link rel="alternate" type="application/rss+xml" href="{other}/feed/"></head></html>'.encode(), "text/html")  # fmt: skip
    asked = desk.run("sources", "add", f"{site.url}/page/")
    assert asked.returncode == 3, asked.stdout  # the page's word lets nobody into a private house
    assert "private address" in asked.stderr
    assert not site.asked("/feed/")
    for address in ("file:///etc/passwd", "ftp://127.0.0.1/", "javascript:1", "no address"):
        done = desk.run("sources", "add", address)
        assert done.returncode == 2, address
        assert "is not an http or https address" in done.stderr


def test_a_host_that_the_catalogue_refuses_is_not_asked_and_its_other_road_is_told(desk):
    desk.config["sources"] = ["builtin"]
    done = desk.run("sources", "add", "https://sousuo.www.gov.cn/search-gov/data")
    assert done.returncode == 2
    assert "sousuo.www.gov.cn is not crawled" in done.stderr
    assert "The other road: the static lists" in done.stderr
