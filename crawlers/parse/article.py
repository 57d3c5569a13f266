"""From a fetched page to an Article: title, minute of publication, number, body without navigation.

The places where the known systems keep these are data (`_BODY` and its like); a source may name
its own in `article:`; only a page of an unknown template is given to trafilatura, which is
imported then. Never fetches, never asks the clock (`fetched` is for the caller to set).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bs4 import Tag
from soupsieve import SelectorSyntaxError

from crawlers.article import Article, Attachment, Entry, Moment
from crawlers.errors import Malformed
from crawlers.parse import attachments, byline, gone, labels, prose, stated, unknown
from crawlers.parse.charset import decode
from crawlers.parse.dates import read_moment
from crawlers.parse.page import Page
from crawlers.source import Source

# Where the body stands, with where that is known from.
_BODY = (
    "#con_con",  # jpaas: MIIT and the administrations (RSSHub lib/routes/gov/miit)
    "div.ccontent",  # the same body by its class
    "#UCAP-CONTENT",  # gov.cn (RSSHub lib/routes/gov/zhengce)
    "#BodyLabel",  # CAC (RSSHub lib/routes/gov/cac)
    "div.art-con",  # MOFCOM (RSSHub lib/routes/gov/mofcom)
    "#Zoom",  # NPC (RSSHub lib/routes/gov/npc)
    ".pages_content",  # gov.cn, older
    "#pages_content",
    ".TRS_UEDITOR",  # TRS: NDRC, SCIO and many more
    ".TRS_Editor",
    ".article_con",  # NDRC
)
_TITLE = ("#con_title", "h1.title", ".share-title", "h1.art-title", ".art-title", "#ti")
_TIME = ("#con_time", "#pubtime", ".pages-date")
_ORIGIN = ("span.font-zyygwj", "#source")
_KNOWN = re.compile(
    r"(?:id|class)\s*=\s*[\"']?[^\"'<>]{0,200}?\b"
    r"(?:con_con|ccontent|UCAP-CONTENT|BodyLabel|art-con|Zoom|pages_content|TRS_UEDITOR|TRS_Editor|article_con)\b"
)
# var fbrq = "2026年06月26日 18:00"  (NPC keeps its date in a script)
_SCRIPT_TIME = re.compile(r"\bfbrq\s*=\s*[\"']([^\"'\n]{6,40})[\"']")
# 发布时间：2026-09-30 16:27
_SHOWN_TIME = re.compile(r"(?:发布|发文|公布)?(?:时间|日期)\s*[：:]\s*(\d{4}.{4,20})")
# 工信厅信管函〔2018〕161号 | 公告2026年第12号 | 中华人民共和国工业和信息化部令第68号 | （国办发[2026]1号）
_NUMBER = re.compile(
    r"[（(]?((?:[\u4e00-\u9fff]{1,30}[〔\[［（(【﹝]\s*(?:19|20)\d\d\s*[〕\]］）)】﹞]\s*第?\s*\d{1,5}\s*号)"
    r"|(?:[\u4e00-\u9fff\s]{0,40}(?:公告|通告|令)\s*(?:[（(]?\s*(?:19|20)\d\d\s*年?\s*[)）]?)?\s*第\s*\d{1,5}\s*号))[）)]?"
)
# attachment, fujian-list, fj
_FILE_BOX = re.compile(r"attach|fujian|^fj(?:list|_|-|$)", re.IGNORECASE)
# "示例政策_国务院文件_中国政府网", "示例 - 中国网信网": the site's name behind a page's title
_SITE_NAME = re.compile(r"\s*(?:[_|｜]|\s[-–—]\s|-(?=中|国家|工业)).*$", re.DOTALL)
# What pages put below a text: a line of its own, never a sentence.
_BELOW = re.compile(
    r"(?:[\s【】\[\]（）():：|]*(?:打印本页|打印|关闭窗口|关闭本页|关闭|收藏|纠错|我要纠错|[-\s]*閱讀更多[-\s]*|[-\s]*阅读更多[-\s]*|返回顶部|分享到?))+[\s【】\[\]（）():：|]*"
    r"|扫一扫.{0,20}|.{0,24}(?:扫描|扫码|长按|识别|識別)[^。]{0,30}(?:二维码|二維碼).{0,40}|分享到.{0,30}|[（(【\[]?\s*(?:责任编辑|责编|网页编辑|网站编辑)\s*[：:].{0,30}"
    r"|(?:上|下)一[篇条]\s*[：:].{0,80}|The post .{1,300} (?:appeared first|first appeared) on .{1,100}"
    r"|字\s*号|调整字体|A[-+]\s*A[-+]|[\s【\[]*(?:当前|现在|您(?:现在)?(?:所在)?的?)(?:所在)?的?位置.{0,80}|.{0,12}首页\s*[>»＞].{0,60}"
    r"|.{0,80}(?:版权所有|ICP备\s*\d|公网安备|All rights reserved).{0,80}"
    r"|(?:关于我们|联系我们|版权声明|网站地图|法律声明)(?:[\s|｜·]+\S{2,8})*"
)
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"{\\rtf")
_CUT = ("...", "…", "..")


@dataclass(frozen=True, slots=True)
class _Found:
    """What a page gave, before the list's word is heard."""

    lines: list[str]
    stated: Moment | None = None
    origin: str = ""
    title: str = ""
    shown: tuple[Moment | None, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    files: tuple[Attachment, ...] = ()
    pictures: bool = False


def read(body: bytes, url: str, entry: Entry, source: Source, *, content_type: str = "") -> Article:
    """The article at `url` that `entry` of `source` led to.

    Published is the time the page shows (to the minute), else its label 发布日期, else the list's;
    MIIT's PubDate is later than what is shown and only counts where nothing else does, its MakeTime
    never. Raises Missing (`moved`, `soft-404`) and Malformed (`undecodable`, `no-body`).
    """
    if body.startswith(_BINARY) or content_type.lower().startswith(("application/pdf", "application/msword")):
        return _document(url, entry, source)
    html = decode(body, declared=content_type, kind="html")
    known = _KNOWN.search(html) is not None
    shell = None if known else gone.moved(html, url)
    if shell is not None:
        raise shell
    own = source.article
    if known or own.title or own.body or own.date or own.origin:
        found = _from_page(html, url, source)
    else:
        found = _Found(*unknown.read(html, url, source.zone))
    lines = _trimmed(found.lines)
    missing = gone.soft(html, "\n".join(lines), entry.title, known=known and bool(lines))
    if missing is not None:
        raise missing
    if not lines and not found.files and not found.pictures:
        raise Malformed("no-body", f"no text was found at {url}", "Name its place: article: {body: …}.")
    inside, lines = labels.take(lines)
    block = found.labels or inside or entry.labels
    title = found.title or labels.value(block, labels.TITLE) or _listed(entry, html)
    if not known and lines and lines[0] == title:
        lines = lines[1:]
    return Article(
        source=source.id,
        key=entry.key,
        url=url,
        title=title,
        text="\n".join(lines),
        published=_published(found, labels.value(block, labels.PUBLISHED), entry, source),
        doc_no=labels.value(block, labels.NUMBER) or _number(lines),
        origin=found.origin or labels.value(block, labels.ORIGIN) or entry.publisher,
        guid=entry.guid,
        lang=source.lang,
        tier=source.tier,
        authority=source.authority,
        attachments=found.files or entry.attachments,
        labels=block,
        whole=bool(lines),
    )


def _document(url: str, entry: Entry, source: Source) -> Article:
    """The link led to a file: the list's own words, and the file as its attachment."""
    return Article(
        source=source.id,
        key=entry.key,
        url=url,
        title=entry.title,
        text=entry.summary,
        published=entry.published,
        origin=entry.publisher,
        guid=entry.guid,
        lang=source.lang,
        tier=source.tier,
        authority=source.authority,
        attachments=(Attachment(entry.title, url),),
        whole=False,
    )


# --- a page whose template is known, or told by the source -------------------------------------------
def _from_page(html: str, url: str, source: Source) -> _Found:
    page, own = Page(html), source.article
    body = _chosen(page, own.body) if own.body else _body(page)
    if body is None and own.body:
        raise Malformed(
            "no-body", f"nothing at {own.body!r} on {url}", "Rebuilt? Correct article: {body: …}."
        )
    title = _chosen(page, own.title) if own.title else page.first(*_TITLE)
    shown = _chosen(page, own.date) if own.date else page.first(*_TIME)
    origin = _chosen(page, own.origin) if own.origin else page.first(*_ORIGIN)
    before, after = prose.outside(page.body, body) if body is not None else ([], [])
    script = _SCRIPT_TIME.search(html)
    texts = (
        _text(shown),
        page.meta("firstpublishedtime"),  # gov.cn
        script[1] if script else "",
        *(found[1] for line in reversed(before[-12:]) for found in _SHOWN_TIME.finditer(line)),
    )
    named = origin is not None and own.origin
    found = _Found(
        lines=[],
        title=_text(title) or prose.title(page.meta("ArticleTitle"), html=False),
        shown=tuple(read_moment(text, source.zone) for text in texts if text),
        stated=read_moment(page.meta("PubDate", "publishdate"), source.zone),
        origin=byline.origin([_text(origin)])
        or (_text(origin) if named else "")
        or byline.origin(before[-12:])
        or page.meta("ContentSource"),
        labels=labels.read(before) or labels.read(after),
    )
    if body is None:
        lines, said, _ = unknown.read(html, url, source.zone)
        return replace(found, lines=lines, stated=found.stated or said)
    lines = prose.paragraphs(body)
    if found.stated is None and not any(found.shown):
        found = replace(found, stated=stated.read(html, url, lines, source.zone))
    return replace(
        found,
        lines=lines,
        files=attachments.attachments([body, *_file_places(page, body)], url),
        pictures=body.find("img") is not None,
    )


def _body(page: Page) -> Tag | None:
    """The first known place that says something; else the first that is there at all."""
    places = [tag for place in _BODY if (tag := page.at(place)) is not None]
    return next((tag for tag in places if tag.get_text(strip=True)), places[0] if places else None)


def _chosen(page: Page, selector: str) -> Tag | None:
    try:
        return page.soup.select_one(selector)
    except SelectorSyntaxError:
        raise Malformed("selector", f"{selector!r} is not a CSS selector", "Correct article:.") from None


def _file_places(page: Page, body: Tag) -> list[Tag]:
    """Where else its files may be: beside the body, in a box called attachment, in a viewer anywhere."""
    beside = [body.parent] if body.parent is not None and body.parent.name == "div" else []
    boxes = [tag for name, tags in page.classes.items() if _FILE_BOX.search(name) for tag in tags]
    viewers = [tag.parent for tag in page.names.get("iframe", ()) if tag.get("fileurl") and tag.parent]
    return [tag for tag in (*beside, *boxes, *viewers) if tag is not body]


# --- what was found, weighed -------------------------------------------------------------------------
def _published(found: _Found, label: str, entry: Entry, source: Source) -> Moment | None:
    order = [*found.shown, read_moment(label, source.zone), entry.published]
    moments = [moment for moment in order if moment is not None]
    if not moments:
        return found.stated
    best = moments[0]
    if best.day is None:
        return best
    # Only a day is known: what names a minute of that very day says more; a meta that nobody sees
    # only where the page shows no date at all.
    zone = source.zone
    unseen = () if any(found.shown) or found.stated is None else (found.stated,)
    finer = (moment for moment in (*moments, *unseen) if moment.day is None)
    return next((moment for moment in finer if moment.at.astimezone(zone).date() == best.day), best)


def _listed(entry: Entry, html: str) -> str:
    """The list's title, unless it is cut and the page's begins like it."""
    if entry.title and not entry.title.endswith(_CUT):
        return entry.title
    found = re.search(r"<title[^<>]{0,100}>([^<]{1,500})", html[:50_000], re.IGNORECASE)
    shown = _SITE_NAME.sub("", prose.title(found[1])) if found else ""
    return shown if shown.startswith(entry.title.rstrip(".…")) else entry.title


def _number(lines: Sequence[str]) -> str:
    """The document number that stands on a line of its own at the top of the body."""
    for first, second in zip(lines[:8], [*lines[1:8], ""], strict=False):
        # An announcement's number may stand on two lines: 工业和信息化部公告 / 2026年第12号
        alone = len(first) >= 40 or _NUMBER.fullmatch(second)  # a title's last line, not the number's first
        found = _NUMBER.fullmatch(first) or (None if alone else _NUMBER.fullmatch(first + second))
        if found:
            return re.sub(r"\s+", "", found[1])
    return ""


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Without the buttons and credits below (and rarely above) the text."""
    kept = list(lines)
    while kept and _BELOW.fullmatch(kept[-1]):
        kept.pop()
    while kept and _BELOW.fullmatch(kept[0]):
        kept.pop(0)
    return kept


def _text(tag: Tag | None) -> str:
    if tag is None:
        return ""
    return prose.line(tag.get_text("\n") if tag.find("br") else tag.get_text())
