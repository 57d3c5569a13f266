"""Walks a list in HTML, read by CSS selectors: TRS sites (NDRC, SCIO), CAC, NPC, and most others.

Further pages are found by the page's own link (`selectors.next`) or by a pattern (`pages:`). Challenges
are reported, never solved.
"""

from __future__ import annotations

from scrapy.http import Response

from crawlers.parse import selected
from crawlers.parse.rows import Rows
from crawlers.source import Source
from crawlers.spiders.listed import ListedSpider


class ListingSpider(ListedSpider):
    """One list a turn, paged until a whole page holds only known rows."""

    name = "listing"
    kind = "listing"
    accept = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"

    def rows(self, source: Source, answer: Response) -> Rows:
        """Raises Malformed."""
        kind = (answer.headers.get(b"Content-Type") or b"").decode("latin-1")
        given = source.selectors.given
        return selected.rows(answer.body, answer.url, given, source.zone, content_type=kind)
