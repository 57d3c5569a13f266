"""Finds document numbers (文号) in a text and brings each into one form.

    工信部信管函[2017]32号, 工信部信管函（二〇一七年）第 32 号  →  工信部信管函〔2017〕32号
    中华人民共和国工业和信息化部公告（2026年 第5号）              →  工业和信息化部公告2026年第5号
    工信部令第六十八号, 工业和信息化部第68号令                    →  工业和信息化部令第68号

Never takes a house number, a case number of a court, a licence or a telephone number; never invents
an issuer. Which number is a document's own is told by `own_number`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines import authorities
from pipelines.numerals import NUMERAL, number
from pipelines.script import simplified

_SAME_WIDTH = str.maketrans(
    "０１２３４５６７８９［］【】〖〗﹝﹞[]{}｛｝（）＜＞〈〉\u3000\xa0\u2002\u2003",
    "0123456789〔〕〔〕〔〕〔〕〔〕〔〕〔〕()<><>    ",
)
"""One character for one, so that places in the text stay true."""

_PRESIDENT = "主席"
_PROVINCES = "京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川黔贵滇云藏陕甘青宁新港澳深穗杭"

# The `〔2017〕32号` of `工信部信管函〔2017〕32号`; also `(2017年) 第32号`, `〔二〇一七〕32号`, `〔17〕32号`
_BRACKETED = re.compile(
    rf"(?P<open>[〔(<])[ ]*(?P<year>(?:19|20)\d\d|\d\d|[{NUMERAL}]{{4}})[ ]*年?[ ]*[〕)>]"
    r"[ ]*第?[ ]*(?P<n>\d{1,5})[ ]*(?P<hao>号)?(?!\d)"
)
# The `2017年第32号` of `工信部信管函2017年第32号`: brackets forgotten
_UNBRACKETED = re.compile(r"(?P<year>(?:19|20)\d\d)[ ]*年[ ]*第?[ ]*(?P<n>\d{1,5})[ ]*号")
# The `公告(2024年第6号)` of `国家标准公告(2024年第6号)`; also `公告 2026年 第5号`, `通告〔2024〕12号`
_ANNOUNCED = re.compile(
    rf"(?P<kind>公告|通告)[ ]*(?P<open>[〔(<])?[ ]*(?P<year>(?:19|20)\d\d|[{NUMERAL}]{{4}})"
    r"[ ]*(?:年[ ]*[〕)>]?|[〕)>])"
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
# `通信函〔2024〕107号`, `信管函〔2017〕32号`: a number of the ministry's without its first two characters
_SHORTENED = re.compile(r"(?:通信|信管|网安|电管|科|政法|企业|规|无)[\u4e00-\u9fff]{0,3}〔")
# How the word part of a number ends: `…发`, `…函`, `…字`, `…明电`.
_TAIL = re.compile(r"(?:[发函字规电办批复综令]|公告|通告|明电)$")
_NOT_CODE = re.compile(
    r"(?:[号第路街巷弄楼栋室页卷期案约]|编号|合同|协议|学号|邮编|电话|判决书|裁定书|专利)$"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A document number found at code points [start, end), in canonical form."""

    canonical: str
    start: int
    end: int


def find(text: str) -> tuple[Number, ...]:
    """The document numbers in a text, in its order, as often as they stand there. Linear in its length."""
    if "号" not in text and "號" not in text and "〔" not in text:
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
    """A text that is a document number and nothing else, in canonical form; empty if it is not one."""
    flat = flat_form(text).strip('"“”《》，,。；;：:')
    while flat.startswith("(") and flat.endswith(")"):
        flat = flat[1:-1]
    found = find(flat)
    return found[0].canonical if len(found) == 1 and (found[0].start, found[0].end) == (0, len(flat)) else ""


def variants(canonical: str) -> tuple[str, ...]:
    """The number, and what else it is cited as: 工信部通信函〔2024〕107号 and 通信函〔2024〕107号 are one."""
    if canonical.startswith(("工信部", "工信厅")) and canonical.find("〔") > 4:
        return (canonical, canonical[3:])
    if _SHORTENED.match(canonical):
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
    """The word part that ends at `end`: its start and itself without blanks. Empty if there is none."""
    run = re.search(r"[\u4e00-\u9fff](?:[ ]?[\u4e00-\u9fff]){0,24}[ ]{0,3}$", flat[max(0, end - 52) : end])
    if not run:
        return end, ""
    start = end - len(run.group())
    text = run.group()
    # `工 信 部 信 管 函` is a spaced-out line; in `各单位 工信部信管函` the number begins after the blank.
    if " " in text.rstrip() and not re.fullmatch(r"(?:[\u4e00-\u9fff] )+[\u4e00-\u9fff] *", text):
        start += text.rstrip().rindex(" ") + 1
        text = flat[start:end]
    word = text.replace(" ", "")
    leads = [lead.end() for lead in _LEAD_IN.finditer(word) if not _CODE.match(word, lead.start())]
    word = word[max((cut for cut in leads if len(word) - cut > 1), default=0) :]
    if not _STRONG.match(word):
        # `工业和信息化部工信部信管函`: not one letter before, which is a province (京工信发)
        word = word[max((code.start() for code in _STRONG.finditer(word) if code.start() > 1), default=0) :]
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
            start, issuer = _issuer_before(flat, match.start())
            if match.groupdict().get("issuer"):
                start, issuer = match.start(), _PRESIDENT
            count, year = number(match["n"]), _year(match["year"] or "")
            if issuer and count and (year or match["kind"] == "令"):
                yield Number(compose(issuer, match["kind"], year, count), start, match.end())


def compose(issuer: str, kind: str, year: int | None, count: int) -> str:
    """`工业和信息化部公告2026年第5号`, `国务院令第147号`."""
    return f"{issuer}{kind}{f'{year}年' if year else ''}第{count}号"


def _issuer_before(flat: str, end: int) -> tuple[int, str]:
    """The issuer whose name ends at `end`: of a joint one the first. Where it starts, and its name."""
    run = re.search(r"[\u4e00-\u9fff](?:[\u4e00-\u9fff、 ]{0,70})$", flat[max(0, end - 72) : end])
    lead: tuple[int, str] = (end, "")
    stop = end
    for part in re.findall(r"[\u4e00-\u9fff]+|[、 ]+", run.group() if run else "")[::-1]:
        stop -= len(part)
        if part[0] in "、 ":
            continue
        start, name = _name_at_end(part)
        if lead[1] and (start or not authorities.code_of(name)):
            break  # words before the first of a joint list
        if not name:
            break
        lead = (stop + start, name)
        if start:
            break
    return lead


def _name_at_end(part: str) -> tuple[int, str]:
    """The authority that a run of characters ends with: where, and its canonical name, or empty."""
    for known in (_PRESIDENT, "国家标准", authorities.ending_with(part)):
        if known and part.endswith(known):
            start = len(part) - len(known)
            whole = part[:start] in ("", "中华人民共和国", "国家")
            return 0 if whole else start, authorities.canonical(known)
    whole_name = part.removeprefix("中华人民共和国")
    name = whole_name[max((lead.end() for lead in _LEAD_IN.finditer(whole_name)), default=0) :]
    if not authorities.looks_like(name):
        return 0, ""
    return (0 if name == whole_name else len(part) - len(name)), name


def flat_form(text: str) -> str:
    """The text on one line without blanks, simplified, digits and brackets in one width."""
    return "".join(simplified(text).translate(_SAME_WIDTH).split())


def _year(text: str) -> int | None:
    """`2017`, `17` or `二〇一七` as a year between 1949 and 2100."""
    year = number(text) if text else None
    if year is not None and len(text) == 2:
        year += 2000 if year < 50 else 1900
    return year if year and 1949 <= year <= 2100 else None
