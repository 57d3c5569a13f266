"""A year of a ministry's site on loopback, played through the real spiders, store and sender by an injected clock.

    python -m tests.acceptance.year FOLDER [--items 2000] [--days 365] [--seed 7]

Two columns of a site in the MIIT shape and a paper's feed publish so many items, in bursts larger than a
page; two polls a day. On the way: stale copies, outages of the site and of a column, challenge pages,
edits and withdrawals of what matched, a republication of everything under new addresses, two redesigns.
FOLDER/books.json tells what was published, what the weather was and what came of it; `test_year` reads it.
The program knows nothing of the plan: everything it does goes through its own round, and time passes for
its schedule by moving the stored times back (the database's clock cannot be injected).
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from sqlalchemy import text

from gatewatch.config import Config, Settings, Slack
from gatewatch.crawl import round_of
from gatewatch.demo import Clock
from gatewatch.demo.standin_slack import StandinSlack
from gatewatch.house import House
from gatewatch.reactor import Stage, play
from gatewatch.secret import Secret
from tests.support.feeds import Feed, Item
from tests.support.scene import tables_of
from tests.support.site import BEIJING, Site

STEP = timedelta(hours=12)
BEGIN = datetime(2025, 3, 1, 8, 0, tzinfo=BEIJING)
FEED = "/paper/feed.xml"
SHOWN_BY_FEED = 40
CLAUSE = "未经电信主管部门批准，不得自行建立或租用专线（含虚拟专用网络VPN）等信道开展跨境经营活动。"
WORK = (
    "汛期通信保障",
    "码号资源核查",
    "宽带边疆建设",
    "适老化改造",
    "无线电台站年检",
    "绿色数据中心评定",
    "工业互联网贯标",
    "电话用户实名抽查",
)
DOING = ("部署", "通报", "总结", "启动", "研究", "督导", "验收", "推进")


@dataclass
class Spell:
    """Weather: `fault` lies on `target` (a column's folder, the feed, or `*`) in rounds first … last."""

    kind: str
    fault: str
    target: str
    first: int
    last: int
    options: dict = field(default_factory=dict)


@dataclass
class Published:
    """One item: in which round it appears, where, and whether it is of the beat."""

    number: int
    round: int
    place: str
    title: str
    path: str
    matches: bool
    edited: int = -1
    withdrawn: int = -1


def weather(rounds: int) -> list[Spell]:
    """What the year brings, in rounds; nothing overlaps but what is meant to."""
    at = lambda share: int(rounds * share)  # noqa: E731 - one word for one idea
    return [
        Spell("stale", "alternate", "notices", at(0.06), at(0.06) + 5),
        Spell("outage", "status", "*", at(0.12), at(0.12) + 7, {"code": 503}),
        Spell("challenge", "jsl-521", "notices", at(0.20), at(0.20) + 9),
        Spell("redesign", "renamed", "notices", at(0.30), at(0.30) + 11),
        Spell("outage", "reset", "feed", at(0.38), at(0.38) + 5),
        Spell("stale", "alternate", "answers", at(0.46), at(0.46) + 7),
        Spell("challenge", "challenge", "*", at(0.54), at(0.54) + 5),
        Spell("outage", "stall-short", "answers", at(0.62), at(0.62) + 3),
        Spell("redesign", "renamed", "answers", at(0.78), at(0.78) + 13),
        Spell("outage", "status", "*", at(0.88), at(0.88) + 15, {"code": 403}),
    ]


def plan(items: int, rounds: int, seed: int) -> list[Published]:
    """Which items appear in which round: a steady trickle, and bursts of 30 to 60 that no page holds."""
    chance = random.Random(seed)
    slots: list[tuple[int, str]] = [(0, place) for place in ("notices", "answers", "feed") for _ in range(5)]
    for _ in range(max(1, items // 250)):
        when, place = chance.randrange(10, rounds - 20), chance.choice(("notices", "answers"))
        slots += [(when, place)] * chance.randint(30, 60)
    while len(slots) < items:
        slots.append(
            (chance.randrange(1, rounds - 2), chance.choice(("notices", "answers", "notices", "feed")))
        )
    found = []
    for number, (when, place) in enumerate(sorted(slots[:items])):
        matches = number % 20 == 7 and when > 0
        about = f"{chance.choice(DOING)}{chance.choice(WORK)}"
        title = f"关于{about}第{number}号事项的通知"
        if matches:
            title = f"关于规范跨境专线经营活动第{number}号事项的通知"
        if place == "feed":
            title = f"MIIT item {number}: " + (
                "China bans VPN services without approval" if matches else "a trade fair opens"
            )
        found.append(Published(number, when, place, title, "", matches))
    late = [one for one in found if one.matches and one.place != "feed"]
    for one in late[5::9]:
        one.edited = min(one.round + 3, rounds - 4)
    for one in late[8::11]:
        one.withdrawn = min(one.round + 6, rounds - 1)
    return found


class Year:
    """The site, the plan and what was seen."""

    def __init__(self, folder: Path, items: int, days: int, seed: int) -> None:
        self.folder, self.rounds = folder, days * 2
        self.plan = plan(items, self.rounds, seed)
        self.spells = weather(self.rounds)
        self.republished = int(self.rounds * 0.70)
        self.site = Site()
        self.columns = {
            "notices": self.site.column("/zwgk/zcwj/wjfb/tz/", "通知"),
            "answers": self.site.column("/zwgk/zcjd/", "政策解读"),
        }
        self.feed = self.site.feeds[FEED] = Feed("rss2-full", items=[])
        self.documents: dict[int, object] = {}
        self.seen: dict[int, int] = {}
        self.chance = random.Random(seed + 1)

    def catalogue(self) -> Path:
        """The three sources."""
        base = {"every": "12h", "delay": 0, "at_least": 1, "timeout": 5, "max_pages": 6}
        rows = [
            base | {"id": name, "name": name, "kind": "jpaas", "url": f"{self.site.url}{column.path}",
                    "authority": "MIIT", "tier": "regulator", "lang": "zh-Hans"}
            for name, column in self.columns.items()
        ]  # fmt: skip
        rows.append(base | {"id": "feed", "name": "paper", "kind": "feed", "url": f"{self.site.url}{FEED}",
                            "tier": "press", "lang": "en"})  # fmt: skip
        file = self.folder / "sources.yaml"
        file.write_text(yaml.safe_dump({"sources": rows}, allow_unicode=True), "utf-8")
        return file

    def settings(self, slack: StandinSlack) -> Settings:
        """No budget, no pace to speak of: a year must fit into minutes."""
        home = self.folder / "home"
        return Settings(
            config=Config(slack=Slack(channel="alerts", ops_channel="ops", pace=20)),
            file=None, folder=self.folder, home=home,
            database_url=Secret(f"sqlite:///{home / 'gatewatch.sqlite3'}"),
            source_files=(self.catalogue(),), bot_token=Secret(slack.token), slack_api_url=slack.api_url,
            channel="alerts", ops_channel="ops",
        )  # fmt: skip

    def turn(self, number: int, now: datetime) -> None:
        """The site as it is in this round."""
        for one in self.plan:
            if one.round == number:
                self.publish(one, now)
            if one.edited == number:
                document = self.documents[one.number]
                self.documents[one.number] = self.site.edit(
                    document, paragraphs=(*document.paragraphs, "本通知自印发之日起施行，有效期两年。")
                )
            if one.withdrawn == number:
                self.site.remove(self.documents[one.number])
        if number == self.republished:
            for name, column in self.columns.items():
                before = {document.path: document for document in self.site.listed(column)}
                self.site.republish(column)
                after = dict(zip(before, self.site.listed(column), strict=True))
                for key, document in self.documents.items():
                    self.documents[key] = after.get(document.path, document) if document else document
                self.columns[name] = column
        self.site.mend()
        for spell in self.spells:
            if spell.first <= number <= spell.last:
                self.cloud(spell)

    def cloud(self, spell: Spell) -> None:
        """Lay this round's weather on the site."""
        target = self.columns.get(spell.target) or {"*": "*", "feed": FEED}[spell.target]
        if spell.fault == "stall-short":
            self.site.fault(target, "cut")
        else:
            self.site.fault(target, spell.fault, **spell.options)

    def publish(self, one: Published, now: datetime) -> None:
        """Put the item where it appears: not always at the top, as the real columns."""
        when = now - timedelta(minutes=self.chance.randint(5, 600))
        if one.place == "feed":
            body = "<p>" + (f"Ministry item {one.number}: unlicensed VPN services must stop their cross-border business, said China's Ministry of Industry and Information Technology. " if one.matches else f"Visitors to stand {one.number} looked at machines. ") * 9 + "</p>"  # fmt: skip
            one.path = f"/paper/{one.number}.html"
            self.feed.items.insert(0, Item(one.title, one.path, when, content=body))
            del self.feed.items[SHOWN_BY_FEED:]
            return
        shown = self.site.listed(self.columns[one.place])
        document = self.site.publish(
            self.columns[one.place], one.title, published=when,
            place=self.chance.randint(0, min(3, len(shown))),
            doc_no=f"工信厅信管函〔{when:%Y}〕{1000 + one.number}号" if one.matches else "",
            text=[f"各单位：现将第{one.number}号事项通知如下。", CLAUSE if one.matches else f"请按要求办理第{one.number}号事项。"],
        )  # fmt: skip
        self.documents[one.number] = document
        one.path = document.path

    def look(self, house: House, number: int) -> None:
        """Which items are stored by now."""
        with house.store.reading() as connection:
            for (title,) in connection.execute(text("SELECT title FROM articles")):
                mark = _number_in(title)
                if mark is not None:
                    self.seen.setdefault(mark, number)


def _number_in(title: str) -> int | None:
    digits = (
        title.split("第")[-1].split("号")[0] if "第" in title else title.partition("item ")[2].split(":")[0]
    )
    return int(digits) if digits.isdigit() else None


def pass_time(house: House, step: timedelta) -> None:
    """As if so much time had passed for everything that the database's clock decides."""
    seconds = step.total_seconds()
    with house.store.writing() as connection:
        for table, column in (
            ("sources", "due"), ("sources", "began"), ("unread", "next_try"), ("hosts", "next_at"), ("budgets", "at"), ("looks", "due"),
            ("deliveries", "not_before"),
        ):  # fmt: skip
            connection.execute(text(f"UPDATE {table} SET {column} = {column} - :s"), {"s": seconds})


def played(folder: Path, items: int = 2000, days: int = 365, seed: int = 7) -> dict:
    """Play the year into the folder; the books."""
    folder.mkdir(parents=True, exist_ok=True)
    year = Year(folder, items, days, seed)
    clock = Clock()
    clock.set(BEGIN)
    codes: list[int] = []
    with year.site, StandinSlack(channels=["alerts", "ops"], clock=clock.seconds) as slack:
        house = House(year.settings(slack), clock).open()

        async def rounds(stage: Stage) -> None:
            for number in range(year.rounds):
                clock.set(BEGIN + STEP * number)
                year.turn(number, clock())
                codes.append(await round_of(stage, house))
                year.look(house, number)
                pass_time(house, STEP)

        try:
            play(rounds)
            books = {
                "rounds": year.rounds, "begin": BEGIN.isoformat(), "republished": year.republished,
                "plan": [asdict(one) for one in year.plan], "seen": year.seen,
                "spells": [asdict(one) for one in year.spells], "codes": codes, "requests": len(year.site.log),
                "messages": [
                    {"channel": one.channel.name if hasattr(one.channel, "name") else str(one.channel),
                     "text": one.text, "ts": one.ts, "thread": one.thread_ts}
                    for one in slack.messages()
                ],
                "rows": tables(house),
            }  # fmt: skip
        finally:
            house.close()
    (folder / "books.json").write_text(json.dumps(books, ensure_ascii=False, default=str, indent=1), "utf-8")
    return books


def tables(house: House) -> dict[str, list[dict]]:
    """What the store says of it."""
    wanted = {
        "told": "SELECT i.kind, a.title, i.at FROM intents i JOIN articles a ON a.id = i.article ORDER BY i.id",
        "articles": "SELECT id, source, url, title, matched, disposition, first_seen FROM articles",
        "intents": "SELECT id, kind, subject, article, source, detail, at FROM intents",
        "deliveries": "SELECT id, channel, kind, article, state FROM deliveries",
        "health": "SELECT source, state, since, until FROM health ORDER BY source, since",
    }
    return tables_of(house.store, wanted)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    ended = played(given.folder, given.items, given.days, given.seed)
    print(
        len(ended["seen"]),
        "of",
        len(ended["plan"]),
        "found;",
        len(ended["messages"]),
        "messages;",
        datetime.now(UTC),
    )
