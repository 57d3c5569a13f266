"""`sources check` against a loopback site: each way a source can answer has its own word, and a remedy."""

from __future__ import annotations

import pytest

from tests.support.feeds import Feed
from tests.support.program import Desk
from tests.support.scene import column, press
from tests.support.site import Site

pytestmark = pytest.mark.slow


def test_each_way_to_answer_has_its_word_and_its_remedy(tmp_path):
    with Site([f"127.0.0.{n}" for n in range(1, 6)]) as site, Desk(tmp_path) as desk:
        press(site, desk, "well")
        press(site, desk, "sleeping", enabled=False)
        for number, (name, code) in enumerate((("refused", 403), ("gone", 404), ("down", 500))):
            press(site, desk, name, url=f"{site.at(f'127.0.0.{number + 2}')}/{name}.xml")
            site.fault(f"/{name}.xml", "status", code=code)
        press(site, desk, "nothing")
        site.feeds["/nothing.xml"] = Feed("rss2", items=[])
        desk.source(id="nobody", kind="feed", url="http://127.0.0.1:9/feed.xml")
        made = column(site, desk, count=3)
        rows = {row["source"]: row for row in desk.json("sources", "check", "--all")}
        assert {name: (row["state"], row["switch"]) for name, row in rows.items()} == {
            "well": ("ok", ""),
            "sleeping": ("ok", "on"),
            "refused": ("blocked", ""),
            "gone": ("moved", "off"),
            "down": ("unreachable", "off"),
            "nothing": ("empty", ""),
            "nobody": ("unreachable", "off"),
            "notices": ("ok", ""),
        }
        assert all(row["remedy"] for row in rows.values() if row["state"] != "ok")
        # A first contact is a look, not a crawl: one article, not all.
        assert sum(one.path.startswith(f"{made.folder}art/") for one in site.server.log) == 1
        assert not (desk.home / "gatewatch.sqlite3").exists()

        site.robots = "User-agent: *\nDisallow: /well.xml\n"
        site.fault(site.listed(made)[0].path, "status", code=412)
        rows = {row["source"]: row for row in desk.json("sources", "check", "well", "notices")}
        assert (rows["well"]["state"], rows["well"]["switch"]) == ("refused", "off")
        assert "another road" in rows["well"]["remedy"]
        assert (rows["notices"]["state"], rows["notices"]["rows"]) == ("blocked", 3)
        assert "shows its list" in rows["notices"]["message"]
