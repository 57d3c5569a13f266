from __future__ import annotations

import json
from dataclasses import replace

import pytest

from alerts.dispatch import Dispatcher
from alerts.route import alert_id
from alerts.slack.transport import SlackTransport
from alerts.translate.translating import NotTranslatedError
from alerts.translate.translator import Translator
from tests.support.told import HOSTILE, NOW, article_id, tell


class Machine:
    """Translates every text into its own words, or fails as it was told to."""

    name = "machine"

    def __init__(self, say=lambda text: f"in English {len(text)}"):
        self.say = say
        self.asked = []

    def ask(self, texts, target, seconds):
        self.asked.append((list(texts), target, seconds))
        return [self.say(text) for text in texts]


class Broken(Machine):
    def ask(self, texts, target, seconds):
        super().ask(texts, target, seconds)
        raise NotTranslatedError("no answer within 10 s")


@pytest.fixture
def sends(store, slack, settings):
    def make(machine, target="", **changes):
        road = SlackTransport("xoxb-standin-1", api_url=slack.api_url, timeout=5)
        translator = Translator(store, machine, lambda: NOW, target=target)
        return Dispatcher(store, road, replace(settings, **changes), lambda: NOW, translate=translator)

    return make


def test_title_and_excerpt_stand_beside_the_original_and_say_that_a_machine_made_them(store, slack, sends):
    tell(store, 1)
    machine = Machine()
    sends(machine).deliver()
    [message] = slack.messages()
    shown = json.dumps(message.blocks, ensure_ascii=False)
    [(texts, target, seconds)] = machine.asked
    assert (len(texts), target, seconds) == (2, "en", 10.0)
    for text in (message.text, shown):
        assert "关于清理规范互联网网络接入服务市场的通知（1）" in text
        assert f"in English {len(texts[0])}" in text
        assert "Machine translation:" in text
        assert "Machine translation of the excerpt:" in text


def test_a_text_is_asked_for_once(store, slack, sends):
    machine = Machine()
    tell(store, 1, title="同一个标题关于虚拟专用网络")
    sends(machine).deliver()
    tell(store, 2, title="同一个标题关于虚拟专用网络")
    sends(machine).deliver()
    assert len(machine.asked) == 1
    assert all("in English" in one.text for one in slack.messages())


def test_what_is_in_the_channel_s_language_is_left_alone(store, slack, sends):
    machine = Machine()
    tell(store, 1)
    sends(machine, language="zh-Hans").deliver()
    tell(store, 2, title="MIIT bans VPN services", text="The ministry bans VPN services across the border.")
    sends(machine).deliver()
    assert machine.asked == []


def test_in_chinese_and_into_a_language_of_choice(store, slack, sends):
    machine = Machine(lambda text: "译文")
    tell(store, 1, title="MIIT bans VPN services", text="The ministry bans VPN services across the border.")
    sends(machine, language="zh-Hans").deliver()
    assert "机器翻译: 译文" in slack.messages()[0].text
    tell(store, 2)
    sends(machine, target="de").deliver()
    assert machine.asked[-1][1] == "de"


def test_a_failure_delays_nothing_more_than_once_and_is_said_once(store, slack, sends, caplog):
    machine = Broken()
    for number in range(1, 4):
        tell(store, number)
    assert sends(machine).deliver().sent == 3
    assert len(machine.asked) == 1
    assert "Machine" not in "".join(one.text for one in slack.messages())
    assert [row.message for row in caplog.records if "machine translation" in row.message] == [
        "no machine translation: no answer within 10 s; not asked again for 10 min"
    ]


def test_after_a_while_it_is_asked_again(store, slack, sends, monkeypatch):
    monkeypatch.setattr("alerts.translate.translator.PAUSE", 0.0)
    machine = Broken()
    tell(store, 1)
    tell(store, 2)
    sends(machine).deliver()
    assert len(machine.asked) == 2


def test_what_a_machine_says_is_inert_and_within_the_limits(store, slack, sends):
    machine = Machine(lambda text: HOSTILE + "x" * 50_000 + "\n<!channel>")
    tell(store, 1)
    sends(machine).deliver()
    [message] = slack.messages()  # the stand-in refuses what is beyond Slack's limits
    shown = json.dumps(message.blocks)
    assert "<!channel>" not in message.text
    assert "\\u202e" not in shown
    assert "\\u001b" not in shown
    assert message.blocks


def test_ids_and_channels_are_what_they_were(store, slack, sends):
    tell(store, 1)
    sends(Machine()).deliver()
    [row] = store.outbox.listing()
    assert (row.id, row.channel) == (alert_id("#alerts", "new", article_id(1)), "#alerts")
