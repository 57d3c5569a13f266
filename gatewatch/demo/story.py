"""What happened in January 2017, day by day: the notice on VPN lines and what followed it.

    Saturday   the first round: what was there before, nothing told
    Sunday     工信部信管函〔2017〕32号, a campaign until 31 March 2018
    Monday     ordinary items; a VPN advertisement, a ruling under another country's VPN law
    Tuesday    the ministry's questions and answers
    Wednesday  an English paper
    Thursday   nothing new

The number, the title, the dates and what the notice forbids are facts; every sentence is ours, and
everything around them is invented (`pages/*.yaml`). Pure: no network, no clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from crawlers.strict import read, validate
from gatewatch.demo.jpaas import Column, Document, document_path, hex_id

BEIJING = ZoneInfo("Asia/Shanghai")

NOTICES = Column("/zwgk/zcwj/wjfb/tz/", "通知")
INTERPRETATIONS = Column("/zwgk/zcjd/", "政策解读", trail=("政务公开",))
COLUMNS = (NOTICES, INTERPRETATIONS)

NOTICE = "工业和信息化部关于清理规范互联网网络接入服务市场的通知"
ANSWERS = "《关于清理规范互联网网络接入服务市场的通知》有关问题解答"
ARTICLE = "Ministry tells carriers to end VPN lines for cross-border business without approval"
TOLD = (NOTICE, ANSWERS, ARTICLE)
"""The three that people are told, in the order in which they appear."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One article of a paper. `path` is where its page stands."""

    path: str
    title: str
    published: datetime
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper with a feed. `encoding` is that of feed and pages; `whole`: the feed gives whole texts."""

    id: str
    name: str
    folder: str
    feed: str
    lang: str
    encoding: str
    whole: bool


COURIER = Paper(
    "courier", "The Pearl River Courier", "/courier/", "/courier/feed/", "en", "utf-8", whole=True
)
TRADE = Paper("trade", "通信旬报网", "/trade/", "/trade/rss/policy.xml", "zh-cn", "gb2312", whole=False)
PAPERS = (COURIER, TRADE)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the story. `now` is when the round of that day begins; `publishes` what is new since."""

    label: str
    now: datetime
    publishes: tuple[str, ...]


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str
    published: str
    text: list[str]
    path: str = ""
    doc_no: str = ""
    issuer: str = ""
    written: str = ""
    origin: str = "信息通信管理局"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: list[_Item] = Field(min_length=5)


def _items(name: str) -> list[_Item]:
    file = Path(str(resources.files("gatewatch") / "demo" / "pages" / f"{name}.yaml"))
    return validate(_File, read(file)).items


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)


@cache
def documents(column: Column) -> tuple[Document, ...]:
    """Every document of a column of the ministry, the newest first."""
    found = [
        Document(
            item.path or document_path(column, item.title, _moment(item.published)),
            item.title,
            _moment(item.published),
            tuple(item.text),
            doc_no=item.doc_no,
            issuer=item.issuer,
            written=item.written,
            origin=item.origin,
        )
        for item in _items("notices" if column is NOTICES else "interpretations")
    ]
    return tuple(sorted(found, key=lambda document: document.published, reverse=True))


@cache
def pieces(paper: Paper) -> tuple[Piece, ...]:
    """Every article of a paper, the newest first."""
    found = [
        Piece(
            f"{paper.folder}{item.published[:10].replace('-', '/')}/{hex_id(paper.id, item.title)[:8]}.html",
            item.title,
            _moment(item.published),
            tuple(item.text),
        )
        for item in _items("press" if paper is COURIER else "trade")
    ]
    return tuple(sorted(found, key=lambda piece: piece.published, reverse=True))


def everything() -> Iterator[Document | Piece]:
    """Every article of the story, of all columns and papers."""
    for column in COLUMNS:
        yield from documents(column)
    for paper in PAPERS:
        yield from pieces(paper)


def _days() -> Iterator[Day]:
    before = datetime.min.replace(tzinfo=BEIJING)
    for label, day in (
        ("Saturday 21 January 2017", 21),
        ("Sunday 22 January 2017", 22),
        ("Monday 23 January 2017", 23),
        ("Tuesday 24 January 2017", 24),
        ("Wednesday 25 January 2017", 25),
        ("Thursday 26 January 2017", 26),
    ):
        now = datetime(2017, 1, day, 18, 0, tzinfo=BEIJING)
        new = sorted(
            (one for one in everything() if before < one.published <= now), key=lambda one: one.published
        )
        yield Day(label, now, tuple(one.title for one in new))
        before = now


DAYS: tuple[Day, ...] = tuple(_days())
"""Six evenings in Beijing. The first is the baseline, the last has nothing new."""


def sources(base_url: str) -> str:
    """The catalogue of the demo as YAML: two columns and two feeds under this address."""
    return f"""\
sources:
  - id: demo_notices
    name: MIIT notices (通知)
    kind: jpaas
    url: {base_url}{NOTICES.path}
    authority: MIIT
    tier: regulator
    lang: zh-Hans
    every: 30m
    at_least: 5
  - id: demo_interpretations
    name: MIIT interpretations (政策解读)
    kind: jpaas
    url: {base_url}{INTERPRETATIONS.path}
    authority: MIIT
    tier: regulator
    lang: zh-Hans
    every: 30m
    at_least: 5
  - id: demo_courier
    name: {COURIER.name}
    kind: feed
    url: {base_url}{COURIER.feed}
    tier: press
    lang: en
    every: 30m
    at_least: 5
  - id: demo_trade
    name: {TRADE.name}
    kind: feed
    url: {base_url}{TRADE.feed}
    tier: trade
    lang: zh-Hans
    every: 30m
    at_least: 5
    article: {{title: h1, body: .text, date: .r_time, origin: .author}}
"""
