"""The rows of a digest as a file in its thread: once, whatever breaks, and never at the digest's cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from alerts.quiet import Hours
from alerts.regular import send
from alerts.settings import Manners
from alerts.webhook import WebhookTransport
from pipelines.store import schema as tables
from tests.support.told import NOW, article_id, tell

CSV = b"\xef\xbb\xbfarticle_id\r\na1\r\n"


@pytest.fixture
def asked():
    return []


@pytest.fixture
def digesting(store, sender, settings, asked):
    """A sender whose digests carry rows; each call is a new process."""

    def rows(articles):
        asked.append(articles)
        return CSV

    def make(**changes):
        made = sender(**changes)
        made._rows = rows
        return made

    return make


def matched(store, settings, number=1):
    tell(store, number)
    send(store, settings, "#alerts", NOW + timedelta(minutes=number), attach=True)


def files(slack, channel="alerts"):
    return [(file.name, file.content, one.thread_ts) for one in slack.messages(channel) for file in one.files]


def csv_row(store):
    return next(one for one in store.outbox.listing() if one.kind == "csv")


def test_the_rows_follow_the_digest_in_its_thread_as_export_writes_them(
    store, slack, settings, digesting, asked
):
    matched(store, settings)
    assert digesting().deliver().sent == 3
    _, digest, file = slack.messages("alerts")
    assert files(slack) == [("gatewatch-2026-11-17-to-2026-11-24-160100.csv", CSV, digest.ts)]
    assert (file.thread_ts, file.broadcast) == (digest.ts, False)
    assert asked == [[article_id(1)]]
    row = csv_row(store)
    assert (row.state, row.text) == ("sent", "gatewatch-2026-11-17-to-2026-11-24-160100.csv")
    assert row.permalink
    assert digesting().deliver().sent == 0


def test_only_where_it_is_asked_for_and_only_where_there_are_rows(store, slack, settings, digesting):
    manners = {"#alerts": Manners(Hours(settings.zone), daily=time(9), csv=True)}
    clock = [NOW]
    run = digesting(manners=manners, now=lambda: clock[0])
    run.deliver()
    clock[0] += timedelta(days=1)
    run.deliver()
    assert [one.metadata["event_payload"]["kind"] for one in slack.messages()] == ["digest"], (
        "nothing matched"
    )
    tell(store, 1, at=clock[0])
    clock[0] += timedelta(days=1)
    run.deliver()
    assert len(files(slack)) == 1
    plain = {"#ops": Manners(Hours(settings.zone), daily=time(9))}
    other = digesting(manners=plain, now=lambda: clock[0])
    other.deliver()
    clock[0] += timedelta(days=1)
    other.deliver()
    assert files(slack, "ops") == []


FAULTS = (
    ("files.getUploadURLExternal", "reset-after"),
    ("files.getUploadURLExternal", "503"),
    ("upload", "500"),
    ("upload", "reset-after"),
    ("upload", "reset-before"),
    ("files.completeUploadExternal", "reset-after"),
    ("files.completeUploadExternal", "reset-before"),
    ("files.completeUploadExternal", "cut-after"),
)


def test_over_a_network_that_loses_answers_it_is_there_once(store, slack, settings, digesting):
    for number, (method, fault) in enumerate(FAULTS, 1):
        matched(store, settings, number)
        slack.fail(method, fault)
        assert digesting().deliver().sent == 3, fault
        assert len(files(slack)) == number, fault
    assert store.outbox.counts() == {"sent": 3 * len(FAULTS)}


@pytest.mark.parametrize("step", ["upload", "show", "shown"])
def test_killed_between_two_steps_it_is_there_once(store, slack, settings, digesting, step, monkeypatch):
    class Killed(BaseException):
        pass

    matched(store, settings)
    dying = digesting()
    road = dying._transport.files

    def upload(name, content):
        road_upload(name, content)
        raise Killed

    def show(place, file, name, **more):
        if step == "shown":
            road_show(place, file, name, **more)
        raise Killed

    road_upload, road_show = road.upload, road.show
    monkeypatch.setattr(road, "upload", upload if step == "upload" else road_upload)
    monkeypatch.setattr(road, "show", show)
    with pytest.raises(Killed):
        dying.deliver()
    assert digesting().deliver().sent == 1
    assert len(files(slack)) == 1
    assert csv_row(store).state == "sent"
    uploads = slack.calls("upload")
    assert uploads == (2 if step == "upload" else 1), "what was uploaded is shown, not uploaded again"


def test_shown_later_than_slack_says_it_is_waited_for(store, slack, settings, digesting):
    slack.lag = 0.2
    matched(store, settings)
    slack.fail("files.completeUploadExternal", "reset-after")
    assert digesting().deliver().sent == 3
    assert len(files(slack)) == 1


def test_where_nothing_can_be_read_a_file_that_is_shown_is_not_shown_again(store, slack, settings, digesting):
    slack.scopes = {"chat:write", "channels:read", "files:write"}
    matched(store, settings)
    slack.fail("files.completeUploadExternal", "reset-after")
    assert digesting().deliver().sent == 3
    assert len(files(slack)) == 1


def test_an_upload_that_slack_dropped_is_made_again(store, slack, settings, digesting):
    matched(store, settings)
    slack.fail("files.completeUploadExternal", "reset-before")
    slack.fail("files.completeUploadExternal", "error=file_not_found")
    assert digesting().deliver().sent == 3
    assert len(files(slack)) == 1
    assert slack.calls("upload") == 2


@pytest.mark.parametrize(
    ("code", "remedy"), [("missing_scope", "files:write"), ("not_in_channel", "Invite the bot")]
)
def test_what_cannot_be_attached_is_said_once_and_the_digest_comes_all_the_same(
    store, slack, settings, digesting, code, remedy
):
    for number in (1, 2):
        matched(store, settings, number)
        method = "files.getUploadURLExternal" if code == "missing_scope" else "files.completeUploadExternal"
        slack.fail(method, f"error={code}")
        tally = digesting().deliver()
        assert (tally.held, tally.pending, tally.rejected) == (1, 0, 0)
    said = [one.text for one in slack.messages("ops")]
    assert len(said) == 1
    assert "No file can be attached in #alerts" in said[0]
    assert remedy in said[0]
    kinds = [one.metadata["event_payload"]["kind"] for one in slack.messages("alerts")]
    assert kinds == ["new", "digest", "new", "digest"]
    assert files(slack) == []
    assert store.outbox.retry(NOW) == 2
    assert digesting().deliver().sent == 2
    assert len(files(slack)) == 2
    matched(store, settings, 3)
    slack.fail("files.completeUploadExternal", f"error={code}")
    digesting().deliver()
    assert len(slack.messages("ops")) == 2, "it broke anew"


def test_a_thread_that_is_gone_is_no_reason_to_lose_the_file(store, slack, settings, digesting):
    matched(store, settings)
    digesting().deliver(lambda: len(slack.messages("alerts")) == 2)
    slack.delete(slack.messages("alerts")[1].ts)
    assert digesting().deliver().pending == 0
    assert [thread for *_, thread in files(slack)] == [""]


def test_a_digest_of_before_that_names_no_articles_gets_no_empty_file(store, slack, settings, digesting):
    matched(store, settings)
    with store.writing() as connection:
        old = tables.intents.update().where(tables.intents.c.kind == "csv")
        connection.execute(old.values(detail={"since": NOW.isoformat(), "until": NOW.isoformat()}))
    tally = digesting().deliver()
    assert (tally.sent, tally.held) == (3, 1)  # the operators hear of it
    assert files(slack) == []
    assert "gatewatch export" in csv_row(store).reason


def test_a_webhook_s_digest_has_none(store, slack, settings, sender):
    webhook = replace(settings, road="webhook")
    tell(store, 1)
    send(store, webhook, "webhook", NOW + timedelta(minutes=1), attach=True)
    assert sender(WebhookTransport(slack.webhook_url), road="webhook").deliver().sent == 2
    assert [one.kind for one in store.outbox.listing()] == ["digest", "new"]
