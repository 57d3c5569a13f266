"""`/gatewatch` answers in Slack what the commands say, inert, within Slack's limits, in the channel's language."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from alerts.dispatch import Dispatcher
from crawlers.errors import ConfigError
from gatewatch.config import load
from gatewatch.demo.standin_checks import check_message
from gatewatch.house import House
from gatewatch.slash import answer
from pipelines.store.schema import articles, deliveries
from tests.gatewatch.test_why_words import english
from tests.pipelines.store.test_outbox import made
from tests.support.told import HOSTILE, NOW, TEXT, tell

URL = "https://www.miit.gov.cn/art/1.html?a=1&b=2"


@pytest.fixture
def house(tmp_path):
    (tmp_path / "gatewatch.yaml").write_text(
        'slack: {channel: "#alerts"}\nchannels: {"#zh": {language: zh-Hans}}\n', "utf-8"
    )
    settings = load(home=tmp_path / "home", environ={"SLACK_BOT_TOKEN": "xoxb-1"}, cwd=tmp_path)
    made = House(settings, lambda: NOW + timedelta(hours=1))
    yield made
    made.close()


@pytest.fixture
def told(house):
    from pipelines.store.search import index

    identity = tell(house.store, 1)
    with house.store.writing() as connection:
        index(connection, identity, "关于清理规范互联网网络接入服务市场的通知", "", TEXT)
    return identity


def asked(house, text, channel="#alerts"):
    said = answer(house, text, channel)
    check_message({"text": said})  # no mention, nothing unescaped, not too long
    return said


def test_help_is_what_an_empty_or_unknown_word_gets(house):
    assert "why LINK" in asked(house, "")
    assert asked(house, " HELP ") == asked(house, "")
    assert "There is no “mute”" in asked(house, "mute")
    assert "链接" in asked(house, "help", "#zh")


def test_a_link_as_slack_hands_it_over_is_found(house, told):
    """Slack escapes `&`, `<` and `>` in what people type."""
    assert asked(house, f"why {URL.replace('&', '&amp;')}") == asked(house, f"why {URL}")
    assert "“a &amp; b”" in asked(house, "a &amp; b")


def test_status_says_what_came_what_is_covered_and_what_waits(house, told):
    said = asked(house, "status")
    assert "1 matter" in said
    assert "Alerts: 1 waiting, 0 rejected, 0 held." in said
    assert "待发 1" in asked(house, "status", "#zh")
    with house.store.writing() as connection:
        [waits] = house.store.outbox.unrouted(connection, 9)
        house.store.outbox.deliver(connection, [made(waits.id)], waits.id, NOW)
        connection.execute(update(deliveries).values(state="digest", digest_at=NOW))
    assert "Alerts: 1 waiting" in asked(house, "status")  # for a digest


def test_a_status_of_many_fits_and_says_how_many_more_with_its_coverage(house):
    for number in range(1, 31):
        tell(house.store, number, url=f"https://www.miit.gov.cn/{number}?{'d' * 380}")
    said = asked(house, "status")
    assert "30 matters matched" in said
    assert "Read: 0 sources" in said
    assert "Alerts: 30 waiting" in said
    assert said.count("NEW · HIGH") == 10
    assert "And 20 more: gatewatch export --since 2026-11-23T17:00+08:00 --until" in said


def test_why_says_what_the_command_says(house, told):
    said = asked(house, f"why <{URL}>")
    assert said.startswith("pending: matched by vpn-campaign")
    assert told in said
    assert "`" not in asked(house, f"why {URL}")
    assert "there is no address or id" in asked(house, "why nothing")
    assert "not covered" in asked(house, "why https://unknown.example/x")


def test_where_the_channel_speaks_chinese_no_word_of_an_answer_is_english(house, told):
    from sqlalchemy import update

    from alerts.digest import QUIET
    from pipelines.store.schema import deliveries, matches

    def chinese(text):
        said = asked(house, text, "#zh")
        assert english(said.replace("matched", "?").replace("MIIT notices", "?")) == [], said
        return said

    assert chinese(f"why {URL}").startswith("待发：命中规则 vpn-campaign\n")
    Dispatcher(house.store, None, house.alert_settings, house.clock).route()
    for state, reason, word in (
        ("rejected", "msg_too_long Please report this", "被拒"),
        ("digest", QUIET, "静默时段"),
        ("held", "", "搁置"),
        ("sent", "", "已通知"),
    ):
        with house.store.writing() as connection:
            connection.execute(update(deliveries).values(state=state, reason=reason, sent=NOW))
        assert word in chinese(f"why {URL}")
    with house.store.writing() as connection:
        connection.execute(update(matches).values(silent=True))
        connection.execute(update(articles).values(matched=False))
    assert chinese(f"why {URL}").startswith("已静默：仅有静默规则命中")
    for nothing in ("nothing", "a0123456789abcde", "https://unknown.example/x", "https://www.miit.gov.cn/x"):
        assert chinese(f"why {nothing}")
    assert "未读" in chinese("status") or "已读取" in chinese("status")
    assert "至少一个词语" in chinese("search 。。")
    assert chinese("search 没有这个词")
    assert chinese("search 虚拟专用")
    assert chinese("mute") != chinese("help")


def test_an_error_of_the_config_is_told_in_the_channels_words(house, monkeypatch):
    def wrong(*_):
        raise ConfigError("sources.yaml:3: no such kind", "Mend it.")

    monkeypatch.setattr("gatewatch.commands.why.answer", wrong)
    assert asked(house, "why x") == "sources.yaml:3: no such kind. Mend it."
    assert asked(house, "why x", "#zh") == "无法回答：sources.yaml:3: no such kind. Mend it."


def test_search_shows_the_newest_with_their_links(house, told):
    said = asked(house, "search 虚拟专用")
    assert "<https://www.miit.gov.cn/art/1.html?a=1&amp;b=2>" in said
    assert "虚拟专用网络" in said
    assert "Nothing that is stored" in asked(house, "search 没有这个词")
    assert "at least one word" in asked(house, "search 。。")


@pytest.mark.parametrize("text", [HOSTILE, f"search {HOSTILE}", f"why {HOSTILE}", "search " + "翻墙" * 2000])
def test_whatever_is_typed_the_answer_is_inert(house, told, text):
    said = asked(house, text)
    assert not re.search(r"[\x00-\x08\x1b\u202e]", said)


def test_a_hostile_title_stays_inert(house):
    from pipelines.store.search import index

    identity = tell(house.store, 1, title=HOSTILE * 20)
    with house.store.writing() as connection:
        index(connection, identity, HOSTILE, "", TEXT)
    assert not re.search(r"[\x1b\u202e*]", asked(house, "search 专线"))
    assert not re.search(r"[\x1b\u202e*]", asked(house, "status"))
    assert not re.search(r"[\x1b\u202e*]", asked(house, f"why {URL}"))
