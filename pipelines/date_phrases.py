"""The phrasings in which documents set dates, as patterns; `dates` reads texts with them.

Before a sentence is searched, each day in it is replaced by one character of the class D and each
自…印发之日 by I, and the script is simplified. So a pattern reads nearly as the phrase does, and says
nothing about how a day is written. Data only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pipelines.numerals import NUMERAL

Kind = Literal["effective", "deadline", "campaign-end"]

ISSUE = "\ue0ff"
FIRST = 0xE100
D = "[\ue100-\uf8ff]"
_ANY = "[\ue0ff-\uf8ff]"
_NOT = "[^。；;\ue0ff-\uf8ff]"
_NEAR = "[^。；;，,、\ue0ff-\uf8ff]"
_WORDS = r"[^;\ue0ff-\uf8ff]"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern whose group `d` or `d2` is such a day, where the sentence has `needs` and not `spoils`."""

    kind: Kind
    pattern: re.Pattern[str]
    needs: re.Pattern[str] | None = None
    spoils: re.Pattern[str] | None = None


def _phrase(kind: Kind, pattern: str, needs: str = "", spoils: str = "") -> Phrase:
    compiled = (re.compile(part, re.IGNORECASE) if part else None for part in (needs, spoils))
    return Phrase(kind, re.compile(pattern, re.IGNORECASE), *compiled)


# --- words -----------------------------------------------------------------------------------------
_HOLDS = "(?:施行|生效|实施|执行|试行|实行|上路)(?![官长董力者难副情]|的(?!《))"
_COMMENT = "(?:征求|咨询期|意见|反馈|公示|异议|建议|征集)"
_PERIOD = f"(?:{_COMMENT}|报名|申报|受理|提交|投稿|报送)"
_GIVE_OPINION = "(?:反馈|意见|建议|异议|书面|来信|来函|来电|提出|发至|发送|寄至|寄送|邮件|传真|登录|登陆)"
_ACT = (
    "(?:反馈|提出|提交|报送|报至|报我|报部|报省|报市|寄送|寄至|寄往|邮寄|发送|发至|发到|传真|回[复覆]|函告|告知|反映|返回|书面|意见"
    "|登录|登陆|邮件|报名|申报|申请|填报|上报|完成|整改|落实|办理|停止|下架|关闭|清理|清退|备案|注册|迁移|自查|报告|补办|换领"
    "|拆除|终止|退出|撤销|改正|更新|达标|接入|签订|公布|公开)"
)
_MUST = "(?:请|应|要(?=[于在])|须|需|务必|必须|要求|责令|限|不得迟于)"
# `24日前`, `24日（含）之前`, `24日下班前`; not `前后`, `前任`
_BEFORE = "(?:\\s*[（(]含(?:当日|当天)?[）)])?(?:下班|工作时间|零时|午夜)?(?:之|以)?前(?!后|任)"
_MAY = "(?:可以|可在|可于|可通过|欢迎|有意见|如有|单位|各界|公众|个人)"
_CAMPAIGN = (
    "(?:行动|整治|清理|规范|专项|检查|治理|试点|打击|整顿|攻坚|执法"
    "|排查|清查|监督|抽查|净网|清朗|整改|纠治|普查)"
)
_MEASURE = f"(?:{_CAMPAIGN}|工作|措施|政策|规定|时间|期限|通知|办法|限制|管制|禁令)"
_UNTIL = "(?:至|到|—|－|–|-|~|～)+\\s*"
_EVENT = "举行|举办|召开|开幕|出席|博览|论坛|展览|展会|赴|招聘|大会|峰会|比赛|演出"
_PAST = f"{_EVENT}|曾|累计"
_GOAL_AFTER = f"(?!{_NEAR}{{0,10}}(?:基本|实现|建成|达到|形成|力争))"
_COUNT = rf"(?P<n>\d{{1,3}}|[{NUMERAL}]{{1,4}})\s*个?\s*(?:自然|日历)?(?P<unit>日|天|月|周)(?!\s*工作)"

# `5 p.m. on `, `midnight Beijing time on `, nothing
_CLOCK = (
    r"(?:(?:\d{1,2}(?::\d\d)?\s*[ap]\.?m\.?|midnight|noon|close of business|the end of business)\s*)?"
    r"(?:\(?(?:Beijing|local|China)\s+time\)?,?\s*)?(?:on\s+)?"
)
_BY_WORD = r"(?:by|before|no later than|not later than|on or before|prior to)"
_VERB = (
    r"(?:comments?|feedback|submi\w+|opinions?|suggestions?|views|respon\w+|applications?|apply|consultation"
    r"|compl(?:y|ete|etes|eted|iance|iant)|register|file|rectif\w+|remov\w+|must|shall|should|required?|orders?|ordered"
    r"|told|ha(?:s|ve|d) to|needs?|given|asked|instructed|urged|solicit\w*)"
)
_DRIVE = (
    r"(?:campaign|crackdown|clean-?\s?up|cleaning|drive|operation|rectification|sweep|pilot|overhaul|clearance|inspections?"
    r"|enforcement|clampdown|action|effort|runs?|running|lasts?|lasting|continu\w+|extend\w*|extension|prolong\w*"
    r"|in (?:effect|force|place)|nationwide|notice|carried out)"
)
_SHOW = (
    r"\b(?:licen[cs]es?|permits?|certificates?|contracts?)\s+(?:is|are|runs?|remains?|stays?|lasts?)\b"
    r"|\b(?:exhibition|festival|fair|expo|conference|summit|forum|tournament|concert|tickets?|tour|season)\b"
)
_TAKES = r"(?:effect|kicks? in|force|effective|operative|implement\w*|enforced|appl(?:y|ies)|binding)"

# --- phrases, in the order in which they are tried: a day belongs to the first that claims it ----------
PHRASES: tuple[Phrase, ...] = (
    # 公示时间：D至D; 征求意见期限为D—D
    _phrase("deadline", rf"{_PERIOD}{_NOT}{{0,14}}{D}{_NOT}{{0,3}}{_UNTIL}(?P<d>{D})", spoils=_EVENT),
    # 意见反馈截止时间为D; 截止日期：D
    _phrase("deadline", rf"(?:截止|截至|截稿)(?:日期|时间|日|时点)(?:为|是|：|:|到|至|于|\s)*(?P<d>{D})"),
    # 征求意见截至D; 报名时间截止到D
    _phrase("deadline", rf"{_PERIOD}{_NOT}{{0,25}}(?:截止|截至)(?:到|至|于)?\s*(?P<d>{D})"),
    # 自即日起至D，通过以下途径提出意见
    _phrase(
        "deadline",
        rf"(?:{_ANY}|即日)起?{_UNTIL}(?P<d>{D})(?:(?!{_CAMPAIGN}){_NOT}){{0,40}}?(?:反馈|意见|建议|异议)",
        spoils=_EVENT,
    ),
    # 报名于D截止; 公示期至D止
    _phrase("deadline", rf"{_PERIOD}{_NOT}{{0,30}}(?P<d>{D})(?:为止|截止|截稿|止|结束)"),
    # 公开征求意见至D; 公示期至D
    _phrase(
        "deadline", rf"{_PERIOD}{_NEAR}{{0,20}}(?:，|,)?{_NEAR}{{0,6}}(?:至|到)\s*(?P<d>{D})", spoils=_EVENT
    ),
    # 请于D前反馈; 应当在D之前完成整改; 限D前
    _phrase(
        "deadline",
        rf"{_MUST}{_NOT}{{0,60}}(?P<d>{D}){_BEFORE}{_NOT}{{0,60}}?{_ACT}",
    ),
    # 各界人士可在D前，通过以下方式提出意见
    _phrase("deadline", rf"{_MAY}{_NOT}{{0,60}}(?P<d>{D}){_BEFORE}{_NOT}{{0,60}}?{_GIVE_OPINION}"),
    # D前，有关单位可将意见反馈至…; D前请将材料报送
    _phrase(
        "deadline",
        rf"(?P<d>{D}){_BEFORE}{_NOT}{{0,50}}"
        rf"(?:反馈|提出(?:书面)?意见|意见和建议|{_MUST}{_NOT}{{0,30}}{_ACT})",
    ),
    # 请将意见反馈至…，时间在D前; 反馈意见请于D前
    _phrase("deadline", rf"{_MUST}{_NOT}{{0,60}}{_ACT}{_NOT}{{0,40}}(?:在|于)(?P<d>{D})(?:之|以)?前"),
    _phrase("deadline", rf"(?:不迟于|最迟(?:于|在)?|不晚于|最晚(?:于|在)?|限(?:于|在)?)(?P<d>{D})"),
    # the deadline for comments is D
    _phrase(
        "deadline",
        rf"\bdeadline\b{_WORDS}{{0,60}}?\b(?:is|of|on|for|to|as)?[\s:]*{_CLOCK}(?P<d>{D})",
        spoils=r"\bextend",
    ),
    _phrase("deadline", rf"(?P<d>{D})\s+deadline\b"),
    # comments are due by D; open for public comment until D; the comment period closes on D
    _phrase(
        "deadline",
        rf"\b(?:comment|consultation|feedback|submission|opinion|suggestion|view|application)s?\b{_WORDS}{{0,70}}?"
        rf"\b(?:clos\w+|end\w*|due|run\w*|{_BY_WORD}|until|till|through|up to)\s+"
        rf"(?:{_BY_WORD}\s+|until\s+|through\s+)?"
        rf"{_CLOCK}(?P<d>{D})",
    ),
    # companies have until D to comply
    _phrase(
        "deadline",
        rf"\b(?:have|has|had|gave|given|gives?|giving){_WORDS}{{0,60}}?\buntil\s+{_CLOCK}(?P<d>{D})",
    ),
    # carriers were told to block them by D; please submit your views no later than D
    _phrase("deadline", rf"\b{_VERB}\b{_WORDS}{{0,120}}?\b{_BY_WORD}\s+{_CLOCK}(?P<d>{D})"),
    # by D, companies must …; until D the public may submit comments
    _phrase(
        "deadline",
        rf"\b(?:{_BY_WORD}|until)\s+{_CLOCK}(?P<d>{D}),?\s{_WORDS}{{0,80}}?\b(?:comments?|feedback|submi\w+|must|shall)\b",
    ),
    # 工作时间延长至D; 行动将持续到D
    _phrase(
        "campaign-end",
        rf"(?:延长|延期|延续|顺延|持续|继续|推迟|展期){_NOT}{{0,14}}(?:至|到)\s*(?P<d>{D})(?!起)",
        needs=_MEASURE,
        spoils=_EVENT,
    ),
    _phrase("campaign-end", rf"延至\s*(?P<d>{D})(?!起)", needs=_MEASURE, spoils=_EVENT),
    # 自即日起至D，开展清理规范; D至D，在全国范围内开展专项行动
    _phrase(
        "campaign-end",
        rf"(?:{_ANY}|即日|现在)(?:起|开始)?(?:(?!有效期){_NOT}){{0,14}}?"
        rf"{_UNTIL}(?P<d>{D})(?={_NOT}{{0,60}}{_CAMPAIGN})",
        spoils=_PAST,
    ),
    # 专项行动自即日起开展，至D结束
    _phrase(
        "campaign-end",
        rf"{_CAMPAIGN}(?:(?!有效期)[^。；]){{0,60}}?(?:{_ANY}|即日|现在)(?:起|开始)?(?:(?!有效期){_NOT}){{0,14}}?"
        rf"{_UNTIL}(?P<d>{D})",
        spoils=_PAST,
    ),
    # 清理规范工作期限到D; 试点期限至D
    _phrase(
        "campaign-end",
        rf"{_CAMPAIGN}(?:(?!有效期){_NEAR}){{0,25}}(?<![截止])(?:至|到)\s*(?P<d>{D}){_GOAL_AFTER}",
        spoils=_EVENT,
    ),
    # 专项行动将于D结束; 整治工作D前结束
    _phrase(
        "campaign-end",
        rf"{_CAMPAIGN}{_NOT}{{0,30}}(?P<d>{D})(?:前|底)?(?:全面|正式)?(?:结束|终止|收官|收尾|截止|为止|止)",
        spoils=_EVENT,
    ),
    # the clean-up will run until D; the campaign ends on D
    _phrase(
        "campaign-end",
        rf"\b{_DRIVE}\b{_WORDS}{{0,140}}?\b(?:until|till|through|up to"
        rf"|(?:end(?:s|ing|ed)?|conclud\w+|wrap\w* up(?: by)?)(?: on)?|be completed by"
        rf"|(?:runs?|running|lasts?|lasting) to)\s+{_CLOCK}(?P<d>{D})",
        spoils=_SHOW,
    ),
    _phrase(
        "campaign-end", rf"\b(?:extend\w*|extension|prolong\w*)\b{_WORDS}{{0,60}}?\bto\s+{_CLOCK}(?P<d>{D})"
    ),
    # the campaign, from D to D
    _phrase(
        "campaign-end",
        rf"\b{_DRIVE}\b{_WORDS}{{0,100}}?{D}\s*(?:to|through|until|–|—|-|and)\s*{_CLOCK}(?P<d>{D})",
        spoils=_SHOW,
    ),
    # until D, the campaign will …
    _phrase(
        "campaign-end",
        rf"\b(?:until|through)\s+{_CLOCK}(?P<d>{D}),?\s{_WORDS}{{0,80}}?"
        r"\b(?:campaign|crackdown|clean-?\s?up|drive|operation)\b",
    ),
    # 自D起施行; 将于D正式生效; D起全面实施; 自印发之日起施行
    _phrase(
        "effective",
        rf"(?P<d>{_ANY})(?:起|开始|之日起)?(?:，|,)?\s*(?:正式|全面|统一|依法|同步)?(?:施行|生效|上路)(?!的(?!《))",
    ),
    _phrase(
        "effective",
        rf"(?:(?:自|从|于|在|将)\s*(?P<d>{_ANY})(?:起|开始|之日起|之日)?"
        rf"|(?P<d2>{_ANY})(?:起|开始|之日起|之日|正式|即将))(?:，|,)?\s*(?:正式|全面|统一|依法|同步|开始|即将|在全国)*{_HOLDS}",
    ),
    _phrase(
        "effective", rf"^(?:.{{0,60}}[，,：: 》）)])?(?P<d>{D})(?:起)?(?:正式)?(?:施行|实施|执行|生效|实行)$"
    ),
    # 施行日期：D; 生效时间为D
    _phrase("effective", rf"(?:施行|生效|实施|执行)(?:日期|时间|之日|日)(?:为|是|：|:|\s)*(?P<d>{D})"),
    # 自D起，…不再受理; 自D起，未取得许可的不得…
    _phrase(
        "effective",
        rf"(?:自|从)(?P<d>{D})起{_NOT}{{0,40}}?{_HOLDS}|(?P<d2>{D})起{_NOT}{{0,40}}?"
        r"(?:取消|停止|废止|不再|不得|不予|禁止|一律|开始(?:施行|实施|执行)|正式(?:施行|实施|执行))",
    ),
    _phrase("effective", rf"有效期(?:限)?(?:为|：|:)?自(?P<d>{D})起?至"),
    # takes effect on D; effective from D; will be implemented as of D
    _phrase(
        "effective",
        rf"\b{_TAKES}\b(?: date)?{_WORDS}{{0,40}}?"
        r"\b(?:on|from|as of|starting(?: on| from)?|beginning(?: on)?|since|is|of)"
        rf"[\s:]+{_CLOCK}(?P<d>{D})",
    ),
    _phrase("effective", rf"\b(?:effective(?: date)?|commenc\w+)\s*:?\s*(?:on\s+)?(?P<d>{D})"),
    # from D, …, the rules take effect
    _phrase(
        "effective",
        rf"\b(?:from|as of|starting|beginning|on)\s+(?P<d>{D}),?\s{_WORDS}{{0,70}}?"
        r"\b(?:takes? effect|come into (?:force|effect)|enter into force|effective)\b",
    ),
)

# --- the day of issue, and what is counted from it ----------------------------------------------------
# `自本通知印发之日`, `自发布之日`, `即日`, `公布之日`; what follows shows that something is counted or begins
ISSUED = re.compile(
    r"(?:自|从|由|在)?(?:本|该|此)?(?:通知|公告|通告|办法|规定|条例|意见|文件|细则|方案|规则|决定|令)?(?:正式)?"
    r"(?:印发|发布|公布|颁布|下发|签发|公告|刊登|公示|发文)之日(?=起|后|即|施行|实施|执行|生效)"
    r"|(?:自|从)(?:即日|发布日|公布日|印发日)(?=起)|即日(?=起)"
)
# 自发布之日起30日内; 自公告发布之日起为期30天 (where comments are spoken of)
WITHIN = re.compile(rf"{ISSUE}起?(?:的|，|,)?\s*(?:为期)?\s*{_COUNT}(?P<in>之?内)?")
COMMENTING = re.compile(rf"{_COMMENT}|\b(?:comment|consultation|feedback)", re.IGNORECASE)
# 公示期为30天; 征求意见期限：30日
PERIOD = re.compile(rf"(?:公示|征求意见|意见征集|反馈)(?:期限|期|时间|时限)(?:为|：|:|是)?\s*期?\s*{_COUNT}")
# 自公布之日起30日后施行; 自发布之日起满三个月施行
AFTER = re.compile(rf"{ISSUE}起?\s*满?\s*{_COUNT}之?后?起?(?:正式)?{_HOLDS}")
# 自D起，开展为期三个月的专项行动
LASTING = re.compile(rf"(?:自|从)(?P<d>{D})起{_NOT}{{0,20}}为期\s*{_COUNT}{_NOT}{{0,20}}{_CAMPAIGN}")
# within 30 days of publication; within two months from the date of issuance
WITHIN_ENGLISH = re.compile(
    r"\b(?:within|(?:comments?|consultation|feedback)\s+for)\s+(?P<n>\d{1,3})\s+(?:calendar\s+)?(?P<unit>day|week|month)s?\s+(?:of|from|after)\s+(?:the\s+)?"
    r"(?:(?:date|day)\s+of\s+)?(?:its\s+|this\s+\w+'s\s+|the\s+)?"
    r"(?:publication|issuance|issue|release|announcement|promulgation)\b",
    re.IGNORECASE,
)
# effective immediately; takes effect on the date of issuance
AT_ONCE_ENGLISH = re.compile(
    r"\b(?:effective|takes? effect|(?:comes?|enters?) into (?:force|effect))\s+"
    r"(?:immediately|(?:on|upon|from|as of)\s+"
    r"(?:(?:the\s+)?(?:date|day)\s+of\s+)?(?:its\s+)?(?:publication|issuance|issue|release|promulgation))\b",
    re.IGNORECASE,
)
# What stands before a day that is a goal or a plan: 力争到, 预计
GOAL = re.compile(r"(?:力争|争取|目标|预计|有望|计划在|计划于|规划到|预期)[^。；]{0,10}$")
# A sentence on a tender or a bid: its deadline is no concern of a law's reader
TENDER = re.compile(
    r"投标|招标|开标|评标|竞标|竞价|询价|磋商文件|响应文件|采购文件|\b(?:tenders?|bids?|bidding|bidders?)\b",
    re.IGNORECASE,
)
