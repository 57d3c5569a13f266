"""From bytes to text, whatever the label says: many Chinese pages and feeds are labelled wrongly.

A byte order mark is believed, then text that is valid UTF-8 is UTF-8, then what the server or the
document declares, then what reads as Chinese. Never stores a replacement character (U+FFFD), never
guesses at what is not text.
"""

from __future__ import annotations

import codecs
import re
from typing import Literal

from crawlers.errors import Malformed

Kind = Literal["html", "xml", "json"]

REMEDY = "Open the address by hand: it should be a page or a feed, in a known encoding."

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# <meta charset="gbk">, <meta http-equiv="Content-Type" content="text/html; charset=gb2312">
_META = re.compile(rb"<meta[^<>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
# <?xml version="1.0" encoding="gb2312"?>
_DECLARATION = re.compile(rb"^\s*<\?xml[^<>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9_:.-]{2,40})")
# text/html; charset="GB2312"
_HEADER = re.compile(
    r"(?:^|charset\s*=)\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})\s*[\"']?\s*(?:;|$)", re.IGNORECASE
)

# Charsets of pages by Python's name: iso8859-1, cp1252, euc_kr. Not base64, utf-7 or unicode_escape;
# nor Unicode, which is known by its bytes.
_CHARSET = re.compile(r"iso8859|iso2022|cp\d|koi8|gb|big5|euc|shift_jis|ascii|mac|tis|johab|hz")

_CHINESE = ("gb18030", "big5hkscs", "cp950")
_LATIN = frozenset({"ascii", "iso8859-1", "cp1252"})
_SAMPLE = 40_000
_NOT_CHINESE = 0.05
# What must not be stored: NUL and the other C0 controls, half surrogates, the replacement character.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffd]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")

# The most frequent characters of both scripts, and their punctuation: text read with the wrong table
# consists of rare ones. (Frequency order of the usual published lists.)
_FREQUENT = frozenset(
    "，。、；：？！“”《》（）〔〕　·—…「」"
    "的一是了不在有人我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好"
    "都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把"
    "法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教"
    "西再平真听世气信北少关并内加化由却代军产入先山五太水万市体别处总场师书比住员性通目华报立马命张活难数件安表原车应路"
    "期常提感金何更反合放做系计或司利受光果界及今京务制解各任至清物台记边共风战干接许八特直服林题建南度统色字请交认算论"
    "百义科元社术结六功指思非流每管连远资队带条院变联言权往展该领传近治决周保达办运半候七必城强步完革深区即求品转量技程"
    "告江语基派满式息识极令收党未持取设始版双历史商千片容研广改议形委早际则首单据导影失网专校读志观争究包组造落视济离"
    "规章条例许可监督管理通知工信部门户经营企业违法处罚境跨虚拟专线安全征求意见稿附件办厅函号"
    "這來個國說們為時會過學對裡後麼沒於還發當無開經頭動兩長樣現將與進實點種聲話兒問機給幾業間電門東聽氣關並內產軍萬體別"
    "處總場師書員報馬張難數車應務記邊風戰覺統請認論義術結連遠資隊帶條變聯權達辦運強轉語滿識極設雙歷廣議際則單據導網專"
    "讀觀爭組視濟離規監營違罰擬線徵見廳號臺灣香港政府新聞"
)


def decode(body: bytes, *, declared: str = "", kind: Kind) -> str:
    """The text of a body, without byte order mark, C0 controls and replacement characters.

    `declared` is the charset of the Content-Type header, or the whole header. Raises Malformed
    (`undecodable`) for what is no text in any encoding met on these sites.
    """
    label = _known(declared) or _in_document(body, kind)
    text = _decoded(body, label)
    if text is None or _binary(text):
        raise Malformed("undecodable", "the answer is not text in any encoding that we know", REMEDY)
    return scrub(text.removeprefix("\ufeff"))


def scrub(text: str) -> str:
    """The text without NUL, C0 controls (tab and line ends stay), half surrogates and U+FFFD."""
    return _UNFIT.sub("", text) if _UNFIT.search(text) else text


def _decoded(body: bytes, label: str) -> str | None:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            marked = _strict(body[len(mark) :], encoding)
            if marked is not None:
                return marked
            body = body[len(mark) :] if encoding == "utf-8" else body
            break
    wide = _wide(body)
    if wide:
        return _strict(body, wide)
    text = _strict(body, "utf-8")
    if text is not None:
        return text
    return _nearly(body, "utf-8", 0.05) or _not_unicode(body, label)


def _not_unicode(body: bytes, label: str) -> str | None:
    """The text of a body that is not Unicode: as declared where that reads well, else as Chinese."""
    read = {encoding: text for encoding in _CHINESE if (text := _strict(body, encoding)) is not None}
    scores = {name: _score(text) + 0.15 * (_family(label) == _family(name)) for name, text in read.items()}
    best = max(scores, key=lambda encoding: scores[encoding], default="")
    foreign = bool(label) and label not in _LATIN and not _family(label)
    # "ção" has two accents side by side; said to be Latin, with no frequent Chinese character, it is.
    latin = label in _LATIN and max(scores.values(), default=0.0) < _NOT_CHINESE
    if latin or (not foreign and not _family(label) and _scattered(body)):
        return _strict(body, "cp1252") or _strict(body, "latin-1")
    if best and (scores[best] >= 0.2 or not foreign):
        return read[best]
    if foreign and (text := _strict(body, label)) is not None:
        return text
    for encoding in (label, *_CHINESE):
        if encoding and (text := _nearly(body, encoding, 0.05)) is not None:
            return text
    return None


def _strict(body: bytes, encoding: str) -> str | None:
    """The text, or None; a last character cut in half is left out."""
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start and error.start >= len(body) - 4 and error.end >= len(body):
            return _strict(body[: error.start], encoding)
        return None


def _nearly(body: bytes, encoding: str, share: float) -> str | None:
    """The text without its unreadable bytes, where those are at most `share` of what is not ASCII."""
    text = body.decode(encoding, "replace")
    bad = text.count("\ufffd")
    foreign = sum(map(len, re.findall(r"[^\x00-\x7f]+", text)))
    if bad > foreign * share:
        return None
    return body.decode(encoding, "ignore")


def _score(text: str) -> float:
    """How much of the text that is not ASCII consists of frequent Chinese characters, 0 to 1."""
    foreign = "".join(re.findall(r"[^\x00-\x7f]+", text))[:_SAMPLE]
    return sum(character in _FREQUENT for character in foreign) / len(foreign) if foreign else 0.0


def _scattered(body: bytes) -> bool:
    """True where bytes above ASCII mostly stand alone, as accents and quotes in Western text do."""
    runs = re.findall(rb"[\x80-\xff]+", body[:1_000_000])
    return sum(len(run) == 1 for run in runs) * 2 > sum(map(len, runs))


def _wide(body: bytes) -> str:
    """UTF-16 or UTF-32 without a byte order mark, known by the first markup character."""
    if body[:4] in (b"<\x00\x00\x00", b"\x00\x00\x00<"):
        return "utf-32-le" if body[:1] == b"<" else "utf-32-be"
    if len(body) > 3 and body[:1] in b"<{[" and body[1:2] == b"\x00" and body[3:4] == b"\x00":
        return "utf-16-le"
    if len(body) > 3 and body[:1] == b"\x00" and body[1:2] in (b"<", b"{", b"[") and body[2:3] == b"\x00":
        return "utf-16-be"
    return ""


def _binary(text: str) -> bool:
    """True for an image, an archive and the like: control characters where text has none."""
    return len(_CONTROLS.findall(text)) * 100 > len(text)


def _in_document(body: bytes, kind: Kind) -> str:
    if kind == "json":
        return ""
    found = (_DECLARATION if kind == "xml" else _META).search(body[:4096])
    return _known(found.group(1).decode("ascii")) if found else ""


def _known(declared: str) -> str:
    """Python's name of a declared charset, GB2312 and GBK as their superset; empty where unknown."""
    found = _HEADER.search(declared)
    if not found:
        return ""
    try:
        name = codecs.lookup(found.group(1)).name
    except LookupError:
        return ""
    if not _CHARSET.match(name):
        return ""
    return {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(name, name)


def _family(encoding: str) -> str:
    return {"gb18030": "gb", "big5hkscs": "big5", "cp950": "big5"}.get(encoding, "")
