"""The label block of an official document: 发文机关, 发文字号, 成文日期 … read by what the labels say.

The markup of the block is known of no site for certain (the labels and their order are), so it is
never looked up by class: table, list or running text come to the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORDS = """
    发文机关 发文单位 发布机关 发布机构 发布单位 制定机关 公布机关 标题 名称 信息名称 文件名称
    发文字号 发布文号 文件编号 文号 成文日期 发布日期 发文日期 印发日期 公布日期 生成日期
    施行日期 实施日期 生效日期 失效日期 废止日期 文章来源 信息来源 分类 主题分类 信息分类
    公文种类 文种 体裁 体裁分类 主题词 关键词 索引号 信息索引号 有效性 时效性 效力状态 服务对象
"""
# A block has at least two labels, and at least one of these: what only a document of record has.
_WORDS_OF_RECORD = """
    发文机关 发文单位 发布机关 发布机构 发布单位 制定机关 发文字号 发布文号 文件编号 文号 成文日期
    索引号 信息索引号
"""
# Longest first, so that 文号 does not split 发布文号.
NAMES = tuple(sorted(_WORDS.split(), key=len, reverse=True))
_OF_RECORD = frozenset(_WORDS_OF_RECORD.split())
NUMBER = ("发文字号", "发布文号", "文件编号", "文号")
PUBLISHED = ("发布日期", "公布日期", "发文日期")
TITLE = ("标题", "名称", "信息名称", "文件名称")
ORIGIN = ("文章来源", "信息来源")

_SPACED = "|".join(r"[\s\u3000]*".join(name) for name in NAMES)
# 发文机关：  |  标　　题:  |  【发布单位】  |  [文号]
_LABEL = re.compile(rf"[【\[［]\s*({_SPACED})\s*[】\]］]\s*[：:]?|({_SPACED})\s*[：:]")
# 发文机关 办公厅 发文字号 … : the cells of a row, the labels without colons
_CELL = re.compile(rf"(?:^|(?<=\s))({_SPACED})(?:\s+|$)()")
# 发文机关 alone in its cell, the value in the next
_ALONE = re.compile(rf"(?:{_SPACED})\s*[：:]?")
_NOTHING = frozenset({"", "无", "-", "--", "—", "——", "/", "null"})
_NEAR = 4
"""How many lines may stand between two labels of one block."""


def read(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The label block among these lines as (label, value), in order; empty where there is none."""
    return _scan(lines)[0]


def take(lines: Sequence[str]) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    """The label block that these lines open with, and the lines after it."""
    found, last = _scan(lines[:20])
    first = next((number for number, line in enumerate(lines) if _opens(line)), None)
    if not found or first is None or first > 0:
        return (), list(lines)
    return found, list(lines[last + 1 :])


def value(labels: Sequence[tuple[str, str]], names: Sequence[str]) -> str:
    """The value of the first of these labels that the block has, or nothing."""
    said = dict(labels)
    return next((said[name] for name in names if said.get(name)), "")


def _opens(line: str) -> bool:
    found = _LABEL.match(line)
    return found is not None or _ALONE.fullmatch(line) is not None


def _scan(lines: Sequence[str]) -> tuple[tuple[tuple[str, str], ...], int]:
    """The first block that is one, and the number of its last line."""
    block: dict[str, str] = {}
    last = -1
    waiting = ""
    for number, line in enumerate(lines):
        if block and number - last > _NEAR:
            if _is_block(block):
                break
            block, waiting = {}, ""
        pairs = _pairs(line)
        if not pairs:
            if waiting and not block[waiting] and _fits(waiting, line):
                block[waiting] = _said(line)
                last = number
            waiting = ""
            continue
        if pairs[0][0] in block and _is_block(block):
            break  # a second block: a list of documents, not this one's
        for name, said in pairs:
            block.setdefault(name, said)
        waiting = "" if pairs[-1][1] else pairs[-1][0]
        last = number
    if not _is_block(block):
        return (), -1
    return tuple((name, said) for name, said in block.items() if said), last


def _fits(label: str, line: str) -> bool:
    """False where the next line cannot be the value: a number or a date holds a digit, a title may not."""
    return not label.endswith(("号", "日期", "时间")) or (len(line) <= 40 and any(map(str.isdecimal, line)))


def _pairs(line: str) -> list[tuple[str, str]]:
    """The labels on one line, each with what follows it."""
    if _ALONE.fullmatch(line):
        return [(_plain(line), "")]
    found = list((_CELL if _CELL.match(line) else _LABEL).finditer(line))
    if not found or (found[0].start() > 0 and len(found) == 1):
        return []
    ends = [*(match.start() for match in found[1:]), len(line)]
    return [
        (_plain(match[1] or match[2]), _said(line[match.end() : end]))
        for match, end in zip(found, ends, strict=True)
    ]


def _plain(label: str) -> str:
    return re.sub(r"[\s\u3000：:]+", "", label)


def _said(text: str) -> str:
    said = text.strip(" \t\u3000\xa0|｜")
    return "" if said in _NOTHING else said


def _is_block(block: dict[str, str]) -> bool:
    return len(block) >= 2 and not _OF_RECORD.isdisjoint(block)
