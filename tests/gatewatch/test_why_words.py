"""`why` in Chinese says all that it says in English, and nothing in English but what is somebody's own."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import timedelta
from string import Formatter

import pytest

from alerts import digest, draft
from gatewatch.commands.why import lines
from gatewatch.why_chinese import CHINESE
from gatewatch.why_words import ENGLISH
from pipelines.classify import load_rules
from pipelines.life import State
from pipelines.silence import Silence
from pipelines.store.queue import ASKED
from tests.support.told import NOW

SILENCE = Silence(
    7, NOW, "topic", "licensing", NOW + timedelta(days=7), "li (IT) by wu", "not: ours\n(event 8)"
)
# "vpn-campaign", "gatewatch alerts retry", "https://…", "C0ALERTS00", "2026-11-24T16:00:00+08:00", "a.pdf", "rules/*.yaml"
OWN = re.compile(
    r"“[^”]*”|#[\w-]+|/?gatewatch [a-z]+(?: [a-z]+)*(?: --[a-z]+(?: [a-z]+)?)?|https?://\S+|[\w./*-]*[-/._][\w./*-]+"
    r"|[A-Z0-9]{2,}|\d[\d:T+.-]*|Gatewatch|Slack",
    re.ASCII,
)


def english(text):
    """The English words of a text that are nobody's own."""
    return re.findall(r"[A-Za-z]{2,}", OWN.sub(" ", text))


def test_each_template_takes_the_same_fields_in_both_languages():
    for field in fields(ENGLISH):
        ours, theirs = getattr(ENGLISH, field.name), getattr(CHINESE, field.name)
        pairs = [(ours, theirs)] if isinstance(ours, str) else []
        if isinstance(ours, dict):
            assert not ours or set(ours) <= set(theirs), field.name
            pairs = [(ours[name], theirs[name]) for name in ours]
        for one, other in pairs:
            named = [{part[1] for part in Formatter().parse(each) if part[1]} for each in (one, other)]
            assert named[0] == named[1], field.name
            assert not english(other.replace("{", "“").replace("}", "”")), other


@pytest.mark.parametrize(
    "reason", [digest.QUIET, digest.BURST, digest.PRESS, digest.DIGEST, ASKED, draft.RESTORED]
)
def test_why_an_alert_waits_has_words_of_its_own(reason):
    assert not english(CHINESE.reason(reason))
    assert "详见" not in CHINESE.reason(reason)


def test_other_reasons_are_said_by_their_code_or_left_to_the_command_line():
    said = CHINESE.reason(f"{draft.PLAIN} (invalid_blocks)")
    assert said == "消息格式被拒，改以纯文本发送"
    assert CHINESE.reason("channel_not_found There is no such channel") == "答复 channel_not_found"
    assert CHINESE.reason("the connection broke (TimeoutError)") == "详见 gatewatch alerts list"


def test_a_silence_says_whose_and_what_for_whatever_they_wrote():
    assert CHINESE.reason(SILENCE.told) == (
        "li (IT) by wu 将主题“电信业务许可”设为静默至 2026-12-01 08:00 UTC（事件 7）：not: ours\n(event 8)"
    )
    matter = replace(SILENCE, about="matter", value="m0123456789abcde")
    assert "将事项“m0123456789abcde”设为静默" in CHINESE.reason(matter.told)


def test_what_the_shipped_rules_lack_has_words():
    rules = load_rules(["builtin"])
    texts = (
        "VPN",
        "某公司租用专线开展业务。" * 30,
        "美国拟限制VPN，罚款一千元。",
        "许可证 吊销 跨境 翻墙 软件 下架",
    )
    lacked = {
        one.lacked
        for text in texts
        for one in rules.explain(text, text, tier="press")
        if one.lacked and not one.fired
    }
    assert len(lacked) > 10
    for one in lacked:
        assert "详见" not in CHINESE.lacked(one), one
        assert not english(CHINESE.lacked(one)), one


def test_a_whole_account_is_chinese():
    page = {
        "looked": 3,
        "last": "2026-11-24",
        "state": "withdrawn",
        "since": "2026-11-20",
        "code": "http-404",
    }
    page |= {"message": "answered 404", "versions": [{"until": "2026-11-19"}]}
    file = {"name": "附件", "state": "unread", "reason": "scan"}
    alert = {"state": "digest", "sent_at": None, "permalink": "", "channel": "#zh-1", "reason": digest.QUIET}
    found = {
        "answer": "digest",
        "message": CHINESE.kept_back.format(rules="vpn-campaign", reason=CHINESE.reason(SILENCE.told)),
        "article": {"title": "通知", "article_id": "a01", "page": page, "attachments": [file], "review": "x"},
        "alerts": [alert],
        "remedy": CHINESE.send_anyway,
    }
    assert (
        english("\n".join(lines(found, CHINESE)).replace(SILENCE.by, "").replace("not: ours (event 8)", ""))
        == []
    )
    assert list(lines(found, CHINESE))[2].endswith("自 2026-11-20 起已撤下（http-404）")


def test_every_state_has_a_word():
    from typing import get_args

    from crawlers.article import FileState

    assert set(CHINESE.page_states) == set(get_args(State))
    assert set(CHINESE.attachment_states) == set(get_args(FileState))
