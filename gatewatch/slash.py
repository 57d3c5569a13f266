"""`/gatewatch` in Slack: what its words are answered, by the functions that the command line has.

Reads only. What it says is inert and fits Slack: everything foreign is escaped, and cut before it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from alerts.answers.replying import LIMIT
from alerts.regular import preview
from alerts.wording.inert import cut, escape_within, link, plain, safe_url, visible
from alerts.wording.words import words
from crawlers.errors import ConfigError
from gatewatch.commands import why
from gatewatch.commands.search import find, hit_json
from gatewatch.invocation import Invocation
from gatewatch.slash_words import slash_words
from pipelines.store.search import Filters

if TYPE_CHECKING:
    from gatewatch.house import House

LATELY = timedelta(days=1)
LISTED = 10
HITS = 5
VERBS = ("status", "why", "search")


def answer(house: House, text: str, channel: str) -> str:
    """What to say in this channel, escaped for Slack. Raises StoreError."""
    language = house.alert_settings.speaking(channel).language
    verb, _, rest = text.strip().partition(" ")
    say = slash_words(language)
    try:
        if lines := _lines(house, verb.lower(), rest, channel):
            return _fitting(lines)
    except why.Unknown as error:
        return _safe(f"{error}{say.why.stop}{error.remedy}")
    except ConfigError as error:  # in the operator's own files: told as the program's log has it
        return _safe(say.wrong.format(error=f"{error}. {error.remedy}"))
    known = verb.lower() in {"", "help", *VERBS}
    first = [] if known else [_safe(say.unknown.format(text=cut(_typed(text.strip()), 60)))]
    return _fitting([*first, *say.help])


def _lines(house: House, verb: str, rest: str, channel: str) -> Iterable[str]:
    language = house.alert_settings.speaking(channel).language
    match verb, bool(rest.strip()):
        case "status", _:
            return _status(house, channel)
        case "why", True:
            return _why(house, rest, language)
        case "search", True:
            return _search(house, rest, language)
        case _:
            return ()


def _status(house: House, channel: str) -> Iterable[str]:
    """What the digest would say of the last day, and what waits to be sent."""
    settings, now = house.alert_settings, house.clock()
    [message] = preview(house.store, settings, channel, now, now - LATELY, most=LISTED)
    language = settings.speaking(channel).language
    first, *rows, covered = message.text.partition(words(language).colon)[2].split("\n")
    yield from (first, covered)
    counts = house.store.outbox.counts()
    waiting = sum(counts.get(state, 0) for state in ("pending", "sending", "digest"))
    numbers = {name: counts.get(name, 0) for name in ("rejected", "held")}
    yield slash_words(language).outbox.format(waiting=waiting, **numbers)
    yield from rows


def _why(house: House, what: str, language: str) -> Iterable[str]:
    # Slack writes a link as <https://…|label> where the app asks it to
    address = _typed(what.strip().strip("<>").partition("|")[0])
    say = slash_words(language).why
    found = why.answer(Invocation.within(house), address, say)
    # a backquote would be shown as its look-alike, and nobody could copy the command
    yield from (_safe(line.replace("`", "")) for line in why.lines(found, say))


def _search(house: House, query: str, language: str) -> Iterable[str]:
    invocation, say = Invocation.within(house), slash_words(language)
    try:
        hits = find(invocation, _typed(query), Filters(), HITS + 1)
    except click.UsageError:
        yield say.no_words
        return
    if not hits:
        yield say.nothing
    for one in (hit_json(hit, house.settings.zone) for hit in hits[:HITS]):
        day = (one["published"] or one["first_seen"])[:10]
        address = safe_url(one["url"])
        title = f"{day} {one['source']} “{_safe(one['title'], 200)}”"
        yield f"{title} {link(address) if address and len(address) <= 300 else ''}".rstrip()
        if extract := one["excerpt"].strip():
            yield f"    {_safe(extract, 250)}"
    if len(hits) > HITS:
        yield say.more.format(count=HITS)


def _typed(text: str) -> str:
    """What somebody typed: Slack hands it over with these three escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _safe(text: str, limit: int = 600) -> str:
    return escape_within(plain(visible(text)), limit)


def _fitting(lines: Iterable[str]) -> str:
    """As many whole lines as Slack takes in one message; an ellipsis for the others."""
    kept: list[str] = []
    room = LIMIT - 2
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            kept.append("…")
            break
        kept.append(line)
    return "\n".join(kept)
