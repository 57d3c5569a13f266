from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text

from alerts.dispatch import Dispatcher
from alerts.route import Route
from alerts.settings import Timing
from alerts.slack.transport import SlackTransport
from gatewatch.demo.standin_slack import Channel
from pipelines.store import open_store
from tests.alerts.conftest import QUICK
from tests.support import stores
from tests.support.told import HOSTILE, NOW, article_id, snapshot, tell, tell_story


def subjects(messages):
    return [one.metadata["event_payload"]["subject"] for one in messages]


@stores.ON_BOTH
def test_a_story_arrives_in_order_each_once_and_a_second_round_is_silent(store, slack, sender):
    told = tell_story(store, matters=3)
    tally = sender().deliver()
    assert (tally.sent, tally.pending, tally.rejected) == (9, 0, 0)
    assert subjects(slack.messages()) == told
    assert sender().deliver().sent == 0
    assert len(slack.messages()) == 9


def test_the_document_opens_the_questions_are_broadcast_and_the_press_is_silent_below(store, slack, sender):
    tell_story(store)
    sender().deliver()
    document, answers, press = slack.messages("alerts")
    assert (document.thread_ts, document.broadcast) == ("", False)
    assert (answers.thread_ts, answers.broadcast) == (document.ts, True)
    assert (press.thread_ts, press.broadcast) == (document.ts, False)


def test_a_document_of_a_matter_that_was_only_reported_opens_its_own_and_is_followed_from_then_on(
    store, slack, sender
):
    tell(store, 1, "report")
    sender().deliver()
    with store.writing() as connection:
        connection.execute(text("UPDATE deliveries SET matter = 'm000000000000002'"))
    tell(store, 2)
    tell(store, 3, "report", matter=2)
    sender().deliver()
    report, document, later = slack.messages()
    assert (report.thread_ts, document.thread_ts, later.thread_ts) == ("", "", document.ts)


def test_health_goes_to_the_ops_channel(store, slack, sender):
    with store.writing() as connection:
        detail = {
            "state": "blocked",
            "code": "http-403",
            "message": "m",
            "remedy": "r",
            "was": "ok",
            "was_since": None,
        }
        store.outbox.intend(
            connection, "source", "miit_notices:1", at=NOW, source="miit_notices", detail=detail
        )
    sender().deliver()
    (message,) = slack.messages("ops")
    assert "MIIT notices (通知) refuses us (http-403)" in message.text


def test_hostile_titles_are_sent_inert(store, slack, sender):
    tell(store, 1, title=HOSTILE, text=HOSTILE)
    assert sender().deliver().sent == 1
    assert "&lt;!channel&gt;" in slack.messages()[0].text


def test_what_was_posted_is_kept_with_time_place_and_text(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    (row,) = store.outbox.listing()
    (message,) = slack.messages()
    assert (row.state, row.ts, row.text, row.sent) == ("sent", message.ts, message.text, NOW)
    assert row.permalink == f"https://standin.slack.com/archives/C0ALERTS00/p{message.ts.replace('.', '')}"
    (event,) = store.events.read(kind="posted")
    assert (event.alert, event.article, event.detail["channel"]) == (row.id, article_id(1), "#alerts")


# --- faults on the way -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "fault",
    [
        "reset-before",
        "reset-after",
        "close-after",
        "cut-after",
        "500-after",
        "500",
        "503",
        "html-200",
        "error=fatal_error",
    ],
)
def test_after_a_lost_answer_the_message_is_there_once(store, slack, sender, fault):
    told = tell_story(store)
    slack.fail("chat.postMessage", fault)
    assert sender().deliver().sent == 3
    assert subjects(slack.messages()) == told


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_lost_answers_in_a_row_in_channel_and_thread_double_nothing(store, slack, sender, nth):
    told = tell_story(store)
    slack.fail("chat.postMessage", *[""] * (nth - 1), "reset-before", "reset-before", "cut-after")
    assert sender().deliver().sent == 3
    assert subjects(slack.messages()) == told


def test_three_503_then_429_then_success_is_one_post_not_before_the_time_asked_for(store, slack, sender):
    told = [tell(store, 1), tell(store, 2)]
    slack.fail("chat.postMessage", "503", "503", "503", "429=1")
    sender().deliver()
    assert subjects(slack.messages()) == told
    posts = [at for method, at in slack.requests if method == "chat.postMessage"]
    assert posts[4] - posts[3] >= 1.0


def test_a_channel_that_must_wait_keeps_no_other_from_going_on(store, slack, sender):
    tell(store, 1)
    with store.writing() as connection:
        for number in range(3):
            store.outbox.intend(
                connection, "source", f"s:{number}", at=NOW, source="s", detail={"state": "ok"}
            )
    slack.fail("chat.postMessage", "429=2")  # the first post is the news channel's
    sender().deliver()
    news, ops = slack.messages("alerts"), slack.messages("ops")
    assert (len(news), len(ops)) == (1, 3)
    assert max(one.at for one in ops) < news[0].at


@pytest.mark.parametrize("nth", [0, 1, 2, 3])
def test_history_that_lags_behind_does_not_make_a_double(store, slack, sender, nth):
    slack.lag = 0.3
    told = tell_story(store, size=4)
    slack.fail("chat.postMessage", *[""] * nth, "reset-after", "reset-after")
    assert sender(timing=replace(QUICK, settle=0.4, lag=5.0)).deliver().sent == 4
    assert subjects(slack.messages()) == told


@pytest.mark.parametrize("fault", ["reset-after", "reset-before"])
def test_an_attempt_that_another_process_left_behind_is_given_time_to_show(store, slack, sender, fault):
    slack.lag = 0.3
    told = tell_story(store)
    slack.fail("chat.postMessage", fault)
    slow = replace(QUICK, settle=0.5, lag=5.0)
    sender(timing=slow).deliver(lambda: slack.calls("chat.postMessage") > 0)
    assert store.outbox.counts()["sending"] == 1
    assert sender(timing=slow).deliver().sent == 3
    assert subjects(slack.messages()) == told


def test_trouble_while_looking_is_waited_out_before_the_post_is_tried_again(store, slack, sender):
    told = [tell(store, 1)]
    slack.fail("chat.postMessage", "reset-after")
    slack.fail("conversations.history", "", "503", "429=1", "html-200")
    assert sender().deliver().sent == 1
    assert subjects(slack.messages()) == told


def test_refused_blocks_are_sent_once_more_as_plain_text(store, slack, sender):
    tell(store, 1)
    slack.fail("chat.postMessage", "error=invalid_blocks")
    assert sender().deliver().sent == 1
    (message,) = slack.messages()
    assert message.blocks == []
    assert message.alert


def test_that_a_message_must_be_plain_is_remembered_over_trouble_on_the_way(store, slack, sender):
    tell(store, 1)
    slack.fail("chat.postMessage", "error=invalid_blocks", "reset-before", "429=1", "503")
    assert sender().deliver().sent == 1
    assert slack.messages()[0].blocks == []
    assert slack.calls("chat.postMessage") == 5


def test_a_message_refused_for_good_is_laid_aside_and_the_next_one_goes(store, slack, sender):
    tell(store, 1)
    told = tell(store, 2)
    slack.fail("chat.postMessage", "error=invalid_blocks", "error=invalid_blocks")
    tally = sender().deliver()
    assert (tally.sent, tally.rejected, tally.pending) == (2, 1, 0)
    assert subjects(slack.messages("alerts")) == [told]
    (row,) = store.outbox.listing(["rejected"])
    assert "invalid_blocks. So was its plain text" in row.reason
    assert "sent once more" not in row.reason
    (word,) = slack.messages("ops")
    assert "An alert for #alerts was refused" in word.text
    assert f"gatewatch alerts retry {row.id}" in word.text
    assert store.outbox.retry(NOW) == 1
    assert sender().deliver().sent == 1


def test_the_word_of_what_was_refused_is_given_once_and_never_of_itself(store, slack, sender):
    for number in (1, 2):
        tell(store, number)
    slack.fail("chat.postMessage", *["error=no_text"] * 3)
    assert sender().deliver().rejected == 3, "the two, and the word of them"
    assert sender().deliver().rejected == 3
    assert slack.messages() == []
    assert {row.kind for row in store.outbox.listing()} == {"new", "channel"}


def test_after_a_retry_a_channel_that_is_archived_still_is_not_told_of_again(store, slack, sender):
    tell(store, 1)
    slack.channels["C0ALERTS00"].archived = True
    for _ in range(2):
        tally = sender().deliver()
        store.outbox.retry(NOW)
    assert "is_archived. The channel is archived" in tally.broken["#alerts"]
    assert len(slack.messages("ops")) == 1


def test_a_row_that_cannot_be_worded_keeps_no_other_from_going(store, slack, sender, caplog):
    tell(store, 1)
    told = tell(store, 2)
    with store.writing() as connection:
        connection.execute(text(f"UPDATE articles SET dates = '[{{}}]' WHERE id = '{article_id(1)}'"))
    tally = sender().deliver()
    assert (tally.sent, tally.rejected) == (2, 1)
    assert subjects(slack.messages("alerts")) == [told]
    assert "cannot be worded" in store.outbox.listing(["rejected"])[0].reason
    assert "KeyError" in caplog.text


def test_a_reply_whose_parent_was_refused_is_a_message_of_its_own(store, slack, sender):
    tell(store, 1)
    tell(store, 2, "report", matter=1)
    slack.fail("chat.postMessage", "error=no_text")
    sender().deliver()
    (reply,) = slack.messages("alerts")
    assert reply.thread_ts == ""


def test_a_reply_to_a_deleted_message_is_posted_on_its_own_and_names_its_matter(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    slack.delete(slack.messages()[0].ts)
    tell(store, 2, "follow-up", matter=1)
    assert sender().deliver().sent == 1
    (reply,) = slack.messages()
    assert (reply.thread_ts, reply.broadcast) == ("", False)
    assert sender().deliver().sent == 0


@pytest.mark.parametrize("channel", ["#old-news", "#secret", "#nowhere"])
def test_a_broken_channel_parks_its_own_queue_and_says_what_to_do(store, slack, sender, channel):
    tell(store, 1)
    with store.writing() as connection:
        store.outbox.intend(connection, "source", "s:1", at=NOW, source="s", detail={"state": "ok"})
    tally = sender(channel=channel).deliver()
    assert (tally.sent, tally.pending) == (2, 1), "the source's health, and that the channel is broken"
    assert channel in tally.broken
    assert "channel" in tally.broken[channel]
    (queue,) = store.outbox.queues()
    assert queue.broken


def test_a_parked_queue_goes_on_once_the_channel_is_mended(store, slack, sender):
    tell(store, 1)
    assert sender(channel="#old-news").deliver().pending == 1
    slack.channels["C0OLDNEWS0"].archived = False
    assert sender(channel="#old-news").deliver().sent == 1
    assert store.outbox.queues() == []


def test_a_channel_that_was_made_anew_under_its_name_is_found_again(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    slack.channels["C0ALERTS00"].name = "alerts-old"
    slack.channels["C0ALERTS00"].archived = True
    slack.channels["C0NEW00000"] = Channel("C0NEW00000", "alerts")
    told = tell(store, 2)
    assert sender().deliver().sent == 1
    assert subjects(slack.messages("alerts")) == [told]


def test_a_public_channel_is_joined_where_the_scope_allows_it(store, slack, sender):
    tell(store, 1)
    assert sender(channel="#elsewhere").deliver().sent == 1


def test_a_wrong_token_stops_all_and_loses_nothing(store, slack, sender):
    tell_story(store)
    tally = sender(SlackTransport("xoxb-wrong", api_url=slack.api_url)).deliver()
    assert (tally.sent, tally.pending, tally.stopped) == (0, 3, "invalid_auth")
    assert slack.calls("chat.postMessage") == 0
    assert sender().deliver().sent == 3


def test_a_token_revoked_in_mid_run_stops_at_once(store, slack, sender):
    tell_story(store, matters=2)
    slack.fail("chat.postMessage", "", "error=token_revoked")
    tally = sender().deliver()
    assert (tally.sent, tally.pending, tally.stopped) == (1, 5, "token_revoked")
    assert slack.calls("chat.postMessage") == 2


def test_without_a_token_everything_waits(store, settings):

    tell_story(store)
    tally = Dispatcher(store, None, settings, lambda: NOW).deliver()
    assert (tally.sent, tally.pending) == (0, 3)
    assert {row.channel for row in store.outbox.listing(["pending"])} == {"#alerts"}


def test_without_a_channel_nothing_is_routed_and_everything_counts_as_pending(store, sender):
    tell(store, 1)
    assert sender(channel="").deliver().pending == 1
    assert store.outbox.listing() == []


# --- kills, restores, other processes --------------------------------------------------------------
def stop_in(store, state="sending"):
    """As a kill between the mark and the answer leaves it."""
    with store.writing() as connection:
        connection.execute(
            text(f"UPDATE deliveries SET state = '{state}', ts = '', permalink = '', attempts = 1")
        )


@stores.ON_BOTH
def test_a_delivery_found_in_sending_that_had_arrived_is_not_sent_again(store, slack, sender):
    tell_story(store)
    sender().deliver()
    stop_in(store)
    tally = sender().deliver()
    assert tally.pending == 0
    assert len(slack.messages()) == 3
    assert [row.ts for row in store.outbox.listing()][::-1] == [one.ts for one in slack.messages()]


@stores.ON_BOTH
def test_a_delivery_found_in_sending_that_had_not_arrived_is_sent(store, slack, sender):
    told = tell_story(store)
    sender().route()
    stop_in(store)
    assert sender().deliver().sent == 3
    assert subjects(slack.messages()) == told


@stores.ON_SQLITE
def test_a_store_restored_from_an_older_backup_doubles_and_loses_nothing(store, slack, sender, tmp_path):
    """Row 35: backup, a day of alerts, loss, restore, and the river finds the same articles again."""
    told = tell_story(store)
    sender().deliver()
    backup = snapshot(store, tmp_path / "backup.sqlite3")
    lost = [tell(store, 11), tell(store, 12, "follow-up", matter=11), tell(store, 13, "report", matter=11)]
    late = tell(store, 14, "report", matter=1)
    sender().deliver()
    before = [one.ts for one in slack.messages()]

    restored = open_store(backup)
    tell(restored, 11)
    tell(restored, 12, "follow-up", matter=11)
    tell(restored, 13, "report", matter=11)
    tell(restored, 14, "report", matter=1)
    new = tell(restored, 15, "report", matter=11)
    sender(at=restored).deliver()
    assert [one.ts for one in slack.messages()][:-1] == before
    assert subjects(slack.messages()) == [*told, *lost, late, new]
    assert slack.messages()[-1].thread_ts == slack.messages()[3].ts
    assert restored.outbox.counts() == {"sent": 8}
    restored.close()


@stores.ON_SQLITE
def test_a_backup_from_before_the_first_alert_doubles_nothing_either(store, slack, sender, tmp_path):
    sender()._birth()
    backup = snapshot(store, tmp_path / "backup.sqlite3")
    tell_story(store, matters=2)
    sender().deliver()
    restored = open_store(backup)
    tell_story(restored, matters=2)
    sender(at=restored, now=lambda: NOW + timedelta(days=3)).deliver()
    assert len(slack.messages()) == 6
    restored.close()


@stores.ON_SQLITE
def test_an_article_told_under_another_kind_before_the_restore_is_not_told_again(
    store, slack, sender, tmp_path
):
    backup = snapshot(store, tmp_path / "backup.sqlite3")
    tell(store, 1, "report")
    sender().deliver()
    restored = open_store(backup)
    tell(restored, 1, "new")
    sender(at=restored).deliver()
    assert len(slack.messages()) == 1
    restored.close()


def test_what_another_bot_told_does_not_count_as_told(store, slack, sender, monkeypatch):
    told = tell(store, 1)
    sender().deliver()
    stop_in(store, "pending")
    monkeypatch.setattr("gatewatch.demo.standin_slack.BOT", "B0ANOTHER")
    road = SlackTransport("xoxb-standin-1", api_url=slack.api_url)
    road.identify()
    monkeypatch.setattr("gatewatch.demo.standin_slack.BOT", "B0STANDIN")
    sender(road).deliver()
    assert subjects(slack.messages()) == [told, told]


def test_two_senders_over_one_store_send_each_once_in_order(store, slack, sender):
    told = tell_story(store, matters=8)
    tallies = []
    threads = [
        threading.Thread(target=lambda: tallies.append(sender().deliver(seconds=30))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert subjects(slack.messages()) == told
    assert sum(tally.sent for tally in tallies) == len(told)
    assert [tally.pending for tally in tallies] == [0, 0, 0]


@stores.ON_BOTH
def test_a_sender_that_lost_its_hold_while_frozen_does_not_post(store, slack, sender, monkeypatch):
    tell(store, 1)
    frozen = sender()
    real = store.outbox.begin

    def begin(head, token, at, **more):
        with store.writing() as connection:
            connection.execute(text("UPDATE holds SET holder = 'another', token = token + 1"))
        monkeypatch.undo()
        return real(head, token, at, **more)

    monkeypatch.setattr(frozen._outbox, "begin", begin)
    frozen.deliver(seconds=0.3)
    assert slack.messages() == []


def test_the_pace_is_kept_between_posts_and_over_senders(store, slack, sender):
    tell_story(store, matters=2)
    sender(pace=20).deliver(lambda: len(slack.messages()) >= 3)
    sender(pace=20).deliver()
    at = [one.at for one in slack.messages()]
    assert len(at) == 6
    assert min(later - earlier for earlier, later in pairwise(at)) >= 0.05


def test_the_service_sends_what_comes_while_it_runs_and_stops_when_told(store, slack, sender):
    stop = threading.Event()
    running = sender()
    thread = threading.Thread(target=lambda: running.deliver(stop.is_set, until_empty=False, seconds=60))
    thread.start()
    tell_story(store)
    running.wake()
    deadline = time.monotonic() + 20
    while len(slack.messages()) < 3 and time.monotonic() < deadline:
        stop.wait(0.01)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert len(slack.messages()) == 3
    with store.reading() as connection:
        assert connection.scalar(text("SELECT max(until) FROM holds")) == 0.0


def test_a_round_ends_when_its_time_is_over_and_leaves_the_rest_pending(store, slack, sender):
    tell_story(store)
    slack.weather({"429=60": 1.0})
    tally = sender().deliver(seconds=0.2)
    assert (tally.sent, tally.pending) == (0, 3)


# --- the road was changed --------------------------------------------------------------------------
def test_what_waited_for_a_webhook_goes_by_the_token_once_there_is_one(store, slack, sender, settings):
    told = tell_story(store)
    Dispatcher(store, None, replace(settings, road="webhook"), lambda: NOW).deliver()
    assert {row.channel for row in store.outbox.listing(["pending"])} == {"webhook"}
    assert sender().deliver().sent == 3
    assert subjects(slack.messages()) == told
    assert {row.channel for row in store.outbox.listing()} == {"#alerts"}


def test_missing_history_scopes_make_the_sender_blind_but_not_silent(store, slack, sender, caplog):
    slack.scopes = {"chat:write", "channels:read", "groups:read"}
    told = tell_story(store)
    slack.fail("chat.postMessage", "reset-before")
    assert sender().deliver().sent == 3
    assert subjects(slack.messages()) == told
    assert "its history cannot be read" in caplog.text
    assert "Sent again" in slack.messages()[0].text


def test_without_channels_read_a_name_is_posted_to_as_it_is_and_looked_up_once_it_can_be(
    store, slack, sender
):
    slack.scopes = {"chat:write"}
    tell_story(store)
    assert sender().deliver().sent == 3
    slack.scopes = None
    tell(store, 9)
    sender().deliver()
    with store.reading() as connection:
        assert connection.scalar(text("SELECT channel_id FROM channels")) == "C0ALERTS00"


def test_the_timing_of_the_product_waits_longer_than_the_tests():
    assert Timing().settle > QUICK.settle
    assert Timing().lease > Timing().settle


# --- a channel that takes nothing is told of in another ----------------------------------------------
def test_a_channel_archived_in_mid_run_is_told_once_in_the_ops_channel_and_goes_on_when_mended(
    store, slack, sender
):
    tell_story(store, matters=1)
    assert sender().deliver().sent == 3
    slack.channels["C0ALERTS00"].archived = True
    told = [tell(store, 11), tell(store, 12)]
    assert sender().deliver().pending == 2
    (notice,) = slack.messages("ops")
    assert "Nothing can be posted to #alerts" in notice.text
    assert "unarchive it" in notice.text
    sender().deliver()
    assert len(slack.messages("ops")) == 1
    slack.channels["C0ALERTS00"].archived = False
    assert sender().deliver().sent == 2
    assert subjects(slack.messages("alerts"))[3:] == told
    slack.channels["C0ALERTS00"].archived = True
    tell(store, 13)
    sender().deliver()
    assert len(slack.messages("ops")) == 2, "it broke anew"


def test_an_ops_channel_that_takes_nothing_is_told_of_among_the_news(store, slack, sender):
    slack.channels["C0OPS00000"].archived = True
    with store.writing() as connection:
        store.outbox.intend(connection, "source", "s:1", at=NOW, source="s", detail={"state": "ok"})
    sender().deliver()
    (notice,) = slack.messages("alerts")
    assert "Nothing can be posted to #ops" in notice.text


def test_with_one_channel_alone_nothing_is_left_behind_to_be_told_late(store, slack, sender):
    slack.channels["C0ALERTS00"].archived = True
    tell(store, 1)
    assert sender(ops_channel="").deliver().pending == 1
    slack.channels["C0ALERTS00"].archived = False
    sender(ops_channel="").deliver()
    assert [one.metadata["event_payload"]["kind"] for one in slack.messages()] == ["new"]


def test_a_renamed_channel_is_the_same_channel(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    slack.channels["C0ALERTS00"].name = "alerts-renamed"
    told = tell(store, 2)
    assert sender().deliver().sent == 1
    assert subjects(slack.messages("alerts-renamed"))[-1] == told
    assert slack.messages("ops") == []


def test_a_revoked_token_is_told_nowhere_in_slack_and_leaves_nothing_to_be_told_late(store, slack, sender):
    tell_story(store)
    slack.fail("chat.postMessage", "error=token_revoked")
    revoked = sender()
    assert revoked.deliver().stopped == "token_revoked"
    assert revoked.stuck, "the heartbeat falls silent"
    assert "reinstall the app" in store.outbox.queues()[0].broken
    assert sender().deliver().sent == 3
    assert slack.messages("ops") == []


@pytest.mark.parametrize("hours", [-30, 30])
def test_a_clock_that_jumps_between_an_attempt_and_its_look_loses_and_doubles_nothing(
    store, slack, sender, hours
):
    told = tell_story(store, matters=2)
    slack.fail("chat.postMessage", "reset-after", "", "reset-before")
    ticks = iter(range(10_000))
    tally = sender(now=lambda: NOW + timedelta(hours=hours * (next(ticks) % 2))).deliver()
    assert tally.sent == 6
    assert subjects(slack.messages()) == told


def test_a_history_that_can_be_read_by_now_is_looked_at_before_anything_is_repeated(store, slack, sender):
    slack.scopes = {"chat:write", "channels:read"}
    first, second = tell(store, 1), tell(store, 2)
    send = sender()
    post = send._transport.post

    def granted(place, message, **more):
        if slack.messages():
            slack.scopes = None  # the scope was added, and the app reinstalled
            slack.fail("chat.postMessage", *["reset-after"] * (slack.calls("chat.postMessage") == 1))
        return post(place, message, **more)

    send._transport.post = granted
    send.deliver()
    assert subjects(slack.messages()) == [first, second]


def test_a_sender_frozen_between_its_mark_and_its_post_does_not_post(store, slack, sender, monkeypatch):
    """Beyond half its lease: another may have sent it by now."""
    tell(store, 1)
    frozen = sender(timing=replace(QUICK, lease=0.4))
    begin = frozen._outbox.begin
    other, once = [], []

    def slow(*given, **more):
        begun = begin(*given, **more)
        if not once:
            once.append(True)
            other.append(sender().deliver().sent)  # waits until the lease is over
        return begun

    monkeypatch.setattr(frozen._outbox, "begin", slow)
    frozen.deliver()
    assert other == [1]
    assert len(slack.messages()) == 1


def test_all_channels_together_keep_a_pace_and_take_turns(store, sender, slack, settings):
    told = tell_story(store, matters=6, size=2, channels=3)
    rooms = ("#alerts", "#ops", "#legal")
    routes = tuple(Route(room, frozenset({f"topic-{number}"})) for number, room in enumerate(rooms))
    assert (
        sender(routes=routes, timing=replace(settings.timing, workspace=0.06)).deliver(seconds=20).sent == 12
    )
    posted = sorted((one.at, room) for room in rooms for one in slack.messages(room.lstrip("#")))
    assert len(posted) == len(told)
    assert min(later - earlier for (earlier, _), (later, _) in pairwise(posted)) >= 0.05
    assert all(len({room for _, room in posted[first : first + 3]}) == 3 for first in (0, 3, 6, 9))


def test_the_past_is_read_from_well_before_the_last_message_known(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    tell(store, 2)
    send, asked = sender(), []
    read = send._transport.read
    send._transport.read = lambda place, **more: asked.append(more["oldest"]) or read(place, **more)
    send.deliver()
    assert asked[0] == float(slack.messages()[0].ts) - QUICK.margin
