"""Scrapy's log lines, short: an item is named, never printed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from scrapy.logformatter import LogFormatterResult


def _name(item: Any) -> str:
    article = getattr(item, "article", item)
    return str(getattr(article, "url", "") or "an item")


class ShortLines(LogFormatter):
    """One short line where Scrapy would print the whole item."""

    def scraped(self, item: Any, response: Any, spider: Spider) -> LogFormatterResult:
        """What was stored, at DEBUG."""
        name = item.get("url", "an item") if isinstance(item, dict) else _name(item)
        return {"level": logging.DEBUG, "msg": "Stored %(name)s", "args": {"name": name}}

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """What was not stored, and why."""
        return {
            "level": logging.WARNING,
            "msg": "Not stored: %(name)s: %(why)s",
            "args": {"name": _name(item), "why": exception},
        }

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """A fault of ours while storing."""
        return {"level": logging.ERROR, "msg": "Error while storing %(name)s", "args": {"name": _name(item)}}
