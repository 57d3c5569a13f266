"""What acceptance tests put on the loopback site, and how they start a program with one thing altered.

Articles that match the shipped rules and articles that do not, in both languages; a column; a feed; a
Slack. Never looks at results.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta

from sqlalchemy import text

from tests.support.feeds import Feed, Item
from tests.support.site import BEIJING

NOTICE = "关于规范跨境专线经营活动的通知"
CLAUSE = "未经电信主管部门批准，不得自行建立或租用专线（含虚拟专用网络VPN）等信道开展跨境经营活动。"
PLAIN = "各单位要做好汛期通信保障工作。"
BAN = (
    "<p>China's Ministry of Industry and Information Technology ordered a crackdown on unauthorised VPN services. "
    + "The ministry said unlicensed VPN providers must stop cross-border business. " * 12
    + "</p>"
)
QUIET = f"<p>{'An ordinary day in the trade. ' * 40}</p>"


def days_ago(days: float, hour: int = 9) -> datetime:
    """A time of day in Beijing so many days ago; 0 is today, which may still lie ahead by hours."""
    moment = datetime.now(BEIJING) - timedelta(days=days)
    return moment.replace(hour=hour, minute=5, second=0, microsecond=0) if days >= 1 else moment


def column(site, desk, count=4, folder="/zwgk/zcwj/wjfb/tz/", **source):
    """A column of so many ordinary documents, and the source that watches it."""
    made = site.column(folder, "通知")
    for number in range(count):
        site.publish(
            made, f"关于第{number}批通信保障工作的通知", published=days_ago(200 - number), text=[PLAIN]
        )
    desk.source(**{"id": "notices", "url": f"{site.url}{made.path}", "at_least": 1} | source)
    return made


def notice(site, made, number=77, days=0.0, **more):
    """Publish a document that matches."""
    return site.publish(
        made, f"{NOTICE}（{number}）", published=days_ago(days), doc_no=f"工信部信管函〔2026〕{number}号", text=[CLAUSE], **more
    )  # fmt: skip


def press(site, desk, name="press", items=None, *, style="rss2-full", **source):
    """A feed of quiet items (or of those given), and the source that watches it."""
    shown = [Item(f"Quiet {name} {n}", f"/{name}/{n}", days_ago(n + 1), content=QUIET) for n in range(2)]
    site.feeds[f"/{name}.xml"] = Feed(style, items=shown if items is None else items)
    desk.source(**{"id": name, "kind": "feed", "url": f"{site.url}/{name}.xml"} | source)
    return site.feeds[f"/{name}.xml"]


def ban(number=0, days=0.0, **more):
    """An item of a feed that matches, whole in the feed."""
    named = {"title": f"MIIT bans VPN services without approval ({number})", "link": f"/ban/{number}"}
    return Item(**named | {"published": days_ago(days), "content": BAN} | more)


def by_token(desk, slack, **more):
    """Alerts leave by this Slack's Web API."""
    desk.environ |= {"SLACK_BOT_TOKEN": slack.token, "SLACK_API_URL": slack.api_url}
    desk.config["slack"] = {"channel": "#alerts", "ops_channel": "#ops", "pace": 20} | more


def states(desk):
    """(state, code) of each source, by id."""
    return {row[0]: (row[1], row[2]) for row in desk.rows("SELECT id, state, code FROM sources")}


def count(desk, table, where="1=1", **values):
    """How many rows."""
    return desk.rows(f"SELECT count(*) FROM {table} WHERE {where}", **values)[0][0]


def due(desk, *, looks=False):
    """As if a lease and every waiting time had run out; with `looks` pages are looked at again, too."""
    store = desk.store
    with store.writing() as connection:
        if looks:
            connection.exec_driver_sql("UPDATE looks SET due = 0")
        connection.exec_driver_sql("UPDATE sources SET lease_until = 0, due = 0")
        connection.exec_driver_sql("UPDATE unread SET next_try = 0")
        connection.exec_driver_sql("UPDATE hosts SET next_at = 0")
    store.close()


def altered(desk, prelude, *words, timeout=90.0):
    """The command, to its end, after these lines of Python were run in its process."""
    desk.write()
    program = f"{prelude}\nfrom gatewatch.cli import main\nmain()"
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=desk.folder, env=desk.environ, capture_output=True, text=True, timeout=timeout, check=False,
    )  # fmt: skip


def tables_of(store, wanted):
    """The rows of each of these queries, by its name."""
    with store.reading() as connection:
        return {
            name: [dict(row._mapping) for row in connection.execute(text(sql))]
            for name, sql in wanted.items()
        }
