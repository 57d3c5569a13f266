"""The line below a matter's first message: true within seconds, in one change, and never above the pace."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from alerts.quiet import Hours
from alerts.settings import Manners, Timing
from alerts.webhook import WebhookTransport
from pipelines.store import holds, open_store
from pipelines.store.backup import backup, restore
from pipelines.store.events import Events
from pipelines.store.inbox import BUTTONS
from pipelines.store.showing import Showing
from tests.alerts.conftest import QUICK
from tests.support import stores
from tests.support.told import HOSTILE, NOW, article_id, matter_id, tell, tell_story

LI = {"by": "li", "reason": "it concerns us", "now": NOW}


def line(message):
    """What stands below a message that was changed."""
    return message.blocks[-1]["elements"][0]["text"]


def reported(store, number, *, matter, source="press", at=NOW):
    """A report comes into the matter, as the river would note it."""
    identity = tell(store, number, "report", matter=matter, source=source, at=at)
    with store.writing() as connection:
        Events.add(connection, "seen", at=at, article=identity, matter=matter_id(matter), source=source)


def test_nothing_new_changes_nothing(store, slack, sender):
    tell(store, 1)
    tell(store, 2)
    sender().deliver()
    sender().deliver()
    assert slack.calls("chat.update") == 0


@stores.ON_BOTH
def test_who_marked_it_and_when_stands_below_and_what_was_told_stays(store, slack, sender):
    tell_story(store)
    sender().deliver()
    before = [(one.text, list(one.blocks)) for one in slack.messages()]
    store.matters.mark(matter_id(1), relevant=True, **LI)
    sender().deliver()
    document, *replies = slack.messages()
    assert line(document).endswith("marked relevant by li, 2026-11-24 16:00 Beijing")
    assert document.text.startswith(before[0][0] + "\n")
    assert document.blocks[:-1] == before[0][1]
    assert document.alert
    assert [(one.text, one.blocks) for one in replies] == before[1:]
    assert slack.calls("chat.update") == 1


def test_who_has_it_stands_below_until_somebody_else_has(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    store.matters.take(matter_id(1), **LI)
    sender().deliver()
    assert line(slack.messages()[0]) == "with li since 2026-11-24 16:00 Beijing"
    given = store.matters.take(matter_id(1), to="wang", **LI)
    sender().deliver()
    assert line(slack.messages()[0]) == "with wang since 2026-11-24 16:00 Beijing"
    store.matters.undo(given, **LI)
    sender().deliver()
    assert line(slack.messages()[0]) == "with li since 2026-11-24 16:00 Beijing"


def test_a_silence_of_the_matter_says_whose_it_is_and_until_when(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    for days in (7, 1):
        store.matters.silence("matter", matter_id(1), NOW + timedelta(days=days), **LI)
    store.matters.silence("topic", "vpn-crackdown", NOW + timedelta(days=9), **LI)
    sender().deliver()
    assert line(slack.messages()[0]) == "silenced by li until 2026-12-01 16:00 Beijing"
    store.matters.take(matter_id(1), **LI)
    sender(now=lambda: NOW + timedelta(days=8)).deliver()
    assert line(slack.messages()[0]) == "with li since 2026-11-24 16:00 Beijing"


def test_a_silence_that_ends_leaves_the_line_by_itself(store, slack, sender):
    tell(store, 1)
    store.matters.take(matter_id(1), **LI)
    for days, who in ((7, "li"), (1, "wang")):
        until = NOW + timedelta(days=days)
        store.matters.silence("matter", matter_id(1), until, by=who, reason="x", now=NOW)
    sender().deliver()
    sender(now=lambda: NOW + timedelta(days=2)).deliver()
    assert line(slack.messages()[0]).endswith("silenced by li until 2026-12-01 16:00 Beijing")
    updates = slack.calls("chat.update")
    later = sender(now=lambda: NOW + timedelta(days=7, seconds=5))
    later.deliver()
    assert slack.calls("chat.update") == updates  # the database's clock has not got there yet
    with store.writing() as connection:
        connection.execute(text("UPDATE shown SET due = due - 7 * 86400 - 5"))
    later.deliver()  # another process, and no event in between
    assert line(slack.messages()[0]) == "with li since 2026-11-24 16:00 Beijing"
    with store.reading() as connection:
        assert connection.scalar(text("SELECT due FROM shown")) is None


def test_what_happens_under_a_silence_is_shown_at_once(store, slack, sender):
    tell(store, 1)
    store.matters.silence("matter", matter_id(1), NOW + timedelta(days=7), **LI)
    sender().deliver()
    silenced = store.matters.silences(NOW)[0].event
    store.matters.undo(silenced, **LI)
    sender().deliver()
    assert "silenced" not in slack.messages()[0].text


def test_two_who_say_otherwise_both_stand_there_and_which_of_them_counts(store, slack, sender):
    tell_story(store)
    sender().deliver()
    for minutes, (who, good) in enumerate((("ann", True), ("li", True), ("bo", False), ("li", False))):
        store.matters.mark(
            article_id(1), relevant=good, because="" if good else "duplicate", by=who, reason="x",
            now=NOW + timedelta(minutes=minutes),
        )  # fmt: skip
    store.matters.mark(article_id(2), relevant=True, by="bo", reason="x", now=NOW)
    store.matters.mark(article_id(2), relevant=False, because="other", by="ann", reason="x", now=NOW)
    sender().deliver()
    document, report, _ = slack.messages()
    assert line(document).endswith(
        "marked not relevant (duplicate) by li, 2026-11-24 16:03 Beijing "
        "(this stands; ann said relevant, 2026-11-24 16:00 Beijing)"
    )
    assert "not relevant (other) by ann" in line(report)
    assert "bo said relevant" in line(report)


def test_the_mark_of_an_article_in_the_thread_stands_below_its_own_message(store, slack, sender):
    tell_story(store)
    sender().deliver()
    store.matters.mark(article_id(2), relevant=False, because="duplicate", **LI)
    sender().deliver()
    assert ["(duplicate)" in one.text for one in slack.messages()] == [False, True, False]
    assert slack.messages()[1].thread_ts == slack.messages()[0].ts


@stores.ON_BOTH
def test_a_mark_taken_back_takes_the_line_away(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    (before,) = [(one.text, list(one.blocks)) for one in slack.messages()]
    event = store.matters.mark(matter_id(1), relevant=False, because="wrong-term", **LI)
    sender().deliver()
    assert "marked not relevant (wrong term) by li" in slack.messages()[0].text
    store.matters.undo(event, **LI)
    sender().deliver()
    (message,) = slack.messages()
    assert (message.text, message.blocks) == before


def test_the_mark_of_an_article_that_has_no_matter(store, slack, sender):
    tell(store, 1, "report")
    sender().deliver()
    store.matters.mark(article_id(1), relevant=True, **LI)
    sender().deliver()
    assert "marked relevant by li" in line(slack.messages()[0])


@stores.ON_BOTH
def test_sources_are_named_as_they_come_each_once(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    for number in (2, 3):
        reported(store, number, matter=1)
    reported(store, 4, matter=1, source="courier")
    sender(names={"miit_notices": "MIIT notices (通知)", "press": "The Press"}).deliver()
    assert line(slack.messages()[0]) == "3 sources so far: MIIT notices (通知), The Press, courier"


def test_what_came_before_the_message_was_posted_stands_below_it_at_once(store, slack, sender):
    tell(store, 1)
    reported(store, 2, matter=1)
    sender().deliver()
    document, report = slack.messages()
    assert line(document) == "2 sources so far: MIIT notices (通知), press"
    assert (report.edits, document.edits) == (0, 1)


def test_the_stage_where_it_is_another_and_pages_that_changed_or_went(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    with store.writing() as connection:
        connection.execute(text("UPDATE matters SET stage = 'repealed'"))
        gone = {"article": article_id(1), "since": NOW + timedelta(days=1)}
        connection.execute(
            text(
                "INSERT INTO looks (article, source, memo, state, code, message, gone_since, gone_looks, looked,"
                " doubted, due, lease_until, lease_token, lease_worker)"
                " VALUES (:article, 's', '{}', 'withdrawn', '', '', '2026-11-25 08:00:00', 3, 3, '', 0, 0, 0, '')"
            ),
            gone,
        )
        Events.add(connection, "page", at=NOW, article=article_id(1), matter=matter_id(1))
    sender().deliver()
    assert line(slack.messages()[0]) == "stage: repealed · page gone since 2026-11-25 16:00 Beijing"


def test_each_channel_in_its_own_language_and_zone(store, slack, sender):
    berlin = Manners(Hours(ZoneInfo("Europe/Berlin")), language="zh-Hans")
    tell(store, 1)
    sender(manners={"#alerts": berlin}).deliver()
    store.matters.mark(matter_id(1), relevant=False, because="other", **LI)
    sender(manners={"#alerts": berlin}).deliver()
    assert line(slack.messages()[0]) == "li于2026-11-24 09:00 Berlin标为不相关（其他）"


def test_who_marks_it_cannot_page_anybody(store, slack, sender):
    tell(store, 1, title=HOSTILE, text=HOSTILE)
    sender().deliver()
    store.matters.mark(matter_id(1), relevant=True, by=HOSTILE * 20, reason="x", now=NOW)
    sender().deliver()  # the stand-in refuses live text
    assert "marked relevant by <!channel>" in line(slack.messages()[0])
    assert "&lt;!channel&gt;" in slack.messages()[0].text.rpartition("\n")[2]


def test_many_changes_within_seconds_are_one(store, slack, sender):
    tell(store, 1)
    send = sender(timing=replace(QUICK, gather=0.15))
    send.deliver()
    for number in range(10):
        store.matters.mark(matter_id(1), relevant=bool(number % 2), **LI)
    waits = []

    def stop():
        waits.append(slack.calls("chat.update"))
        if len(waits) == 3:
            store.matters.mark(matter_id(1), relevant=False, because="duplicate", **LI)
        return slack.calls("chat.update") > 0

    send.deliver(stop, until_empty=False, seconds=10)
    send.deliver()
    assert slack.calls("chat.update") == 1
    assert "(duplicate)" in line(slack.messages()[0])


@stores.ON_BOTH
def test_matters_that_were_joined_and_split_say_so_in_both_messages(store, slack, sender):
    tell(store, 1)
    tell(store, 2, source="other")
    sender().deliver()
    store.matters.mark(matter_id(2), relevant=True, **LI)
    joined = store.matters.join([matter_id(1), matter_id(2)], **LI)
    sender().deliver()
    both = "2 sources so far: MIIT notices (通知), other · marked relevant by li, 2026-11-24 16:00 Beijing"
    assert [line(one) for one in slack.messages()] == [both, both]
    store.matters.undo(joined, **LI)
    sender().deliver()
    first, second = slack.messages()
    assert "\n2 sources" not in first.text
    assert line(second) == "marked relevant by li, 2026-11-24 16:00 Beijing"


def test_the_buttons_of_a_message_stay_its_last(store, slack, sender):
    tell(store, 1)
    with store.writing() as connection:
        holds.take(connection, BUTTONS, "listener", 60)
    sender(answers=True).deliver()
    (before,) = [list(one.blocks) for one in slack.messages()]
    store.matters.mark(matter_id(1), relevant=True, **LI)
    sender(answers=True).deliver()
    (after,) = [one.blocks for one in slack.messages()]
    assert before[-1]["type"] == "actions"
    assert [*after[:-2], after[-1]] == before
    assert "marked relevant by li" in str(after[-2])


def test_a_message_that_went_out_plain_stays_plain(store, slack, sender):
    tell(store, 1)
    slack.fail("chat.postMessage", "error=invalid_blocks")
    sender().deliver()
    store.matters.mark(matter_id(1), relevant=True, **LI)
    sender().deliver()
    (message,) = slack.messages()
    assert message.blocks == []
    assert "marked relevant by li" in message.text


def test_never_by_a_webhook(store, slack, sender):
    tell(store, 1)
    road = WebhookTransport(slack.webhook_url)
    sender(road, road="webhook").deliver()
    store.matters.mark(matter_id(1), relevant=True, **LI)
    sender(road, road="webhook").deliver()
    assert slack.calls("chat.update") == 0
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM shown")).scalar() == 0


# --- faults on the way -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "fault", ["reset-before", "reset-after", "503", "html-200", pytest.param("429=1", marks=pytest.mark.slow)]
)
def test_a_change_whose_answer_was_lost_is_made_again(store, slack, sender, fault):
    tell(store, 1)
    sender().deliver()
    store.matters.mark(matter_id(1), relevant=True, **LI)
    slack.fail("chat.update", fault)
    sender().deliver()
    assert "marked relevant by li" in line(slack.messages()[0])
    assert slack.calls("chat.update") == 2
    sender().deliver()
    assert slack.calls("chat.update") == 2


def test_a_round_does_not_wait_for_a_slack_that_takes_no_changes(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    store.matters.mark(matter_id(1), relevant=True, **LI)
    slack.fail("chat.update", *["503"] * 4)
    assert sender().deliver().pending == 0
    assert slack.calls("chat.update") == 3
    sender().deliver()
    assert "marked relevant by li" in line(slack.messages()[0])


@stores.ON_BOTH
def test_a_process_killed_after_the_change_leaves_it_to_be_made_again(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    event = store.matters.mark(matter_id(1), relevant=True, **LI)

    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("pipelines.store.showing.Showing.done", die)
        with pytest.raises(Killed):
            sender().deliver()
    assert "marked relevant by li" in line(slack.messages()[0])
    store.matters.undo(event, **LI)  # what was there before the change is right again, but not what is shown
    sender().deliver()
    assert slack.messages()[0].text == store.outbox.listing()[0].text


@pytest.mark.parametrize("code", ["message_not_found", "edit_window_closed", "cant_update_message"])
def test_a_message_that_can_never_be_changed_is_given_up_with_the_reason(store, slack, sender, code):
    told = tell(store, 1)
    tell(store, 2)
    sender().deliver()
    slack.fail("chat.update", f"error={code}")
    for number in (1, 2):
        store.matters.mark(matter_id(number), relevant=True, **LI)
    sender().deliver()
    store.matters.mark(matter_id(1), relevant=True, **LI)
    sender().deliver()
    assert slack.calls("chat.update") == 2
    (event,) = store.events.read(kind="abandoned")
    assert (event.article, event.detail["reason"].partition(" ")[0]) == (told, code)
    assert "marked relevant" in slack.messages()[1].text


def test_a_change_whose_blocks_are_refused_is_made_once_in_plain_words(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    (before,) = [list(one.blocks) for one in slack.messages()]
    event = store.matters.mark(matter_id(1), relevant=True, **LI)
    slack.fail("chat.update", "error=invalid_blocks")
    sender(timing=replace(QUICK, edits=0.06)).deliver()
    (message,) = slack.messages()
    assert message.blocks == []
    assert message.text.endswith("marked relevant by li, 2026-11-24 16:00 Beijing")
    first, second = (at for method, at in slack.requests if method == "chat.update")
    assert second - first >= 0.06
    (updated,) = store.events.read(kind="updated")
    assert updated.detail["plain"].startswith("invalid_blocks")
    store.matters.undo(event, **LI)  # the next change tries the message as it was
    sender().deliver()
    assert slack.messages()[0].blocks == before


def test_a_change_that_is_refused_in_plain_words_too_is_given_up(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    store.matters.mark(matter_id(1), relevant=True, **LI)
    slack.fail("chat.update", *["error=msg_blocks_too_long"] * 3)
    sender().deliver()
    assert slack.calls("chat.update") == 2
    (event,) = store.events.read(kind="abandoned")
    assert event.detail["reason"] == "msg_blocks_too_long"


def test_a_deleted_message_is_given_up(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    slack.delete(slack.messages()[0].ts)
    store.matters.mark(matter_id(1), relevant=True, **LI)
    sender().deliver()
    (event,) = store.events.read(kind="abandoned")
    assert "was deleted in Slack" in event.detail["reason"]


def test_a_channel_that_takes_no_changes_keeps_no_other_from_being_right(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    tell(store, 2)
    sender(channel="#legal").deliver()
    for number in (1, 2):
        store.matters.mark(matter_id(number), relevant=True, **LI)
    slack.channels["C0ALERTS00"].archived = True
    sender().deliver()
    assert ["marked" in one.text for one in slack.messages()] == [False, True]
    slack.channels["C0ALERTS00"].archived = False
    sender().deliver()
    assert ["marked" in one.text for one in slack.messages()] == [True, True]


def test_changes_keep_their_distance(store, slack, sender):
    for number in range(1, 5):
        tell(store, number)
    sender().deliver()
    for number in range(1, 5):
        store.matters.mark(matter_id(number), relevant=True, **LI)
    sender(timing=replace(QUICK, edits=0.06)).deliver()
    times = [at for method, at in slack.requests if method == "chat.update"]
    assert len(times) == 4
    assert all(later - earlier >= 0.06 for earlier, later in pairwise(times))


def test_after_a_restore_the_message_says_what_the_store_knows(store, slack, sender, tmp_path):
    tell(store, 1)
    sender().deliver()
    store.matters.mark(matter_id(1), relevant=True, **LI)
    sender().deliver()
    backup(store, tmp_path / "b.zip", now=NOW)
    store.matters.mark(matter_id(1), relevant=False, because="duplicate", **LI)
    tell(store, 2)
    sender().deliver()
    store.matters.mark(matter_id(2), relevant=True, **LI)
    sender().deliver()
    restore(tmp_path / "b.zip", tmp_path / "again.sqlite3", now=NOW)
    again = open_store(f"sqlite:///{tmp_path / 'again.sqlite3'}")
    tell(again, 2)
    sender(at=again).deliver()
    first, second = slack.messages()
    assert "marked relevant by li" in line(first)
    assert "marked" not in second.text  # by the store's light nobody has
    again.close()


@stores.ON_BOTH
def test_one_process_at_a_time_changes_messages(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    store.matters.mark(matter_id(1), relevant=True, **LI)
    other = Showing(store)
    token = other.hold("somebody", 60.0, lambda _: False)
    sender().deliver()
    assert slack.calls("chat.update") == 0
    other.give_back(token)
    sender().deliver()
    assert slack.calls("chat.update") == 1


def test_the_list_has_the_text_as_posted_and_the_line_below_it_now_or_then(store, slack, sender):
    tell(store, 1)
    sender().deliver()
    (before,) = store.outbox.listing()
    store.matters.mark(matter_id(1), relevant=True, **LI)
    sender(now=lambda: NOW + timedelta(hours=1)).deliver()
    slack.fail("chat.update", "error=message_not_found")
    store.matters.mark(matter_id(1), relevant=False, because="other", **LI)
    sender(now=lambda: NOW + timedelta(hours=2)).deliver()
    (now,) = store.outbox.listing()
    assert (now.text, now.abandoned.partition(" ")[0]) == (before.text, "message_not_found")
    hours = [store.outbox.listing(as_of=NOW + timedelta(hours=number))[0] for number in (0, 1, 2)]
    assert [bool(one.line) for one in hours] == [False, True, True]
    assert [bool(one.abandoned) for one in hours] == [False, False, True]


def test_a_round_ends_when_its_last_change_is_made(store, slack, sender):
    """Not a poll later."""
    tell(store, 1)
    patient = Timing(edits=0.5, gather=0.0)
    sender(timing=patient).deliver()
    store.matters.take(matter_id(1), by="li", reason="r", now=NOW)
    send = sender(timing=patient)
    changed = []
    update = send._transport.update

    def noted(*given):
        done = update(*given)
        changed.append(time.monotonic())
        return done

    send._transport.update = noted
    send.deliver()
    assert changed
    assert time.monotonic() - changed[-1] < 0.3
