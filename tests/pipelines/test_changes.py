from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.changes import Part, counted, counting, diff, fingerprint, shown

LETTERS = st.text(st.sampled_from("专线许可证经营跨境。；！\n ab，1２”"), max_size=80)


@given(LETTERS, LETTERS)
def test_applied_to_the_old_text_the_difference_gives_the_new_one(old, new):
    parts = diff(old, new)
    assert "".join(part.text for part in parts if part.tag in "=-") == old
    assert "".join(part.text for part in parts if part.tag in "=+") == new
    assert all(part.text for part in parts)
    assert all(one.tag != other.tag for one, other in itertools.pairwise(parts))
    assert (old == new) == (counted(parts) == (0, 0))


@given(LETTERS, st.lists(st.tuples(st.integers(0, 80), LETTERS), max_size=4))
def test_likewise_where_little_is_changed(old, changes):
    new = old
    for place, text in changes:
        new = new[:place] + text + new[place + 1 :]
    parts = diff(old, new)
    assert "".join(part.text for part in parts if part.tag in "=+") == new
    assert len("".join(part.text for part in shown(parts, limit=50))) <= 51


def test_a_date_that_moved_is_shown_in_its_sentence():
    parts = diff("各单位于2026年12月1日前报送。其他不变。", "各单位于2026年12月15日前报送。其他不变。")
    assert parts == [
        Part("=", "各单位于2026年12月1"), Part("+", "5"), Part("=", "日前报送。其他不变。")
    ]  # fmt: skip


def test_sentences_that_have_little_in_common_are_shown_whole():
    parts = diff("同。不得经营国际专线业务。同。", "同。请按时参加培训考试。同。")
    assert [part.tag for part in parts] == ["=", "-", "+", "="]


def test_what_is_shown_keeps_only_what_stands_beside_a_change():
    parts = diff("长" * 500 + "甲。" + "长" * 500, "长" * 500 + "乙。" + "长" * 500)
    text = "".join(part.text for part in shown(parts))
    assert len(text) < 120
    assert text.count("…") == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("正文。\n浏览次数：1,024次", "正文。\n浏览次数：2,048次"),
        ("正文。\n【阅读：88】", "正文。\n【阅读：90】"),
        ("Text.\n12 comments", "Text.\n13 comments"),
        ("正文。\n3小时前", "正文。\n2天前"),
        ("Text.\n3 hours ago", "Text.\nyesterday, so to say\n" * 0 + "Text.\n4 hours ago"),
        ("正文。\n页面生成时间：2026-11-24 10:00:01", "正文。\n页面生成时间：2026-11-24 11:00:00"),
        ("正文。\n今天是2026年11月24日 星期二", "正文。\n今天是2026年11月25日 星期三"),
        ("正文。\n相关链接\n甲\n乙", "正文。\n相关链接\n丙"),
        ("正文。\n【延伸阅读】\n甲", "正文。"),
        ("正文。\n下一篇：另一个通知", "正文。\n下一篇：又一个通知"),
        ("一、正文(附后)。\n二、其他", "一、正文（附后）。\n\n二、其他 "),
        ("第一段。第二段。", "第一段。\n第二段。"),
    ],
)
def test_what_does_not_count_is_no_change(old, new):
    assert fingerprint("标题", old) == fingerprint("标题", new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("截止时间：2026年12月1日", "截止时间：2026年12月2日"),
        ("不得经营。", "经营。"),
        ("罚款1万元。", "罚款10万元。"),
        ("相关链接\n甲", "相关链接\n乙"),  # a text that begins so is no list of links
        ("正文。\n阅读本通知后请回复。", "正文。\n阅读本通知后无需回复。"),
    ],
)
def test_what_counts_is_one(old, new):
    assert fingerprint("标题", old) != fingerprint("标题", new)


def test_a_title_counts():
    assert fingerprint("关于甲的通知", "正文") != fingerprint("关于乙的通知", "正文")


def test_a_long_text_is_compared_in_no_time():
    old = "".join(
        f"第{number}条　任何单位不得从事第{number}类活动，违者依法处理。\n" for number in range(1500)
    )
    new = old.replace("不得从事第7", "可以从事第7")
    begun = time.process_time()
    assert diff(old, new)
    assert diff(old, old[::-1])
    assert time.process_time() - begun < 2
    assert counting(old)[0].startswith("第0条")
