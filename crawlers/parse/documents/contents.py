"""One door for all kinds of file: bytes in, text out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crawlers.parse.documents import ofd, office, packed, pdf, sheets, word
from crawlers.parse.documents.kinds import kind as kind_of
from crawlers.parse.documents.outcome import LONGEST, Contents, Unread

_READERS: Mapping[str, Callable[[bytes], Contents]] = {
    "pdf": pdf.contents,
    "docx": office.document,
    "pptx": office.slides,
    "xlsx": sheets.contents,
    "xls": sheets.contents,
    "doc": word.contents,
    "ofd": ofd.contents,
    "rtf": office.rich,
    "html": office.page,
    "txt": office.plain,
}


def contents(data: bytes, name: str = "", budget: packed.Budget | None = None) -> Contents:
    """The text of a file. Raises Unread.

    `budget` is what an archive that holds the file has left to give.
    """
    found = kind_of(data, name)
    try:
        if found == "zip":
            read = packed.contents(data, budget or packed.Budget(len(data)), contents)
        else:
            read = _READERS[found](data)
    except Unread as unread:
        raise Unread(unread.code, str(unread), unread.kind or found) from unread
    except (MemoryError, RecursionError) as error:
        raise Unread("too-large", "it needs more memory than it gets", found) from error
    except Exception as error:  # a library's own; whatever it is, the file is not read
        raise Unread("corrupt", f"it cannot be read ({type(error).__name__})", found) from error
    text = read.text.strip()
    if not text:
        raise Unread("empty", "there is no word in it", found)
    if len(text) > LONGEST:
        rest = f"what follows the first {LONGEST:,} characters"
        return Contents(read.kind, text[:LONGEST], "; ".join(filter(None, (read.missing, rest))))
    return Contents(read.kind, text, read.missing)
