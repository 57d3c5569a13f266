"""What people see of the stand-in's messages: threads, broadcasts, days; colours only on a terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from alerts.alert import Alert, Told
from alerts.message import compose
from gatewatch.demo.render import day_of, picture, show_channel, tell
from gatewatch.demo.standin_slack import Posted
from gatewatch.demo.story import DAYS
from pipelines.match import Evidence, Match

FILE = Path("gatewatch-demo") / "matched.csv"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def posted(
    day, title, *, kind="new", thread="", broadcast=False, text="未经批准，不得租用专线（含VPN）开展经营。"
):
    start = text.find("VPN")
    found = Evidence("r", "VPN", "virtual private network", "text", start, start + 3, "VPN")
    match = Match("r", "h", "vpn-crackdown", "high", 0.9, (found,) if start >= 0 else (), "why")
    told = Told(
        id="a1", title=title, url="https://www.miit.gov.cn/x.html", source="s", source_name="MIIT notices",
        tier="regulator", first_seen=day.now, authority="MIIT", severity="high", topics=("vpn-crackdown",),
        stage="final", instrument="normative-document", matches=(match,), text=text,
    )  # fmt: skip
    message = compose(Alert(id=f"g{title}", kind=kind, subject="a1", at=day.now, article=told))
    ts = f"{day.now.timestamp():.6f}"
    return Posted(
        ts, "C1", message.text, list(message.blocks), message.metadata, thread, broadcast, "api", 0.0
    )


@pytest.fixture
def story():
    notice = posted(DAYS[1], "清理规范的通知")
    answers = posted(DAYS[3], "有关问题解答", kind="follow-up", thread=notice.ts, broadcast=True)
    press = posted(DAYS[4], "Ministry tells carriers", kind="report", thread=notice.ts)
    return [notice, answers, press]


def told(story):
    by_day = [(day, [one for one in story if day_of(one) == day.label]) for day in DAYS]
    return [*by_day, (DAYS[-1], [])]


def plain(story):
    out = io.StringIO()
    tell(told(story), out, rows=3, file=FILE)
    return out.getvalue()


def indent(line):
    return len(line) - len(line.lstrip())


def line_with(text, words):
    return next(line for line in text.splitlines() if words in line)


def test_a_pipe_gets_plain_text_without_codes_boxes_or_blanks_at_the_end(story):
    text = plain(story)
    assert "\x1b" not in text
    assert not set("╭│╰─") & set(text)
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_a_terminal_gets_colours_and_boxes(story):
    out = Terminal()
    tell(told(story), out, rows=3, file=FILE)
    assert "\x1b[" in out.getvalue()
    assert "╭" in out.getvalue()


def test_every_day_has_its_heading_in_order_and_says_when_nothing_was_told(story):
    headings = [line.strip("= ") for line in plain(story).splitlines() if line.startswith("===")]
    assert headings == [
        *(day.label for day in DAYS),
        f"{DAYS[-1].label}, polled once more",
        "What was written",
    ]
    blocks = plain(story).split("===")
    assert "7 new on the sites; the channel stays silent" in blocks[blocks.index(f" {DAYS[2].label} ") + 1]
    assert "nothing new on the sites; the channel stays silent" in blocks[-3]


def test_replies_are_indented_and_name_their_message_and_whether_the_channel_saw_them(story):
    text = plain(story)
    root, broadcast, silent = (
        line_with(text, words) for words in ("Gatewatch · 18:00", "also sent to the channel", "silent ·")
    )
    assert indent(broadcast) == indent(silent) > indent(root)
    assert "in the thread of “NEW · HIGH 清理规范的通知”" in " ".join(text.split())
    assert "有关问题解答" in text[text.index(broadcast) : text.index(silent)]


def test_matched_words_are_marked_in_plain_text(story):
    assert "（含*VPN*）" in plain(story)


def test_what_was_written_stands_in_the_end(story):
    assert plain(story).rstrip().endswith(f"{FILE}: 3 articles matched, a row each")


def test_the_channel_shows_every_thread_whole_beneath_its_message(story):
    other = posted(DAYS[2], "另一个通知")
    out = io.StringIO()
    show_channel(sorted([*story, other], key=lambda one: one.ts), out)
    text = out.getvalue()
    places = [
        text.index(words) for words in ("清理规范的通知", "有关问题解答", "Ministry tells", "另一个通知")
    ]
    assert places == sorted(places)
    assert "Tuesday 24 January 2017 18:00" in line_with(text, "also sent")
    assert [line for line in text.splitlines() if line.startswith("===")] == [
        f"=== {DAYS[1].label} ===",
        f"=== {DAYS[2].label} ===",
    ]


def test_foreign_text_is_shown_as_it_is_and_obeyed_by_nobody():
    hostile = posted(DAYS[1], "[bold red]x[/] <!channel> & \x1b[31m", text="VPN [link=http://x]y[/link]")
    out = Terminal()
    tell([(DAYS[1], [hostile])], out, rows=1, file=FILE)
    assert "\x1b[31m" not in out.getvalue()
    assert "[bold red]x[/] <!channel> &" in out.getvalue()
    assert "[link=http://x]y[/link]" in out.getvalue()


def test_a_message_without_blocks_is_shown_by_its_text_as_slack_would():
    bare = Posted(
        "1485079200.000001",
        "C1",
        "A &lt;b&gt; <https://x.org/a|label> &amp; <https://y.org>",
        [],
        None,
        "",
        False,
        "webhook",
        0.0,
    )
    out = io.StringIO()
    show_channel([bare], out)
    assert "A <b> label & https://y.org" in out.getvalue()


def test_a_reply_whose_message_is_gone_stands_alone():
    orphan = posted(DAYS[1], "解答", thread="1.000000")
    out = io.StringIO()
    show_channel([orphan], out)
    assert "解答" in out.getvalue()


@pytest.mark.parametrize(
    ("block", "shown"),
    [
        ({"type": "header", "text": {"type": "plain_text", "text": "Head"}}, "Head"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "a &amp; <http://x|b>"}}, "a & b"),
        ({"type": "section", "fields": [{"type": "plain_text", "text": "f1"}, {"type": "plain_text", "text": "&amp;"}]}, "&amp;"),
        ({"type": "context", "elements": [{"type": "plain_text", "text": "c1"}, {"type": "plain_text", "text": "c2"}]}, "c1 · c2"),
        ({"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Ack"}}]}, "[Ack]"),
    ],
)  # fmt: skip
def test_every_kind_of_block_is_shown(block, shown):
    one = Posted("1485079200.000001", "C1", "", [block], None, "", False, "api", 0.0)
    out = io.StringIO()
    show_channel([one], out)
    assert shown in out.getvalue()


def test_the_day_is_beijings():
    late = Posted(
        f"{datetime(2017, 1, 21, 17, tzinfo=UTC).timestamp():.6f}", "C1", "x", [], None, "", False, "api", 0.0
    )
    assert day_of(late) == "Sunday 22 January 2017"


def test_the_picture_is_well_formed_the_same_each_time_and_says_what_the_channel_says(story):
    svg = picture(story, title="#china-telecom")
    ET.fromstring(svg)
    assert svg == picture(story, title="#china-telecom")
    assert "清理规范的通知" in svg
    assert "#china-telecom" in svg
    assert "url(http" not in svg
    assert "@font-face" not in svg


def test_a_message_that_is_changed_later_is_told_on_that_day_and_stays_as_it_was_on_its_own(story):
    notice = story[0]
    below = {"type": "context", "elements": [{"type": "plain_text", "text": "2 sources so far: a, b"}]}
    changed = replace(notice, blocks=[*notice.blocks, below], edits=1)
    days = [(DAYS[1], [notice]), (DAYS[2], [changed])]
    out = io.StringIO()
    tell(days, out, rows=3, file=FILE)
    first, second = out.getvalue().split(DAYS[2].label)
    assert "2 sources so far" not in first
    assert "stays silent" in second
    assert "2 sources so far: a, b" in line_with(second, "2 sources")
    assert second.count("清理规范的通知") == 1
