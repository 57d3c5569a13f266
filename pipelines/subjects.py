"""What telecom texts are about, in either language: a few dozen subjects by the words that name them.

Serves only to tell whether a report in one language can be about a document in the other. It judges
no relevance (that is `classify`), and a subject alone never joins anything.
"""

from __future__ import annotations

import re

_WORDS: dict[str, str] = {
    "vpn": r"(?<![a-z])i?p?-?vpns?(?![a-z])|虚拟专用网|虛擬專用網|虚拟专网|翻墙|翻牆|科学上网|virtual private net",
    "cross-border": r"跨境|国际(?:通信)?出入口|國際出入口|cross-border|international gateway",
    "leased-line": r"专线|專線|leased lines?|private lines?|dedicated lines?|special cable|leased circuits?",
    "internet-access": r"网络接入|網絡接入|互联网接入|接入服务|internet[ -](?:network )?(?:access|connection|service provider)|\bISPs?\b",
    "data-centre": r"数据中心|數據中心|\bIDC\b|data cent(?:re|er)",
    "cdn": r"内容分发|\bCDN\b|content (?:delivery|distribution)",
    "cloud": r"云服务|云计算|雲端|cloud (?:service|computing)",
    "apps": r"APP|应用程序|應用程式|应用商店|小程序|\bapps?\b|app store",
    "personal-data": r"个人信息|個人資料|隐私|personal (?:information|data)|privacy",
    "data-export": r"数据出境|數據出境|数据跨境|data (?:export|transfers?)|outbound data",
    "data-security": r"数据安全|數據安全|data security",
    "network-security": r"网络安全|網絡安全|cyber ?security|network security",
    "licence": r"经营许可|經營許可|许可证|牌照|licen[cs](?:e|es|ing)\b",
    "foreign-capital": r"外资|外商投资|外資|对外开放|扩大开放|foreign (?:invest|owner|capital|compan|equity)|opening[- ]up",
    "real-name": r"实名|實名|real[- ]name",
    "numbers": r"码号|携号转网|号码|number portability|phone numbers?",
    "spam": r"垃圾短信|骚扰电话|電話騷擾|诈骗|詐騙|spam|nuisance calls?|fraud|scam",
    "spectrum": r"频率|频谱|頻譜|无线电|無線電|spectrum|radio frequenc",
    "5g": r"[56]G\b",
    "ipv6": r"IPv6",
    "domain-names": r"域名|domain names?",
    "filing": r"ICP备案|网站备案|备案|website filing|ICP filing",
    "satellite": r"卫星|衛星|satellite",
    "internet-of-things": r"物联网|物聯網|internet of things|\bIoT\b",
    "industrial-internet": r"工业互联网|industrial internet",
    "vehicles": r"汽车|车联网|智能网联|汽車|vehicles?\b|automo|\bcars?\b",
    "ai": r"人工智能|生成式|算法|大模型|artificial intelligence|generative|algorithm|\bAI\b",
    "minors": r"未成年|minors?\b|children",
    "games": r"游戏|遊戲|video games?|gaming",
    "raw-materials": r"稀土|钢铁|水泥|锂|rare earth|steel|cement|lithium",
    "semiconductors": r"集成电路|半导体|芯片|晶片|semiconductor|chips?\b",
    "small-firms": r"中小企业|专精特新|small and medium",
    "energy": r"节能|绿色|碳|光伏|energy|carbon|solar",
    "standards": r"行业标准|国家标准|standardi[sz]ation",
}
_PATTERN = re.compile(
    "|".join(f"(?P<{name.replace('-', '_').replace('5g', 'g5')}>{words})" for name, words in _WORDS.items()),
    re.IGNORECASE,
)
_NAMES = {name.replace("-", "_").replace("5g", "g5"): name for name in _WORDS}

TELLING = frozenset(
    {
        "vpn",
        "cross-border",
        "leased-line",
        "internet-access",
        "data-centre",
        "cdn",
        "data-export",
        "foreign-capital",
    }
)
"""The subjects that are rare enough in the news to tell one document of a week from another."""

_LEAD = 2500
"""Code points of the text that are looked at: what a text is about stands near its beginning."""


def subjects(title: str, text: str = "", most: int = 8) -> tuple[str, ...]:
    """The subjects of a text, those of the title first, then as the text names them; at most `most`."""found: dict[str, None] = {}
    for match in _PATTERN.finditer(f"{title}\n{text[:_LEAD]}"):
        found.setdefault(_NAMES[match.lastgroup or ""])
    return tuple(found)[:most]
