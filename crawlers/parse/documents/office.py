"""Text of what office programs write as XML, RTF, web page or plain text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator

from bs4 import BeautifulSoup
from lxml import etree
from striprtf import striprtf

from crawlers.parse.charset import decode
from crawlers.parse.documents.outcome import Contents, Unread
from crawlers.parse.documents.parts import Budget, local, tree

# The body first; then what stands at the foot and beside it.
_rtf: Callable[..., str] = striprtf.rtf_to_text
_WORD_PARTS = re.compile(
    r"word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml", re.IGNORECASE
)
_SLIDES = re.compile(r"ppt/(?:slides/slide|notesSlides/notesSlide)(\d+)\.xml", re.IGNORECASE)
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
_SKIPPED = frozenset({"del", "moveFrom", "Fallback", "instrText"})
"""What was deleted, and the second telling of a text box."""
_OFFICE_PAGE = re.compile(
    r"schemas-microsoft-com:office|Content-Location:|Microsoft (?:Word|Excel)|Kingsoft|WPS"
)


def document(data: bytes) -> Contents:
    """A docx. Raises Unread."""
    return _paragraphs(
        data, "docx", lambda names: sorted(filter(_WORD_PARTS.fullmatch, names), key=_body_first)
    )


def slides(data: bytes) -> Contents:
    """A pptx. Raises Unread."""
    return _paragraphs(data, "pptx", lambda names: sorted(filter(_SLIDES.fullmatch, names), key=_number))


def _paragraphs(data: bytes, kind: str, chosen: Callable[[Iterable[str]], list[str]]) -> Contents:
    budget = Budget(len(data))
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        infos = {info.filename: info for info in pack.infolist()}
        lines = [line for name in chosen(infos) for line in _lines(tree(budget.take(pack, infos[name])))]
        pictures = any("/media/" in name for name in infos)
    text = "\n".join(lines)
    if not text and pictures:
        raise Unread("scan", "it holds pictures only", kind)
    return Contents(kind, text)


def _lines(root: etree._Element) -> Iterator[str]:
    for element in root.iter():
        if local(element) == "p" and not any(local(above) in _SKIPPED for above in element.iterancestors()):
            line = "".join(_run(element)).strip()
            if line:
                yield line


def _run(element: etree._Element) -> Iterator[str]:
    """What stands in a paragraph itself, not in the paragraphs of a box in it."""
    for child in element:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name in _BREAKS:
            yield _BREAKS[name]
        elif name not in _SKIPPED and name != "p":
            yield from _run(child)


def _body_first(name: str) -> tuple[bool, str]:
    return "document" not in name, name


def _number(name: str) -> tuple[bool, int]:
    found = _SLIDES.fullmatch(name)
    return "notes" in name.lower(), int(found[1]) if found else 0


def rich(data: bytes) -> Contents:
    """An RTF, which many files called .doc are."""
    return Contents("rtf", _tidy(_rtf(data.decode("latin-1"), errors="replace")))


def page(data: bytes) -> Contents:
    """A web page that an office program wrote; one that a site sent instead of the file is none."""
    html = decode(data, kind="html")
    if not _OFFICE_PAGE.search(html[:4000]):
        raise Unread("not-a-file", "the site sent a web page instead of a file")
    soup = BeautifulSoup(html, "lxml")
    for tag in soup(["style", "script", "head"]):
        tag.decompose()
    return Contents("html", _tidy(soup.get_text("\n")))


def plain(data: bytes) -> Contents:
    """A text file."""
    return Contents("txt", _tidy(decode(data, kind="html")))


def _tidy(text: str) -> str:
    return "\n".join(line for line in (" ".join(line.split()) for line in text.splitlines()) if line)
