from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.outcome import Ambiguous, Place, Rejected, Retry, Sent
from alerts.route import alert_id
from alerts.trial import trial
from tests.support.told import NOW


class Road:
    """Answers as it was told to, and counts."""

    def __init__(self, *outcomes, place=None):
        self.outcomes = list(outcomes)
        self.place = place
        self.posted = []

    def resolve(self, channel, known=""):
        return self.place or Place("C0", channel)

    def post(self, place, message, *, thread_ts="", broadcast=False):
        self.posted.append(message)
        return self.outcomes.pop(0)


def test_every_configured_channel_is_tried_once(settings):
    road = Road(Sent("1.0", "https://x/1"), Sent("2.0", "https://x/2"))
    news, health = trial(road, settings, lambda: NOW)
    assert [(one.channel, one.sent, one.ts) for one in (news, health)] == [
        ("#alerts", True, "1.0"),
        ("#ops", True, "2.0"),
    ]
    assert news.alert == alert_id("#alerts", "test", news.subject)


@pytest.mark.parametrize(
    ("outcome", "doubtful", "remedy"),
    [
        (Rejected("not_in_channel", "channel", "Invite the bot."), False, "Invite the bot."),
        (Retry(7, "Slack asks to slow down (429)"), False, "Try again in 7 s."),
        (Retry(None, "Slack cannot be reached"), False, "Check the network"),
        (Ambiguous("the connection broke"), True, "It may have arrived"),
    ],
)
def test_what_fails_is_answered_with_a_remedy_and_not_repeated(settings, outcome, doubtful, remedy):
    road = Road(outcome)
    [one] = trial(road, replace(settings, ops_channel=""), lambda: NOW)
    assert (one.sent, one.doubtful, one.reason) == (False, doubtful, outcome.reason)
    assert one.remedy.startswith(remedy)
    assert len(road.posted) == 1


def test_where_the_channel_is_not_there_nothing_is_posted(settings):
    road = Road(place=Rejected("channel_not_found", "channel", "Check its name."))
    assert [one.remedy for one in trial(road, settings, lambda: NOW)] == ["Check its name."] * 2
    assert road.posted == []


def test_refused_blocks_are_tried_as_plain_text_as_an_alert_s_would_be(settings):
    road = Road(Rejected("invalid_blocks", "format"), Sent("1.0"))
    [one] = trial(road, replace(settings, ops_channel=""), lambda: NOW)
    assert one.sent
    assert road.posted[1].blocks == ()
