"""What was known on a day, who was told, who judged, what was blind: one command each, and they stay what they are."""

from __future__ import annotations

import csv
import itertools
import json
from datetime import timedelta

from alerts.dispatch import Dispatcher
from alerts.settings import AlertSettings, Timing
from gatewatch import house
from pipelines.store.events import Events
from tests.gatewatch.commands.conftest import RULES, valid
from tests.gatewatch.commands.told import Nowhere
from tests.pipelines.store import making
from tests.pipelines.store.making import NOW
from tests.pipelines.store.test_looks import reread

DAY = "2017-01-24"
THEN = NOW + timedelta(hours=1)
"""Within that day in Beijing."""
WHO = {"reason": "as I read it"}
JUDGED = ("matters", "judgements", "--json", "--as-of", DAY)
JUDGED_SHOWN = ("matters", "judgements", "--as-of", DAY)
ASKED = (
    ("export", "--as-of", DAY),
    ("export", "--format", "jsonl", "--as-of", DAY),
    *(("export", "--format", kind, "--as-of", DAY) for kind in ("html", "ics", "rss", "atom", "xlsx")),
    ("alerts", "list", "--json", "--as-of", DAY),
    ("matters", "list", "--json", "--as-of", DAY),
    JUDGED,
    JUDGED_SHOWN,
    ("sources", "coverage", "--json", "--on", DAY),
    ("matters", "silences", "--json", "--as-of", DAY),
    ("matters", "silences", "--all", "--json", "--as-of", DAY),
)


def answers(desk, matter):
    """What each prints, byte by byte."""
    asked = (*ASKED, ("matters", "show", matter, "--json", "--as-of", DAY))
    return {words: desk.call(*words).stdout_bytes for words in asked}


def tell(store, at):
    settings = AlertSettings(names={"miit_notices": "MIIT notices"}, timing=Timing())
    assert Dispatcher(store, Nowhere(), settings, lambda: at).deliver(seconds=20).sent


def test_the_answers_of_a_day_do_not_change_with_rules_judgements_and_pages_of_later(story, monkeypatch):
    hours = itertools.count()  # whatever the program's clock says
    defaults = (lambda: NOW + timedelta(days=9, hours=next(hours)),)
    monkeypatch.setattr(house.House.__init__, "__defaults__", defaults)
    desk, store = story.desk, story.desk.open()
    matter = "m" + story.notice[1:]
    tell(store, THEN)
    mark = store.matters.mark(story.press, relevant=False, because="wrong-term", by="li", now=THEN, **WHO)
    store.matters.take(matter, by="bo", now=THEN, **WHO)
    hushed = store.matters.silence("topic", "licensing", NOW + timedelta(days=2), by="li", now=THEN, **WHO)
    with store.writing() as connection:
        detail = {"by": "eve", "reason": "not a judge", "verb": "take"}
        Events.add(connection, "press-refused", at=THEN, alert="g" + 23 * "0", detail=detail)
    before = answers(desk, matter)
    later = NOW + timedelta(days=3)
    store.matters.undo(mark, by="li", now=later, **WHO)
    store.matters.undo(hushed, by="li", now=later, **WHO)
    store.matters.take(matter, by="wu", now=later, **WHO)
    store.matters.silence("matter", matter, later + timedelta(days=2), by="wu", now=later, **WHO)
    text = "此件今起停止执行，原定各项要求不再适用。" * 5
    assert reread(store, making.notice(title="关于停止执行的通知", text=text), at=later).amended
    desk.store(making.judged(making.article("https://news.example.com/later")), now=later)
    store.close()
    changed = RULES.replace("VPN: virtual private network, ", "天气: weather, ").replace(
        "severity: high", "severity: low"
    )
    (desk.folder / "rules.yaml").write_text(changed, "utf-8")
    assert answers(desk, matter) == before
    known = list(csv.DictReader(before[ASKED[0]].decode("utf-8-sig").splitlines()))
    assert [row["alert_state"] for row in known] == ["sent", "sent", "sent"]
    assert {row["ack_by"] for row in known} == {"bo"}
    said = json.loads(before[JUDGED])
    valid(said, "matters-judgements")
    assert [(one["kind"], one["by"], one["undone_at"]) for one in said] == [
        ("press-refused", "eve", None), ("silenced", "li", None), ("taken", "bo", None), ("marked", "li", None),
    ]  # fmt: skip
    assert said[3]["title"] == making.press().title
    assert "not a judge" in before[JUDGED_SHOWN].decode()
    now = desk.json("matters", "judgements", of="matters-judgements")
    assert [(one["kind"], bool(one["undone_at"])) for one in now] == [
        ("silenced", False), ("taken", False), ("press-refused", False), ("silenced", True), ("taken", False),
        ("marked", True),
    ]  # fmt: skip


def test_where_nobody_said_anything_that_is_said(story):
    assert story.desk.call("matters", "judgements").stdout == "nobody has said anything\n"
    assert len(story.desk.json("matters", "judgements", "--limit", "1", of="matters-judgements")) == 0


def test_what_is_joined_split_and_silenced_is_named(story):
    desk, store = story.desk, story.desk.open()
    matter = "m" + story.notice[1:]
    store.matters.silence("topic", "licensing", NOW + timedelta(days=9), by="li", now=NOW, **WHO)
    _, new = store.matters.split(matter, [story.press], by="li", now=NOW, **WHO)
    store.matters.mark(new, relevant=True, by="li", now=NOW, **WHO)
    store.close()
    shown = desk.call("matters", "judgements").stdout
    assert "topic licensing silenced until 2017" in shown
    assert f"{new} split off {matter}, by li" in shown
    assert f"{new} marked relevant, by li" in shown
    assert shown.count("event") == 3
