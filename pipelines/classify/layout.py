"""Where a folded text has its sentences, paragraphs, items and sidebars.

A digest of many items (早报, 新闻联播, a newsletter) is cut into passages, one an item; any other text is
one passage. Lists of related links are not part of what a text says and are cut out. Works on the
folded haystack `title + newline + text`; never looks at terms or rules.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

# Matches the end of `。`, `？`, `; `, a line, and of `services. ` but not of `u.s. ` or `3.5`.
_SENTENCE = re.compile("[。！？!?；\n]|;(?=\\s)|(?<=[\\w)\"'’”%][\\w)\"'’”%])\\.(?=\\s)")
# Matches `某某早报 | …`, `新闻联播 20250101`, `近期动态和点评`, `security newsletter #12`, `week in review`.
_DIGEST = re.compile(
    "早报|晚报|日报|周报|周刊|月报|(?<!翻墙)快报|简报|快讯|联播|早知道|一周|每周|本周|要闻|汇总|盘点|牛览|动态和点评|资讯周"
    "|newsletter|round-?up|digest|week(?:ly)? in review|this week in|podcast|\\bbriefing"
)
# Matches a bare date as a title: `20240410`, `2024-04-10`, `20220225-53479720`.
_DATED = re.compile("^[\\d\\s./年月日-]{6,20}$")
# Matches the head of an item: `### 标题`, `1. 标题`, `一、标题`, `【标题】`, `《标题 @ 报纸》`, `• Title`.
_ITEM = re.compile("#{1,6} |\\d{1,2} ?[.、)）]|[一二三四五六七八九十]{1,3}、|[•▶►◆■●] ?|【|《.{4,60} @ ")
LINK_HEADS = (
    *(
        f"{kind}{what}"
        for kind in ("相关", "推荐", "延伸", "扩展", "往期", "热门", "精彩")
        for what in ("阅读", "链接", "文章", "新闻", "报道", "推荐", "回顾", "内容", "主题", "话题")
    ),
    *(
        "猜你喜欢",
        "您可能感兴趣",
        "您可能也喜欢",
        "您可能还喜欢",
        "你可能感兴趣",
        "你可能也喜欢",
        "你可能还喜欢",
    ),
    *("上一篇", "下一篇", "友情链接", "热门标签"),
    *(
        f"related {what}"
        for what in ("article", "stor", "post", "news", "content", "reading", "link", "coverage")
    ),
    *("read more", "see more", "read also", "read next", "see also", "more from", "more stories", "more on"),
    *(
        "you may like",
        "you may also like",
        "you might also like",
        "you may be interested",
        "recommended for you",
    ),
    *("recommended stories", "popular posts", "popular stories", "most read", "most popular", "trending"),
    *("further reading", "don't miss", "up next"),
)
"""What heads a list of links to other articles, folded."""
# Matches what may stand before such a head: `## `, `> **`, `[`, `更多`.
_BEFORE_HEAD = re.compile("[\\s>#*\\[]*(?:更多)?")
# Matches the end of a line that is prose, not a link: `。`, `.`, `”`.
_PROSE = re.compile('[。！？!?；;.:：”"」]$')

_LONGEST_HEAD = 160
_LONGEST_LINK = 80

LEAD = 400
"""How many folded code points of the text count as its lead."""


class Layout:
    """The divisions of one haystack, each found on first use.

    `body` is where the text begins; `heads` are the places of LINK_HEADS, in order.
    """

    def __init__(self, haystack: str, body: int, heads: Sequence[int] = ()) -> None:
        self._heads = heads
        self.haystack = haystack
        self.body = body

    @cached_property
    def _sentences(self) -> list[int]:
        return [found.end() for found in _SENTENCE.finditer(self.haystack)]

    @cached_property
    def _paragraphs(self) -> list[int]:
        starts: list[int] = []
        place = self.haystack.find("\n")
        while place >= 0:
            starts.append(place + 1)
            place = self.haystack.find("\n", place + 1)
        return starts

    @cached_property
    def digest(self) -> bool:
        """Several items under one roof."""
        title = self.haystack[: max(self.body - 1, 0)]
        if _DIGEST.search(title) or (title and _DATED.match(title)):
            return True
        return title.count("；") + title.count("; ") >= 2 or title.count(" | ") >= 3

    @cached_property
    def _passages(self) -> list[int]:
        """The starts of the items of a digest; empty for a text of one piece."""
        if not self.digest:
            return []
        starts = [self.body]
        lines = self._lines
        for index, (start, end) in enumerate(lines):
            if start < self.body or start == end:
                continue
            line = self.haystack[start:end]
            short = end - start <= 60 and not _PROSE.search(line)
            after_prose = index == 0 or _PROSE.search(
                self.haystack[lines[index - 1][0] : lines[index - 1][1]]
            )
            if _ITEM.match(line) or (short and after_prose):
                starts.append(start)
        return starts

    @cached_property
    def _lines(self) -> list[tuple[int, int]]:
        starts = [0, *self._paragraphs]
        ends = [*(start - 1 for start in self._paragraphs), len(self.haystack)]
        return list(zip(starts, ends, strict=True))

    @cached_property
    def sidebars(self) -> list[tuple[int, int]]:
        """The stretches that are lists of links, in order."""
        found: list[tuple[int, int]] = []
        after = self.body
        for place in self._heads:
            start = self.haystack.rfind("\n", 0, place) + 1
            end = self._line_end(place)
            if start < after or end - start > _LONGEST_HEAD:
                continue
            if not _BEFORE_HEAD.fullmatch(self.haystack, start, place):
                continue
            after = self._links_end(end)
            found.append((start, after))
        return found + self._tail(after)

    def _line_end(self, place: int) -> int:
        end = self.haystack.find("\n", place)
        return len(self.haystack) if end < 0 else end

    def _links_end(self, end: int) -> int:
        """Where the short lines that are no sentences end, below a head that ends here."""
        while end < len(self.haystack):
            below = self._line_end(end + 1)
            if below - end > _LONGEST_LINK or (below > end + 1 and _PROSE.search(self.haystack, end, below)):
                break
            end = below
        return end

    def _tail(self, after: int) -> list[tuple[int, int]]:
        """Headlines of other articles below the last sentence: two or more that open with the same 【…】."""
        tail: list[tuple[int, int]] = []
        end = len(self.haystack)
        head = ""
        while end > after:
            start = self.haystack.rfind("\n", 0, end) + 1
            if start < after:
                break
            if start < end:
                close = self.haystack.find("】", start, min(start + 20, end))
                if self.haystack[start] != "【" or close < 0:
                    break
                head = head or self.haystack[start : close + 1]
                if not self.haystack.startswith(head, start):
                    break
                tail.append((start, end))
            end = start - 1
        return tail[::-1] if len(tail) > 1 else []

    def sentence(self, place: int) -> int:
        """The number of the sentence at this place."""
        return bisect_right(self._sentences, place)

    def paragraph(self, place: int) -> int:
        """The number of the paragraph at this place; the title is the first."""
        return bisect_right(self._paragraphs, place)

    def passage(self, place: int) -> int:
        """The number of the passage at this place; a digest's title is one of its own."""
        return bisect_right(self._passages, place)

    def length(self, passage: int) -> int:
        """The length of a passage in folded code points."""
        ends = [*self._passages, len(self.haystack)]
        return ends[passage] - (ends[passage - 1] if passage else 0)

    def field(self, start: int, end: int) -> str:
        """`title`, `lead` (the opening of the text) or `body`."""
        if end < self.body or (end == self.body and start < self.body):
            return "title"
        return "lead" if start < self.body + LEAD else "body"

    def aside(self, place: int) -> bool:
        """Whether this place is inside a list of links."""
        index = bisect_right(self.sidebars, (place, len(self.haystack) + 1)) - 1
        return index >= 0 and place < self.sidebars[index][1]
