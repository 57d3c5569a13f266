"""How the line below a message reads, and that it fits whatever the message is."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.message import Message
from alerts.wording.limits import JSON_LIMIT, STATUS_LIMIT, TEXT_LIMIT, length
from alerts.wording.status_line import below, posted, status_line
from alerts.wording.words import words
from gatewatch.demo.standin_checks import check_message
from pipelines.store.judgements import Judgement
from pipelines.store.standing import Standing
from pipelines.store.taking import Taken
from tests.support.told import HOSTILE

AT = datetime(2026, 11, 24, 23, 5, tzinfo=UTC)
NAMES = {"miit_notices": "MIIT notices (通知)", "cna": "中央社"}
BLOCK = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}
BUTTONS = {"type": "actions", "elements": []}


def mark(relevant, because="", by="li"):
    said = {"by": by, "reason": "r", "relevant": relevant, "because": because}
    return Judgement(1, AT, "marked", None, "m1", by, "r", said)


STORY = Standing(
    carried=(
        ("miit_notices", ""),
        ("cna", "自由時報"),
        ("cna", ""),
        ("google", "Reuters"),
        ("g", "REUTERS"),
        ("x", ""),
    ),
    stage="extended",
    changed=AT,
    gone=AT,
    taken=Taken("wang", AT, 7),
    silence=Judgement(2, AT, "silenced", None, "m1", "li", "r", {"until": AT.isoformat()}),
    mark=mark(False, "wrong-source"),
)


@pytest.mark.parametrize(
    ("language", "zone", "line"),
    [
        (
            "en",
            "America/New_York",
            (
                "5 sources so far: MIIT notices (通知), 自由時報, 中央社, Reuters, 1 more · stage: extended"
                " · text changed 2026-11-24 18:05 New York · page gone since 2026-11-24 18:05 New York"
                " · with wang since 2026-11-24 18:05 New York · silenced by li until 2026-11-24 18:05 New York"
                " · marked not relevant (wrong source) by li, 2026-11-24 18:05 New York"
            ),
        ),
        (
            "zh-Hans",
            "Asia/Shanghai",
            (
                "目前 5 个来源：MIIT notices (通知)、自由時報、中央社、Reuters、另 1 个 · 阶段：已延长"
                " · 正文修改于2026-11-25 07:05 北京时间 · 页面自2026-11-25 07:05 北京时间起无法打开"
                " · wang自2026-11-25 07:05 北京时间起负责 · li设为静默至2026-11-25 07:05 北京时间"
                " · li于2026-11-25 07:05 北京时间标为不相关（来源不当）"
            ),
        ),
    ],
)
def test_how_it_reads(language, zone, line):
    assert status_line(STORY, NAMES, ZoneInfo(zone), words(language)) == line


def test_where_nothing_is_new_there_is_none():
    one = Standing(carried=(("miit_notices", ""), ("miit_notices", "")), stage="reported")
    assert status_line(one, NAMES, ZoneInfo("UTC"), words("en")) == ""
    message = posted("g1", "told", [BLOCK])
    assert below(message, "") == message


def test_it_stands_above_the_buttons_and_below_all_else():
    message = below(Message("g1", "told", (BLOCK, BUTTONS)), "taken by li")
    assert [block["type"] for block in message.blocks] == ["rich_text", "context", "actions"]
    assert message.text == "told\ntaken by li"
    assert message.metadata is None  # what is left out of a change stays


@given(st.text(max_size=900), st.lists(st.tuples(st.text(max_size=90), st.text(max_size=90)), max_size=9))
def test_whatever_it_names_it_is_short_and_inert(by, carried):
    standing = Standing(carried=(("s", HOSTILE), *carried), mark=mark(True, by=by + HOSTILE))
    line = status_line(standing, {}, ZoneInfo("Asia/Shanghai"), words("en"))
    full = {"type": "text", "text": "专" * (TEXT_LIMIT - STATUS_LIMIT)}
    message = below(posted("g1", "t" * 3000, [{"type": "section"}]), line)
    assert len(line) <= STATUS_LIMIT
    assert length([full, *message.blocks]) <= TEXT_LIMIT
    assert len(message.text) <= 3_601
    check_message({"text": message.text, "blocks": list(message.blocks[1:])})
    assert len(str(message.blocks[-1])) <= JSON_LIMIT


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "en",
            (
                "marked relevant by li, 2026-11-25 07:05 Beijing (this stands; bo said not relevant (duplicate), "
                "2026-11-25 07:05 Beijing, ann said not relevant, 2026-11-25 07:05 Beijing +1)"
            ),
        ),
        (
            "zh-Hans",
            (
                "li于2026-11-25 07:05 北京时间标为相关（以此为准；bo曾于2026-11-25 07:05 北京时间标为不相关（重复）、"
                "ann曾于2026-11-25 07:05 北京时间标为不相关 +1）"
            ),
        ),
    ],
)
def test_who_said_otherwise_is_named_and_which_word_stands(language, line):
    others = mark(False, "duplicate", by="bo"), mark(False, by="ann"), mark(False, by="wu")
    standing = Standing(mark=mark(True), against=others)
    assert status_line(standing, {}, ZoneInfo("Asia/Shanghai"), words(language)) == line
