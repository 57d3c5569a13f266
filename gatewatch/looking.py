"""Looks at an address and finds how it could be watched: the work of `gatewatch sources add`.

Fetches the page, weighs its proposals (`crawlers.parse.proposal`) and walks the first that answers, as a
turn would. Never writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crawlers.article import Entry
from crawlers.errors import ConfigError, Malformed, SourceError
from crawlers.parse.proposal import Proposal, proposals
from crawlers.refusals import refusal
from crawlers.source import Catalogue, Source
from gatewatch import source_lines
from gatewatch.errand import Errand
from pipelines.script import telling

ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json,"
    " application/json;q=0.9, */*;q=0.5"
)
_TRIED = 4
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_GOVERNMENT = re.compile(r"(?:^|\.)gov(?:\.[a-z]{2})?$")


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: the source as YAML and as it loads, its rows, and the other ways in."""

    text: str
    source: Source
    why: str
    entries: Sequence[Entry]
    others: Sequence[Proposal]
    failed: Sequence[tuple[Proposal, SourceError]]


async def look(errand: Errand, url: str, given: Mapping[str, str], kind: str, taken: Catalogue) -> Look:
    """The best way to watch this address, tried. `given` are keys the operator set, `kind` limits the ways.

    Raises SourceError where the address does not answer or shows no list, ConfigError where it is watched.
    """
    asked = _loaded({"id": "added", "name": "added", "kind": "feed", "url": url})
    _respect(asked.host, taken)
    answer = await errand.get(asked, accept=ACCEPT)
    content_type = (answer.headers.get(b"Content-Type") or b"").decode("latin-1")
    found = proposals(answer.body, answer.url, content_type=content_type, zone=asked.zone)
    ways = [way for way in found if kind in {"", way.kind}]
    if not ways:
        kinds = ", ".join(dict.fromkeys(way.kind for way in found))
        raise Malformed("no-list", f"{url} shows no {kind}", f"It shows {kinds}: leave --kind out.")
    failed: list[tuple[Proposal, SourceError]] = []
    for way in ways[:_TRIED]:
        _refuse_twice(way.url, taken)
        _respect(urlsplit(way.url).hostname or "", taken)
        keys = _keys(way, given, taken)
        try:
            seen = await errand.survey(_loaded(keys), known={answer.url: answer})
        except SourceError as error:
            failed.append((way, error))
            continue
        keys |= _judged(seen.entries, way, given)
        text = source_lines.lines([keys])
        others = [other for other in found if other is not way and other not in [one for one, _ in failed]]
        return Look(text, _loaded(keys), way.why, seen.entries, others, failed)
    raise failed[0][1]


def _loaded(keys: Mapping[str, Any]) -> Source:
    (source,) = source_lines.read(source_lines.lines([keys])).values()
    return source


def _respect(host: str, taken: Catalogue) -> None:
    """Raises ConfigError for a host that the catalogue says is not crawled."""
    against = refusal(taken.refused, host)
    if against is not None:
        raise ConfigError(f"{host} is not crawled: {against.reason}", f"The other road: {against.road}.")


def _refuse_twice(url: str, taken: Mapping[str, Source]) -> None:
    for source in taken.values():
        if source.url == url:
            state = "" if source.enabled else ", which is off"
            raise ConfigError(
                f"{url} is watched already: {source.id}{state}",
                f"`gatewatch sources check {source.id}` asks it; `gatewatch sources enable` switches it on.",
            )


def _keys(way: Proposal, given: Mapping[str, str], taken: Mapping[str, Source]) -> dict[str, Any]:
    host = urlsplit(way.url).hostname or ""
    official = _GOVERNMENT.search(host)
    keys: dict[str, Any] = {
        "id": source_lines.new_id(way.url, taken),
        "name": way.name or host,
        "kind": way.kind,
        "url": way.url,
        "tier": "government" if official else "press",
        "every": "1h",
    }
    return keys | {name: said for name, said in given.items() if said} | dict(way.keys)


def _judged(entries: Sequence[Entry], way: Proposal, given: Mapping[str, str]) -> dict[str, Any]:
    """What the rows themselves tell: the language, and how few of them would be a failure."""
    found: dict[str, Any] = {"at_least": max(1, min(len(entries) // 2, 10))}
    titles = "".join(entry.title for entry in entries)
    if not given.get("lang"):
        found["lang"] = way.lang
        if len(_CHINESE.findall(titles)) * 4 > len(titles):
            simple, traditional = telling(titles)
            found["lang"] = "zh-Hant" if traditional > simple else "zh-Hans"
    return found
