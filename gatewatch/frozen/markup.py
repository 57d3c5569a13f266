"""Replaces the text of HTML and XML, and keeps every tag, id, class and link where it was.

What is no tag is text; of a tag only attributes that are known to hold structure keep their value. Scripts
keep dates and nothing else, comments nothing. Bytes are not parsed and written anew: what was odd stays odd.
"""

from __future__ import annotations

import json
import re
from html import unescape
from xml.sax.saxutils import escape

from gatewatch.frozen import data
from gatewatch.frozen.filler import Filler

_PIECES = re.compile(
    r"(?P<comment><!--.*?(?:-->|\Z))|(?P<cdata><!\[CDATA\[(?P<inside>.*?)\]\]>)|(?P<declaration><[!?][^<>]*>)"
    r"|(?P<open><(?P<code>script|style|noscript|textarea|svg)\b(?:\"[^\"]*\"|'[^']*'|[^'\"<>])*>)(?P<body>.*?)(?P<close></(?P=code)\s*>)"
    r"|(?P<tag><(?P<end>/?)(?P<name>[A-Za-z][\w:.-]*)(?P<attributes>(?:\s*(?:\"[^\"]*\"|'[^']*'|[^'\"<>]))*)>)",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"([A-Za-z_:@][\w:.-]{0,40})(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>`]+)))?", re.DOTALL
)
_NUMERIC = re.compile(r"&#(?:x[0-9a-f]{1,6}|\d{1,7});?", re.IGNORECASE)
# &lt;p&gt; | &amp;#39; | &amp;nbsp; : markup, or references, that were escaped once more
_ESCAPED = re.compile(r"&lt;|&#60;|&#x3c;|&(?:amp|#38);(?:#\w{1,8}|[a-z]{2,10});", re.IGNORECASE)
_TAGGED = re.compile(r"<[a-z!/][^<>]*>", re.IGNORECASE)
_TOKEN = re.compile(r"[\w.:/+#%@,;=-]{0,64}", re.ASCII)
_DATE = re.compile(r"(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
# fbrq = "2026年11月24日 08:00"; createPageHTML(20, 0, "index", "html");
_STATED = re.compile(
    rf"[\w.$]+\s*[=:]\s*[\"']{_DATE.pattern}[^\"'\n]{{0,12}}[\"']\s*;?|createPageHTML\([\w\s,\"']{{0,60}}\);?"
)

_LINK_WORDS = """
    href src action url data-src data-url data-href uniturl fileurl srcset poster cite rdf:about rdf:resource
    xml:base
"""
_STRUCTURE_WORDS = """
    id class name for rel type charset http-equiv lang xml:lang hreflang dir target method width height border
    rowspan colspan align valign size media version querydata unitid tagid webid pageid tplsetid parsetype
    pagetype rows count pageno data-page scope term domain ispermalink property itemprop itemtype role
    encoding standalone length
"""
_BARE_WORDS = """
    checked disabled selected hidden async defer readonly multiple nowrap required autofocus novalidate
    itemscope ergodic
"""
_LINKS = frozenset(_LINK_WORDS.split())
_STRUCTURE = frozenset(_STRUCTURE_WORDS.split())
_BARE = frozenset(_BARE_WORDS.split())
_TOLD = frozenset({"title", "alt", "placeholder", "label", "summary", "text", "value"})
_NAMED = frozenset({"viewport", "robots", "referrer", "renderer", "format-detection"})
_LOOKS = re.compile(r"[\w\s:;#.%,()!-]*", re.ASCII)


def scrubbed(text: str, filler: Filler) -> str:
    """HTML or XML with its text replaced."""
    found: list[str] = []
    at = 0
    for piece in _PIECES.finditer(text):
        found += (words(text[at : piece.start()], filler), _piece(piece, filler))
        at = piece.end()
    found.append(words(text[at:], filler))
    return "".join(found)


def words(text: str, filler: Filler) -> str:
    """A stretch without tags of its own: escaped markup within is scrubbed as markup, an address as one."""
    if not text.strip():
        return text
    if _ESCAPED.search(text):
        return escape(scrubbed(unescape(text), filler))
    plain = _NUMERIC.sub(_plain, text)
    bare = plain.strip()
    if re.fullmatch(r"(?:https?:)?//\S+", bare):
        return plain.replace(bare, escape(filler.url(unescape(bare))))
    parts = re.split(r"(&[A-Za-z]{2,10};|&#\w+;|&amp;)", plain)
    # One text to the filler, so that a beginning stays a beginning whatever entities stand in it.
    whole = filler.text("".join("\ue000" if number % 2 else part for number, part in enumerate(parts)))
    kept = iter(parts[1::2])
    return re.sub("\ue000", lambda _: next(kept, ""), whole).replace("<", "&lt;")


def _plain(found: re.Match[str]) -> str:
    """A numeric reference to a letter as the letter; others as they are."""
    letter = unescape(found[0])
    return letter if letter.isalnum() else found[0]


def _piece(piece: re.Match[str], filler: Filler) -> str:
    if piece["comment"]:
        return "<!---->"
    if piece["cdata"]:
        inside = piece["inside"]
        return f"<![CDATA[{scrubbed(inside, filler) if _TAGGED.search(inside) else _loose(inside, filler)}]]>"
    if piece["declaration"]:
        return piece[0] if _declares(piece[0]) else ""
    if piece["open"]:
        name = piece["code"].lower()
        opened = _PIECES.sub(lambda inner: _tag(inner, filler), piece["open"])
        return opened + _code(name, piece["open"], piece["body"], filler) + piece["close"]
    return _tag(piece, filler)


def _loose(text: str, filler: Filler) -> str:
    """The inside of a CDATA section without tags, where nothing is escaped."""
    return words(text, filler).replace("&lt;", "<").replace("]]>", "")


def _declares(text: str) -> bool:
    """True for `<?xml …?>` and `<!DOCTYPE …>` that name no more than standards do."""
    return bool(re.match(r"<\?xml\s|<!doctype\s", text, re.IGNORECASE)) and text.isascii() and len(text) < 300


def _code(name: str, opened: str, body: str, filler: Filler) -> str:
    if name in {"noscript", "svg"}:
        return scrubbed(body, filler)
    if name != "script":
        return ""
    if "json" in opened.lower():
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return ""
        return json.dumps(data.scrubbed(value, filler), ensure_ascii=False).replace("<", "\\u003c")
    moved = re.search(r"(?:window\.|self\.|top\.)?location(?:\.href)?\s*=\s*[\"'][^\"']{1,300}[\"'];?", body)
    stated = [found[0] for found in _STATED.finditer(body)]
    return " ".join([*stated, *([moved[0]] if moved and len(body) < 500 else [])])


def _tag(piece: re.Match[str], filler: Filler) -> str:
    name = piece["name"] or piece["code"]
    if piece["end"]:
        return f"</{name}>"
    whole = piece[0]
    inside = whole[1 + len(name) : -1].rstrip()
    closed = "/" if inside.endswith("/") else ""
    inside = inside.removesuffix("/")
    found = [(one[1], one[2] or one[3] or one[4], "=" in one[0]) for one in _ATTRIBUTE.finditer(inside)]
    pairs = [(key, (said or "") if given else None) for key, said, given in found]
    told = {key.lower(): said or "" for key, said in pairs}
    kept = [_attribute(name.lower(), key, said, told, filler) for key, said in pairs]
    return f"<{' '.join([name, *filter(None, kept)])}{closed}>"


def _attribute(tag: str, key: str, said: str | None, told: dict[str, str], filler: Filler) -> str:
    low = key.lower()
    if said is None:
        return key if low in _BARE else ""
    value = unescape(said)
    if low.startswith("on"):
        new = ""
    elif low.startswith("xmlns") or low in _STRUCTURE:
        new = value
    elif low in _LINKS:
        new = filler.url(value) if not value.lower().startswith(("data:", "javascript:")) else ""
    elif low == "style":
        new = value if _LOOKS.fullmatch(value) else ""
    elif tag == "meta" and low == "content":
        new = _content(value, told, filler)
    elif low in _TOLD or not _TOKEN.fullmatch(value):
        new = filler.text(value)
    else:
        new = value
    return f'{key}="{escape(new, {chr(34): "&quot;"})}"'


def _content(value: str, told: dict[str, str], filler: Filler) -> str:
    named = told.get("name", "").lower()
    if told.get("http-equiv") or named in _NAMED:
        return value if value.isascii() else filler.text(value)
    if re.match(r"(?:https?:)?//", value):
        return filler.url(value)
    date = _DATE.match(value)
    if (date and len(value) < 40) or (value.isascii() and value.isdigit()):
        return value
    return filler.text(value)
