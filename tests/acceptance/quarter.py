"""A quarter of matches, told to Berlin, New York and Beijing by an injected clock: what arrives when.

    python -m tests.acceptance.quarter FOLDER [--manner default|tuned] [--matches 400] [--weeks 13] [--seed 7]

Thirteen weeks from Monday 2 February 2026: Chinese New Year with its two Saturdays that are worked, the change
of the clocks in New York (8 March) and in Berlin (29 March), Easter, the first of May; a notice on Sunday
22 March of the kind of 22 January 2017. A ministry publishes in Beijing's office hours, papers at any hour,
a wire twenty at once. Every half an hour is a poll: what appeared goes through the shipped rules, the
store's own saving path and the real sender to a stand-in Slack over a socket. The program knows nothing of
the plan. FOLDER/books.json says what was published and what people saw; `test_quarter` reads it, and
`docs/quarter.py` draws it.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from alerts.dispatch import Dispatcher
from alerts.settings import Timing
from crawlers.article import Article, Moment, article_id
from crawlers.lease import Turn
from gatewatch.config import Config, Settings
from gatewatch.demo import Clock
from gatewatch.demo.standin_slack import Posted, StandinSlack
from gatewatch.house import House
from gatewatch.secret import Secret
from pipelines.match import Judged
from pipelines.matter import facts
from pipelines.normalise import normalised
from pipelines.store.deadlines import remind
from pipelines.store.health import attend
from tests.support.scene import tables_of

BEIJING = ZoneInfo("Asia/Shanghai")
BEGIN = date(2026, 2, 2)
STEP = timedelta(minutes=30)
TURNS = timedelta(hours=12)
NEW_YEAR = frozenset(date(2026, 2, day) for day in range(15, 24))
HOLIDAYS = NEW_YEAR | {date(2026, 4, day) for day in (4, 5, 6)} | {date(2026, 5, day) for day in range(1, 6)}
WORKED = frozenset({date(2026, 2, 14), date(2026, 2, 28)})
"""The ministry's year: its free days, and the Saturdays that it works for them."""
SUNDAY = datetime(2026, 3, 22, 16, 30, tzinfo=BEIJING)
SUNDAY_NO = "工信部信管函〔2026〕32号"
BURSTS = tuple(
    datetime(2026, month, day, hour, minute, tzinfo=BEIJING)
    for month, day, hour, minute in ((2, 25, 10, 40), (4, 14, 19, 20), (4, 25, 3, 50))
)
CHANNELS = ("beijing", "berlin", "new-york")
QUICK = Timing(look=0.02, settle=0.03, lag=0.6, first=0.01, most=0.05, poll=0.01, edits=0.0, workspace=0.0)

SOURCES = {
    "ministry": ("Ministry notices", "jpaas", "regulator", "MIIT", "zh-Hans"),
    "police": ("Police reports", "jpaas", "government", "", "zh-Hans"),
    "courier": ("The Courier", "feed", "press", "", "en"),
    "wire": ("The Wire", "feed", "press", "", "en"),
    "trade": ("通信旬报", "feed", "trade", "", "zh-Hans"),
}

ENGLISH = {
    "China's ministry warns unlicensed VPN services, report {}": (
        "China's Ministry of Industry and Information Technology ordered a crackdown on unauthorised VPN "
        "services. Unlicensed VPN providers must stop cross-border business, report {} says."
    ),
    "Man fined for using a VPN in China, case {}": (
        "Police in Zhejiang, China, fined a man for using a VPN to get around the firewall. Case {}."
    ),
    "China's firewall upgrade slows VPN users, report {}": (
        "Users in China reported that VPN connections slowed after an upgrade of the Great Firewall. Report {}."
    ),
    "China Telecom opens international data channel {}": (
        "China Telecom opened international internet data channel {} for companies in a free trade zone, "
        "approved by MIIT."
    ),
}

# What a channel is told, as its people would write it: severity of at least, and tiers.
ROUTES = [
    {"to": "#beijing"},
    {"to": "#berlin", "at_least": "medium"},
    {"to": "#new-york", "at_least": "high"},
]
TUNED = {
    "routes": [
        {"to": "#beijing"},
        {"to": "#berlin", "tiers": ["regulator", "government"]},
        {"to": "#berlin", "tiers": ["press", "trade"], "deliver": "digest"},
        {"to": "#new-york", "at_least": "high"},
    ],
    "channels": {
        "#beijing": {
            "timezone": "Asia/Shanghai", "hours": "09:00-18:00", "days": "mon-fri", "holidays": "CN",
            "digest": {"weekly": "mon 09:00"},
        },
        "#berlin": {
            "timezone": "Europe/Berlin", "hours": "08:00-19:00", "days": "mon-fri", "holidays": "DE-BE",
            "digest": {"daily": "08:30", "weekly": "fri 16:00"},
        },
        "#new-york": {
            "timezone": "America/New_York", "hours": "08:30-18:00", "days": "mon-fri", "holidays": "US",
            "override": {"at_least": "high", "tiers": ["regulator"]},
            "digest": {"weekly": "mon 08:30"},
        },
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a source publishes; `matches` says what we mean it to do."""

    number: int
    at: datetime
    source: str
    title: str
    text: str
    doc_no: str = ""
    matches: bool = True

    @property
    def url(self) -> str:
        """Its address, which is its key."""
        return f"https://{self.source}.example/{self.number}"


def worked(day: date) -> bool:
    """Whether the ministry is at work."""
    return day in WORKED or (day.weekday() < 5 and day not in HOLIDAYS)


def plan(matches: int, weeks: int, seed: int, begin: date = BEGIN) -> list[Item]:
    """So many that match, by time, and a fifth of them more that do not."""
    chance = random.Random(seed)
    days = [begin + timedelta(days=number) for number in range(weeks * 7 - 1)]
    busy = [day for day in days if worked(day)]
    found = list(_story(chance)) if begin <= SUNDAY.date() < days[-1] else []
    for first, at in enumerate(BURSTS):
        if begin <= at.date() < days[-1]:
            found += [
                _press(9000 + 100 * first + number, "wire", at + timedelta(seconds=number), chance)
                for number in range(min(20, matches // 20))
            ]
    while len(found) < matches:
        number, kind = len(found) + 100, chance.random()
        day = chance.choice(busy if kind < 0.42 else days)
        at = _moment(day, chance.uniform(9, 18) if kind < 0.42 else chance.uniform(0, 24))
        if kind < 0.34:
            found.append(_official(number, at, chance))
        elif kind < 0.42:
            found.append(_police(number, at))
        elif kind < 0.60 and (cited := [one for one in found if one.doc_no and one.at < at]):
            found.append(_report(number, at, chance.choice(cited[-8:])))
        else:
            found.append(_press(number, chance.choice(("courier", "wire", "trade")), at, chance))
    for number in range(matches // 5):
        at = _moment(chance.choice(days), chance.uniform(0, 24))
        found.append(
            Item(20_000 + number, at, "courier", f"Visitors look at machines at stand {number}",
                 f"Visitors to stand {number} looked at machines and spoke of the spring.", matches=False)
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.at, one.number))


def _moment(day: date, hour: float) -> datetime:
    at = datetime.combine(day, time(0), BEIJING) + timedelta(minutes=int(hour * 60))
    return at.astimezone(UTC)


def _story(chance: random.Random) -> Iterator[Item]:
    """The notice of a Sunday, its questions and answers on Tuesday, the press after it."""
    title = "关于清理规范互联网网络接入服务市场的通知"
    rule = "未经电信主管部门批准，不得自行建立或租用专线（含虚拟专用网络VPN）等信道开展跨境经营活动。"
    yield Item(1, SUNDAY, "ministry", title, f"各企业：决定开展清理规范工作。\n{rule}", SUNDAY_NO)
    answers = "外贸企业和跨国公司因办公自用可以向依法设置国际通信出入口局的企业租用国际专线。规范的对象是未经批准经营跨境VPN业务的单位。"
    yield Item(
        2, datetime(2026, 3, 24, 16, 5, tzinfo=BEIJING), "ministry", f"《{title}》（{SUNDAY_NO}）有关问题解答", answers
    )  # fmt: skip
    for number, hours in enumerate((2, 5, 15, 30, 52), 3):
        yield _press(number, "courier", SUNDAY + timedelta(hours=hours), chance)


def _official(number: int, at: datetime, chance: random.Random) -> Item:
    doc_no = f"工信厅信管函〔2026〕{number}号"
    kind = chance.random()
    if kind < 0.4:
        return Item(number, at, "ministry", f"关于规范跨境专线经营活动第{number}号事项的通知",
                    f"现将第{number}号事项通知如下。\n未经电信主管部门批准，不得自行建立或租用专线（含虚拟专用网络VPN）等信道开展跨境经营活动。",
                    doc_no)  # fmt: skip
    if kind < 0.55:
        day = (at.astimezone(BEIJING) + timedelta(days=30)).date()
        return Item(number, at, "ministry", f"关于跨境专线管理办法第{number}号（征求意见稿）公开征求意见的通知",
                    f"第{number}号办法规定，未经批准不得租用国际专线（含虚拟专用网络VPN）从事跨境经营活动。\n"
                    f"意见反馈截止日期为{day.year}年{day.month}月{day.day}日。", doc_no)  # fmt: skip
    return Item(number, at, "ministry", f"关于注销第{number}批电信业务经营许可证的公告",
                f"注销下列企业的增值电信业务经营许可证，业务种类：国内互联网虚拟专用网业务。第{number}批名单见下。",
                doc_no)  # fmt: skip


def _police(number: int, at: datetime) -> Item:
    return Item(number, at, "police", f"关于查处第{number}号擅自经营VPN案件的通报",
                f"公安机关查处第{number}号案件：当事人擅自建立、使用非法定信道进行国际联网，销售翻墙软件，依法给予行政处罚。")  # fmt: skip


def _report(number: int, at: datetime, of: Item) -> Item:
    return Item(number, at, "trade", f"第{number}条快讯：工业和信息化部发文规范VPN与跨境专线",
                f"工业和信息化部近日印发《{of.title}》（{of.doc_no}），未经批准的VPN跨境业务被禁止。第{number}条。")  # fmt: skip


def _press(number: int, source: str, at: datetime, chance: random.Random) -> Item:
    if source == "trade":
        return Item(number, at, source, f"国际数据专用通道第{number}条建成",
                    f"经工业和信息化部批准，第{number}条国际互联网数据专用通道建成开通，服务园区企业。")  # fmt: skip
    title, said = chance.choice(tuple(ENGLISH.items()))
    return Item(number, at, source, title.format(number), said.format(number))


def settings(folder: Path, manner: str, slack: StandinSlack) -> Settings:
    """What `gatewatch init` writes, with a channel and three routes; or with hours, days and digests too."""
    base = {"every": "12h", "delay": 0, "at_least": 1}
    rows = [
        base | {"id": name, "name": shown, "kind": kind, "url": f"https://{name}.example/", "tier": tier, "lang": lang}
        | ({"authority": authority} if authority else {})
        for name, (shown, kind, tier, authority, lang) in SOURCES.items()
    ]  # fmt: skip
    catalogue = folder / "sources.yaml"
    catalogue.write_text(yaml.safe_dump({"sources": rows}, allow_unicode=True), "utf-8")
    starter = yaml.safe_load((resources.files("gatewatch") / "starter" / "gatewatch.yaml").read_text("utf-8"))
    tuned = TUNED if manner == "tuned" else {"routes": ROUTES}
    given = starter | {"slack": {"channel": "#beijing", "ops_channel": "#ops"}} | tuned
    return Settings(
        config=Config.model_validate(given), file=None, folder=folder, home=folder / "home",
        database_url=Secret(f"sqlite:///{folder / 'home' / 'gatewatch.sqlite3'}"), source_files=(catalogue,),
        bot_token=Secret(slack.token), slack_api_url=slack.api_url, channel="#beijing", ops_channel="#ops",
    )  # fmt: skip


class Quarter:
    """The program, and the days that pass."""

    def __init__(self, house: House, clock: Clock, items: list[Item]) -> None:
        self.house = house
        self.clock = clock
        self.coming = list(reversed(items))
        self.rules = house.rules
        quick = replace(house.alert_settings, pace=1000, timing=QUICK)
        self.sender = Dispatcher(house.store, house.transport(), quick, clock)
        self.turned = datetime.min.replace(tzinfo=UTC)
        self.new = dict.fromkeys(SOURCES, 0)
        self.unmatched: list[int] = []
        house.store.schedule.sync(list(house.catalogue.values()))
        attend(house.store, house.catalogue.values(), dict.fromkeys(house.catalogue, ""), clock())

    def poll(self, now: datetime) -> None:
        """What a round does once the spiders have read the lists."""
        self.clock.set(now)
        while self.coming and self.coming[-1].at <= now:
            self._save(self.coming.pop())
        if now - self.turned >= TURNS:
            self._turns(now)
            remind(self.house.store, now)
        self.sender.deliver()

    def _save(self, one: Item) -> None:
        _, _, tier, authority, lang = SOURCES[one.source]
        article = normalised(
            Article(one.source, one.url, one.url, one.title, one.text, Moment(one.at.astimezone(UTC)),
                    doc_no=one.doc_no, lang=lang, tier=tier, authority=authority, fetched=self.clock())
        )  # fmt: skip
        verdict = self.rules.judge(
            article.title, article.text, tier=tier, lang=article.lang, source=one.source
        )
        self.house.store.articles.save(
            Judged(article, verdict, facts(article)), None,
            entry_key=one.url, now=self.clock(), rule_texts=self.rules.texts,
        )  # fmt: skip
        self.new[one.source] += 1

    def _turns(self, now: datetime) -> None:
        """Every source was read, all is well: two turns a day are enough for the coverage line."""
        schedule = self.house.store.schedule
        for lease in schedule.claim(
            list(SOURCES), "quarter", limit=len(SOURCES), force_before=schedule.now() + 1
        ):
            new = self.new[lease.source]
            schedule.finish(
                lease, Turn("ok", rows=20, new=new, next_due=schedule.now() + 43_200), self.clock()
            )
            self.new[lease.source] = 0
        self.turned = now


def played(
    folder: Path,
    manner: str = "tuned",
    matches: int = 400,
    weeks: int = 13,
    seed: int = 7,
    first: date = BEGIN,
) -> dict:
    """Play the quarter, or so many weeks from a first day on, into the folder; the books."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "home").mkdir(exist_ok=True)
    items = plan(matches, weeks, seed, first)
    begin = datetime.combine(first, time(0), BEIJING).astimezone(UTC)
    end = begin + timedelta(weeks=weeks)
    longer = end + timedelta(days=3)  # until the first working day everywhere: what waits must arrive
    clock = Clock()
    clock.set(begin)
    with StandinSlack(channels=[*CHANNELS, "ops"], clock=clock.seconds) as slack:
        house = House(settings(folder, manner, slack), clock, keeps=False)
        try:
            quarter = Quarter(house, clock, items)
            now = begin
            while now < longer:
                quarter.poll(now)
                now += STEP
            names = {one.id: one.name for one in slack.channels.values()}
            books = {
                "manner": manner, "begin": begin.isoformat(), "end": longer.isoformat(),
                "items": [asdict(one) | {"id": article_id(one.url), "url": one.url} for one in items],
                "messages": [_seen(one, names) for one in slack.messages()],
                "rows": tables(house),
            }  # fmt: skip
        finally:
            house.close()
    (folder / "books.json").write_text(json.dumps(books, ensure_ascii=False, default=str, indent=1), "utf-8")
    return books_of(folder)


def books_of(folder: Path) -> dict:
    """The books of a quarter that was played into this folder."""
    return json.loads((folder / "books.json").read_text("utf-8"))


def _seen(one: Posted, names: dict[str, str]) -> dict:
    """A message as it stands in Slack."""
    payload = (one.metadata or {}).get("event_payload", {})
    at = datetime.fromtimestamp(float(one.ts), UTC)
    return {
        "channel": names[one.channel], "at": at.isoformat(), "ts": one.ts, "thread": one.thread_ts,
        "broadcast": one.broadcast, "kind": payload.get("kind", ""), "subject": payload.get("subject", ""),
        "text": one.text, "rows": list(_rows(one.blocks)),
    }  # fmt: skip


def _rows(block: object) -> Iterator[tuple[str, str]]:
    """Each line with a link: what stands before it, and where it leads."""
    if isinstance(block, dict):
        if block.get("type") in {"rich_text_section", "rich_text_quote"}:
            lead = "".join(one.get("text", "") for one in block["elements"] if one["type"] == "text")
            yield from ((lead, one["url"]) for one in block["elements"] if one["type"] == "link")
        block = list(block.values())
    if isinstance(block, list):
        for one in block:
            yield from _rows(one)


def tables(house: House) -> dict[str, list[dict]]:
    """What the store concluded and decided."""
    wanted = {
        "articles": "SELECT id, url, tier, severity, matched, disposition, relation, matter FROM articles",
        "deliveries": "SELECT id, channel, kind, article, state, parent, position, ts, reason, created FROM deliveries",
    }
    return tables_of(house.store, wanted)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--manner", choices=("default", "tuned"), default="tuned")
    parser.add_argument("--matches", type=int, default=400)
    parser.add_argument("--weeks", type=int, default=13)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    ended = played(given.folder, given.manner, given.matches, given.weeks, given.seed)
    print(len(ended["items"]), "published;", len(ended["messages"]), "messages")
