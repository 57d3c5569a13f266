"""From HTML to plain text: a paragraph a line, without what is not prose.

Keeps the words verbatim, zero-width characters and all; only white space that HTML itself does not
show is folded. Normalising for matching is another stage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from bs4.element import NavigableString, PageElement, PreformattedString, Tag
from lxml import etree

from crawlers.parse.charset import scrub

_BLOCK_WORDS = """
    address article blockquote body br center dd details div dl dt fieldset figcaption figure form h1 h2 h3
    h4 h5 h6 header hr li main ol p pre section summary table tbody tfoot thead tr ul
"""
_SKIPPED_WORDS = """
    aside audio button canvas embed footer head iframe map nav noscript object option script select style svg
    template textarea title video
"""
# Boxes around an article that are not the article, by a class or id, or the first part of one.
_AROUND_WORDS = """
    share sharebox bdshare bdsharebuttonbox social sharedaddy related relate relatednews relevant recommend
    recommended xgxw xgyd xgwz xglj xgjd xgnews hotnews sidebar breadcrumb breadcrumbs crumb crumbs mnav dqwz
    navigation pagination pager prevnext qrcode ewm erweima toolbar newsletter subscribe advert advertisement
    comments copyright footer tuijian cookie cookies consent gdpr
"""
_BLOCKS = frozenset(_BLOCK_WORDS.split())
_CELLS = frozenset({"td", "th"})
_SKIPPED = frozenset(_SKIPPED_WORDS.split())
_AROUND = frozenset(_AROUND_WORDS.split())
_FIRST_PART = re.compile(r"[-_]")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_WIDE = r"\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef“”‘’—…〔〕"
# "网络\n    接入" in the source of a page is one word, not two.
_BROKEN = re.compile(rf"(?<=[{_WIDE}])[ \t]*[\r\n][ \t\r\n]*(?=[{_WIDE}])")
_BLANK = re.compile(r"[ \t\r\n\f\v\xa0]+")
# A tag, a comment or a declaration opens: <p  </p  <!--
_MARKUP = re.compile(r"<(?:/?[A-Za-z]|!--)")
# Tags that titles carry; other angle brackets in a title are its own words ("<!channel>", "a < b").
_TITLE_TAG = re.compile(
    r"<(script|style)\b[^<>]*>.{0,2000}?</\1\s*>"
    r"|</?(?:a|abbr|applet|b|big|blink|body|br|center|cite|code|div|em|embed|font|frame|frameset|h[1-6]|head|html"
    r"|i|iframe|img|ins|link|mark|meta|object|p|q|s|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE | re.DOTALL,
)


class Prose:
    """Gathers paragraphs from the events of a parser (`start`, `data`, `end`, `close`)."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._parts: list[str] = []
        self._skipping = 0
        self._cells: list[int] = []  # where each open table cell begins in `lines`
        self._glue = False
        self._pre = 0
        self.before: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, Any]) -> None:
        """An element opens."""
        if self._skipping or skipped(tag, attributes):
            self._skipping += 1
            return
        if tag in _CELLS:
            self._flush()
            self._cells.append(len(self.lines))
        elif tag in _BLOCKS:
            self._flush()
            self._pre += tag == "pre"
            if tag == "tr":
                self._glue = False

    def end(self, tag: str) -> None:
        """An element closes."""
        if self._skipping:
            self._skipping -= 1
            return
        if tag in _CELLS:
            self._flush()
            self._close_cell()
        elif tag in _BLOCKS:
            self._flush()
            self._pre = max(0, self._pre - (tag == "pre"))
            if tag in {"tr", "table"}:
                self._glue = False

    def data(self, text: str) -> None:
        """Characters between tags."""
        if self._skipping:
            return
        if self._pre and "\n" in text:
            for line in text.splitlines():
                self._parts.append(line)
                self._flush()
        else:
            self._parts.append(text)

    def split(self) -> None:
        """What was gathered so far is `before`; `lines` begins anew."""
        self._flush()
        self.before, self.lines = self.lines, []
        self._cells.clear()
        self._glue = False

    def close(self) -> list[str]:
        """The paragraphs."""
        self._flush()
        return self.lines

    def _flush(self) -> None:
        if self._parts:
            text = line("".join(self._parts))
            self._parts.clear()
            if text:
                self.lines.append(text)

    def _close_cell(self) -> None:
        """A short cell goes on its row's line; a long one (a page laid out as a table) keeps its lines."""
        if not self._cells:
            return
        begin = self._cells.pop()
        own = self.lines[begin:]
        if not own:
            return
        short = len(own) <= 3 and sum(map(len, own)) <= 200
        if short:
            self.lines[begin:] = [" ".join(own)]
            if self._glue and begin and len(self.lines[begin - 1]) <= 400:
                self.lines[begin - 1 :] = [f"{self.lines[begin - 1]} {self.lines[begin]}"]
        self._glue = short


def skipped(tag: str, attributes: Mapping[str, Any]) -> bool:
    """True for an element that holds no prose: a script, a form's field, a box around the article."""
    return tag in _SKIPPED or (tag not in {"body", "html"} and _around(attributes))


def _around(attributes: Mapping[str, Any]) -> bool:
    if not attributes:
        return False
    if "hidden" in attributes or _HIDDEN.search(str(attributes.get("style") or "")):
        return True
    names = attributes.get("class") or ()
    names = [*(names.split() if isinstance(names, str) else names), str(attributes.get("id") or "")]
    return any(
        not _AROUND.isdisjoint((name.lower(), _FIRST_PART.split(name.lower(), 1)[0])) for name in names
    )


def line(text: str) -> str:
    """The text on one line: white space folded, none at the ends, words verbatim."""
    if "\n" in text or "\r" in text:
        text = _BROKEN.sub("", text)
    return _BLANK.sub(" ", scrub(text)).strip()


def title(text: str, *, html: bool = True) -> str:
    """A title on one line; with `html`, its markup goes and its entities become characters."""
    if html:
        text = unescape(_TITLE_TAG.sub(lambda tag: "\n" if tag[0][:3].lower() == "<br" else "", text))
    return line(text)


def plain(fragment: str, *, html: bool = True) -> str:
    """A fragment of HTML (a feed's description, say) as plain text, a paragraph a line."""
    if not html or not _MARKUP.search(fragment):
        whole = unescape(fragment) if html else fragment
        return "\n".join(text for part in whole.splitlines() if (text := line(part)))
    parser = etree.HTMLParser(target=Prose(), remove_comments=True, remove_pis=True)
    try:
        parser.feed(scrub(fragment))
        lines: list[str] = parser.close()
    except etree.LxmlError:  # nothing but declarations: no prose
        return ""
    return "\n".join(lines)


def paragraphs(node: Tag) -> list[str]:
    """The paragraphs of an element of a page."""
    prose = Prose()
    _walk(node, prose, None)
    return prose.close()


def outside(node: Tag, apart: Tag) -> tuple[list[str], list[str]]:
    """The paragraphs of an element before and after another one that it holds."""
    prose = Prose()
    _walk(node, prose, apart)
    lines = prose.close()
    return prose.before, lines


def _walk(node: Tag, prose: Prose, apart: Tag | None) -> None:
    """Tell `prose` what stands below the node, leaving out (and splitting at) `apart`; no recursion."""
    open_tags: list[Iterator[PageElement]] = [iter(node.contents)]
    names: list[str] = []
    while open_tags:
        child = next(open_tags[-1], None)
        if child is None:
            open_tags.pop()
            if names:
                prose.end(names.pop())
        elif child is apart:
            prose.split()
        elif isinstance(child, Tag):
            prose.start(child.name, child.attrs)
            names.append(child.name)
            open_tags.append(iter(child.contents))
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            prose.data(child)
