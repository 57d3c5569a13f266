"""Walks a list that answers JSON, read by JMESPath: GET or POST, paged by a parameter.

Where the list gives the whole text, no page is fetched. A parameter whose value the site itself names
(`resolve:`) is looked up once a day. Challenges are reported, never solved.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from scrapy.http import Response

from crawlers.errors import SourceError
from crawlers.parse import json_rows
from crawlers.parse.rows import Rows
from crawlers.source import Source
from crawlers.spiders.listed import ListedSpider
from crawlers.turn import OpenTurn

log = logging.getLogger(__name__)


class JsonListSpider(ListedSpider):
    """One list a turn, paged until a whole page holds only known rows."""

    name = "json_list"
    kind = "json_list"
    accept = "application/json, text/javascript;q=0.9, */*;q=0.5"

    def rows(self, source: Source, answer: Response) -> Rows:
        """Raises Malformed."""
        return json_rows.rows(answer.body, answer.url, source.selectors.given, source.zone)

    async def given(self, turn: OpenTurn) -> Mapping[str, str | int]:
        """The value that the site names for a parameter, or named last; nothing where it never did."""
        resolve = turn.source.resolve
        if resolve is None:
            return {}
        today = turn.watch.now().date().isoformat()
        day, _, value = turn.lease.memo.get("resolved", "").partition(" ")
        if day != today:
            try:
                answer = await turn.fetch(resolve.url, accept=self.accept, referer=turn.source.url)
                value = json_rows.said(json_rows.load(answer.body, answer.url), resolve.value) or value
            except SourceError as error:
                log.info("%s: %s is taken as it was: %s", turn.source.id, resolve.param, error)
        turn.memo["resolved"] = f"{today} {value}"
        return {resolve.param: value} if value else {}
