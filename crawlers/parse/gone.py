"""Tells a page that is not the page: moved by a script, not found with 200, a login form.

Such an answer must not be stored as an article; it is reported and tried again. Pure predicates on
text; never follows where a page leads.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from crawlers.errors import Missing
from crawlers.parse import prose

# window.location.href="/search/wjfb.html?…"; location.replace('/new/'); top.location = "…"
_SCRIPT_MOVE = re.compile(
    r"(?:(?:window|self|top|document|parent)\.)?\blocation(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*[\"']([^\"'\s]{1,500})[\"']"
)
# <meta http-equiv="refresh" content="0; url=/new/">
_META_MOVE = re.compile(
    r"<meta[^<>]{0,80}http-equiv\s*=\s*[\"']?refresh[^<>]{0,80}?url\s*=\s*[\"']?([^\"'<>\s]{1,500})",
    re.IGNORECASE,
)
_CODE = re.compile(r"<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_PASSWORD = re.compile(r"<input[^<>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_WHOLE_TITLE = re.compile(r"<title[^<>]*>[^<]*</title\s*>", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]{0,100}>([^<]{0,300})", re.IGNORECASE)

_NOT_THERE = re.compile(
    r"(?:页面|网页|文章|内容|信息|文件|链接|资源|頁面|網頁|文章)[^。！\n]{0,12}?(?:不存在|找不到|未找到|無法找到|无法找到|已(?:被)?删除|已下线|已失效|已刪除)"
    r"|(?:找不到|未找到|没有找到|无法找到|無法找到)[^。！\n]{0,12}?(?:页面|网页|文章|内容|信息|文件|頁面|網頁)"
    r"|\b404\b(?:\s*[-–—|:：]?\s*(?:错误|not found|error|页面))|(?:error|错误|HTTP)\s*[:：]?\s*404\b"
    r"|\b(?:page|file|article|document)\s+(?:was\s+|could\s+)?not\s+(?:be\s+)?found\b|^\s*404\s*(?:$|[-–—|_])"
    r"|\bno longer (?:available|exists)\b",
    re.IGNORECASE,
)
# “页面不存在” as a word that a text speaks of
_QUOTED = re.compile(r"[“\"‘「『][^“”\"‘’「」『』]{0,30}[”\"’」』]")
_STOP = re.compile(r"[。！？]|[.!?](?:\s|$)")
# A sentence as news has them, beside which a password box is that of the page's head
_SAID = re.compile(r"[\u4e00-\u9fff，、；：“”0-9A-Za-z%.《》（）()-]{40,}[。！？]")
_SIGN_IN = re.compile(r"登录|登陆|登入|请先登|sign\s?in|log\s?in", re.IGNORECASE)


def moved(html: str, url: str) -> Missing | None:
    """The page is nothing but a redirect by script or meta (a shell): where to, in the remedy."""
    if len(html) > 20_000:
        return None
    found = _META_MOVE.search(html) or _SCRIPT_MOVE.search(html)
    if found is None or len(_visible(html)) > 60:
        return None
    target = found[1].replace("&amp;", "&")
    try:
        target = urljoin(url, target)
    except ValueError:
        target = "an unreadable address"
    return Missing("moved", f"{url} only leads elsewhere", f"It names {target}: open it, then correct url:.")


def soft(html: str, text: str, wanted: str, *, known: bool = False) -> Missing | None:
    """The page says that it has nothing, or asks for a password.

    `wanted` is the title we came for; `known` says that the text stood where this site's articles
    stand, so that only a very short one can be no article.
    """
    text = text or _visible(html[:100_000])
    shown = prose.title(found[1]) if (found := _TITLE.search(html[:20_000])) else ""
    # An article about missing pages quotes them, or its list calls it so, or it has more to say.
    said = len(text) < (60 if known else 300) and _NOT_THERE.search(_QUOTED.sub("", text))
    titled = len(text) < (60 if known else 600) and _NOT_THERE.search(_QUOTED.sub("", shown))
    if (said or titled) and not _NOT_THERE.search(wanted):
        return Missing(
            "soft-404", "the page says that it is not there, though it answers 200", "It is tried again."
        )
    if (
        not known
        and len(text) < 300
        and (len(_STOP.findall(text)) < 3 or _SIGN_IN.search(text))
        and not (_SAID.search(text) and not _SIGN_IN.search(f"{shown}\n{text}"))
        and _PASSWORD.search(html)
        and _SIGN_IN.search(f"{shown}\n{text}\n{html[:50_000]}")
    ):
        return Missing("soft-404", "a login form stands where the article should be", "It is tried again.")
    return None


def _visible(html: str) -> str:
    """Roughly what a person would see in a small page."""
    return prose.line(_TAG.sub(" ", _WHOLE_TITLE.sub(" ", _CODE.sub(" ", html))))
