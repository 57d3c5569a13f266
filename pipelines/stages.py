"""The river's four stages, as Scrapy sees them: normalise → classify → matter → store.

Thin: each calls a pure function, or the store in its own thread. Nothing is decided here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol, Self, TypeVar

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawlers.article import Article
from crawlers.errors import LeaseLost, StoreError
from crawlers.watching import Watch
from pipelines.archive import Archive
from pipelines.changes import fingerprint, said
from pipelines.classify.rules import Rules
from pipelines.kept_copy import KeptCopy
from pipelines.match import Facts, Judged, Verdict
from pipelines.matter import facts
from pipelines.normalise import normalised
from pipelines.store import Store
from pipelines.store.articles import Saved
from pipelines.store.rows import article_of

LONG = 200_000
"""Characters above which a text is classified beside the reactor, so that others are not kept waiting."""

Stage = TypeVar("Stage", bound="_Stage")


class Keeping(Watch, Protocol):
    """What the stages need of the watch beside what spiders do."""

    rules: Rules
    rule_texts: Mapping[str, tuple[str, str]]
    store: Store
    archive: Archive | None

    def reread(self, row: Mapping[str, Any]) -> Article | None:
        """The kept page of a stored article by the parsers of today; None where none is kept here."""

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
    """All rules over the title, the text and the files' texts."""

    async def process_item(self, item: Article) -> Judged:
        """Article in, Judged out."""
        return Judged(item, await judged(self.watch.rules, item), Facts())


async def judged(rules: Rules, article: Article) -> Verdict:
    """The verdict over an article and its files; a long text beside the reactor."""
    said: dict[str, Any] = {
        "tier": article.tier,
        "lang": article.lang,
        "source": article.source,
        "attachments": article.attachments,
    }
    if len(article.text) + sum(len(one.text) for one in article.attachments) > LONG:
        return await asyncio.to_thread(rules.judge, article.title, article.text, **said)
    return rules.judge(article.title, article.text, **said)


class MatterStage(_Stage):
    """What the text says of itself and of others; its matter is found when it is stored."""

    async def process_item(self, item: Judged) -> Judged:
        """Judged in, Judged with facts out."""
        return Judged(item.article, item.verdict, facts(item.article))


class StoreStage(_Stage):
    """One transaction: article, matches, matter and alert intent, under the lease's token.

    What matched is in the archive before: a fact must not refer to evidence that a kill has prevented.
    """

    async def _kept(self, item: Judged, *, again: bool) -> list[KeptCopy]:
        article, archive = item.article, self.watch.archive
        # What is read again matched before, or its list named it otherwise: both are worth their page. A file
        # that is still to come may match, and then the page that offers it belongs to it.
        waits = any(one.state == "waiting" for one in article.attachments)
        if archive is None or not article.exchanges or not (item.verdict.matched or again or waits):
            return []
        page = article.exchanges[-1].url if again else article.url
        first = article.exchanges[0].url
        files_alone = first != page and any(first == one.url for one in article.attachments)
        return await asyncio.to_thread(
            archive.keep,
            article.exchanges,
            article.id,
            page=page,
            role="attachment" if files_alone else "",
        )

    async def process_item(self, item: Judged) -> dict[str, Any]:
        """Judged in; out comes what `-O items.csv` writes."""
        watch = self.watch
        article = item.article
        again = article.key in watch.again
        if again:
            row = await watch.in_store(watch.store.articles.get, article.key)
            if row is None or not await self._changed(item, row):
                return _row(item)
            item = await self._with_files(item, row)
        lease = watch.lease_of(article.source, article.key)
        try:
            copies = await self._kept(item, again=again)
            saved = await watch.in_store(
                watch.store.articles.save,
                item,
                lease,
                entry_key=item.article.key,
                now=watch.now(),
                rule_texts=watch.rule_texts,
                copies=copies,
                again=again,
            )
        except (LeaseLost, StoreError) as error:
            raise DropItem(str(error)) from error  # the turn hears of it; Scrapy prints no traceback
        if saved.amended or not again:
            watch.stored(item, saved)
        return _row(item)

    async def _with_files(self, item: Judged, row: Mapping[str, Any]) -> Judged:
        """With what the stored article's files say: a look at its page fetches none, new ones come later."""
        known = {one.url: one for one in article_of(row).attachments}
        files = tuple(known.get(one.url, one) for one in item.article.attachments)
        article = replace(item.article, attachments=files)
        return replace(item, article=article, verdict=await judged(self.watch.rules, article))

    async def _changed(self, item: Judged, row: Mapping[str, Any]) -> bool:
        """Whether an article that was read once more says something else than what is stored.

        Where the page as it was kept reads the same by the parsers of today, it was ours that changed.
        """
        article, watch = item.article, self.watch
        if row["source"] != article.source:
            return False
        now = _print(article)
        if now == _print(article_of(row)):
            await watch.in_store(watch.store.articles.sure, row["id"])
            return False
        kept = await watch.in_store(watch.reread, row)
        return kept is None or now != _print(replace(kept, tier=article.tier))


def _print(article: Article) -> str:
    files = (one.name for one in article.attachments)
    return fingerprint(article.title, said(article.tier, article.text, files))


def _row(item: Judged) -> dict[str, Any]:
    """What `-O items.csv` writes."""
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
