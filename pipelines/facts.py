"""What a text says of itself and of others: its kind, number, titles, issuers, stage and dates.

Pure: an Article in, Facts out. Never decides which matter an article belongs to (that is `matter`)
and never whether anyone should care (that is `classify`).
"""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

from crawlers.article import OFFICIAL, Article
from pipelines import authorities, titles
from pipelines.dates import dates
from pipelines.days import days
from pipelines.document_number import find, own
from pipelines.match import DateFact, Facts, Form

BEIJING = ZoneInfo("Asia/Shanghai")

# `…答记者问`, `《…》解读`, `Questions and answers on …`
_FOLLOW_UP = re.compile(
    r"答记者问|答記者問|记者提问|问答|問答|答问|问题解答|解读|解讀|图解|一图读懂|一图看懂|权威解答|政策说明|起草说明"
    r"|\bQ\s?&\s?A\b|questions and answers|\bFAQs?\b|\binterpretation of\b|\bexplained\b|answers? (?:reporters'? )?questions",
    re.IGNORECASE,
)
# How the title of an official document ends or begins.
_DOCUMENT = re.compile(
    r"(?:的?(?:通知|公告|通告|意见|决定|批复|函|通报|公示|命令|令|答复|名单|目录|清单|规划|计划|方案|办法|规定|条例|细则|规则|指南|指引|纲要|法|征求意见稿))"
    r"(?:[（(][^（）()]{1,30}[）)])*[》”]?\s*$|^关于|[^，。：:？?！!]{2,40}关于.{4,}的(?:通知|公告|通告|意见|决定|批复|函|通报)|第\S{1,6}号[)）]?$"
    r"|公开征求.*意见|征求.*意见",
)
# A news story on a government's page: `新华社北京1月22日电`, `本报记者`
_STORY = re.compile(
    r"新华社|中新社|中新网|央视|人民网|本报讯|本报记者|记者\s*[\u4e00-\u9fff]{2,4}[)）]|（记者|\(记者|Xinhua\)|\(Reuters\)|消息[（(]"
)
_BRIEF = re.compile(r"^(?:一图|图解|视频|\[?视频\]?|图片)")

_AMEND = re.compile(r"修改|修订|修正|更正|勘误|补充|调整|amend|revis|correct", re.IGNORECASE)
_EXTEND = re.compile(r"延长|延期|延续|顺延|展期|时间延至|extend|extension|prolong", re.IGNORECASE)
_REPEAL = re.compile(r"废止|失效|撤销|宣布失效|repeal|abolish|rescind", re.IGNORECASE)
_DRAFT = re.compile(
    r"征求意见|徵求意見|意见稿|草案|征集意见|soliciting (?:public )?(?:comments|opinions)|draft|for (?:public )?comment",
    re.IGNORECASE,
)
_ENFORCED = re.compile(
    r"通报|處罰|处罚|查处|下架|整改|约谈|责令|吊销|关停|未完成整改|执法检查|侵害用户权益|fine[sd]?\b|penalt|removed|shut",
    re.IGNORECASE,
)
_BULLETIN = re.compile(r"通报|公示|名单|批次|许可情况|审批|结果|情况的公告|bulletin|list of", re.IGNORECASE)
_ANNEX = re.compile(r"^\s*附\s*件")

# `同时废止《…》`, `《…》（工信部令第5号）同时废止`
_REPEALS = re.compile(r"废止|廢止|停止执行|失效")

_ISSUED_LABELS = ("成文日期", "发文日期", "印发日期", "签发日期", "公布日期", "发布日期")
_EFFECTIVE_LABELS = ("施行日期", "实施日期", "生效日期")
_ISSUER_LABELS = ("发文机关", "发布机构", "发文单位", "发布单位", "制定机关", "发文部门", "公布机关")


def facts(article: Article) -> Facts:
    """What the article says of itself and of others. Any text is welcome, empty and broken ones included."""official = article.tier in OFFICIAL
    title = titles.own(article.title)
    follow_up = bool(_FOLLOW_UP.search(title))
    number = own(article) if official and not (follow_up and not _labelled(article)) else ""
    form = _form(article, title, number, follow_up)
    names = titles.names(title)
    own_keys = (
        _numbered(number, names) if form == "document" else tuple(f"title:{name}" for name in names[:1])
    )
    whole = f"{title}\n{article.text}"
    cites, repeals = _cites(whole, own_keys)
    stage = _stage(article, title, form)
    return Facts(
        form=form,
        doc_no=number,
        instrument=_instrument(article, title, number, form),
        stage=stage,
        issuers=_issuers(article, title),
        keys=own_keys,
        cites=cites,
        repeals=repeals,
        dates=_dates(article, title, form),
    )


def on(article: Article) -> date | None:
    """The day of an article where China is: published, else fetched."""if article.published is not None:
        return article.published.day or article.published.at.astimezone(BEIJING).date()
    return article.fetched.astimezone(BEIJING).date() if article.fetched else None


def _labelled(article: Article) -> bool:
    """The label block gives a number, so that even a page called 解读 is a document."""return any("字号" in name and find(value) for name, value in article.labels)


def _form(article: Article, title: str, number: str, follow_up: bool) -> Form:
    if article.tier not in OFFICIAL:
        return "report"
    if number:
        return "document"
    if follow_up or _BRIEF.search(title):
        return "follow-up"
    if _DOCUMENT.search(title) and not (_STORY.search(article.text[:200]) and not article.labels):
        return "document"
    return "report"


def _numbered(number: str, names: tuple[str, ...]) -> tuple[str, ...]:
    numbers = (f"no:{number}",) if number else ()
    return (*numbers, *(f"title:{name}" for name in names))


def _cites(whole: str, own_keys: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of what the text cites, numbers before titles, and of what it repeals."""repeals: dict[str, None] = {}
    found: list[str] = []
    places = [(f"no:{one.canonical}", one.start, one.end) for one in find(whole)]
    places += [(f"title:{titles.bare(one.title)}", one.start, one.end) for one in titles.cited(whole)]
    for key, start, end in places:
        if key in own_keys:
            continue
        found.append(key)
        clause = re.split(r"[。；\n]", whole[end : end + 90])[0]
        before = re.split(r"[。；\n]", whole[max(0, start - 60) : start])[-1]
        if _REPEALS.search(clause) or re.search(r"(?:废止|廢止)[^。；]{0,40}$", before):
            repeals.setdefault(key)
    return tuple(dict.fromkeys(found)), tuple(repeals)


def _issuers(article: Article, title: str) -> tuple[str, ...]:
    """Who issued a document, in Chinese and canonical; of a report whoever the source is covers nobody."""if article.tier not in OFFICIAL:
        return ()
    for name, value in article.labels:
        if "".join(name.split()).strip(":：") in _ISSUER_LABELS:
            parts = [
                authorities.canonical(part) for part in re.split(r"[、，,;；\s]+", value) if part.strip()
            ]
            named = tuple(dict.fromkeys(part for part in parts if authorities.looks_like(part)))
            if any(authorities.code_of(part) for part in named) or (named and not article.authority):
                return named
    if found := authorities.heading(title):
        return found
    return (authorities.name_of(article.authority),) if article.authority else ()


def _instrument(article: Article, title: str, number: str, form: Form) -> str:
    if form == "follow-up":
        return "qa"
    if form == "report":
        return "report"
    if _DRAFT.search(title):
        return "draft"
    head = f"{title}\n{article.text[:200]}"
    if number.startswith("主席令") or re.search(r"(?<![办])法(?:[（(]\S{1,20}[）)])?$", title):
        return "law"
    if number.startswith("国务院令") or re.search(r"条例(?:[（(]\S{1,20}[）)])?$", title):
        return "administrative-regulation"
    if re.search(r"令(?:\d{4}年)?第\d+号$", number) or re.search(r"部令|总局令|办公室令", head):
        return "departmental-rule"
    if _BULLETIN.search(title):
        return "bulletin"
    return "normative-document"


def _stage(article: Article, title: str, form: Form) -> str:
    if form == "follow-up":
        return "clarified"
    if form == "report":
        return "reported"
    if _DRAFT.search(title):
        return "draft"
    for stage, pattern in (
        ("extended", _EXTEND),
        ("repealed", _REPEAL),
        ("amended", _AMEND),
        ("enforced", _ENFORCED),
    ):
        if pattern.search(title):
            return stage
    # `现决定将清理规范工作时间延长至2019年3月31日` in a document that continues another
    if re.search(r"(?:时间|期限|工作|行动)\S{0,6}(?:延长|延期|顺延)(?:至|到)", article.text[:1500]):
        return "extended"
    return "final"


def _dates(article: Article, title: str, form: Form) -> tuple[DateFact, ...]:
    """The dates of title, labels and text. Only a document's own day lets 自印发之日起 count."""published = on(article)
    found: dict[tuple[str, date], DateFact] = {}
    for name, value in article.labels:
        label = "".join(name.split()).strip(":：")
        if label in _EFFECTIVE_LABELS:
            for day in days(value, published)[:1]:
                found[("effective", day.date)] = DateFact("effective", day.date, f"{label}：{value.strip()}")
    issued = _issued(article) if form == "document" else None
    for fact in dates(f"{title}\n{article.text}", published=published, issued=issued):
        found.setdefault((fact.kind, fact.date), fact)
    return tuple(found.values())


def _issued(article: Article) -> date | None:
    labels = {"".join(name.split()).strip(":："): value for name, value in article.labels}
    for label in _ISSUED_LABELS:
        if label in labels and (named := days(labels[label])):
            return named[0].date
    return on(article)
