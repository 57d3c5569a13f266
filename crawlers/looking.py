"""A look at a page that matched: is it there, and does it say what it said? Under the look's own lease.

Conditional, within the pace and the budget of its host like any request. What it says goes through the same
pipelines as at first; the store decides whether that is a change. Never retried here: the schedule does.
"""

from __future__ import annotations

import difflib
import logging
from dataclasses import replace
from urllib.parse import urlsplit

from scrapy.http import Response

from crawlers.article import Article
from crawlers.errors import GatewatchError, Missing, SourceError
from crawlers.fetch.answer import own_fault
from crawlers.large import reading
from crawlers.lease import Lease, Look, Looked
from crawlers.parse import article as page
from crawlers.turn import OpenTurn

GONE = frozenset({"http-404", "http-410", "soft-404"})
"""The codes that say a page is not there; anything else says nothing about it."""

_BEGINNING, _LEAST_ALIKE = 1500, 0.3

log = logging.getLogger(__name__)


def lease_for(look: Look) -> Lease:
    """What an open turn needs to know to ask for the page as it did last time."""
    return Lease(look.source, look.token, look.due, baseline=False, memo=look.memo)


async def look_at(turn: OpenTurn, look: Look) -> Looked:
    """What the page is now; what it says was handed over. Raises BudgetSpent, LeaseLost, StoreError."""
    try:
        article, reply = await _read(turn, look)
        if article is None:
            return Looked("there")
        if _led_away(look.entry.url, reply.url) and not _alike(look, article):
            return Looked("gone", "led-away", f"{look.entry.url} leads to another page, {reply.url}")
    except SourceError as error:
        gone = isinstance(error, Missing) and error.code in GONE
        return Looked("gone" if gone else "unreachable", error.code, str(error))
    memo = {name: said for name, said in turn.memo.items() if name != "digest"}
    files = article.attachments
    if turn.source.reads_attachments:  # those that are new to the store are read by the source's next turn
        files = tuple(replace(one, state="waiting") for one in files)
    read = replace(article, url=look.entry.url, attachments=files, exchanges=turn.asked)
    await turn.hand_over(read, look.entry)
    return Looked("there", memo=memo)


async def _read(turn: OpenTurn, look: Look) -> tuple[Article | None, Response]:
    source = turn.source
    reply = await turn.fetch(look.entry.url, conditional=True)
    if reply.status == 304:
        return None, reply
    turn.keep(reply)
    kind = (reply.headers.get(b"Content-Type") or b"").decode("latin-1")
    body = reply.body
    try:
        article = await reading(body, page.read, body, reply.url, look.entry, source, content_type=kind)
    except GatewatchError:
        raise
    except Exception as error:
        log.exception("a fault of Gatewatch's own in reading %s", reply.url)
        raise own_fault(error) from error
    return article, reply


def _alike(look: Look, article: Article) -> bool:
    """A page that was led to still is this article."""
    if article.title.strip() == look.entry.title.strip() and article.text:
        return True
    beginnings = (look.text[:_BEGINNING], article.text[:_BEGINNING])
    return difflib.SequenceMatcher(None, *beginnings, autojunk=False).ratio() >= _LEAST_ALIKE


def _led_away(asked: str, answered: str) -> bool:
    """The answer came from another path, whatever the scheme and the host."""
    first, last = urlsplit(asked), urlsplit(answered)
    return (first.path.rstrip("/"), first.query) != (last.path.rstrip("/"), last.query)
