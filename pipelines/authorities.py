"""The authorities whose documents are watched: their codes, names in Chinese, and what the press calls them.

Data and look-ups only. An authority that is not listed is still recognised by how its name ends (部,
委, 局 …) where a document number needs an issuer; it then has no code.
"""

from __future__ import annotations

import re
from functools import cache

from pipelines.administrations import NAMES as _LOCAL_NAMES

# code, the name in canonical form, other names; English names last. What comes first in a text of two
# names that begin alike is decided by length.
_TABLE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "MIIT",
        "工业和信息化部",
        (
            "工信部",
            "国家工信部",
            "工業和信息化部",
            "工信部办公厅",
            "工业和信息化部办公厅",
            "Ministry of Industry and Information Technology",
            "MIIT",
            "industry and information technology ministry",
            "industry ministry",
        ),
    ),
    (
        "CAC",
        "国家互联网信息办公室",
        (
            "国家网信办",
            "中央网信办",
            "网信办",
            "國家網信辦",
            "国家互联网信息办公室秘书局",
            "中央网络安全和信息化委员会办公室",
            "Cyberspace Administration of China",
            "CAC",
            "internet regulator",
            "cyberspace watchdog",
        ),
    ),
    ("MPS", "公安部", ("公安部办公厅", "Ministry of Public Security", "MPS")),
    ("MOFCOM", "商务部", ("商務部", "商务部办公厅", "Ministry of Commerce", "MOFCOM")),
    (
        "NDRC",
        "国家发展改革委",
        (
            "国家发展和改革委员会",
            "国家发改委",
            "发展改革委",
            "发改委",
            "國家發改委",
            "National Development and Reform Commission",
            "NDRC",
        ),
    ),
    (
        "SAMR",
        "市场监管总局",
        ("国家市场监督管理总局", "国家市场监管总局", "State Administration for Market Regulation", "SAMR"),
    ),
    (
        "NPC",
        "全国人大常委会",
        ("全国人民代表大会常务委员会", "全国人民代表大会", "National People's Congress"),
    ),
    ("SC", "国务院", ("国务院办公厅", "國務院", "State Council")),
    ("SCIO", "国务院新闻办公室", ("国新办", "State Council Information Office")),
    ("MOF", "财政部", ("财政部办公厅", "Ministry of Finance")),
    ("MOST", "科学技术部", ("科技部", "Ministry of Science and Technology")),
    ("MOT", "交通运输部", ("Ministry of Transport",)),
    ("MCT", "文化和旅游部", ("文旅部", "Ministry of Culture and Tourism")),
    ("MOE", "教育部", ("Ministry of Education",)),
    ("MOJ", "司法部", ("Ministry of Justice",)),
    ("MSS", "国家安全部", ("国安部", "Ministry of State Security")),
    ("PBOC", "中国人民银行", ("人民银行", "People's Bank of China", "PBOC")),
    ("STA", "国家税务总局", ("税务总局", "State Taxation Administration")),
    ("GACC", "海关总署", ("General Administration of Customs",)),
    (
        "NRTA",
        "国家广播电视总局",
        ("广电总局", "国家广电总局", "National Radio and Television Administration", "NRTA"),
    ),
    ("NPPA", "国家新闻出版署", ("National Press and Publication Administration",)),
    ("NDA", "国家数据局", ("National Data Administration", "National Data Bureau")),
    ("SCA", "国家密码管理局", ("State Cryptography Administration",)),
    ("SPC", "最高人民法院", ("最高法", "Supreme People's Court")),
    ("SPP", "最高人民检察院", ("最高检", "Supreme People's Procuratorate")),
    ("CSRC", "中国证监会", ("证监会", "中国证券监督管理委员会", "China Securities Regulatory Commission")),
    ("NFRA", "国家金融监督管理总局", ("金融监管总局", "National Financial Regulatory Administration")),
    ("MII", "信息产业部", ("Ministry of Information Industry",)),
    ("OFCA", "通訊事務管理局辦公室", ("通讯办", "Office of the Communications Authority", "OFCA")),
    *_LOCAL_NAMES,
)

_CODES = {name.casefold(): code for code, chinese, others in _TABLE for name in (chinese, *others, code)}
_NAMES = {code: chinese for code, chinese, _ in _TABLE}

# `北京市通信管理局`, `广东省通信管理局`, `内蒙古自治区通信管理局`
_LOCAL = r"[\u4e00-\u9fff]{2,7}?(?:省|市|自治区)?通信管理局"

ENDINGS = ("部", "委", "委员会", "局", "署", "院", "会", "办", "办公室", "办公厅", "厅", "银行", "人民政府")
"""How the name of an authority ends."""

_STATE = "中华人民共和国"


@cache
def _pattern() -> re.Pattern[str]:
    """All names in one alternation, the longest first; English ones as whole words."""
    names = sorted(
        (name for _, chinese, others in _TABLE for name in (chinese, *others)), key=len, reverse=True
    )
    words = (rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name) for name in names)
    return re.compile("|".join(words), re.IGNORECASE)


def code_of(name: str) -> str:
    """`工信部` → `MIIT`, `MIIT` → `MIIT`; empty for a name that is not listed."""
    name = "".join(name.split()) if not name.isascii() else name.strip()
    return _CODES.get(name.removeprefix(_STATE).casefold(), "")


def of_site(host: str) -> str:
    """`gdca.miit.gov.cn` → `GDCA`: whose site it is, of a query that shows more than the ministry."""
    label, _, domain = host.partition(".")
    return label.upper() if domain == "miit.gov.cn" and label.upper() in _NAMES else ""


def name_of(code: str) -> str:
    """`MIIT` → `工业和信息化部`; what is given where it is no code."""
    return _NAMES.get(_CODES.get(code.casefold(), ""), code)


def canonical(name: str) -> str:
    """`中华人民共和国工信部` → `工业和信息化部`; a name that is not listed without 中华人民共和国."""
    name = "".join(name.split())
    return _NAMES.get(code_of(name), name.removeprefix(_STATE))


def named(text: str) -> tuple[str, ...]:
    """The codes of the authorities that a text names, in order, each once; `CAC` and `MPS` as words only."""
    found = (match.group() for match in _pattern().finditer(text))
    # An English code is itself only in capitals: `mps` is a unit, `MPS` a ministry.
    sure = (name for name in found if name.isupper() or name.upper() not in _NAMES)
    return tuple(dict.fromkeys(code_of(name) for name in sure))


def ending_with(text: str) -> str:
    """The listed name that a text ends with (`根据国家发改委` → `国家发改委`), the longest; empty if none."""
    best = ""
    for name in _CODES:
        if len(name) > len(best) and text.endswith(name) and not name.isascii():
            best = name
    return best


def looks_like(name: str) -> bool:
    """It is a listed authority, or ends as the name of one does and holds nothing but a name."""
    return bool(code_of(name)) or (2 < len(name) <= 20 and name.endswith(ENDINGS))


def only(text: str) -> bool:
    """The text is nothing but names of authorities: `工业和信息化部 公安部`, `工信部等八部门`, or nothing."""
    rest = _pattern().sub(" ", text.replace(_STATE, ""))
    parts = re.split(r"[、，,\s]+|^和|和$|联合", rest)
    return all(
        not part or looks_like(part) or re.fullmatch(r"等.{0,4}(?:部门|部委)?", part) for part in parts
    )


def heading(title: str) -> tuple[str, ...]:
    """The authorities that a title begins with (`工业和信息化部 公安部关于…` → both), in canonical form."""
    found: list[str] = []
    place = len(_STATE) if title.startswith(_STATE) else 0
    while match := _heading().match(title, place):
        found.append(canonical(match["name"]))
        place = match.end()
    return tuple(dict.fromkeys(found))


@cache
def _heading() -> re.Pattern[str]:
    """`工业和信息化部 `, `北京市通信管理局、`: one name and what joins it to the next."""
    listed = (name for _, chinese, others in _TABLE for name in (chinese, *others) if not name.isascii())
    names = "|".join(map(re.escape, sorted(listed, key=len, reverse=True)))
    return re.compile(rf"(?P<name>{names}|{_LOCAL})(?:等[\u4e00-\u9fff]{{0,3}}部[门委])?[、，,\s和]*")
