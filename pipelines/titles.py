"""Reads titles: what a text cites in 《》, what a document is called, and when two titles are one.

    工业和信息化部关于清理规范互联网网络接入服务市场的通知
    《关于清理规范互联网网络接入服务市场的通知》                 →  清理规范互联网网络接入服务市场的通知

Compares by a bare form without issuer, brackets, blanks and script; the title itself is never changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines import authorities
from pipelines.script import simplified

_STATE = "中华人民共和国"
_MARKS = re.compile(r"[\W_]+")

# `关于印发《…》的通知`, `关于公开征求对《…》意见的公告`, `关于《…（征求意见稿）》公开征求意见的公告`
_CARRIER = re.compile(
    r"(?:印发|发布|公布|转发|下发|颁布|征求)[^《〈》〉]{0,8}(?=[《〈])"
    r"|(?=[《〈][^《》]{2,80}》[^《》]{0,12}(?:征求意见|的意见|意见的))"
)
# `关于印发电信业务经营许可管理办法的通知`: often without 《》
_PLAIN_CARRIER = re.compile(r"关于(?:印发|公布|发布)([^《》]{4,80})的(?:通知|公告|决定)$")
_KIND = (
    "(?:法|法典|条例|规定|办法|通知|公告|通告|意见|决定|规则|细则|方案|规划|纲要|目录|清单|指南|指引|规范|标准|批复|函|令"
    "|通报|计划|预案|名单|解释|草案|征求意见稿|修正案|承诺书|建议)"
)
# What a title ends with where it stands for a document, not for a film or a newspaper.
_DOCUMENT = re.compile(_KIND + r"(?:[（(][^（()）]{1,24}[）)]){0,3}$")
# What texts write for short once they have named it (以下简称《通知》, 《管理办法》): names nothing.
_SHORT = re.compile(r"(?:管理|暂行|实施|指导|行动|工作|安全|相关|有关|试行|新|本|该|上述){0,3}" + _KIND)
_TRIAL = re.compile(r"[（(](?:试行|暂行|試行|暫行)[）)]$")
_DRAFT = re.compile(
    r"[（(][^（()）]{0,12}(?:征求意见稿|草案|送审稿)[^（()）]{0,8}[）)]$|(?:征求意见稿|草案)$"
)

# `“Notice on Cleaning up and Regulating …”` in English
_ENGLISH = re.compile(
    r"[\"“‘]((?:Notice|Circular|Announcement|Measures|Provisions|Regulations?|Rules|Opinions|Law|Decision|Guidelines)"
    r"\b[^\"”“\n]{12,200})[\"”’]"
)
_SUFFIXES = (
    # `…的通知_部门政策_中国政府网`, `…_中国人大网`
    re.compile(r"(?:_[^_]{1,16}){0,3}_[^_]{0,20}(?:网|網|网站|門戶|门户|频道|客户端)$"),
    # `…的通知 - 中华人民共和国工业和信息化部`, `…-中共中央网络安全和信息化委员会办公室`, `… | 财新网`
    re.compile(
        r"\s*[-–—|｜]+\s*[\u4e00-\u9fff]{2,26}(?:部|局|委员会|办公室|办公厅|政府|门户网站|官网|网站|新闻网|中文网|网)$"
    ),
    # `… | South China Morning Post`, `… - Reuters`, `… - BBC News 中文`
    re.compile(
        r"\s+[-–—|｜]\s+(?:[A-Z][\w.'’&]*|of|the|and|for)(?:\s+(?:[A-Z][\w.'’&]*|of|the|and|for)){0,4}(?:\s+中文)?$"
    ),
)

# `有关负责人就清理规范…答记者问`: who speaks. `一图读懂：…`: how. `关于印发…`: the frame.
_SPEAKER = re.compile(r"^.{0,24}?(?:负责人|司长|局长|发言人|专家)(?:就|解读|谈|对|答)(?:关于)?")
_MANNER = re.compile(r"^(?:一图读懂|图解|一图看懂|政策解读|权威解读|视频解读|解读|答记者问)")
_FRAME = re.compile(r"^(?:关于)?(?:(?:印发|发布|公布|公开征求|转发|开展|进一步)(?:关于)?)?对?")
# `…有关问题的通知`, `…答记者问`, `…解读`: what kind of paper
_PAPER = re.compile(
    r"(?:等?(?:有关|相关)?(?:问题|工作|事项|情况)?)?"
    r"(?:的?(?:政策)?(?:通知|公告|通告|意见|决定|函|批复|解读|问答|答问|答记者问|回答记者提问|答记者提问|说明|公示|通报"
    r"|征求意见稿|公开征求意见|征求意见))+$"
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A title as a text cites it, without its brackets, at code points [start, end) brackets included."""

    title: str
    start: int
    end: int


def cited(text: str) -> tuple[Cited, ...]:
    """The titles of documents in 《》, in their order, an outer one before its inner ones.

    Films, newspapers and the short forms 《通知》 and 《办法》 are left out, and so is a 《 never closed.
    """
    return tuple(sorted((*_bracketed(text), *_quoted(text)), key=lambda one: (one.start, -one.end)))


def bare(title: str) -> str:
    """What is left of a title for comparison: no issuer, 关于, marks, blanks; one script, one case."""
    text = unicodedata.normalize("NFKC", simplified(title)).lower()
    return _MARKS.sub("", _without_issuer(text.strip("《》〈〉「」『』“”\"' \n")))


def names(title: str) -> tuple[str, ...]:
    """The bare forms that a document of this title may be cited under, the fullest first.

    关于印发《数据安全管理办法（试行）》的通知 is known as itself and as 数据安全管理办法（试行）.
    """
    found = [title]
    carrier = _CARRIER.search(simplified(title))
    if carrier:
        found += [one.title for one in cited(title) if one.start >= carrier.start()][:2]
    elif whole := re.fullmatch(r"\s*《(.+)》\s*(?:[（(][^（()）]*[）)])?\s*", title):
        found.append(whole.group(1))
    elif (inner := _PLAIN_CARRIER.search(simplified(title))) and _names_one(inner.group(1)):
        found.append(inner.group(1))
    # The press drops （试行）.
    found += [_TRIAL.sub("", name) for name in found if _TRIAL.search(name)]
    forms = (bare(name) for name in found)
    return tuple(dict.fromkeys(name for name in forms if len(name) >= 4 and not _SHORT.fullmatch(name)))


def short_name(title: str) -> str:
    """What a draft will be called: 某办法（征求意见稿） → 某办法, in bare form; empty where it is none."""
    drafts = (one.title for one in cited(title) if _DRAFT.search(simplified(one.title)))
    name = next((bare(_DRAFT.sub("", simplified(draft))) for draft in drafts), "")
    return "" if _SHORT.fullmatch(name) else name


def subject(title: str) -> str:
    """What a title is about: bare, without the kind of paper (的通知, 答记者问, 解读) and who speaks."""
    text = bare(title)
    for pattern in (_SPEAKER, _MANNER, _FRAME, _PAPER):
        text = pattern.sub("", text)
    return text


def own(title: str) -> str:
    """A page's title without what the site adds: `…的通知_中国政府网` → `…的通知`."""
    text = " ".join(title.split())
    while cut := next(
        (cut for suffix in _SUFFIXES if (cut := suffix.search(text)) and cut.start() >= 6), None
    ):
        text = text[: cut.start()].rstrip(" _-–—|｜")
    return text


def _bracketed(text: str) -> Iterator[Cited]:
    """By a stack, because titles nest: 《关于印发〈…〉的通知》, and wrongly 《关于印发《…》的通知》."""
    opened: list[int] = []
    for match in re.finditer(r"[《〈》〉\n]", text):
        mark = match.group()
        if mark == "\n":
            opened.clear()
        elif mark in "《〈":
            opened.append(match.start())
        elif opened:
            start = opened.pop()
            title = text[start + 1 : match.start()].strip()
            if len(title) <= 160 and _names_one(simplified(title)):
                yield Cited(title, start, match.end())


def _names_one(title: str) -> bool:
    return bool(_DOCUMENT.search(title)) and len(bare(title)) >= 3 and not _SHORT.fullmatch(bare(title))


def _quoted(text: str) -> Iterator[Cited]:
    for match in _ENGLISH.finditer(text):
        yield Cited(match.group(1).strip(" ,."), match.start(), match.end())


def _without_issuer(text: str) -> str:
    """Cut what stands before 关于 where it is nothing but authorities; else 中华人民共和国 alone."""
    head, about, rest = text.partition("关于")
    return rest if about and authorities.only(head) else text.removeprefix(_STATE)
