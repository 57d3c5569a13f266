"""What waits for a channel that the config names no longer."""

from __future__ import annotations

from dataclasses import replace

from alerts.dispatch import Dispatcher
from gatewatch.demo.standin_slack import Channel
from tests.support.told import NOW, states, tell, tell_story


def waiting(store):
    return {row.channel for row in store.outbox.listing(["pending", "sending"])}


def wait_for(store, settings, channel):
    """Deliveries for a channel that nobody has tried yet."""
    tell_story(store)
    Dispatcher(store, None, replace(settings, channel=channel), lambda: NOW).deliver()
    assert waiting(store) == {channel}


def test_a_mistyped_channel_found_broken_gives_its_alerts_to_the_configured_one(
    store, slack, sender, settings
):
    wait_for(store, settings, "#alrets")
    tally = sender().deliver()
    assert (tally.sent, tally.pending, dict(tally.broken)) == (3, 0, {})
    assert len(slack.messages("alerts")) == 3


def test_a_channel_that_works_keeps_its_alerts_though_another_is_configured(store, slack, sender, settings):
    wait_for(store, settings, "#old-name")
    slack.channels["C0OLDNAME0"] = Channel("C0OLDNAME0", "old-name")
    sender().deliver()
    assert waiting(store) == set()
    assert len(slack.messages("old-name")) == 3


def test_without_any_slack_setting_only_an_operator_s_word_moves_what_was_promised(store, settings):
    wait_for(store, settings, "#alrets")
    dispatcher = Dispatcher(store, None, replace(settings, road="terminal", channel=""), lambda: NOW)
    dispatcher.deliver()
    assert waiting(store) == {"#alrets"}
    assert dispatcher.readdress(everything=True) == 3
    dispatcher.route()
    assert waiting(store) == {"terminal"}


def test_without_any_slack_setting_a_channel_known_as_broken_is_given_up(store, settings):
    wait_for(store, settings, "#alrets")
    store.outbox.broken("#alrets", "channel_not_found", NOW, tell=False)
    Dispatcher(store, None, replace(settings, road="terminal", channel=""), lambda: NOW).deliver()
    assert waiting(store) == {"terminal"}


def test_a_digest_of_a_channel_that_was_given_up_is_told_with_its_articles(store, slack, sender, settings):
    for number in range(1, 14):
        tell(store, number, "report", severity="medium")
    Dispatcher(store, None, replace(settings, channel="#alrets", burst=3), lambda: NOW).deliver()
    assert states(store) == {"digest": 13}  # fixed for a channel that is not there
    sender(burst=3).deliver()
    assert states(store) == {"sent": 13}
    said = "".join(one.text for one in slack.messages("alerts"))
    assert all(f"（{number}）" in said for number in range(1, 14))
