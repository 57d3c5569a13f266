"""`gatewatch run` with buttons: a press in Slack becomes a judgement, and the rules' precision knows of it."""

from __future__ import annotations

import json
import signal
from datetime import datetime, timedelta

import pytest

from gatewatch.demo.standin_slack import Channel, StandinSlack
from tests.support.feeds import Feed, Item
from tests.support.program import Desk
from tests.support.site import BEIJING, Site
from tests.support.sockets import Sockets

TEXT = "工信部开展清理整顿，未经批准不得自行建立或租用专线（含虚拟专用网络VPN）开展跨境经营活动。" * 4


@pytest.mark.slow
def test_what_is_pressed_counts_for_the_rules_whatever_becomes_of_the_process(tmp_path):
    with (
        Site() as site,
        StandinSlack(token="xoxb-1", channels=[Channel("C0ALERTS00", "alerts")]) as slack,
        Sockets(slack) as sockets,
        Desk(tmp_path, slack={"channel": "#alerts"}, judges=["ann"], people="names") as desk,
    ):
        at = datetime.now(BEIJING) - timedelta(minutes=5)
        site.feeds["/n.xml"] = Feed(
            "rss2-full", items=[Item("平静的一天", "/n/0", at, content="<p>平静</p>")]
        )
        desk.source(id="one", kind="feed", url=f"{site.url}/n.xml", every="1s")
        desk.environ |= {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_APP_TOKEN": "xapp-1",
        }
        running = desk.start("run")
        sockets.wait(seconds=40)
        slack.wait_for(lambda: slack.messages("alerts"), 40)  # the first round
        site.feeds["/n.xml"].items.insert(
            0, Item("工信部清理整顿VPN专线", "/n/1", at, content=f"<p>{TEXT}</p>")
        )
        message = slack.wait_for(lambda: [one for one in slack.messages() if "清理" in one.text], 40)[0]
        assert sockets.press(message, "not-relevant", "wrong-term", user="ann") < 3.0
        assert sockets.press(message, "take", user="bo") < 3.0
        assert "Only the people named" in sockets.answers(2)[1]
        running.kill()  # and whatever was pressed stays
        running.wait()
        slack.wait_for(lambda: not sockets.open, 10)
        again = desk.start("run")
        sockets.wait(seconds=40)
        sockets.command("search 专线")
        # killed between saying and noting that it was said, the former answers come once more
        title = "工信部清理整顿VPN专线"
        slack.wait_for(lambda: any(title in body["text"] for _, body in slack.answers), 10)
        again.send_signal(signal.SIGTERM)
        assert again.wait(10) == 0
        judged = [
            row for row in json.loads(desk.run("rules", "list", "--json").stdout) if row["not_relevant"]
        ]
        assert judged, "no rule knows of the press"
        assert all(row["precision"] == 0.0 for row in judged)
        events = desk.rows("select kind, detail from events where kind in ('marked', 'press-refused')")
        assert [kind for kind, _ in events] == ["marked", "press-refused"]
