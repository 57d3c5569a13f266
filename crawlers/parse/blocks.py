"""Tells an answer that keeps us out from one that says something: a predicate, nothing else.

A block page stored as an article, or taken for an empty list, is the fault this prevents. The JS
challenge of the CDN (加速乐) is an access control: it is reported, never solved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawlers.errors import Blocked

_STATUS = {
    403: "refuses us (403)",
    412: "refuses us (412, the firewall's answer to programs)",
    521: "answers with a script challenge (521)",
}
_ROAD = "cover this authority by another road (gov.cn, a news search), or give the source a proxy"
REFUSED = f"Open the address by hand: where it shows there, {_ROAD}."
REMEDY = f"Open the address by hand. A challenge is an access control and is not solved: {_ROAD}."

# document.cookie=('__jsl_clearance_s=')+…;location.href=…  |  acw_sc__v2  |  window._cf_chl_opt
_SCRIPT = re.compile(
    rb"__jsl_clearance|__jsluid|acw_sc__v2|_cf_chl_opt|/cdn-cgi/challenge-platform|\$_ts\s*=\s*window|aliyun_waf|"
    rb"WZWS|_waf_|awswaf|incapsula|sec_cpt|geetest|TencentCaptcha",
    re.IGNORECASE,
)
_COOKIE = re.compile(rb"document\.cookie\s*=|document\[")
_SAID = re.compile(
    "access denied|(?:访问|请求|操作)(?:过于)?频繁|(?:安全|人机|滑动)验证|请(?:输入|完成).{0,6}验证"
    "|请求被拒绝|您的?(?:请求|访问).{0,12}(?:拦截|拒绝|阻断|禁止)|拦截提示|访问被(?:拒绝|拦截|阻断)|系统繁忙|服务异常|防火墙"
    "|请开启 ?javascript|(?:please )?enable javascript|checking your browser|just a moment|attention required"
    "|请求存在(?:威胁|异常)|异常访问|验证码|are you a robot|verify you are human|request unsuccessful"
    "|web application firewall",
    re.IGNORECASE,
)
# What a page that says something has, and a block page has not.
_CONTENT = re.compile(
    rb"querydata|con_con|con_title|UCAP-CONTENT|BodyLabel|art-con|TRS_(?:UE|E)ditor|ArticleTitle|<article\b|\"?Zoom\"?"
    rb"|property=[\"']og:|application/rss|<rss\b|<feed\b|<rdf:RDF\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>|<!--|-->")
_SENTENCE = re.compile(r"[。！？]|[.!?]\s")

_LARGEST = 100_000
_LONGEST = 400
"""A block page is short: more visible characters than this say something."""


def blocked(status: int, headers: Mapping[str, str], body: bytes) -> Blocked | None:
    """The refusal that this answer is, or None. Header names are lower case.

    Codes: `http-403`, `http-412`, `http-521`; `challenge` for a script that wants to be run,
    `block-page` for a firewall's page, whatever their status.
    """
    if headers.get("cf-mitigated", "").lower() == "challenge" or "x-amzn-waf-action" in headers:
        return Blocked("challenge", f"the site answers with a challenge ({status})", REMEDY)
    if status in _STATUS:
        return Blocked(f"http-{status}", f"the site {_STATUS[status]}", REMEDY if status == 521 else REFUSED)
    if status in {404, 410} or len(body) > _LARGEST or not _is_markup(body) or _CONTENT.search(body):
        return None
    html = _text(body)
    visible = _visible(html)
    if len(visible) < 60 and (_SCRIPT.search(body) or (_COOKIE.search(body) and b"location" in body)):
        return Blocked("challenge", f"the site answers with a script challenge ({status})", REMEDY)
    title = found[1] if (found := _TITLE.search(html)) else ""
    if len(visible) <= _LONGEST and (_SAID.search(title) or _told(visible)):
        return Blocked("block-page", f"the site answers with a block page ({status})", REFUSED)
    return None


def _told(visible: str) -> bool:
    """True where the few words of a page are the firewall's, not an article's that mentions them."""
    found = _SAID.search(visible)
    if found is None:
        return False
    # 验证码 alone is on every login form and in many news items; such a page must say nothing else.
    longest, most = (40, 1) if found[0] == "验证码" else (200, 4)
    return len(visible) <= longest and len(_SENTENCE.findall(visible)) <= most


def _is_markup(body: bytes) -> bool:
    head = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") and not head.startswith(b"<?xml")


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030", "ignore")


def _visible(html: str) -> str:
    shown = _TAG.sub(" ", _CODE.sub(" ", html))
    return re.sub(r"\s+", " ", shown.replace("&nbsp;", " ")).strip()
