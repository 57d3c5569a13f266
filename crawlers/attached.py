"""The files of an article: fetched as any page is, read in a process of their own, within limits.

    new article ──▶ its files, for as long as PATIENCE lasts ──▶ one item: told once, with what they say
                         │ what could not be had
                         ▼
                    `waiting` in the store ──▶ a later turn ──▶ the article once more through the river

So an article that is told is told with its files where its site is well, and after a minute in any case.
Never decides what a file means. Knows nothing of the store.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Protocol
from urllib.parse import urlsplit

from scrapy.http import Response

from crawlers.article import Article, Attachment, FileState
from crawlers.errors import Blocked, BudgetSpent, GatewatchError, Refused, SourceError
from crawlers.parse.documents.outcome import Unread
from crawlers.reading import read
from crawlers.source import Source

MOST = 20
"""Files of one article that are read."""
LARGEST = 24 * 1024 * 1024
"""Bytes of one file."""
PATIENCE = 40.0
"""Seconds that a new article waits for its files; each has the source's own `timeout:` besides."""
A_TURN = 30
"""Files that one turn fetches of what earlier turns left."""
OLD = timedelta(days=30)
"""Of what a first turn lists, files of articles older than this are not read: nobody is told of them."""

log = logging.getLogger(__name__)


class Fetch(Protocol):
    """How a turn fetches."""

    def __call__(self, url: str, *, referer: str = "", most: int = 0) -> Awaitable[Response]:
        """Raises SourceError, BudgetSpent."""


class Files:
    """Reads the files of one turn. A host that refuses one file is asked for no other in this turn."""

    def __init__(
        self,
        fetch: Fetch,
        latest: Callable[[], Response | None],
        source: Source,
        now: Callable[[], datetime],
        *,
        baseline: bool,
    ) -> None:
        self._fetch = fetch
        self._latest = latest
        self._source = source
        self._now = now
        self._baseline = baseline
        self._refused: dict[str, str] = {}

    async def of(self, article: Article) -> Article:
        """The article with its files read, as far as they can be had at once."""
        if not self._source.reads_attachments or not article.attachments:
            return article
        if self._baseline:
            state: FileState = "skipped" if self._old(article) else "waiting"
            files = [replace(one, state=state) for one in article.attachments]
        else:
            clock = asyncio.get_running_loop().time
            end = clock() + PATIENCE
            files = []
            for number, one in enumerate(article.attachments):
                if number >= MOST:
                    files.append(replace(one, state="unread", reason="too-many"))
                elif clock() > end:
                    files.append(replace(one, state="waiting"))
                else:
                    files.append(await self._one(one, article.url))
        return replace(article, attachments=tuple(files))

    async def again(self, article: Article) -> Article:
        """A stored article with what was `waiting` tried again."""
        files = [
            await self._one(one, article.url) if one.state == "waiting" else one
            for one in article.attachments
        ]
        return replace(article, attachments=tuple(files))

    def _old(self, article: Article) -> bool:
        return article.published is not None and article.published.at < self._now() - OLD

    async def _one(self, file: Attachment, page: str) -> Attachment:
        host = urlsplit(file.url).netloc
        if host in self._refused:
            return replace(file, state="waiting", reason=self._refused[host])
        try:
            data = await self._had(file, page)
        except BudgetSpent:
            return replace(file, state="waiting")
        except Refused as error:  # robots, a private address, too large: it will not be otherwise tomorrow
            return replace(file, state="unread", reason="too-large" if error.code == "size" else error.code)
        except SourceError as error:
            if isinstance(error, Blocked):
                self._refused[host] = error.code
            return replace(file, state="waiting", reason=error.code)
        return await _read(file, data)

    async def _had(self, file: Attachment, page: str) -> bytes:
        """The bytes. Where the list's link led to the file itself they are here already."""
        latest = self._latest()
        if latest is not None and file.url == page == latest.url:
            return latest.body
        try:
            return (await self._fetch(file.url, referer=page, most=LARGEST)).body
        except GatewatchError:
            raise
        except Exception as error:
            log.exception("a fault of Gatewatch's own in fetching %s", file.url)
            raise SourceError("own-fault", f"Gatewatch failed at {file.url}") from error


async def _read(file: Attachment, data: bytes) -> Attachment:
    had = replace(file, size=len(data), sha256=hashlib.sha256(data).hexdigest())
    try:
        found = await read(data, _name(file))
    except Unread as unread:
        log.info("%s: not read: %s (%s)", file.url, unread, unread.code)
        # A page in the place of a file is a login, or a page for what is gone: it may be there tomorrow.
        state: FileState = "waiting" if unread.code == "not-a-file" else "unread"
        return replace(had, state=state, kind=unread.kind, reason=unread.code)
    return replace(had, state="read", kind=found.kind, text=found.text, reason=found.missing)


def _name(file: Attachment) -> str:
    """With the ending that its address has, where its shown name has none."""
    path = urlsplit(file.url).path
    return file.name if PurePosixPath(file.name).suffix else PurePosixPath(path).name
