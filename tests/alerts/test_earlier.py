"""Restored from an older backup: what was told alone is not told in a digest again, and the other way round."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from alerts.dispatch import Dispatcher
from alerts.settings import Manners
from alerts.webhook import WebhookTransport
from pipelines.store import open_store
from tests.alerts.test_digest import MONDAY, OFFICE, SUNDAY, Clock
from tests.support import stores
from tests.support.told import NOW, article_id, kinds, snapshot, states, tell


def brings(store, numbers, **more):
    for number in numbers:
        tell(store, number, "report", **{"severity": "medium", "tier": "press", **more})


def told_of(slack, number):
    """How many messages name the article."""
    name = f"（{number}）"
    return sum(1 for one in slack.messages() if name in one.text + str(one.blocks))


@stores.ON_SQLITE
def test_restored_what_was_told_one_by_one_is_not_told_in_a_burst_again(store, slack, sender, tmp_path):
    kept = snapshot(store, tmp_path / "backup.sqlite3")
    for number in range(1, 14):  # over the day, each alone
        brings(store, [number])
        sender(burst=3, now=lambda n=number: NOW + timedelta(hours=n)).deliver()
    restored = open_store(kept)
    restored.meta.set("restored_at", (NOW + timedelta(hours=20)).isoformat())
    brings(restored, range(1, 14))  # the next turn lists them all at once
    sender(at=restored, burst=3, now=lambda: NOW + timedelta(hours=20)).deliver()
    restored.close()
    assert [told_of(slack, number) for number in range(1, 14)] == [1] * 13


@stores.ON_SQLITE
def test_restored_the_press_that_was_told_one_by_one_is_not_gathered_again(store, slack, sender, tmp_path):
    """With the default `gather: 6h`: the fourth report of a matter is enough."""
    tell(store, 1)
    sender().deliver()
    kept = snapshot(store, tmp_path / "backup.sqlite3")
    hours = [1, 2, 3, 12, 13, 14]
    for number, hour in enumerate(hours, 2):
        tell(store, number, "report", matter=1)
        sender(gather=timedelta(hours=6), now=lambda h=hour: NOW + timedelta(hours=h)).deliver()
    assert [told_of(slack, number) for number in range(2, 8)] == [1] * 6
    restored = open_store(kept)
    restored.meta.set("restored_at", (NOW + timedelta(hours=20)).isoformat())
    for number in range(2, 8):
        tell(restored, number, "report", matter=1)
    for hour in (20, 27):
        send = sender(at=restored, gather=timedelta(hours=6), now=lambda h=hour: NOW + timedelta(hours=h))
        send.deliver()
    restored.close()
    assert [told_of(slack, number) for number in range(2, 8)] == [1] * 6


@stores.ON_SQLITE
def test_restored_what_was_told_in_a_digest_is_not_told_alone_again(store, slack, sender, tmp_path):
    kept = snapshot(store, tmp_path / "backup.sqlite3")
    clock = Clock(SUNDAY)
    brings(store, (1, 2))
    send = sender(now=clock, manners={"#alerts": Manners(OFFICE)})
    send.deliver()
    clock.now = MONDAY
    send.deliver()
    assert kinds(slack) == ["digest"]
    restored = open_store(kept)
    restored.meta.set("restored_at", MONDAY.isoformat())
    brings(restored, (1, 2))
    sender(at=restored, now=clock, manners={"#alerts": Manners(OFFICE)}).deliver()
    restored.close()
    assert [told_of(slack, number) for number in (1, 2)] == [1, 1]


@stores.ON_SQLITE
def test_restored_by_webhook_a_digest_of_what_may_have_been_told_is_held(store, slack, settings, tmp_path):
    def hooked(at, hours):
        road = WebhookTransport(slack.webhook_url, timeout=2)
        moment = NOW + timedelta(hours=hours)
        return Dispatcher(at, road, replace(settings, road="webhook", burst=3), lambda: moment)

    kept = snapshot(store, tmp_path / "backup.sqlite3")
    for number in range(1, 14):
        brings(store, [number])
        hooked(store, number).deliver()
    restored = open_store(kept)
    restored.meta.set("restored_at", (NOW + timedelta(hours=20)).isoformat())
    brings(restored, range(1, 14))
    hooked(restored, 21).deliver()
    found = states(restored)
    restored.close()
    assert [told_of(slack, number) for number in range(1, 14)] == [1] * 13, found


@stores.ON_SQLITE
def test_restored_what_was_told_where_a_digest_goes_on_is_not_told_alone_again(
    store, slack, sender, tmp_path
):
    kept = snapshot(store, tmp_path / "backup.sqlite3")
    brings(store, range(1, 15))
    sender(burst=3).deliver()
    assert kinds(slack) == ["digest", "digest"]
    restored = open_store(kept)
    restored.meta.set("restored_at", (NOW + timedelta(hours=1)).isoformat())
    brings(restored, range(1, 15))
    sender(at=restored, now=lambda: NOW + timedelta(hours=1)).deliver()
    rows = restored.outbox.listing()
    restored.close()
    assert kinds(slack) == ["digest", "digest"]
    assert {(one.state, bool(one.ts), one.text) for one in rows} == {("sent", True, "")}


@stores.ON_SQLITE
def test_restored_a_digest_tells_what_was_not_told(store, slack, sender, tmp_path):
    kept = snapshot(store, tmp_path / "backup.sqlite3")
    brings(store, (2, 4))
    sender().deliver()
    restored = open_store(kept)
    restored.meta.set("restored_at", (NOW + timedelta(hours=1)).isoformat())
    brings(restored, range(1, 7))
    sender(at=restored, burst=3, now=lambda: NOW + timedelta(hours=1)).deliver()
    posted = [one for one in restored.events.read(kind="posted") if one.article]
    found = states(restored)
    restored.close()
    assert [told_of(slack, number) for number in range(1, 7)] == [1] * 6
    assert slack.messages("alerts")[-1].text.startswith("DIGEST: 4 alerts")
    assert found == {"sent": 6}
    assert sum(one.detail["found"] for one in posted) == 2


def test_what_a_digest_tells_of_is_in_its_metadata(store, slack, sender):
    brings(store, range(1, 6))
    sender(burst=3).deliver()
    [digest] = [one.metadata["event_payload"] for one in slack.messages("alerts")]
    ids = {one.id for one in store.outbox.listing() if one.kind == "report"}
    assert set(digest["members"].split()) == ids
    assert digest["articles"].split() == [article_id(number) for number in range(1, 6)]


@stores.ON_SQLITE
def test_restored_what_was_told_in_its_thread_is_not_told_in_a_burst_again(store, slack, sender, tmp_path):
    tell(store, 1)
    sender().deliver()
    kept = snapshot(store, tmp_path / "backup.sqlite3")
    story = {"kind": "report", "matter": 1, "severity": "medium"}
    for number in range(2, 7):
        tell(store, number, **story)
    sender().deliver()
    restored = open_store(kept)
    restored.meta.set("restored_at", (NOW + timedelta(hours=1)).isoformat())
    for number in range(2, 7):
        tell(restored, number, **story)
    sender(at=restored, burst=3, now=lambda: NOW + timedelta(hours=1)).deliver()
    found = states(restored)
    restored.close()
    assert [told_of(slack, number) for number in range(2, 7)] == [1] * 5
    assert found == {"sent": 6}
