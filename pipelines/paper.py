"""Which kind of paper a text is: form, instrument and stage, told by title, number and source.

By the words of the title first: a regulator says in the title what a document does. Knows no dates,
no citations, no relevance.
"""

from __future__ import annotations

import re

from crawlers.article import OFFICIAL, Article
from pipelines.match import Form
from pipelines.script import simplified

# `…答记者问`, `《…》解读`, `Questions and answers on …`
_FOLLOW_UP = re.compile(
    r"答记者问|记者提问|问答|答问|问题解答|解读|图解|一图读懂|一图看懂|权威解答|政策说明|起草说明"
    r"|\bQ\s?&\s?A\b|questions and answers|\bFAQs?\b|\binterpretation of\b|\bexplained\b"
    r"|answers? (?:reporters'? )?questions",
    re.IGNORECASE,
)
_PAPERS = "(?:通知|公告|通告|意见|决定|批复|函|通报|公示|命令|令|答复)"
_TEXTS = "(?:名单|目录|清单|规划|计划|方案|办法|规定|条例|细则|规则|指南|指引|纲要|法|征求意见稿)"
# How the title of an official document ends, or begins: `…的通知`, `…办法（试行）`, `关于…`, `…令第68号`
_DOCUMENT = re.compile(
    rf"(?:{_PAPERS}|{_TEXTS})(?:[（(][^（()）]{{1,30}}[）)])*[》”]?\s*$|^关于|第\S{{1,6}}号[)）]?$|征求.*意见"
    rf"|[^，。：:？?！!]{{2,40}}关于.{{4,}}的{_PAPERS}"
)
# A news story on a government's page: `新华社北京1月22日电`, `（记者张三）`
_STORY = re.compile(
    r"新华社|中新社|中新网|央视|人民网|本报讯|本报记者|记者\s*[\u4e00-\u9fff]{2,4}[)）]|[（(]记者|Xinhua\)"
)

_DRAFT = re.compile(
    r"征求意见|意见稿|草案|征集意见|\bdraft|for (?:public )?comment"
    r"|soliciting (?:public )?(?:comments|opinions)",
    re.IGNORECASE,
)
_BULLETIN = re.compile(r"通报|公示|名单|批次|许可情况|审批|结果|情况的公告|bulletin|list of", re.IGNORECASE)
_LAW = re.compile(r"(?<!办)法(?:[（(]\S{1,20}[）)])?$")
_REGULATION = re.compile(r"条例(?:[（(]\S{1,20}[）)])?$")
_ORDER = re.compile(r"令(?:\d{4}年)?第\d+号$")

_STAGES = (
    ("draft", _DRAFT),
    ("extended", re.compile(r"延长|延期|延续|顺延|展期|时间延至|extend|extension|prolong", re.IGNORECASE)),
    ("repealed", re.compile(r"废止|失效|撤销|repeal|abolish|rescind", re.IGNORECASE)),
    ("amended", re.compile(r"修改|修订|修正|更正|勘误|补充|调整|amend|revis|correct", re.IGNORECASE)),
    (
        "enforced",
        re.compile(
            r"通报|处罚|查处|下架|整改|约谈|责令|吊销|关停|执法检查|侵害用户权益|\bfine[sd]?\b|penalt|remov|\bshut",
            re.IGNORECASE,
        ),
    ),
)
# `现决定将清理规范工作时间延长至2019年3月31日` in a document that continues another
_CONTINUES = re.compile(r"(?:时间|期限|工作|行动|有效期)\S{0,6}(?:延长|延期|顺延|延续)(?:至|到)")


def follows_up(title: str) -> bool:
    """The title says that it explains something: 答记者问, 解读, Q&A."""
    return bool(_FOLLOW_UP.search(simplified(title)))


def form(article: Article, title: str, number: str) -> Form:
    """A document with a number or a page of its own, an unnumbered follow-up of one, or a report."""
    if article.tier not in OFFICIAL:
        return "report"
    if number:
        return "document"
    if follows_up(title):
        return "follow-up"
    story = not article.labels and _STORY.search(article.text[:200])
    return "document" if _DOCUMENT.search(simplified(title)) and not story else "report"


def instrument(title: str, number: str, kind: Form) -> str:
    """As `Facts.instrument` lists them."""
    if kind != "document":
        return "qa" if kind == "follow-up" else "report"
    title = simplified(title)
    tests = (
        ("draft", _DRAFT.search(title)),
        ("law", number.startswith("主席令") or _LAW.search(title)),
        ("administrative-regulation", number.startswith("国务院令") or _REGULATION.search(title)),
        ("departmental-rule", _ORDER.search(number)),
        ("bulletin", _BULLETIN.search(title)),
    )
    return next((name for name, found in tests if found), "normative-document")


def stage(article: Article, title: str, kind: Form) -> str:
    """As `Facts.stage` lists them."""
    if kind != "document":
        return "clarified" if kind == "follow-up" else "reported"
    title = simplified(title)
    said = next((name for name, pattern in _STAGES if pattern.search(title)), "")
    return said or ("extended" if _CONTINUES.search(article.text[:1500]) else "final")
