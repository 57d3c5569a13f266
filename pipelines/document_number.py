"""Finds document numbers (文号) in a text and brings each into one form.

    工信部信管函[2017]32号, 工信部信管函（二〇一七年）第 32 号  →  工信部信管函〔2017〕32号
    中华人民共和国工业和信息化部公告（2026年 第5号）              →  工业和信息化部公告2026年第5号
    工信部令第六十八号, 工业和信息化部第68号令                    →  工业和信息化部令第68号

Tells a document's own number from those that it cites. Never takes a house number, a case number of
a court, a licence or a telephone number; never invents an issuer that neither text nor source names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawlers.article import Article
from pipelines import authorities
from pipelines.numerals import NUMERAL, number
from pipelines.script import simplified

_SAME_WIDTH = str.maketrans(
    "０１２３４５６７８９［］【】〖〗﹝﹞[]{}｛｝（）＜＞〈〉\u3000\xa0\u2002\u2003",
    "0123456789〔〕〔〕〔〕〔〕〔〕〔〕〔〕()<><>    ",
)
"""One character for one, so that places in the text stay true."""

_PROVINCES = "京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川黔贵滇云藏陕甘青宁新港澳深穗杭"

# The `〔2017〕32号` of `工信部信管函〔2017〕32号`; also `(2017年) 第32号`, `〔二〇一七〕32号`, `〔17〕32号`
_BRACKETED = re.compile(
    rf"(?P<open>[〔(<])[ ]*(?P<year>(?:19|20)\d\d|\d\d|[{NUMERAL}]{{4}})[ ]*年?[ ]*[〕)>]"
    r"[ ]*第?[ ]*(?P<n>\d{1,5})[ ]*(?P<hao>号)?(?!\d)"
)
# The `2017年第32号` of `工信部信管函2017年第32号`: brackets forgotten
_UNBRACKETED = re.compile(r"(?P<year>(?:19|20)\d\d)[ ]*年[ ]*第?[ ]*(?P<n>\d{1,5})[ ]*号")
# The `公告(2024年第6号)` of `国家标准公告(2024年第6号)`; also `公告 2026年 第5号`, `通告〔2024〕12号`, `公告2025年第58号`
_ANNOUNCED = re.compile(
    rf"(?P<kind>公告|通告)[ ]*(?P<open>[〔(<])?[ ]*(?P<year>(?:19|20)\d\d|[{NUMERAL}]{{4}})[ ]*(?:年[ ]*[〕)>]?|[〕)>])"
    rf"[ ]*[,，]?[ ]*第?[ ]*(?P<n>\d{{1,4}}|[{NUMERAL}]{{1,5}})[ ]*号(?(open)[)>]?)"
)
# `令第68号`, `令 第 六十八 号`, `令(第147号)`, `令2024年第27号`
_ORDERED = re.compile(
    rf"(?P<kind>令)[ ]*(?P<open>[〔(<])?[ ]*(?:(?P<year>(?:19|20)\d\d)[ ]*年[ ]*)?"
    rf"第[ ]*(?P<n>\d{{1,4}}|[{NUMERAL}]{{1,5}})[ ]*号(?(open)[〕)>]?)"
)
# `2026年第5号公告`, `2024年第27号令`, `第68号令`, `第六十九号主席令`
_TURNED = re.compile(
    rf"(?:(?P<year>(?:19|20)\d\d)[ ]*年[ ]*)?第[ ]*(?P<n>\d{{1,4}}|[{NUMERAL}]{{1,5}})[ ]*号"
    rf"[ ]*(?P<issuer>主席)?(?P<kind>公告|通告|令)"
)

# Where the words before a number end: `根据工信部信管函`, `经研究发布的国办发`.
_LEAD_IN = re.compile(
    r"根据|依据|按照|依照|遵照|参照|参见|详见|落实|贯彻|执行|印发|下发|转发|发布|公布|出台|废止|撤销|修改|替代"
    r"|文号|字号|文件|通知|意见|办法|规定|决定|答复|来函|为准|编号|即|系为|[见由以将的和及与或在对向于了是据称号]"
)
# The codes that national numbers begin with: after other words the number begins here.
_CODE = re.compile(
    r"工信(?:部|厅|安|信|规|政法)|信部|国办[发函]|国[发函]|国务院|国(?:信办|新办|网信|知|市监|税|资|环|卫|科|粮|能|铁|海|医保"
    r"|药监|广|标委|食药|质检|安监|保|数|密|经贸|统|土|文)|中[办发宣网纪组]|厅字|网信办|公(?:信|通|网|安|治|刑|交)"
    r"|发改|商(?:资|服|贸|办|电|建|务|合|规|产)|财(?:税|会|建|库|综|教|金|办|行|社|资|关|文)|银(?:发|办|保|监|函)|证监|法[释发办]"
    r"|高检|税总|教[高基职发办政社技]|文旅|交[办运公通]|人社|司[发办]|建[办市质]|自然资|环[办发固]|农[办发]|卫办|应急|广电|新(?:广|出)"
    r"|通(?:信|管|发|企|业)|汇发|署|保监|银保监|金[发办规]"
)
_STRONG = re.compile(
    r"工信[部厅]|国办[发函]|国[发函]|中办发|公通字|发改|银发|国信办|国市监|法[释发]|汇发|财[税会]|商[资服]"
)
# How the word part of a number ends: `…发`, `…函`, `…字`, `…明电`.
_TAIL = re.compile(r"(?:[发函字规电办批复综令]|公告|通告|明电)$")
_NOT_CODE = re.compile(
    r"(?:[号第路街巷弄楼栋室页卷期案约]|编号|合同|协议|学号|邮编|电话|判决书|裁定书|专利)$"
)

_LABELS = re.compile(r"^(?:发文字号|发布文号|公文字号|文件编号|文号|文件号|字号|发文文号|文件字号)$")
_INLINE = re.compile(r"(?:发文字号|发布文号|公文字号|文件编号|文号)[ ]*[:：][ ]*(.{4,60})")

HEAD_LINES = 14
"""How many lines from the top a number on a line of its own is still the document's own."""


@dataclass(frozen=True, slots=True)
class Number:
    """A document number found at code points [start, end), in canonical form."""

    canonical: str
    start: int
    end: int


def find(text: str) -> tuple[Number, ...]:
    """The document numbers in a text, in its order, as often as they stand there. Linear in its length."""if "号" not in text and "號" not in text and "〔" not in text:
        return ()
    flat = simplified(text).translate(_SAME_WIDTH)
    found = sorted(
        (*_bracketed(flat), *_unbracketed(flat), *_announced(flat)), key=lambda one: (one.start, -one.end)
    )
    kept: list[Number] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def normalise(text: str) -> str:
    """A text that is a document number and nothing else, in canonical form; empty if it is not one."""flat = _flat(text).strip('"“”《》，,。；;：:')
    while flat.startswith("(") and flat.endswith(")"):
        flat = flat[1:-1]
    found = find(flat)
    return found[0].canonical if len(found) == 1 and (found[0].start, found[0].end) == (0, len(flat)) else ""


def own(article: Article) -> str:
    """The document's own number, or empty.

    In this order: the label block (发文字号), the number that parsing found, the title where it is or
    ends with a number, a line of its own near the top.
    """for name, value in article.labels:
        if _LABELS.match("".join(name.split()).strip(":：【】[]")) and (found := _first(value, article)):
            return found
    if article.doc_no and (found := _first(article.doc_no, article)):
        return found
    return _of_title(article) or _of_head(article)


def variants(canonical: str) -> tuple[str, ...]:
    """The number, and what else it is cited as: the press shortens 工信部通信函〔2024〕107号 to 通信函〔2024〕107号."""if canonical.startswith(("工信部", "工信厅")):
        rest = canonical[3:]
        return (
            (canonical, rest)
            if rest[:1] not in ("〔", "公", "令") and len(rest.partition("〔")[0]) > 1
            else (canonical,)
        )
    if "〔" in canonical and re.match(
        r"(?:通信|信管|网安|电管|科|政法|企业|规|无)[\u4e00-\u9fff]{0,3}〔", canonical
    ):
        return (canonical, f"工信部{canonical}", f"工信厅{canonical}")
    return (canonical,)


def _bracketed(flat: str) -> Iterator[Number]:
    for match in _BRACKETED.finditer(flat):
        start, word = _word_before(flat, match.start())
        known = bool(_CODE.match(word) or (word[:1] in _PROVINCES and len(word) > 2))
        sound = known if match["open"] != "〔" or not match["hao"] else len(word) > 1
        if not word or _NOT_CODE.search(word) or not (sound or (match["hao"] and _TAIL.search(word))):
            continue
        year, count = _year(match["year"]), int(match["n"])
        if word.endswith(("公告", "通告")):
            continue  # left to _announced, which knows the issuer
        if year and count:
            yield Number(f"{word}〔{year}〕{count}号", start, match.end())


def _unbracketed(flat: str) -> Iterator[Number]:
    for match in _UNBRACKETED.finditer(flat):
        start, word = _word_before(flat, match.start())
        if _STRONG.match(word) and _TAIL.search(word) and not word.endswith(("公告", "通告", "令")):
            yield Number(f"{word}〔{match['year']}〕{int(match['n'])}号", start, match.end())


def _word_before(flat: str, end: int) -> tuple[int, str]:
    """The word part that ends at `end`: its start and itself without blanks. Empty if there is none."""run = re.search(r"[\u4e00-\u9fff](?:[ ]?[\u4e00-\u9fff]){0,24}[ ]{0,3}$", flat[max(0, end - 52) : end])
    if not run:
        return end, ""
    start = end - len(run.group())
    text = run.group()
    # `工 信 部 信 管 函` is a spaced-out line; in `各单位 工信部信管函` the number begins after the blank.
    if " " in text.rstrip() and not re.fullmatch(r"(?:[\u4e00-\u9fff] )+[\u4e00-\u9fff] *", text):
        start += text.rstrip().rindex(" ") + 1
        text = flat[start:end]
    word = text.replace(" ", "")
    cut = 0
    for lead in _LEAD_IN.finditer(word):
        if not _CODE.match(word, lead.start()):
            cut = lead.end()
    word = word[cut:]
    if not _STRONG.match(word):
        inner = [code.start() for code in _STRONG.finditer(word) if code.start() > 1]
        if inner:
            at = inner[-1]
            word = word[at:]
    if len(word) > 12:
        return end, ""
    # Places are counted back from the end, over blanks.
    place, left = end, len(word)
    while left:
        place -= 1
        left -= flat[place] != " "
    return place, word


def _announced(flat: str) -> Iterator[Number]:
    for pattern in (_ANNOUNCED, _ORDERED, _TURNED):
        for match in pattern.finditer(flat):
            groups = match.groupdict()
            start, issuer = (
                (match.start(), "主席") if groups.get("issuer") else _issuer_before(flat, match.start())
            )
            if not issuer:
                continue
            count, year = number(match["n"]), _year(match["year"] or "")
            if not count or (match["kind"] != "令" and not year):
                continue
            middle = f"{year}年" if year else ""
            yield Number(f"{issuer}{match['kind']}{middle}第{count}号", start, match.end())


def _issuer_before(flat: str, end: int) -> tuple[int, str]:
    """The issuer whose name ends at `end`: of a joint one the first. Where it starts, and its name."""run = re.search(r"[\u4e00-\u9fff](?:[\u4e00-\u9fff、 ]{0,70})$", flat[max(0, end - 72) : end])
    if not run:
        return end, ""
    lead: tuple[int, str] = (end, "")
    stop = end
    for part in re.findall(r"[\u4e00-\u9fff]+|[、 ]+", run.group())[::-1]:
        stop -= len(part)
        if part[0] in "、 ":
            continue
        whole = part.removeprefix("中华人民共和国")
        known = authorities.ending_with(part)
        if whole in ("主席", "国家主席"):
            return stop, "主席"
        if whole == "国家标准":
            return stop, whole
        if authorities.code_of(whole):
            lead = (stop, authorities.canonical(whole))
            continue
        if lead[1]:
            return lead
        if known:
            return stop + len(part) - len(known), authorities.canonical(known)
        if part.endswith("主席"):
            return stop + len(part) - 2, "主席"
        cut = max((m.end() for m in _LEAD_IN.finditer(whole)), default=0)
        name = whole[cut:]
        return (stop + len(part) - len(name), name) if authorities.looks_like(name) else (end, "")
    return lead


def _first(value: str, article: Article) -> str:
    """The first number of a label's value; without an issuer in it, the article's own authority is the issuer."""found = find(value)
    if found:
        return found[0].canonical
    return _bare(value, article)


def _bare(line: str, article: Article) -> str:
    """`2026年第5号`, `第68号` or `令第68号` alone: the kind stands in the title, the issuer there or at the source."""# `公 告 2026年 第 5 号` after blanks are gone; `第68号`
    match = re.fullmatch(
        rf"(公告|通告|令)?[〔(]?(?:((?:19|20)\d\d)年)?第?([\d{NUMERAL}]{{1,5}})号[〕)]?", _flat(line)
    )
    if not match or ("第" not in line and not match[2]):
        return ""
    kind = match[1] or next(
        (word for word in ("公告", "通告", "令") if _flat(article.title).endswith(word)), ""
    )
    issuer = next(iter(authorities.heading(_flat(article.title))), "")
    if not issuer and article.authority:
        issuer = authorities.name_of(article.authority)
    count = number(match[3])
    if not kind or not issuer or not count or (kind != "令" and not match[2]):
        return ""
    return f"{issuer}{kind}{match[2] + '年' if match[2] else ''}第{count}号"


def _of_title(article: Article) -> str:
    """`工业和信息化部公告2026年第5号`, or a title that closes with its number in brackets."""title = article.title.strip()
    if whole := normalise(title):
        return whole
    # `关于…的通知（工信部信管函〔2017〕32号）`, not `《…》（令第68号）解读`
    tail = re.search(r"[（(]([^（()）]*(?:[（(][^（()）]*[）)])?[^（()）]*号)[）)]$", title)
    return normalise(tail.group(1)) if tail else ""


def _of_head(article: Article) -> str:
    """A line of its own near the top; letterheads stand over several lines: `…部` / `公　告` / `2026年第5号`."""lines = [line.strip() for line in article.text[:3000].splitlines() if line.strip()][:HEAD_LINES]
    joined = _flat(article.title) if _flat(article.title).endswith(("公告", "通告", "令")) else ""
    for line in lines:
        if inline := _INLINE.search(line):
            if found := _first(
                re.split(r"成文日期|发布日期|发布机构|标题", inline.group(1))[0].strip(), article
            ):
                return found
        if len(line) > 48:
            joined = ""
            if len(line) > 120:
                break
            continue
        if found := normalise(line) or _bare(line, article):
            return found
        joined += _flat(line)
        if len(joined) <= 80 and (found := normalise(joined)):
            return found
    return ""


def _flat(text: str) -> str:
    return "".join(simplified(text).translate(_SAME_WIDTH).split())


def _year(text: str) -> int | None:
    """`2017`, `17` or `二〇一七` as a year between 1949 and 2100."""year = number(text) if text else None
    if year is not None and len(text) == 2:
        year += 2000 if year < 50 else 1900
    return year if year and 1949 <= year <= 2100 else None
