"""Reads titles: what a text cites in 《》, what a document is called, and when two titles are one.

    工业和信息化部关于清理规范互联网网络接入服务市场的通知
    《关于清理规范互联网网络接入服务市场的通知》                 →  清理规范互联网网络接入服务市场的通知

Compares by a bare form without issuer, brackets, blanks and script; the title itself is never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines import authorities
from pipelines.classify.fold import fold

_STATE = "中华人民共和国"
_MARKS = re.compile(r"[^\w]|_")

# `关于印发《数据安全管理办法（试行）》的通知`, `关于公开征求对《…》意见的公告`, `关于《…（征求意见稿）》公开征求意见的公告`
_CARRIER = re.compile(
    r"(?:印发|发布|公布|转发|下发|颁布|印發|發佈|公佈|征求|徵求)[^《〈》〉]{0,8}(?=[《〈])"
    r"|(?=[《〈][^《》]{2,80}》[^《》]{0,12}(?:征求意见|徵求意見|的意见|意见的))"
)
# What a title ends with where it stands for a document, not for a film or a newspaper.
_DOCUMENT = re.compile(
    r"(?:法|法典|条例|條例|规定|規定|办法|辦法|通知|公告|通告|意见|意見|决定|決定|规则|規則|细则|細則|方案|规划|規劃|纲要|目录|目錄"
    r"|清单|清單|指南|指引|规范|規範|标准|標準|批复|批覆|函|令|通报|通報|计划|計劃|预案|名单|名單|解释|草案|征求意见稿|徵求意見稿|修正案|承诺书)"
    r"(?:[（(][^（）()]{1,24}[）)]){0,3}$"
)
_GENERIC = frozenset(
    [
        "条例",
        "办法",
        "规定",
        "通知",
        "意见",
        "决定",
        "公告",
        "通告",
        "方案",
        "规划",
        "指南",
        "指引",
        "细则",
        "规则",
        "目录",
        "清单",
        "标准",
        "规范",
        "报告",
        "暂行办法",
        "管理办法",
        "暂行规定",
        "征求意见稿",
        "实施细则",
        "行动计划",
        "批复",
        "计划",
        "管理规定",
        "法",
        "草案",
        "实施意见",
        "实施方案",
        "安全要求",
        "函",
        "名单",
        "通报",
        "指导意见",
        "解释",
        "修正案",
    ]
)
"""What texts write for short after naming the title once (以下简称《通知》): names nothing."""

# `“Notice on Cleaning up and Regulating …”` in English
_ENGLISH = re.compile(
    r"[\"“‘]((?:Notice|Circular|Announcement|Measures|Provisions|Regulations?|Rules|Opinions|Law|Decision|Guidelines)"
    r"\b[^\"”“\n]{12,200})[\"”’]"
)
_SUFFIX = re.compile(
    r"\s*(?:"
    # `…的通知_部门政策_中国政府网`, `…_中国人大网`
    r"(?:_[^_]{1,16}){0,3}_[^_]{0,20}(?:网|網|网站|門戶|门户|频道|客户端)"
    # `… - 中华人民共和国工业和信息化部`, `…-中共中央网络安全和信息化委员会办公室`, `… | 财新网`
    r"|\s*[-–—|｜]+\s*(?:中华人民共和国|中共中央|国家)?[\u4e00-\u9fff]{2,22}(?:部|局|委员会|办公室|办公厅|政府|门户网站|官网|网站|新闻网|中文网|网)"
    # `… | South China Morning Post`, `… - Reuters`, `… - BBC News 中文`
    r"|\s+[-–—|｜]\s+(?:[A-Z][\w.'’&]*|of|the|and|for)(?:\s+(?:[A-Z][\w.'’&]*|of|the|and|for)){0,4}(?:\s+中文)?"
    r")\s*$"
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A title as a text cites it, without its brackets, at code points [start, end) brackets included."""

    title: str
    start: int
    end: int


def cited(text: str) -> tuple[Cited, ...]:
    """The titles of documents in 《》, outermost ones first to last; inner ones follow their outer one.

    Films, newspapers and the short forms 《通知》 and 《办法》 are left out, and so is a 《 that is never closed.
    """return tuple(sorted((*_bracketed(text), *_quoted(text)), key=lambda one: (one.start, -one.end)))


def bare(title: str) -> str:
    """What is left of a title for comparison: no issuer, 关于, marks, blanks; one script, one case."""text = fold(title.strip()).text
    text = _without_issuer(text.strip("《》〈〉「」『』“”\"' \u3000"))
    return _MARKS.sub("", text)


def names(title: str) -> tuple[str, ...]:
    """The bare forms that a document of this title may be cited under, the fullest first.

    关于印发《数据安全管理办法（试行）》的通知 is known as itself and as 数据安全管理办法（试行）.
    """found = [bare(title)]
    carrier = _CARRIER.search(title)
    if carrier:
        inner = [one.title for one in cited(title) if one.start >= carrier.start()]
        found += [bare(name) for name in inner[:2]]
    elif whole := re.fullmatch(r"\s*《(.+)》\s*(?:[（(][^（）()]*[）)])?\s*", title):
        found.append(bare(whole.group(1)))
    return tuple(dict.fromkeys(name for name in found if len(name) >= 4 and name not in _GENERIC))


def subject(title: str) -> str:
    """What a title is about: bare, without the kind of paper (的通知, 答记者问, 解读) and who speaks."""text = bare(title)
    # `有关负责人就清理规范互联网网络接入服务市场答记者问`, `一图读懂|…`
    text = re.sub(r"^.{0,24}?(?:负责人|司长|局长|发言人|专家)(?:就|解读|谈|对|答)(?:关于)?", "", text)
    text = re.sub(r"^(?:一图读懂|图解|一图看懂|政策解读|解读|权威解读|视频解读)", "", text)
    text = re.sub(r"^(?:关于)?(?:(?:印发|发布|公布|公开征求|转发|开展|进一步)(?:关于)?)?(?:对)?", "", text)
    text = re.sub(
        r"(?:等?(?:有关|相关)?(?:问题|工作|事项|情况)?)?"
        r"(?:的?(?:政策)?(?:通知|公告|通告|意见|决定|函|批复|解读|问答|答问|答记者问|回答记者提问|答记者提问|说明|公示|通报|征求意见稿|征求意见))+$",
        "",
        text,
    )
    return text


def own(title: str) -> str:
    """A page's title without what the site adds: `…的通知_中国政府网` → `…的通知`."""text = " ".join(title.split())
    while (cut := _SUFFIX.search(text)) and cut.start() >= 6:
        text = text[: cut.start()].rstrip(" _-–—|｜")
    return text


def _bracketed(text: str) -> Iterator[Cited]:
    """By a stack, because titles nest: 《关于印发〈…〉的通知》 and, wrongly but often, 《关于印发《…》的通知》."""opened: list[int] = []
    for match in re.finditer(r"[《〈》〉\n]", text):
        mark = match.group()
        if mark == "\n":
            opened.clear()
        elif mark in "《〈":
            opened.append(match.start())
        elif opened:
            start = opened.pop()
            title = text[start + 1 : match.start()].strip()
            if (
                len(title) <= 160
                and _DOCUMENT.search(title)
                and bare(title) not in _GENERIC
                and len(bare(title)) >= 3
            ):
                yield Cited(title, start, match.end())


def _quoted(text: str) -> Iterator[Cited]:
    for match in _ENGLISH.finditer(text):
        yield Cited(match.group(1).strip(" ,."), match.start(), match.end())


def _without_issuer(text: str) -> str:
    """Cut what stands before 关于 where it is nothing but authorities; else 中华人民共和国 alone."""head, about, rest = text.partition("关于")
    if not about:
        return text.removeprefix(_STATE)
    return rest if authorities.only(head) else text.removeprefix(_STATE)
