"""What is silenced is not told, never lost, and told again when the silence is over."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.quiet import Hours
from alerts.settings import Manners
from pipelines.store.deadlines import remind
from tests.alerts.test_deadline import DUE, at, kinds, sets
from tests.support import stores
from tests.support.told import NOW, matter_id, previewed, tell

WEEK = NOW + timedelta(days=7)
BERLIN = ZoneInfo("Europe/Berlin")


def quiet(store, about="matter", value=None, until=WEEK):
    value = value or matter_id(1)
    return store.matters.silence(about, value, until, by="li", reason="we are on it", now=NOW)


def silenced(store):
    return [one.kind for one in reversed(store.outbox.listing(["silenced"]))]


@stores.ON_BOTH
def test_of_a_silenced_matter_only_documents_and_amendments_are_told(store, slack, sender):
    tell(store, 1)
    send = sender()
    send.deliver()
    event = quiet(store)
    for number, kind in enumerate(("report", "follow-up", "amendment"), 2):
        tell(store, number, kind, matter=1)
    tell(store, 9)  # of another matter
    assert send.deliver().pending == 0
    assert kinds(slack) == ["new", "amendment", "new"]
    assert silenced(store) == ["report", "follow-up"]
    [one, _] = store.outbox.listing(["silenced"])
    assert one.reason == f"matter {matter_id(1)} is silenced until 2026-12-01 08:00 UTC by li (event {event}): we are on it"  # fmt: skip


@pytest.mark.parametrize(
    ("about", "value"),
    [("topic", "vpn-crackdown"), ("rule", "vpn-campaign"), ("source", "miit_notices")],
)
def test_a_topic_a_rule_or_a_source_is_silenced_altogether_but_never_its_trouble(
    store, slack, sender, about, value
):
    quiet(store, about, value)
    tell(store, 1)
    with store.writing() as connection:
        trouble = {"state": "failing", "code": "http", "message": "503", "remedy": "Wait."}
        store.outbox.intend(connection, "source", "miit_notices 1", at=NOW, source="miit_notices", detail=trouble)  # fmt: skip
    sender().deliver()
    assert silenced(store) == ["new"]
    assert not slack.messages("alerts")
    assert len(slack.messages("ops")) == 1


def test_what_came_in_between_is_not_told_afterwards_but_for_who_asks(store, slack, sender):
    clock = [NOW]
    send = sender(now=lambda: clock[0])
    tell(store, 1)
    send.deliver()
    quiet(store)
    tell(store, 2, "report", matter=1)
    send.deliver()
    clock[0] = WEEK
    tell(store, 3, "report", matter=1)
    send.deliver()
    assert kinds(slack) == ["new", "report"]
    [kept] = store.outbox.listing(["silenced"])
    assert store.outbox.retry(clock[0]) == 0  # all that was rejected or held: not this
    assert store.outbox.retry(clock[0], [kept.id]) == 1
    send.deliver()
    assert kinds(slack) == ["new", "report", "report"]
    assert silenced(store) == []
    states = {one.id: one.state for one in store.outbox.listing(as_of=NOW + timedelta(days=1))}
    assert states[kept.id] == "silenced"


@stores.ON_BOTH
def test_taken_back_it_holds_no_more(store, slack, sender):
    event = quiet(store, "topic", "vpn-crackdown")
    store.matters.undo(event, by="li", reason="too much", now=NOW)
    tell(store, 1)
    sender().deliver()
    assert kinds(slack) == ["new"]


@stores.ON_BOTH
def test_it_follows_the_matter_that_an_article_lies_in_now(store, slack, sender):
    tell(store, 1)
    tell(store, 5)
    sender().deliver()
    quiet(store)
    store.matters.join([matter_id(5), matter_id(1)], by="li", reason="one", now=NOW)
    tell(store, 6, "report", matter=5)  # of the other one: nobody silenced that
    sender().deliver()
    assert kinds(slack) == ["new", "new", "report"]


def test_the_last_reminder_of_a_silenced_matter_is_told(store, slack, sender):
    tell(store, 1)
    sets(store, 1)
    clock = [NOW]
    send = sender(now=lambda: clock[0])
    send.deliver()
    quiet(store, until=at(DUE + timedelta(days=1)))
    for left in (14, 7, 1):
        clock[0] = at(DUE - timedelta(days=left))
        assert remind(store, clock[0]) == 1
        send.deliver()
    assert silenced(store) == ["deadline", "deadline"]
    assert kinds(slack) == ["new", "deadline"]
    assert "1 day left" in slack.messages("alerts")[-1].text


@stores.ON_BOTH
def test_the_digest_counts_what_was_silenced_and_does_not_show_it(store, sender, settings):
    tell(store, 1)
    sender().deliver()
    quiet(store, "source", "miit_notices")
    for number in (2, 3, 4):
        tell(store, number)
    sender().deliver()
    said = previewed(store, settings, NOW + timedelta(seconds=1))
    assert "4 matters matched" in said
    assert "Silenced by somebody, and so not told: 3 alerts" in said
    assert "通知（1）" in said
    assert "通知（2）" not in said


def test_silenced_ones_make_no_burst(store, sender):
    tell(store, 1)
    quiet(store)
    for number in range(2, 8):
        tell(store, number, "report", matter=1)
    tell(store, 9, "report", severity="medium")
    assert sender(burst=3).route() == 8
    assert [one.state for one in store.outbox.listing()] == ["pending", *["silenced"] * 6, "pending"]


NIGHT = {"#alerts": Manners(Hours(BERLIN, time(8), time(19)))}
LATE, MORNING = datetime(2026, 11, 24, 22, tzinfo=UTC), datetime(2026, 11, 25, 7, 30, tzinfo=UTC)


@pytest.fixture
def night(store, sender):
    """A sender of a channel that sleeps, and its clock: a document of matter 1 and two reports of it wait."""
    clock = [LATE]
    send = sender(now=lambda: clock[0], manners=NIGHT)
    tell(store, 1, severity="medium", at=LATE)
    for number in (2, 3):
        tell(store, number, "report", matter=1, severity="medium", at=LATE)
    tell(store, 4, severity="medium", at=LATE)
    assert send.deliver().sent == 0
    return send, clock


def test_made_while_it_waits_for_a_digest_a_silence_keeps_it_back_too(store, slack, night):
    send, clock = night
    event = quiet(store)
    clock[0] = MORNING
    send.deliver()
    assert silenced(store) == ["report", "report"]  # the document itself is heard
    [digest] = slack.messages("alerts")
    assert "2 alerts" in digest.text
    assert [event.kind for event in store.events.read(kind="withheld")] == ["withheld"] * 2
    assert {one.reason.partition("(")[2][:7] for one in store.outbox.listing(["silenced"])} == {
        f"event {event}"
    }
    before, after = (
        {one.state for one in store.outbox.listing(as_of=at) if one.kind == "report"}
        for at in (LATE, MORNING)
    )
    assert (before, after) == ({"pending"}, {"silenced"})


def test_where_all_that_waits_is_silenced_there_is_no_digest(store, slack, night):
    send, clock = night
    quiet(store, "topic", "vpn-crackdown")
    clock[0] = MORNING
    assert send.deliver().sent == 0
    assert slack.messages("alerts") == []
    assert silenced(store) == ["new", "report", "report", "new"]


@pytest.mark.parametrize("over", ["undone", "ended"])
def test_a_silence_that_is_over_before_the_digest_keeps_nothing_that_waited_back(store, slack, night, over):
    send, clock = night
    event = quiet(store, until=MORNING if over == "ended" else WEEK)
    if over == "undone":
        store.matters.undo(event, by="li", reason="too much", now=LATE)
    clock[0] = MORNING
    send.deliver()
    assert silenced(store) == []
    assert "4 alerts" in slack.messages("alerts")[0].text


def test_what_is_in_a_digest_already_is_told_with_it(store, slack, night):
    send, clock = night
    clock[0] = MORNING
    assert send.digest() == 1  # fixed, not posted
    quiet(store)
    send.deliver()
    assert silenced(store) == []
    assert "4 alerts" in slack.messages("alerts")[0].text
