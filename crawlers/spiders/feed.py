"""Walks a feed: RSS, Atom, RDF or JSON Feed, read by feedparser; new entries become articles."""

from __future__ import annotations

from functools import partial

from crawlers.article import Entry
from crawlers.large import reading
from crawlers.parse import feed
from crawlers.spiders.rounds import RoundsSpider
from crawlers.turn import OpenTurn

ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


class FeedSpider(RoundsSpider):
    """One feed a turn. An entry without its whole text is fetched, unless `article: {fetch: false}`."""

    name = "feed"
    kind = "feed"

    async def walk(self, turn: OpenTurn) -> None:
        """Raises SourceError where the feed is not what it owes."""
        source = turn.source
        answer = await turn.fetch(source.url, accept=ACCEPT, conditional=True)
        fresh: list[Entry] = []
        if answer.status == 304:
            turn.same()
        elif turn.keep(answer):
            content_type = (answer.headers.get(b"Content-Type") or b"").decode("latin-1")
            body, zone = answer.body, source.zone
            found = await reading(body, feed.parse, body, answer.url, content_type=content_type, zone=zone)
            turn.owe(found.entries)
            fresh = await turn.fresh(found.entries)

        await turn.articles(fresh, partial(self.read, turn))
