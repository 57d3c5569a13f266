"""Routes, quiet hours and digests over a real store and a stand-in Slack, the clock in our hands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from alerts.quiet import Hours
from alerts.regular import send
from alerts.route import Route
from alerts.settings import Manners, Override
from gatewatch.demo.standin_checks import check_message
from tests.support import stores
from tests.support.told import NOW, previewed, tell

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = datetime(2017, 1, 22, 9, tzinfo=UTC)
MONDAY = datetime(2017, 1, 23, 7, 30, tzinfo=UTC)  # half past eight in Berlin
OFFICE = Hours(BERLIN, time(8), time(19), frozenset(range(5)))


class Clock:
    def __init__(self, now=SUNDAY):
        self.now = now

    def __call__(self):
        self.now += timedelta(milliseconds=1)
        return self.now


def quiet(**more):
    return {"#alerts": Manners(OFFICE, **more)}


def alerts_of(slack, channel="alerts"):
    return [(one.metadata["event_payload"]["kind"], one.text) for one in slack.messages(channel)]


def rows(store):
    with store.reading() as connection:
        query = "SELECT id, kind, state, channel, ts, gathered FROM deliveries ORDER BY position, channel"
        return [tuple(row) for row in connection.execute(text(query))]


@stores.ON_BOTH
def test_on_sunday_only_what_overrides_is_told_and_the_rest_on_monday_in_one_message(store, slack, sender):
    clock = Clock()
    tell(store, 1)  # a regulator's, severe
    for number in (2, 3, 4):
        tell(store, number, "report", severity="medium", tier="press")
    send = sender(now=clock, manners=quiet())
    assert send.deliver().sent == 1
    assert [kind for kind, _ in alerts_of(slack)] == ["new"]
    assert {state for _, _, state, *_ in rows(store)} == {"sent", "digest"}
    clock.now = MONDAY
    assert send.deliver().sent == 1
    (_, _), (kind, said) = alerts_of(slack)
    assert kind == "digest"
    assert "3 alerts" in said
    assert [state for _, _, state, *_ in rows(store)] == ["sent"] * 5
    digest_ts = slack.messages("alerts")[1].ts
    assert {ts for _, kind, _, _, ts, _ in rows(store) if kind == "report"} == {digest_ts}
    assert send.deliver().sent == 0


def test_a_single_one_that_waited_goes_as_itself(store, slack, sender):
    clock = Clock()
    tell(store, 1, "report", severity="medium", tier="press")
    send = sender(now=clock, manners=quiet())
    assert send.deliver().sent == 0
    clock.now = MONDAY
    send.deliver()
    assert [kind for kind, _ in alerts_of(slack)] == ["report"]


def test_more_than_a_message_holds_is_split_into_one_thread_in_order(store, slack, sender):
    clock = Clock()
    for number in range(1, 31):
        tell(store, number, "report", severity="medium", tier="press")
    send = sender(now=clock, manners=quiet())
    send.deliver()
    clock.now = MONDAY
    assert send.deliver().sent == 3
    first, *others = slack.messages("alerts")
    assert first.thread_ts == ""
    assert {one.thread_ts for one in others} == {first.ts}
    assert "part 1 of 3" in first.text.lower()
    for one in slack.messages("alerts"):
        check_message({"channel": "C", "text": one.text, "blocks": one.blocks})
    assert [state for _, _, state, *_ in rows(store)].count("sent") == 33


@stores.ON_BOTH
def test_killed_before_the_digest_is_posted_it_is_posted_once_with_the_same_rows(store, slack, sender):
    clock = Clock()
    for number in range(1, 4):
        tell(store, number, "report", severity="medium", tier="press")
    sender(now=clock, manners=quiet()).deliver()
    clock.now = MONDAY
    dying = sender(now=clock, manners=quiet())
    assert dying.digest() == 1  # and then nothing more of this process
    tell(store, 5, "report", severity="medium", tier="press")
    again = sender(now=clock, manners=quiet())
    again.deliver()
    kinds = [kind for kind, _ in alerts_of(slack)]
    assert sorted(kinds) == ["digest", "report"]
    gathered = [one for *_, one in rows(store) if one]
    assert len(gathered) == 3


@stores.ON_BOTH
def test_routes_lead_to_every_channel_that_fits_once_each(store, slack, sender):
    routes = (
        Route("#ops", topics=frozenset({"vpn-crackdown"})),
        Route("#alerts", at_least="high"),
        Route("#ops", tiers=frozenset({"regulator"})),
    )
    tell(store, 1)
    tell(store, 2, "report", severity="medium", tier="press", topics=["licensing"])
    send = sender(routes=routes)
    send.deliver()
    assert [(kind, channel) for _, kind, _, channel, *_ in rows(store)] == [
        ("new", "#alerts"),
        ("new", "#ops"),
        ("report", "#alerts"),
    ]
    assert send.deliver().sent == 0


def test_a_route_by_digest_waits_for_the_channel_s_time(store, slack, sender):
    clock = Clock(datetime(2017, 1, 24, 10, tzinfo=UTC))
    for number in (1, 2):
        tell(store, number, severity="high")
    daily = {"#alerts": Manners(Hours(BERLIN), daily=time(8, 30))}
    send = sender(now=clock, manners=daily, routes=(Route("#alerts", digest=True),))
    assert send.deliver().sent == 0
    clock.now = datetime(2017, 1, 25, 7, 31, tzinfo=UTC)
    send.deliver()
    assert [kind for kind, _ in alerts_of(slack)] == ["digest", "digest"]  # what waited, and the day's sum


def test_the_weekly_digest_says_that_nothing_matched_with_its_coverage_once(store, slack, sender):
    clock = Clock(datetime(2017, 1, 20, tzinfo=UTC))
    weekly = {"#alerts": Manners(Hours(BERLIN), weekly=(0, time(9)))}
    send = sender(now=clock, manners=weekly)
    assert send.deliver().sent == 0
    clock.now = datetime(2017, 1, 23, 8, 1, tzinfo=UTC)
    assert send.deliver().sent == 1
    assert sender(now=clock, manners=weekly).deliver().sent == 0
    [(kind, said)] = alerts_of(slack)
    assert kind == "digest"
    assert "othing matched from 2017-01-20 to 2017-01-23" in said
    assert "Read: 0 sources" in said
    clock.now += timedelta(days=7)
    assert sender(now=clock, manners=weekly).deliver().sent == 1


def test_a_digest_that_comes_late_tells_until_the_last_time_that_went_by_and_nothing_is_told_twice(
    store, slack, sender
):
    clock = Clock(datetime(2017, 1, 20, tzinfo=UTC))
    weekly = {"#alerts": Manners(Hours(BERLIN), weekly=(0, time(9)))}
    sender(now=clock, manners=weekly).deliver()
    clock.now = datetime(2017, 1, 31, 10, tzinfo=UTC)
    tell(store, 1, at=datetime(2017, 1, 25, tzinfo=UTC))  # between the two times at which nothing ran
    sender(now=clock, manners=weekly).digest()
    clock.now = datetime(2017, 2, 6, 9, tzinfo=UTC)
    sender(now=clock, manners=weekly).deliver()
    said = [said for kind, said in alerts_of(slack) if kind == "digest"]
    assert ["2017-01-20 to 2017-01-30" in said[0], "2017-01-30 to 2017-02-06" in said[1]] == [True, True]
    assert ["（1）" in one for one in said] == [True, False]
    assert len(said) == 2


def test_a_regular_digest_says_how_much_is_to_be_looked_at_and_what_is_due_by_beijing_s_calendar(
    store, settings
):
    tell(store, 1)
    now = datetime(2026, 11, 24, 23, tzinfo=UTC)  # the 25th in Beijing
    with store.writing() as connection:
        dates = '[{"kind": "deadline", "date": "2026-11-24"}, {"kind": "effective", "date": "2026-11-25"}]'
        connection.execute(text("UPDATE articles SET review = 'file', dates = :dates"), {"dates": dates})
    said = previewed(store, settings, now)
    assert "look at (gatewatch matters review): 1 document" in said
    assert "2026-11-25" in said.partition("matched")[2]
    assert "Comments until 2026-11-24" not in said
    store.matters.mark("a000000000000001", relevant=True, by="Li", reason="read", now=now)
    assert "matters review" not in previewed(store, settings, now)


def test_a_channel_speaks_its_own_language(store, slack, sender):
    tell(store, 1)
    sender(manners={"#alerts": Manners(Hours(BERLIN), language="zh-Hans")}).deliver()
    assert alerts_of(slack)[0][1].startswith("新消息")


def test_without_an_override_quiet_is_quiet(store, slack, sender):
    tell(store, 1)
    send = sender(now=Clock(), manners=quiet(override=None))
    assert send.deliver().sent == 0
    assert Override().holds("high", "regulator")
    assert not Override().holds("high", "press")
    assert not Override().holds("medium", "regulator")


def test_on_request_it_is_shown_without_a_trace_or_sent_once_and_the_next_begins_there(
    store, slack, sender, settings
):
    tell(store, 1)
    weekly = replace(settings, manners={"#alerts": Manners(Hours(BERLIN), weekly=(0, time(9)))})
    now = NOW + timedelta(hours=1)
    assert "1 matter matched" in previewed(store, weekly, now)
    assert rows(store) == []
    assert send(store, weekly, "#alerts", now) == send(store, weekly, "#alerts", now)
    sender().deliver()
    assert sorted(kind for kind, _ in alerts_of(slack)) == ["digest", "new"]
    assert "othing matched" in previewed(store, weekly, now + timedelta(hours=1))
