"""Puts a source's live pages into a folder as tests/pages holds them: scrubbed bytes, meta, golden.

Never overwrites a folder; leaves none behind where what was scrubbed cannot be read as the live pages were.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crawlers.article import Entry
from crawlers.errors import ConfigError, Malformed, SourceError
from crawlers.parse.charset import Kind, decode
from crawlers.source import Source
from gatewatch.frozen import data, markup
from gatewatch.frozen.filler import Filler
from gatewatch.frozen.reading import LIST, read

_ENCODINGS = ("utf-8", "gb18030", "big5hkscs", "cp1252", "utf-16")
_ITEM = re.compile(r"<(item|entry)\b.*?</\1\s*>\s*", re.DOTALL)
_MOST_ITEMS = 8
"""Items of a feed that are kept, where its source does not owe more: they are all alike."""

_REPORT = "Report it, with the address: the replacing of text broke what the live page had."


@dataclass(frozen=True, slots=True)
class Page:
    """One live answer: the name of its file, what it said, and for an article what led there."""

    file: str
    body: bytes
    content_type: str
    url: str = ""
    entry: int | None = None


def pages(
    source: Source, lists: list[Any], entries: list[Entry], of: Entry | None, article: Any
) -> list[Page]:
    """The files of a survey's answers: `lists` are those of the list, `article` that of the entry `of`."""
    found = []
    if source.kind == "jpaas":
        column, unit = lists[0], lists[-1]
        found = [_page("column.html", column), _page("unit.json", unit)]
    else:
        name = LIST[source.kind]
        if source.kind == "feed" and lists[-1].body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
            name = "feed.json"
        found = [_page(name, lists[-1])]
    if article is not None and of is not None:
        found.append(_page("article.html", article, url=article.url, entry=entries.index(of)))
    return found


def _page(file: str, answer: Any, **more: Any) -> Page:
    kind = (answer.headers.get(b"Content-Type") or b"").decode("latin-1")
    return Page(file, answer.body, kind, **more)


def write(source: Source, found: list[Page], folder: Path, fetched: datetime) -> Mapping[str, Any]:
    """Write the folder; its golden result. Raises ConfigError where it is there, SourceError as above."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        remedy = "Remove it first, or name another folder with --out."
        raise ConfigError("is there already, and nothing is overwritten", remedy, file=folder) from None
    try:
        return _written(source, found, folder, fetched)
    except SourceError as error:
        shutil.rmtree(folder)
        raise Malformed(
            "not-frozen", f"the frozen pages of {source.id} cannot be read: {error}", _REPORT
        ) from error
    except BaseException:
        shutil.rmtree(folder)
        raise


def _written(source: Source, found: list[Page], folder: Path, fetched: datetime) -> Mapping[str, Any]:
    filler = Filler(source.id, "".join(_text(page)[0] for page in found)[:200_000])
    files: dict[str, Any] = {}
    for page in found:
        (folder / page.file).write_bytes(frozen(page, filler, least=source.at_least))
        files[page.file] = {"content_type": page.content_type}
        if page.entry is not None:
            files[page.file] |= {"url": filler.url(page.url), "entry": page.entry}
    about = {
        "source": source.id,
        "kind": source.kind,
        "url": source.url,
        "fetched": fetched.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "files": files,
    }
    golden = read(source, folder, about)
    if not golden["entries"]:
        raise Malformed("not-frozen", "no entry is left", _REPORT)
    for name, value in (("meta", about), ("golden", golden)):
        (folder / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return golden


def frozen(page: Page, filler: Filler, *, least: int = 0) -> bytes:
    """The page's bytes with their text replaced, in the encoding that they came in."""
    text, encoding = _text(page)
    if page.file.endswith(".json"):
        new = json.dumps(data.scrubbed(json.loads(text), filler), ensure_ascii=False, indent=1)
    else:
        if page.file == "feed.xml":
            text = _shortened(text, max(least, _MOST_ITEMS))
        new = markup.scrubbed(text, filler)
    return new.encode(encoding, "xmlcharrefreplace")


def _text(page: Page) -> tuple[str, str]:
    """The page's text, and the encoding whose table gives it."""
    kind: Kind = "json" if page.file.endswith(".json") else "xml" if page.file.endswith(".xml") else "html"
    text = decode(page.body, declared=page.content_type, kind=kind)
    for encoding in _ENCODINGS:
        try:
            if page.body.decode(encoding).removeprefix("\ufeff")[:2000] == text[:2000]:
                return text, encoding
        except UnicodeDecodeError:
            continue
    return text, "utf-8"


def _shortened(text: str, most: int) -> str:
    """A feed without the items after the first so many."""
    items = list(_ITEM.finditer(text))
    if len(items) <= most:
        return text
    return text[: items[most].start()] + text[items[-1].end() :]
