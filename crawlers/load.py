"""How many requests an hour a catalogue asks of each domain on a quiet day. Adds up; never fetches.

A turn's list, what it looks up first, and an allowance for articles and further pages. A first round
and the day of a big announcement ask more for a while: the budgets hold them back, not the catalogue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from crawlers.article import OFFICIAL
from crawlers.parse.urls import registered
from crawlers.source import Source

LIST_REQUESTS: dict[str, int] = {"jpaas": 2, "feed": 1, "listing": 1, "json_list": 1}
"""Requests for the first page of a list: of a jpaas column the shell and the unit call."""

OFFICIAL_A_DAY, OTHERS_A_DAY, PAGES_A_DAY = 2, 24, 1
"""Articles that a source has us fetch a day, and further pages of its list; columns share articles."""


def requests_an_hour(source: Source) -> float:
    """What the source asks of its domain on average, articles and further pages included."""
    turns = 3600 / source.interval.total_seconds()
    articles = (OFFICIAL_A_DAY if source.tier in OFFICIAL else OTHERS_A_DAY) if source.article.fetch else 0
    articles = 0 if source.selectors.text else articles
    further = PAGES_A_DAY * (source.kind != "feed") + (source.resolve is not None)  # looked up once a day
    return turns * LIST_REQUESTS[source.kind] + (articles + further) / 24


def by_domain(sources: Iterable[Source]) -> dict[str, float]:
    """Requests an hour by registered domain, the busiest first. The caller leaves out what is off."""
    found: dict[str, float] = defaultdict(float)
    for source in sources:
        found[registered(source.host)] += requests_an_hour(source)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def within(sources: Iterable[Source], budgets: Iterable[str]) -> dict[str, float]:
    """Requests an hour by the domain whose budget counts; sources that have none are left out."""
    names = tuple(budgets)
    found = dict.fromkeys(names, 0.0)
    for source in sources:
        if name := budget_of(source.host, names):
            found[name] += requests_an_hour(source)
    return found


def budget_of(host: str, budgets: Iterable[str]) -> str:
    """The longest of these domains that the host belongs to, or empty."""
    return max((name for name in budgets if host == name or host.endswith(f".{name}")), key=len, default="")
