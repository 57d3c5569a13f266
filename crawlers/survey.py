"""A turn that looks and keeps nothing: what `sources add` shows and `sources freeze` saves.

The walk is the kind's own, as polite and as guarded as any; of the list only the first page is read, and
of its articles one, or none. Never speaks to the store's schedule but for a site's wish to be left alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from scrapy.core.engine import ExecutionEngine
from scrapy.http import Response

from crawlers.article import Article, Entry
from crawlers.errors import Blocked, SourceError
from crawlers.lease import Lease
from crawlers.source import Source
from crawlers.turn import OpenTurn
from crawlers.watching import Watch

_TRIED = 3
"""Entries whose articles are asked for until one can be read."""


class Survey(OpenTurn):
    """What a source shows now: `entries`, and the answers (`lists`, and the `page` of one article).

    `article` is what was read of that page, `of` its entry; None where none could be read. `known` are
    answers that this errand has had already: nobody is asked twice for the same page.
    """

    def __init__(
        self,
        source: Source,
        watch: Watch,
        engine: ExecutionEngine,
        *,
        reads: bool = False,
        known: Mapping[str, Response] | None = None,
    ) -> None:
        # One page: a source that says otherwise is looked at all the same, not walked.
        looked_at = source.model_copy(update={"max_pages": 1})
        super().__init__(looked_at, Lease(source.id, 0, 0.0, baseline=True), watch, engine, self._emitted)
        self.entries: list[Entry] = []
        self.answers: list[Response] = []
        self.article: Article | None = None
        self.of: Entry | None = None
        self.lists: list[Response] = []
        self.page: Response | None = None
        self.failure: SourceError | None = None
        self._reads = reads
        self._known = known or {}

    async def fetch(self, url: str, **how: Any) -> Response:
        """As OpenTurn; a page that is known is not asked for again."""
        plain = not how.get("given") and self.source.method == "GET"
        answer = self._known.get(url) if plain else None
        if answer is None:
            answer = await super().fetch(url, **how)
        self.answers.append(answer)
        return answer

    async def fresh(self, entries: Sequence[Entry]) -> list[Entry]:
        """All of them: nothing is known to a survey."""
        self.entries = list({entry.key: entry for entry in entries}.values())
        return self.entries

    async def articles(self, fresh: Sequence[Entry], read: Callable[[Entry], Awaitable[Article]]) -> None:
        """Reads the first article that can be read, where one is wanted; `failure` says why none could."""
        self.lists = list(self.answers)
        for entry in list(fresh)[: _TRIED if self._reads else 0]:
            before = len(self.answers)
            try:
                self.article = await read(entry)
            except SourceError as error:
                self.failure = error
                if isinstance(error, Blocked):
                    return  # refused once: do not knock at every door of the house
                continue
            self.of, self.failure = entry, None
            self.page = next(iter(self.answers[before:]), None)
            return

    async def _emitted(self, article: Article) -> None:
        """A survey hands nothing to the pipelines."""
