"""What telecom texts are about, in either language: a few dozen subjects by the words that name them.

Serves only to tell whether a report in one language can be about a document in the other. It judges
no relevance (that is `classify`), and a subject alone never joins anything.
"""

from __future__ import annotations

import re

from pipelines.script import simplified

# Latin abbreviations stand glued to Chinese (`VPN业务`), so letters around them count, not word boundaries.
_WORDS: dict[str, str] = {
    "vpn": r"(?<![a-z])(?:ip-?)?vpns?(?![a-z])|虚拟(?:专用|私人|私有|专)网|翻墙|科学上网|virtual private net",
    "cross-border": r"跨境|国际(?:通信)?出入口|cross-border|international gateway",
    "leased-line": r"专线|(?:leased|private|dedicated) (?:lines?|circuits?)|special (?:lines?|cable)",
    "internet-access": r"网[络路]接入|互联网接入|接入服务|(?<![a-z])ISPs?(?![a-z])"
    r"|internet[ -](?:network )?(?:access|connection|service provider)",
    "data-centre": r"(?:数据|资料)中心|(?<![a-z])IDCs?(?![a-z])|data cent(?:re|er)",
    "cdn": r"内容分发|(?<![a-z])CDNs?(?![a-z])|content (?:delivery|distribution)",
    "cloud": r"云服务|云计算|cloud (?:service|computing)",
    "apps": r"(?<![a-z])apps?(?![a-z])|应用程[序式]|应用商店|小程序",
    "personal-data": r"个人(?:信息|资料)|隐私|personal (?:information|data)|privacy",
    "data-export": r"数据(?:出境|跨境)|data (?:export|transfers?)|outbound data",
    "data-security": r"数据安全|data security",
    "network-security": r"网络安全|cyber ?security|network security",
    "licence": r"经营许可|许可证|牌照|licen[cs](?:e|es|ing)(?![a-z])",
    "foreign-capital": r"外资|外商投资|对外开放|扩大开放|opening[- ]up"
    r"|foreign (?:invest|owner|capital|equity|compan)",
    "real-name": r"实名|real[- ]name",
    "numbers": r"码号|携号转网|号码|number portability|phone numbers?",
    "spam": r"垃圾短信|骚扰电话|诈骗|spam|nuisance calls?|fraud|scam",
    "spectrum": r"频率|频谱|无线电|spectrum|radio frequenc",
    "5g": r"[56]G(?![a-z])",
    "ipv6": r"IPv6",
    "domain-names": r"域名|domain names?",
    "filing": r"备案|(?:website|ICP) filing",
    "satellite": r"卫星|satellite",
    "internet-of-things": r"物联网|internet of things|(?<![a-z])IoT(?![a-z])",
    "industrial-internet": r"工业互联网|industrial internet",
    "vehicles": r"汽车|车联网|智能网联|vehicles?\b|automo|\bcars?\b",
    "ai": r"人工智能|生成式|算法|大模型|artificial intelligence|generative|algorithm|\bAI\b",
    "minors": r"未成年|\bminors?\b|children",
    "games": r"游戏|video games?|gaming",
    "raw-materials": r"稀土|钢铁|水泥|锂|rare earth|steel|cement|lithium",
    "semiconductors": r"集成电路|半导体|芯片|晶片|semiconductor|\bchips?\b",
    "small-firms": r"中小企业|专精特新|small and medium",
    "energy": r"节能|绿色|碳|光伏|energy|carbon|solar",
    "standards": r"行业标准|国家标准|standardi[sz]ation",
}
# What a rule makes people do or stop doing: says more of a document than its subject.
_ACTS: dict[str, str] = {
    "approval": r"(?:未经|须经|需经|获得?)[^。，,]{0,14}(?:批准|许可)"
    r"|approv|permission|authori[sz]|unlicen[cs]ed",
    "build-or-rent": r"自建|自行建立|租用"
    r"|set(?:ting)? up|leas(?:e|ed|ing)\b|rent(?:ed|ing)?\b|build(?:ing)? their own",
    "clean-up": r"清理|整顿|整治"
    r"|clean(?:ing|s|ed)?[- ]?up|clear(?:ing)?[- ]up|crackdown|crack(?:ing|s)? down|rectif",
    "taking-down": r"下架|remov(?:e|al|ing)|take(?:s|n)? down|pull(?:s|ed)?\b",
    "blocking": r"阻断|封堵|封锁|block",
    "registration": r"备案|登记|regist(?:er|ration)",
    "opening": r"取消[^。，]{0,20}(?:限制|股比)|开放|caps?\b|opening|lift(?:s|ed|ing)?\b",
    "subletting": r"转租|层层转|倒卖|resell|resale|sublet|sub-lease",
    "self-inspection": r"自查|self-(?:inspect|exam|check)",
}
_ACT = re.compile(
    "|".join(f"(?P<a{index}>{words})" for index, words in enumerate(_ACTS.values())), re.IGNORECASE
)
_ACT_GROUPS = {f"a{index}": name for index, name in enumerate(_ACTS)}

_GROUPS = {f"s{index}": name for index, name in enumerate(_WORDS)}
_PATTERN = re.compile(
    "|".join(f"(?P<s{index}>{words})" for index, words in enumerate(_WORDS.values())), re.IGNORECASE
)

TELLING = (
    "vpn",
    "cross-border",
    "leased-line",
    "data-export",
    "foreign-capital",
    "internet-access",
    "cdn",
    "data-centre",
)
"""The subjects rare enough in the news to tell one document of a week from another, the rarest first."""

_LEAD = 2500
"""Code points of the text that are looked at: what a text is about stands near its beginning."""


def subjects(title: str, text: str = "", most: int = 8) -> tuple[str, ...]:
    """The subjects of a text, those of the title first, then as the text names them; at most `most`."""
    found: dict[str, None] = {}
    for match in _PATTERN.finditer(simplified(f"{title}\n{text[:_LEAD]}")):
        found.setdefault(_GROUPS[match.lastgroup or ""])
    return tuple(found)[:most]


def acts(title: str, text: str = "") -> frozenset[str]:
    """What a text says is allowed, forbidden or done, by a few words that both languages have for it."""
    found = _ACT.finditer(simplified(f"{title}\n{text[:_LEAD]}"))
    return frozenset(_ACT_GROUPS[match.lastgroup or ""] for match in found)
