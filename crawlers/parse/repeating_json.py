"""Finds the list in JSON that nobody described: objects that repeat, with an address and a title.

The answer is selectors for the kind `json_list`. Never fetches; an answer whose rows hold no address is
no list of articles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from crawlers.errors import Refused
from crawlers.parse import urls
from crawlers.parse.dates import read_moment

UTC = ZoneInfo("UTC")
_DEEPEST = 8
_MOST_ROWS = 40
"""Rows that are looked at: the rest is alike."""

_PLAIN = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_LINKS = (
    "html_url",
    "link",
    "url",
    "infourl",
    "pageurl",
    "href",
    "permalink",
    "weburl",
    "docurl",
    "shareurl",
)
_TITLES = ("title", "topic", "name", "headline", "subject", "bt", "doctitle", "dretitle")
_DATES = (
    "published", "pubtime", "pubdate", "date", "time", "publishtime", "publishdate", "created_at", "created",
    "docdate", "docrelpubtime", "newstime", "deploytime", "issued", "gbrq", "ptime", "ctime", "updated_at",
    "updated",
)  # fmt: skip
_SPACE = re.compile(r"[_\-\s]+")


@dataclass(frozen=True, slots=True)
class Rows:
    """Where a list stands: `selectors` for the kind `json_list`, how many rows they give, how many dated."""

    selectors: Mapping[str, str]
    count: int
    dated: int


def lists(answer: Any, url: str) -> list[Rows]:
    """The lists in the answer of `url`, the likeliest first."""
    found = []
    for path, rows in _arrays(answer, "", 0):
        described = _described(path or "@", rows, url)
        if described is not None:
            found.append(described)
    return sorted(found, key=lambda rows: (-rows.dated, -rows.count))


def _arrays(value: Any, path: str, depth: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every array of objects, with the JMESPath to it; arrays in objects of an array are one."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str) and value[:1] in {"{", "["} and len(value) > 20:
        inside = _inside(value)
        if inside is not None:
            yield from _arrays(inside, f"json({path or '@'})", depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            step = _step(str(key))
            yield from _arrays(item, f"{path}.{step}" if path else step, depth + 1)
    elif isinstance(value, list):
        rows = [item for item in value if isinstance(item, dict)]
        if rows and len(rows) >= 0.8 * len(value):
            yield path, rows
        keys = {key: None for row in rows[:_MOST_ROWS] for key in row}
        for key in keys:
            nested = [row[key] for row in rows if isinstance(row.get(key), list)]
            if nested:
                flat = [item for items in nested for item in items]
                yield from _arrays(flat, f"{path}[].{_step(str(key))}[]", depth + 1)


def _inside(text: str) -> Any:
    """The JSON that a text holds, or None."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _step(key: str) -> str:
    return key if _PLAIN.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _described(path: str, rows: Sequence[dict[str, Any]], url: str) -> Rows | None:
    looked_at = rows[:_MOST_ROWS]
    values = _values(looked_at)
    link = _best(values, _LINKS, len(looked_at), lambda text: _address(text, url), least=0.8, apart=0.6)
    title = _best(values, _TITLES, len(looked_at), _is_title, least=0.8, apart=0.4, but=link)
    if not link or not title:
        return None
    date = _best(values, _DATES, len(looked_at), _is_date, least=0.5, apart=0, but=link)
    if len(rows) == 1 and not date:
        return None  # one object with an address is rather a link than a list
    dated = sum(_is_date(text) for text in values.get(date, ()))
    selectors = {"row": path, "link": link, "title": title} | ({"date": date} if date else {})
    return Rows(selectors, len(rows), dated)


def _values(rows: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """What stands at each key of the rows (and of objects in them), as text."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for key, value in row.items():
            inner = value.items() if isinstance(value, dict) else ()
            pairs = [(_step(str(key)), value)]
            pairs += [(f"{_step(str(key))}.{_step(str(name))}", deep) for name, deep in inner]
            for path, said in pairs:
                if isinstance(said, (str, int, float)) and not isinstance(said, bool):
                    found.setdefault(path, []).append(str(int(said) if isinstance(said, float) else said))
    return found


def _best(
    values: Mapping[str, list[str]],
    names: Sequence[str],
    count: int,
    fits: Any,
    *,
    least: float,
    apart: float,
    but: str = "",
) -> str:
    """The key whose values fit, those of a known name first; empty for none."""
    fitting = [
        path
        for path, texts in values.items()
        if path != but
        and sum(map(bool, map(fits, texts))) >= least * count
        and len(set(texts)) >= apart * count
    ]

    def rank(path: str) -> tuple[int, int]:
        last = _SPACE.sub("_", path.rsplit(".", 1)[-1].strip('"').lower())
        bare = last.replace("_", "")
        known = next((n for n, name in enumerate(names) if name in {last, bare}), None)
        if known is None:
            known = len(names) + (0 if any(name in bare for name in names) else 1)
        return known, path.count(".")

    return min(fitting, key=rank, default="")


def _address(text: str, url: str) -> bool:
    """True for what is written as an address: absolute, `//host/…`, `/path`, `./page.html`."""
    text = text.strip()
    if " " in text or not re.match(
        r"https?://|//[\w.-]+/|\.{0,2}/[\w%./-]|[\w%/-]+\.s?html?\b", text, re.IGNORECASE
    ):
        return False
    try:
        urls.fetchable(text, url)
    except Refused:
        return False
    return True


def _is_title(text: str) -> bool:
    text = text.strip()
    return len(text) >= 4 and not text.isdigit() and "://" not in text and not _is_date(text)


def _is_date(text: str) -> bool:
    text = text.strip()
    if text.isdigit() and len(text) not in {8, 10, 13}:
        return False
    return len(text) <= 40 and read_moment(text, UTC) is not None
