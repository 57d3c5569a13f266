"""The river's four stages, as Scrapy sees them: normalise → classify → matter → store.

Thin: each calls a pure function, or the store in its own thread. Nothing is decided here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol, Self, TypeVar

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawlers.article import Article
from crawlers.errors import LeaseLost, StoreError
from crawlers.turn import Watch
from pipelines.archive import Archive
from pipelines.classify.rules import Rules
from pipelines.kept_copy import KeptCopy
from pipelines.match import Facts, Judged, Verdict
from pipelines.matter import facts
from pipelines.normalise import normalised
from pipelines.store import Store
from pipelines.store.articles import Saved

LONG = 200_000
"""Characters above which a text is classified beside the reactor, so that others are not kept waiting."""

Stage = TypeVar("Stage", bound="_Stage")


class Keeping(Watch, Protocol):
    """What the stages need of the watch beside what spiders do."""

    rules: Rules
    rule_texts: Mapping[str, tuple[str, str]]
    store: Store
    archive: Archive | None

    def stored(self, judged: Judged, saved: Saved) -> None:
        """An article went through the river."""


class _Stage:
    def __init__(self, watch: Keeping) -> None:
        self.watch = watch

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy asks; the spider carries the watch."""
        return cls(crawler.spider.watch)  # type: ignore[union-attr]


class NormaliseStage(_Stage):
    """White space, language, document number: one form for all."""

    async def process_item(self, item: Article) -> Article:
        """Article in, Article out."""
        return normalised(item)


class ClassifyStage(_Stage):
    """All rules over the title and the text."""

    async def process_item(self, item: Article) -> Judged:
        """Article in, Judged out."""
        judge = self.watch.rules.judge
        said: dict[str, Any] = {"tier": item.tier, "lang": item.lang, "source": item.source}
        if len(item.text) > LONG:
            verdict: Verdict = await asyncio.to_thread(judge, item.title, item.text, **said)
        else:
            verdict = judge(item.title, item.text, **said)
        return Judged(item, verdict, Facts())


class MatterStage(_Stage):
    """What the text says of itself and of others; its matter is found when it is stored."""

    async def process_item(self, item: Judged) -> Judged:
        """Judged in, Judged with facts out."""
        return Judged(item.article, item.verdict, facts(item.article))


class StoreStage(_Stage):
    """One transaction: article, matches, matter and alert intent, under the lease's token.

    What matched is in the archive before: a fact must not refer to evidence that a kill has prevented.
    """

    async def _kept(self, item: Judged) -> list[KeptCopy]:
        article, archive = item.article, self.watch.archive
        if archive is None or not item.verdict.matched or not article.exchanges:
            return []
        return await asyncio.to_thread(archive.keep, article.exchanges, article.id, page=article.url)

    async def process_item(self, item: Judged) -> dict[str, Any]:
        """Judged in; out comes what `-O items.csv` writes."""
        watch = self.watch
        lease = watch.lease_of(item.article.source)
        try:
            copies = await self._kept(item)
            saved = await watch.in_store(
                watch.store.articles.save,
                item,
                lease,
                entry_key=item.article.key,
                now=watch.now(),
                rule_texts=watch.rule_texts,
                copies=copies,
            )
        except (LeaseLost, StoreError) as error:
            raise DropItem(str(error)) from error  # the turn hears of it; Scrapy prints no traceback
        watch.stored(item, saved)
        article = item.article
        return {
            "id": article.id,
            "key": article.key,
            "source": article.source,
            "url": article.url,
            "title": article.title,
            "published": article.published.day or article.published.at if article.published else None,
            "doc_no": article.doc_no,
            "topics": "; ".join(item.verdict.topics),
            "severity": item.verdict.severity,
            "terms": "; ".join(dict.fromkeys(found.term for found in item.verdict.evidence)),
            "text": article.text,
        }
