"""Finds the box of a page that holds its sentences: for pages laid out in tables, and without templates.

A box is worth the characters of its sentences less those of its links and labels; the box worth most
is the main one. Reads a page as lxml sees it; never fetches, knows no site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree, html

from crawlers.parse import prose

_RUNS_ON_WORDS = "a abbr b big cite code em font i mark q s small span strong sub sup u wbr"
_PART_WORDS = """
    blockquote br center dd del dt h1 h2 h3 h4 h5 h6 hr img ins label li p script style tbody time tr
"""
_RUNS_ON = frozenset(_RUNS_ON_WORDS.split())
# Parts of a text, or of a row of boxes: never the main box itself.
_PARTS = _RUNS_ON | frozenset(_PART_WORDS.split())
_UNREAD = frozenset({"aside", "footer", "nav"})
_SENTENCE = re.compile(r"[。！？；，、：,.!?;]")
_END = re.compile(r"[。！？]|[.!?](?:\s|$)")
_LONG = 60
"""Characters from which on a paragraph is no headline."""
_LEGAL = re.compile(
    r"版权|版權|免责|免責|声明|聲明|ICP|转载|轉載|备案|备\d|举报|许可证|copyright|all rights", re.IGNORECASE
)
_LEAST = 12
"""Characters from which on a run of words with a stop in it is a sentence."""
_XML = re.compile(r"^\s*<\?xml[^<>]*>", re.IGNORECASE)

_HEADINGS = ("h2", "h3", "h4", "h5")
_BOXES = frozenset({"article", "div", "li", "section", "td", "tr"})
_MANY = 3
# div-continue-content, article-fold, read-more-text
_FOLDED = re.compile(r"\b(?:continue|fold(?:ed)?|unfold|read-?more|full-?text)\b", re.IGNORECASE)

_Worth = tuple[int, int]
"""The characters in sentences, and those of links and labels."""


def tree(markup: str) -> html.HtmlElement | None:
    """The page as lxml sees it; None where it sees nothing."""
    try:
        root: html.HtmlElement | None = html.document_fromstring(
            _XML.sub("", markup), html.HTMLParser(remove_comments=True, remove_pis=True)
        )
    except (etree.LxmlError, ValueError):
        return None
    return root


def drop_teasers(root: html.HtmlElement) -> None:
    """Take rows of boxes that each begin another text away: three or more with a linked heading each.

    Such a row within an <article> may be a digest, the article's own: it stays. So does the only box
    with an h1 of its own, though it may hold a linked heading too and stand in a row with the others.
    """
    holding = {
        above
        for heading in root.iter(*_HEADINGS)
        if _is_linked(heading)
        for above in (heading, *heading.iterancestors())
    }
    for row in holding:
        items = [child for child in row if child in holding and child.tag in _BOXES]
        if len(items) >= _MANY and (items[0].tag == "article" or not _within_article(row)):
            own = [item for item in items if not all(map(_is_linked, item.iter("h1")))]
            for item in items:
                if own != [item]:
                    row.remove(item)


def unfold(root: html.HtmlElement) -> None:
    """Show what a page hides of its own text until a reader asks for the rest of it."""
    for box in root.iter(*_BOXES, "p"):
        if box.get("style") and _FOLDED.search(f"{box.get('class')} {box.get('id')}"):
            del box.attrib["style"]


def _is_linked(heading: html.HtmlElement) -> bool:
    """True where a heading is wholly a link."""
    parent = heading.getparent()
    if parent is not None and parent.tag == "a":
        return True
    linked = sum(len(link.text_content().strip()) for link in heading.iter("a"))
    return linked > 4 and linked * 10 >= len(heading.text_content().strip()) * 8


def _within_article(element: html.HtmlElement) -> bool:
    return element.tag == "article" or any(above.tag == "article" for above in element.iterancestors())


def lines(root: html.HtmlElement) -> list[str]:
    """The paragraphs of the main box; none where the page has no sentence."""
    box = _best(root)
    return (
        [] if box is None else prose.plain(etree.tostring(box, method="html", encoding="unicode")).split("\n")
    )


def sentences(paragraphs: Iterable[str]) -> int:
    """How many characters of these paragraphs are in whole sentences (a headline is none)."""
    whole = (paragraph for paragraph in paragraphs if _END.search(paragraph) or len(paragraph) >= _LONG)
    return sum(_weighed(paragraph, linked=False)[0] for paragraph in whole)


def _best(root: html.HtmlElement) -> html.HtmlElement | None:
    """The box worth most, the innermost of equals."""
    best, most = None, 0
    for element, (said, other) in _worths(root).items():
        # Children come before their parents: an outer box must be worth more.
        if said - other > most and element.tag not in _PARTS:
            best, most = element, said - other
    return best


def _worths(root: html.HtmlElement) -> dict[html.HtmlElement, _Worth]:
    """What each element is worth, children before their parents; no recursion."""
    worths: dict[html.HtmlElement, _Worth] = {}
    open_ones = [(root, False, False)]
    while open_ones:
        element, linked, done = open_ones.pop()
        if done:
            worths[element] = _worth(element, worths, linked=linked)
        elif element.tag in _UNREAD or prose.skipped(str(element.tag), element.attrib):
            worths[element] = (0, 0)
        else:
            linked = linked or element.tag == "a"
            open_ones.append((element, linked, True))
            open_ones += [(child, linked, False) for child in element]
    return worths


def _worth(element: html.HtmlElement, worths: dict[html.HtmlElement, _Worth], *, linked: bool) -> _Worth:
    said = other = 0
    run = [element.text or ""]
    for child in element:
        if child.tag in _RUNS_ON and len(child) == 0 and not _leads(child, run):
            run.append(child.text or "")
            worths[child] = (0, 0)
        else:
            more, rest = _weighed("".join(run), linked=linked)
            inner, around = worths[child]
            said, other = said + more + inner, other + rest + around
            run = []
        run.append(child.tail or "")
    more, rest = _weighed("".join(run), linked=linked)
    return said + more, other + rest


def _leads(child: html.HtmlElement, run: list[str]) -> bool:
    """True for a link that is an entry of a list, not a word within a sentence."""
    return child.tag == "a" and (len((child.text or "").strip()) >= _LEAST or not "".join(run).strip())


def _weighed(run: str, *, linked: bool) -> _Worth:
    run = run.strip()
    size = len(run)
    legal = size < 120 and _LEGAL.search(run)
    if linked or size < _LEAST or legal or not _SENTENCE.search(run):
        return 0, size
    return size, 0
