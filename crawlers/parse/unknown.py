"""A page of a template that we do not know: its main text, as trafilatura and our own weighing find it.

trafilatura reads today's pages well and takes one laid out in tables whole; there the box with the
sentences is the text. It is imported when the first such page comes. Never asked for a page that we know.
"""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from crawlers.article import Moment
from crawlers.parse import byline, embedded, mainblock, prose, stated
from crawlers.parse.swollen import slimmed

# | 电信 | 互联网 |   and the rule below a head: |---|---|
_ROW = re.compile(r"^\|.*\|\s*$")
_RULE = re.compile(r"^\|(?:\s*:?-+:?\s*\|)+\s*$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_HARDLY = 60
"""So few characters in sentences that the text may stand in what the page's scripts are given."""
# Lines that open what pages put behind a text: 相关新闻 | 【推荐阅读】 | 特别声明：以上内容…
_BEHIND = re.compile(
    r"[\s【\[（(■◆●·*>|]*(?:(?:相关|相關|更多|热门|熱門|推荐|推薦|延伸|精彩|最新|今日|关联|猜你)[^。，]{0,4}"
    r"(?:报道|報道|報導|新闻|新聞|阅读|閱讀|文章|链接|鏈接|内容|推荐|推薦|专题|資訊|资讯|喜欢|喜歡|热点|焦点)"
    r"[^。，；！？]{0,8}$|(?:特别|免责|版权|郑重|重要)声明\s*[：:]|版权(?:与|及)免责|(?:查看更多|发表评论|网友评论|用户评论|我要评论|回复线索"
    r"|为[你您]推荐|猜[你您]喜欢|大家都在看|打印(?:本页|本文|本稿)|延伸閱讀|其他人也在看|你可能(?:也|还)?(?:喜欢|感兴趣))[^。，；！？]{0,12}$"
    r"|声明\s*[：:].{0,40}(?:仅供参考|转载|本文|本网|本站|版权)"
    r"|(?:责任编辑|責任編輯|责编)\s*[：:]\s*\S{1,12}\s*[)）】\]]?$|-?\s*THE END\s*-?$)"
)


def read(html: str, url: str, zone: ZoneInfo) -> tuple[list[str], Moment | None, str]:
    """The paragraphs, the time that the page states and who it says wrote it."""
    html = slimmed(html)
    lines = _main(html, url)
    lines = _without_what_follows(lines)
    moment = stated.read(html, url, lines, zone)
    credit = _credit(lines)
    if credit is None:
        return lines, moment, ""
    said = lines[credit]
    return (
        lines[credit + 1 :] if credit > 1 else [*lines[:credit], *lines[credit + 1 :]],
        moment,
        byline.origin([said]),
    )


def _main(html: str, url: str) -> list[str]:
    """The paragraphs of the text, by whichever of the two read more of it."""
    root = mainblock.tree(html)
    if root is None:
        return []
    title = next((tag.text_content() for tag in root.iter("title")), "")
    mainblock.unfold(root)
    mainblock.drop_teasers(root)
    weighed = mainblock.lines(root)
    if _is_chinese(title) and not _is_chinese("".join(weighed)):
        weighed = []  # the choice of a language, or leave for cookies
    found, laid_out = _trafilatura(root, url)
    ours, theirs = mainblock.sentences(weighed), mainblock.sentences(found)
    if max(ours, theirs) < _HARDLY:
        carried = embedded.lines(html, title)
        if mainblock.sentences(carried) > max(ours, theirs):
            return carried
    return weighed if ours * (1.6 if laid_out else 0.6) > theirs else found


def _is_chinese(text: str) -> bool:
    return len(_HAN.findall(text)) * 3 >= len(text)


def _trafilatura(root: HtmlElement, url: str) -> tuple[list[str], bool]:
    """Its paragraphs, cells on their row's line; and whether most of them are rows of tables."""
    import trafilatura  # noqa: PLC0415 - half a second of imports that most turns never need

    document = trafilatura.bare_extraction(
        root, url=url, include_comments=False, include_tables=True, favor_precision=True, with_metadata=False
    )
    raw = (getattr(document, "text", None) or "").splitlines()
    rows = [line for line in raw if _ROW.match(line)]
    lines = [prose.line(_cells(line)) for line in raw if not _RULE.match(line)]
    return [line for line in lines if line], sum(map(len, rows)) * 2 > sum(map(len, raw))


def _cells(line: str) -> str:
    if not _ROW.match(line):
        return line
    return " ".join(cell.strip() for cell in re.split(r"(?<!\\)\|", line) if cell.strip()).replace("\\|", "|")


def _without_what_follows(lines: list[str]) -> list[str]:
    """The lines up to a short one that opens other texts, where the larger part of the text is before it."""
    size, whole = 0, sum(map(len, lines))
    for number, line in enumerate(lines):
        if number and size >= 60 and _BEHIND.match(line) and size * 3 > whole:
            return lines[:number]
        size += len(line)
    return lines


def _credit(lines: list[str]) -> int | None:
    """Which of the first lines is the one under the title (and the way to it), with date and source."""
    for number, line in enumerate(lines[:8]):
        if byline.is_byline(line):
            return number
        if len(line) > 60 or line.endswith("号"):
            return None
    return None
