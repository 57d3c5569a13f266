"""`gatewatch run` with buttons: a press is a judgement, below the message, in the rules' precision and proposals."""

from __future__ import annotations

import signal
from datetime import datetime, timedelta

import pytest

from gatewatch.demo.standin_slack import Channel, StandinSlack
from tests.support.feeds import Feed, Item
from tests.support.program import Desk
from tests.support.site import BEIJING, Site
from tests.support.sockets import Sockets

RULES = "rules:\n  - {id: vpn, gloss: speaks of VPNs, topic: vpn-crackdown, severity: high, words: [VPN]}\n"
NOVELS = ("小说《长夜》出版", "新作小说入围")
NEWS = ("各地清理跨境专线业务", "三家企业接受整改")
TEXTS = {
    NOVELS[0]: "作家的小说《长夜》近日出版，书中的VPN是一只黑猫。",
    NOVELS[1]: "评委说，这部小说里名叫VPN的猫令人难忘。",
    NEWS[0]: "通信管理局清理未经批准的VPN业务，用户可以投诉。",
    NEWS[1]: "检查组通报，三家公司擅自经营VPN业务，已经责令改正。",
}


@pytest.fixture
def there(tmp_path):
    with (
        Site() as site,
        StandinSlack(token="xoxb-1", channels=[Channel("C0ALERTS00", "alerts")]) as slack,
        Sockets(slack) as sockets,
        Desk(tmp_path, slack={"channel": "#alerts", "pace": 20}, judges=["ann"], people="names") as desk,
    ):
        at = datetime.now(BEIJING) - timedelta(minutes=5)
        site.feeds["/n.xml"] = Feed(
            "rss2-full", items=[Item("平静的一天", "/n/0", at, content="<p>平静</p>")]
        )
        desk.source(id="one", kind="feed", url=f"{site.url}/n.xml", every="1s", lang="zh-Hans")
        (tmp_path / "own.yaml").write_text(RULES, "utf-8")
        desk.config["rules"] = ["own.yaml"]
        desk.environ |= {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_APP_TOKEN": "xapp-1",
        }
        yield site, slack, sockets, desk


def told(site, slack):
    """Publish the four; their messages by title."""
    at = datetime.now(BEIJING)
    site.feeds["/n.xml"].items[:0] = [
        Item(title, f"/n/{number}", at - timedelta(seconds=number), content=f"<p>{text}</p>" * 2)
        for number, (title, text) in enumerate(TEXTS.items(), 1)
    ]
    found = slack.wait_for(
        lambda: (
            {title: one for title in TEXTS for one in slack.messages() if title in one.text}
            if all(any(title in one.text for one in slack.messages()) for title in TEXTS)
            else None
        ),
        40,
    )
    assert len({one.ts for one in found.values()}) == 4
    return found


def shows(slack, message, *words, no=()):
    """Wait until the message, as it stands in Slack, says these and none of those."""

    def right():
        [text] = [one.text for one in slack.messages() if one.ts == message.ts]
        return all(word in text for word in words) and not any(word in text for word in no)

    slack.wait_for(right, 20)


def precision(desk):
    [row] = [row for row in desk.json("rules", "list") if row["id"] == "vpn"]
    return row["relevant"], row["not_relevant"], row["precision"]


def proposed(desk):
    """What `rules suggest` has learnt from, and each word it would take from the rule, with gain and cost."""
    found = desk.json("rules", "suggest")
    return found["marked"], {
        row["term"]: (row["kind"], row["rule"], row["gains"], row["of"], row["costs"])
        for row in found["proposals"]
    }


@pytest.mark.slow
def test_a_press_is_below_the_message_and_counts_for_the_rules_whatever_becomes_of_the_process(there):
    site, slack, sockets, desk = there
    running = desk.start("run")
    sockets.wait(seconds=40)
    slack.wait_for(lambda: slack.messages("alerts"), 40)  # the first round
    messages = told(site, slack)
    first = messages[NOVELS[0]]
    assert precision(desk) == (0, 0, None)
    assert proposed(desk) == ({"not_relevant": 0, "relevant": 0, "relevant_but_missed": 0}, {})

    assert sockets.press(first, "take", user="ann") < 3.0
    shows(slack, first, "with ann since")
    for title in NOVELS:
        assert sockets.press(messages[title], "not-relevant", "wrong-term", user="ann") < 3.0
    for title in NEWS:
        assert sockets.press(messages[title], "relevant", user="ann") < 3.0
    assert sockets.press(first, "relevant", user="bo") < 3.0
    assert "Only the people named" in sockets.answers(6)[5]
    running.kill()  # and whatever was pressed stays
    running.wait()
    slack.wait_for(lambda: not sockets.open, 10)

    again = desk.start("run")
    sockets.wait(seconds=40)
    sockets.command("search 小说")
    # killed between saying and noting that it was said, the former answers come once more
    slack.wait_for(lambda: any(all(title in body["text"] for title in NOVELS) for _, body in slack.answers), 10)  # fmt: skip
    shows(slack, first, "with ann since", "marked not relevant (wrong term) by ann")
    shows(slack, messages[NEWS[1]], "marked relevant by ann", no=["with ann"])
    assert precision(desk) == (2, 2, 0.5)
    marked, words = proposed(desk)
    assert marked == {"not_relevant": 2, "relevant": 2, "relevant_but_missed": 0}
    assert words["小说"] == ("exclude", "vpn", 2, 2, 0)
    events = desk.rows(
        "select id, kind from events where kind in ('taken', 'marked', 'press-refused') order by id"
    )
    assert [kind for _, kind in events] == ["taken", *["marked"] * 4, "press-refused"]

    for number, _ in events[:2]:  # both of the first message
        desk.run("matters", "undo", str(number), "--by", "li", "--reason", "misread", check=True)
    shows(slack, first, no=["with ann", "marked"])
    shows(slack, messages[NOVELS[1]], "marked not relevant (wrong term) by ann")
    assert precision(desk) == (2, 1, 0.667)
    assert proposed(desk) == ({"not_relevant": 1, "relevant": 2, "relevant_but_missed": 0}, {})
    again.send_signal(signal.SIGTERM)
    assert again.wait(10) == 0
