"""Whether a silence holds: for its matter or source, or for all rules that speak for something."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipelines.silence import Silence, quieting
from tests.pipelines.store.making import NOW


def made(about, value, event=1):
    return Silence(event, NOW, about, value, NOW + timedelta(days=1), "li", "noise")


BOTH = (("vpn", "vpn-crackdown"), ("fines", "enforcement-penalty"))


@pytest.mark.parametrize(
    ("about", "value", "rules", "holds"),
    [
        ("matter", "m1", BOTH, True),
        ("matter", "m2", BOTH, False),
        ("source", "press", BOTH, True),
        ("source", "m1", BOTH, False),
        ("topic", "vpn-crackdown", BOTH[:1], True),
        ("topic", "vpn-crackdown", BOTH, False),  # somebody else's topic speaks for it too
        ("topic", "vpn", BOTH[:1], False),
        ("rule", "vpn", BOTH[:1], True),
        ("rule", "vpn", BOTH, False),
        ("rule", "vpn", (), False),  # nothing speaks for it: no rule can silence it
    ],
)
def test_what_a_silence_holds_for(about, value, rules, holds):
    one = made(about, value)
    assert quieting([one], matter="m1", source="press", rules=rules) == (one if holds else None)


def test_a_topic_and_a_rule_together_cover_what_neither_does_alone():
    two = [made("topic", "vpn-crackdown", 1), made("rule", "fines", 2)]
    assert quieting(two, matter=None, source=None, rules=BOTH) == two[1]


def test_the_reason_says_what_until_when_by_whom_and_why():
    assert made("topic", "licensing", 12).told == (
        "topic licensing is silenced until 2017-01-23 09:00 UTC by li (event 12): noise"
    )
