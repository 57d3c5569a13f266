"""Each walk of CONTRIBUTING.md, done as it is written."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.support.program import Desk
from tests.support.site import BEIJING, Site

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def walk(name):
    """The block of the walk of this name."""
    return re.search(rf"```\w+\n# walk: {name}\n(.*?)```", TEXT, re.DOTALL).group(1)


@pytest.fixture
def site():
    with Site() as site:
        yield site


@pytest.fixture
def desk(tmp_path):
    with Desk(tmp_path) as desk:
        yield desk


def test_add_a_ministry(site, desk):
    column = site.column("/zwgk/tz/", "通知")
    for number in range(6):
        site.publish(
            column, f"关于第{number}项工作的通知", published=datetime.now(BEIJING) - timedelta(days=60)
        )
    text = walk("add a ministry").replace(
        "https://www.example.gov.cn/zwgk/tz/index.html", f"{site.url}{column.path}"
    )
    desk.sources = yaml.safe_load(text)["sources"]
    assert len(text.strip().splitlines()) <= 11
    checked = desk.run("sources", "check", "example_ministry_notices")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "ok" in checked.stdout
    assert desk.run("crawl").returncode == 0
    assert desk.rows("SELECT count(*) FROM articles") == [(6,)]


def test_add_a_list(site, desk):
    rows = "".join(f"<li><a href='/{n}.html'>第{n}号通知</a><span>2026/03/0{n}</span></li>" for n in (1, 2))
    site.pages["/tz/index.html"] = (f"<ul class='u-list'>{rows}</ul>".encode(), "text/html; charset=utf-8")
    listed = [
        {"url": f"/{n}.html", "topic": f"第{n}号规定", "pubtime": f"2026-03-0{n} 10:00:00"} for n in (3, 4)
    ]
    site.pages["/cms/list"] = (json.dumps({"list": listed}).encode(), "application/json")
    for number in range(1, 5):
        page = f"<div class='text' id='Zoom'><p>第{number}号的正文。</p></div><span class='when'>2026-03-0{number} 09:30</span>"
        site.pages[f"/{number}.html"] = (page.encode(), "text/html; charset=utf-8")
    desk.sources = yaml.safe_load(walk("add a list").replace("https://www.example.gov.cn", site.url))[
        "sources"
    ]
    done = desk.run("crawl")
    assert done.returncode == 0, done.stderr
    assert desk.rows("SELECT count(*), count(published) FROM articles WHERE text LIKE '%号的正文。'") == [
        (4, 4)
    ]


def test_add_a_rule(desk):
    (desk.folder / "rules.yaml").write_text(walk("add a rule"), "utf-8")
    desk.config["rules"] = ["rules.yaml"]
    checked = desk.run("rules", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    said = json.dumps(
        {"id": "1", "title": "工信部发布国际海底光缆建设管理办法", "text": ""}, ensure_ascii=False
    )
    found = json.loads(desk.run("classify", "-", stdin=said).stdout)
    assert found["matched"]
    assert found["topics"] == ["cross-border-lines"]
    assert found["evidence"][0]["quote"] == "海底光缆"


def test_add_a_fifth_kind_of_source_in_at_most_sixty_lines(site, desk, tmp_path):
    code = walk("add a kind")
    assert len(code.splitlines()) <= 60
    page = f"<html><body><article><h1>One</h1>{'<p>A sentence of an ordinary article about the weather.</p>' * 20}</article></body></html>"
    site.pages["/one.html"] = (page.encode(), "text/html; charset=utf-8")
    news = "<news:news><news:publication_date>2026-01-05</news:publication_date><news:title>One</news:title></news:news>"
    sitemap = f"<?xml version='1.0'?><urlset><url><loc>{site.url}/one.html</loc>{news}</url></urlset>"
    site.pages["/sitemap.xml"] = (sitemap.encode(), "application/xml")
    desk.source(id="press", kind="sitemap", url=f"{site.url}/sitemap.xml")
    with_a_fifth_kind(tmp_path / "house", code)
    desk.environ["PYTHONPATH"] = str(tmp_path / "house")
    done = desk.run("crawl")
    assert done.returncode == 0, done.stderr
    assert desk.rows("SELECT title, published_day FROM articles") == [("One", "2026-01-05")]


def with_a_fifth_kind(house, code):
    """A copy of the house in which step 1 of the walk is done to the letter."""
    for reach in ("crawlers", "pipelines", "alerts", "gatewatch"):
        shutil.copytree(ROOT / reach, house / reach, ignore=shutil.ignore_patterns("__pycache__"))
    (house / "crawlers/spiders/sitemap.py").write_text(code, "utf-8")
    changes = {
        "crawlers/source.py": (r"(Kind = Literal\[)", r'\1"sitemap", '),
        "gatewatch/reactor.py": (
            r"(?m)^SPIDERS = \(", "from crawlers.spiders.sitemap import SitemapSpider\n\nSPIDERS = (SitemapSpider, "
        ),
    }  # fmt: skip
    for name, (pattern, new) in changes.items():
        text, count = re.subn(pattern, new, (house / name).read_text("utf-8"))
        assert count == 1, name
        (house / name).write_text(text, "utf-8")
