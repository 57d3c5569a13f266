from __future__ import annotations

import pytest

from alerts.route import Channels, Intent, Root, alert_id, route

CHANNELS = Channels("#china", "#ops")
DOCUMENT = Root("g-document", "#china", "new", "regulator")


def only(kind, roots=(), matter="m1", **fields):
    (delivery,) = route(Intent(7, kind, "a1", "a1", matter, **fields), roots, CHANNELS)
    return delivery


def test_a_document_opens_its_own_message_even_where_its_matter_has_one():
    delivery = only("new", [DOCUMENT])
    assert (delivery.channel, delivery.parent, delivery.broadcast) == ("#china", None, False)


def test_press_and_copies_join_the_thread_silently():
    delivery = only("report", [DOCUMENT])
    assert (delivery.parent, delivery.broadcast) == ("g-document", False)


@pytest.mark.parametrize("kind", ["follow-up", "amendment"])
def test_follow_ups_and_amendments_are_broadcast_from_the_thread(kind):
    delivery = only(kind, [DOCUMENT])
    assert (delivery.parent, delivery.broadcast) == ("g-document", True)


@pytest.mark.parametrize("kind", ["report", "follow-up", "amendment"])
def test_without_a_message_to_follow_everything_opens_its_own(kind):
    elsewhere = Root("g-else", "#other", "new", "regulator")
    delivery = only(kind, [elsewhere])
    assert (delivery.parent, delivery.broadcast) == (None, False)


def test_the_regulators_own_message_is_followed_rather_than_an_older_report():
    report = Root("g-press", "#china", "report", "press")
    assert only("report", [report, DOCUMENT]).parent == "g-document"
    assert only("report", [report]).parent == "g-press"


def test_health_goes_to_the_ops_channel_and_summaries_to_the_news():
    assert only("source", matter=None).channel == "#ops"
    assert only("baseline", matter=None).channel == "#china"


def test_the_alert_id_derives_from_channel_kind_and_subject_alone():
    assert only("new").id == alert_id("#china", "new", "a1") == only("new", [DOCUMENT], matter="m2").id
    assert alert_id("#china", "new", "a1") == "g2dcab6fe1981e260339dc7e"
    assert (
        len({alert_id(c, k, s) for c in ("#a", "#b") for k in ("new", "report") for s in ("a1", "a2")}) == 8
    )
    assert len(alert_id("#china", "new", "a1")) == 24
