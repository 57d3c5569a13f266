"""Each walk of CONTRIBUTING.md, done as it is written."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.crawlers.parse.test_proposal import SHAPES, TITLES, framed
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


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["jpaas", "listing"])
def test_add_a_ministry(site, desk, tmp_path, shape):
    """From URL to green test, in a copy of the checkout; a person has ten minutes, a machine one."""
    if shape == "jpaas":
        column = site.column("/zwgk/tz/", "通知")
        for number in range(6):
            site.publish(
                column, f"关于第{number}项工作的通知", published=datetime.now(BEIJING) - timedelta(days=60), text=[SENTENCE]
            )  # fmt: skip
        address = f"{site.url}{column.path}"
    else:
        site.pages["/zwgk/tz/"] = (framed(SHAPES["table"]).encode("gbk"), "text/html; charset=gbk")
        article = f"<html><body><div class='menu'>x</div><h1>{TITLES[0]}</h1><div class='TRS_Editor'><p>{SENTENCE * 9}</p></div></body></html>"
        site.pages["/art/0.html"] = (article.encode("gbk"), "text/html; charset=gbk")
        address = f"{site.url}/zwgk/tz/"
    house = checkout(tmp_path / "house")
    desk.environ["PYTHONPATH"] = str(house)
    for line in walk("add a ministry").strip().splitlines():
        words = shlex.split(line.replace("https://www.example.gov.cn/zwgk/tz/index.html", address))
        if words[0] == "make":
            words = [
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                *shlex.split(words[2].removeprefix("TESTS=")),
            ]
        else:
            words[0:1] = ["-m", "gatewatch"]
        done = subprocess.run(
            [sys.executable, *words], cwd=house, env=desk.environ, capture_output=True, text=True, timeout=100
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    assert "passed" in done.stdout
    assert len((house / "crawlers/sources/example.yaml").read_text("utf-8").splitlines()) <= 11
    kept = b"".join(file.read_bytes() for file in (house / "tests/pages/example_notices").iterdir())
    for encoding in ("utf-8", "gbk"):
        assert SENTENCE not in kept.decode(encoding, "ignore")
        assert "通信保障" not in kept.decode(encoding, "ignore")


SENTENCE = "各单位要做好汛期通信保障工作，未经批准不得停机。"


def checkout(house):
    """What of the checkout the walk needs."""
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("crawlers", "pipelines", "alerts", "gatewatch", "tests/support", "tests/pages"):
        shutil.copytree(ROOT / folder, house / folder, ignore=ignored)
    for file in ("pyproject.toml", "tests/conftest.py", "tests/crawlers/parse/test_source_pages.py"):
        (house / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, house / file)
    return house


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
