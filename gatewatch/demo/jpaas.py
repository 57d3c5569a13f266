"""Pages in the shape of the ministry's jpaas system, written from what a document says.

A column page is a shell with one script whose `queryData` names the unit call; the unit call answers
JSON whose `data.html` holds 24 rows; an article page shows one time and hides another in its head
(RSSHub lib/routes/gov/miit; SmallParamecium/miit-scraper). Pure: no network, no clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from html import escape
from importlib import resources
from string import Template

UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
"""Where the rows of every column are asked for."""

WEB_ID = "8d828e408d90447786ddbe128d495e9e"
TEMPLATE_SET = "209741b2109044b5b7695700b2bec37e"
ROWS = 24
"""Rows a page, as on the ministry's columns."""

CUT_AT = 28
"""A list shows so many characters of a title at most; the whole one stands in the `title` attribute."""


def hex_id(*parts: str) -> str:
    """Thirty-two hexadecimal digits, the same for the same parts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `folder` begins and ends with a slash; its page is `folder` + `index.html`."""

    folder: str
    name: str
    trail: tuple[str, ...] = ("政务公开", "政策文件", "文件发布")
    tag_id: str = "右侧内容"
    wrapper: str = "clist_con"
    parse_type: str = "buildstatic"

    @property
    def path(self) -> str:
        """The path of the column page."""
        return f"{self.folder}index.html"

    @property
    def page_id(self) -> str:
        """The id that the unit call must name."""
        return hex_id("page", self.folder)

    @property
    def query(self) -> dict[str, str]:
        """What the unit call must carry, in the order of the page."""
        return {
            "parseType": self.parse_type,
            "webId": WEB_ID,
            "tplSetId": TEMPLATE_SET,
            "pageType": "column",
            "tagId": self.tag_id,
            "editType": "null",
            "pageId": self.page_id,
        }

    def answers(self, query: Mapping[str, str]) -> bool:
        """True where a unit call with this query names this column rightly (`editType` may be left out)."""
        asked = {key: value for key, value in query.items() if key not in {"paramJson", "editType"}}
        return asked == {key: value for key, value in self.query.items() if key != "editType"}


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the ministry, before it is a page.

    `published` is what the page shows, to the minute, aware. `paragraphs` is plain text; `body` is
    HTML that replaces them. `listed`, `shown` and `pub_date` replace the dates that follow from
    `published`; `href` replaces the address in the row. `written` is the day of signing.
    """

    path: str
    title: str
    published: datetime
    paragraphs: tuple[str, ...] = ()
    doc_no: str = ""
    issuer: str = ""
    written: str = ""
    origin: str = "信息通信管理局"
    kind: str = "信息通信管理"
    attachments: tuple[tuple[str, str], ...] = ()
    body: str = ""
    listed: str = ""
    shown: str = ""
    pub_date: str = ""
    href: str = ""


def document_path(column: Column, title: str, published: datetime) -> str:
    """Where a document of this title stands: `/…/art/2017/art_<32 hex>.html`."""
    return (
        f"{column.folder}art/{published:%Y}/art_{hex_id(column.folder, title, f'{published:%Y-%m-%d}')}.html"
    )


@cache
def _template(name: str) -> Template:
    file = resources.files("gatewatch") / "demo" / "pages" / "miit" / name
    return Template(file.read_text("utf-8"))


def page_asked(query: Mapping[str, str]) -> int:
    """The page of rows that a unit call asks for: `paramJson={"pageNo":2,"pageSize":24}`, else the first.

    Raises ValueError for a paramJson that is not one.
    """
    paging = json.loads(query.get("paramJson", "{}"))
    if not isinstance(paging, dict):
        raise TypeError("paramJson is not an object")
    return int(paging.get("pageNo", 1))


def column_page(column: Column) -> str:
    """The shell: everything but the rows."""
    pairs = ",".join(f"'{key}':'{value}'" for key, value in column.query.items())
    unit = (
        f'<script id="{hex_id("unit", column.folder)}" '
        'src="/cms_files/default/script/AuthorizedRead/unitbuild.js?v=3.1.3-GXB" '
        f'webId="{WEB_ID}" pageId="{column.page_id}" parseType="{column.parse_type}" '
        f'url="{UNIT}" queryData="{{{pairs}}}"></script>'
    )
    return _template("column.html").substitute(
        name=escape(column.name), crumbs=_crumbs(column), wrapper=column.wrapper, unit=unit
    )


def _crumbs(column: Column) -> str:
    steps = column.folder.strip("/").split("/")
    names = (*column.trail, column.name)[-len(steps) :]
    return "".join(
        f' &gt; <a href="/{"/".join(steps[: index + 1])}/index.html">{escape(name)}</a>'
        for index, name in enumerate(names)
    )


def unit_answer(column: Column, documents: list[Document], page: int = 1, size: int = ROWS) -> str:
    """The JSON of one page of rows, newest first as given; `page` counts from 1."""
    shown = documents[(page - 1) * size : page * size]
    rows = "\n".join(_row(document, last=index == len(shown) - 1) for index, document in enumerate(shown))
    pairs = ",".join(f"'{key}':'{value}'" for key, value in column.query.items() if key != "editType")
    last = max(1, -(-len(documents) // size))
    return unit_json(
        f'<div id="{column.tag_id}">\n  <div class="page-content">\n    <ul>\n{rows}\n    </ul>\n  </div>\n'
        f'  <div class="pagination" queryData="{{{pairs}}}" rows="{size}" unitid="{column.tag_id}" '
        f'count="{len(documents)}" pageNo="{page}" unitUrl="{UNIT}">'
        f'<span class="layui-laypage-curr"><em></em><em>{page}</em></span>'
        f'<a class="layui-laypage-last" data-page="{last}">尾页</a></div>\n</div>\n'
    )


def unit_json(html: str, *, success: bool = True) -> str:
    """The envelope of a unit answer. A refusal has status 200, `success` false and no rows."""
    answer = {
        "roles": None,
        "permissions": None,
        "code": "200",
        "success": success,
        "data": {"html": html},
        "message": "",
    }
    return json.dumps(answer, ensure_ascii=False)


def _row(document: Document, *, last: bool) -> str:
    title = document.title
    cut = title if len(title) <= CUT_AT else f"{title[:CUT_AT]}..."
    return (
        f'        <li class="cf{" border-line" if last else ""}">\n'
        f'            <a class="fl" href="{escape(document.href or document.path)}" target="_blank" '
        f'title="{escape(title)}"><i></i>{escape(cut)}</a>\n'
        f'            <span class="fr">{document.listed or f"{document.published:%Y-%m-%d}"}</span>\n'
        "        </li>"
    )


def article_page(column: Column, document: Document, related: tuple[Document, ...] = ()) -> str:
    """The page of one document, with the navigation and the related links that stand around it."""
    later = document.published + timedelta(minutes=21)
    links = "\n".join(
        f'<li><a href="{escape(other.path)}" title="{escape(other.title)}">{escape(other.title)}</a>'
        f"<span>{other.published:%Y-%m-%d}</span></li>"
        for other in related
    )
    return _template("article.html").substitute(
        title=escape(document.title),
        column=escape(column.name),
        crumbs=_crumbs(column),
        pub_date=document.pub_date or f"{later:%Y-%m-%d %H:%M}",
        make_time=f"{later + timedelta(hours=2):%Y-%m-%d %H:%M:%S}",
        path=escape(document.path),
        origin=escape(document.origin),
        labels=_labels(document),
        shown=document.shown or f"发布时间：{document.published:%Y-%m-%d %H:%M}",
        body=document.body or _body(document),
        related=links,
    )


def _labels(document: Document) -> str:
    """The label block that policy documents carry; other pages have none."""
    if not document.doc_no:
        return ""
    pairs = (
        ("发文机关：", document.issuer),
        ("标　　题：", document.title),
        ("发文字号：", document.doc_no),
        ("成文日期：", document.written),
        ("发布日期：", f"{document.published:%Y-%m-%d}"),
        ("文章来源：", document.origin),
        ("分　　类：", document.kind),
    )
    cells = "".join(f"<tr><td>{name}</td><td>{escape(value)}</td></tr>" for name, value in pairs)
    return f'<table class="xxgk_table">{cells}</table>'


def _body(document: Document) -> str:
    lines = []
    if document.doc_no:
        lines.append(f'<p style="text-align:center">{escape(document.doc_no)}</p>')
    lines.extend(f"<p>{escape(paragraph)}</p>" for paragraph in document.paragraphs)
    for name, path in document.attachments:
        lines.append(f'<p>附件：<a href="{escape(path)}">{escape(name)}</a></p>')
        if path.endswith(".pdf"):
            viewer = f"/pdfjs/web/viewer.html?file={escape(path)}"
            lines.append(f'<p><iframe src="{viewer}" fileurl="{escape(path)}"></iframe></p>')
    return "\n".join(lines)
