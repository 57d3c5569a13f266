from __future__ import annotations

import pytest

from gatewatch import crawl, demo, serve


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ([], ([], {"everything": False, "backfill": False, "dry_run": False})),
        (["a", "b", "--backfill"], (["a", "b"], {"everything": False, "backfill": True, "dry_run": False})),
        (["--all", "--dry-run"], ([], {"everything": True, "backfill": False, "dry_run": True})),
    ],
)
def test_crawl_hands_over_what_was_asked_and_its_code(desk, monkeypatch, words, wanted):
    asked = []
    monkeypatch.setattr(
        crawl, "crawl", lambda settings, names, **how: asked.append((settings.home, names, how)) or 3
    )
    desk.call("crawl", *words, code=3)
    assert asked == [(desk.folder / "home", *wanted)]


def test_run_serves_with_the_settings(desk, monkeypatch):
    asked = []
    monkeypatch.setattr(serve, "serve", lambda settings: asked.append(settings.file) or 0)
    desk.call("run")
    assert asked == [desk.folder / "gatewatch.yaml"]


def test_the_demo_reads_no_setting_of_the_user_s(desk, monkeypatch):
    (desk.folder / "gatewatch.yaml").write_text("nonsense: true\n")
    (desk.folder / ".env").write_bytes(b"\xff")
    asked = []
    monkeypatch.setattr(demo, "run", lambda out: asked.append(out) or 0)
    desk.call("demo")
    desk.call("demo", "--out", "x")
    assert [str(out) for out in asked] == ["gatewatch-demo", "x"]


def test_a_wrong_config_stops_crawl_and_run_before_anything_starts(desk):
    (desk.folder / "gatewatch.yaml").write_text("a: 1\n\nslack: {channle: x}\n")
    for command in ("crawl", "run"):
        done = desk.call(command, code=2)
        assert "gatewatch.yaml:1:1: unknown key 'a'" in done.stderr
    assert not desk.file.exists()
