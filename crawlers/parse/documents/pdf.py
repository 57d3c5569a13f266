"""The text of a PDF, by PDFium. A page without letters is a scan; nothing here reads pictures."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pypdfium2 as pdfium

from crawlers.parse.documents.lines import paragraphs
from crawlers.parse.documents.outcome import LONGEST, Contents, Unread

_PASSWORD = 4
"""FPDF_ERR_PASSWORD of fpdfview.h."""
_MOST_PAGES = 3000
_FEW = 10
"""Letters below which a page says nothing: a scanner's stamp, a page number."""
_GARBLED = 0.3


def contents(data: bytes) -> Contents:
    """The text of all pages. Raises Unread."""
    try:
        document = pdfium.PdfDocument(data)
        count = len(document)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise Unread("encrypted", "it asks for a password") from error
        raise Unread("corrupt", "it cannot be opened") from error
    pages = [text.splitlines() for text in _pages(document, min(count, _MOST_PAGES))]
    bare = sum(sum(map(len, map(str.strip, page))) < _FEW for page in pages)
    if pages and bare == len(pages) and (count > 1 or not _has_letters(pages) or _has_picture(document)):
        raise Unread("scan", f"its {count} pages are pictures" if count > 1 else "its page is a picture")
    text = paragraphs(pages)
    if _garbled(text):
        raise Unread("garbled", "its fonts do not say what their signs mean")
    pictured = bare if any(_pictured(document, number) for number in _bare(pages)) else 0
    return Contents("pdf", text, f"{pictured} of {count} pages are pictures" if pictured else "")


def _pages(document: pdfium.PdfDocument, count: int) -> Iterator[str]:
    total = 0
    for number in range(count):
        text = document[number].get_textpage().get_text_bounded()
        total += len(text)
        # U+FFFE is PDFium's mark of a hyphen at a line's end
        yield text.replace("\ufffe\r\n", "").replace("\ufffe", "-").replace("\x00", "")
        if total > LONGEST:
            return


def _bare(pages: list[list[str]]) -> list[int]:
    return [number for number, page in enumerate(pages) if sum(map(len, page)) < _FEW][:20]


def _has_letters(pages: list[list[str]]) -> bool:
    return any(sign.isalnum() for page in pages for line in page for sign in line)


def _has_picture(document: pdfium.PdfDocument) -> bool:
    return _pictured(document, 0)


def _pictured(document: pdfium.PdfDocument, number: int) -> bool:
    image = pdfium.raw.FPDF_PAGEOBJ_IMAGE
    return next(document[number].get_objects(filter=[image], max_depth=3), None) is not None


def _garbled(text: str) -> bool:
    sample = text[:20_000]
    odd = sum(
        unicodedata.category(sign) in {"Co", "Cn", "Cc"} or sign == "\ufffd"
        for sign in sample
        if sign != "\n"
    )
    return bool(sample) and odd > _GARBLED * len(sample)
