"""Rows of the other sites that share the ministry's system: MOFCOM's lists, the provinces', tables.

Same envelope, same paging; only `data.html` differs (RSSHub; the executed page-2 call of MOFCOM).
"""

from __future__ import annotations

from html import escape

from gatewatch.demo.jpaas import UNIT, Column, Document, unit_json


def _mofcom(document: Document) -> str:
    return f'<li><a href="{_to(document)}" title="{escape(document.title)}">{escape(document.title)}</a><span>[{_day(document)}]</span></li>'


def _plain(document: Document) -> str:
    return (
        f'<li><a href="{_to(document)}" title="{escape(document.title)}" target="_blank">{escape(document.title)}</a>'
        f"<span>{_day(document)}</span></li>"
    )


def _table(document: Document) -> str:
    return (
        f'<tr><td class="xh">1</td><td><a href="{_to(document)}" title="{escape(document.title)}" target="_blank">'
        f"{escape(document.title)}</a></td><td>{_day(document)}</td></tr>"
    )


def _to(document: Document) -> str:
    return escape(document.href or document.path)


def _day(document: Document) -> str:
    return document.listed or f"{document.published:%Y-%m-%d}"


_STYLES = {
    "mofcom": ('<ul class="txtList_01">', _mofcom, "</ul>"),
    "plain": ("<ul>", _plain, "</ul>"),
    "table": ("<table><tbody><tr><th>序号</th><th>标题</th><th>日期</th></tr>", _table, "</tbody></table>"),
}


def styled_answer(style: str, column: Column, documents: list[Document], page: int, size: int) -> str:
    """The unit JSON of one page in this style."""
    before, row, after = _STYLES[style]
    shown = documents[(page - 1) * size : page * size]
    pairs = ",".join(f"'{key}':'{value}'" for key, value in column.query.items() if key != "editType")
    return unit_json(
        f'<div id="{column.tag_id}"><div class="page-content">{before}{"".join(map(row, shown))}{after}</div>'
        f'<div class="pagination" queryData="{{{pairs}}}" rows="{size}" count="{len(documents)}" pageNo="{page}" '
        f'unitid="{column.tag_id}" unitUrl="{UNIT}"></div></div>'
    )
