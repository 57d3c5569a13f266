from __future__ import annotations

import itertools
import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

from pipelines.store import digests
from pipelines.store.queue import ASKED
from tests.support.told import NOW, article_id, matter_id, tell, tell_story


def made(intent, channel="#a", kind="new", parent=None):
    return {
        "id": f"g{intent}{channel}",
        "intent": intent,
        "channel": channel,
        "kind": kind,
        "article": article_id(intent),
        "matter": None,
        "parent": parent,
        "broadcast": False,
    }


def routed(store, *channels):
    """Every intent to each channel, replies under the first of their matter."""
    with store.writing() as connection:
        for row in store.outbox.unrouted(connection, 100):
            store.outbox.deliver(connection, [made(row.id, channel) for channel in channels], row.id, NOW)


def take(store, channel, holder="me", seconds=30.0):
    return store.outbox.hold(channel, holder, seconds, lambda _: False)


def test_an_intent_is_routed_once_however_often_it_is_tried(store):
    tell(store, 1)
    assert store.outbox.loose()
    routed(store, "#a", "#b")
    routed(store, "#a", "#b")
    assert not store.outbox.loose()
    assert store.outbox.counts() == {"pending": 2}


def test_what_is_not_routed_counts_as_pending(store):
    tell(store, 1)
    assert store.outbox.counts() == {"pending": 1}


def test_two_routers_at_once_make_one_delivery(store):
    tell_story(store, matters=3)
    threads = [threading.Thread(target=routed, args=(store, "#a")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.outbox.counts() == {"pending": 9}


def test_the_head_of_a_channel_is_the_oldest_that_is_not_done(store):
    tell_story(store)
    routed(store, "#a")
    first = store.outbox.head("#a")
    assert first.article == article_id(1)
    store.outbox.set_aside(first, "rejected", NOW, "no_text")
    assert store.outbox.head("#a").article == article_id(2)
    assert store.outbox.head("#b") is None


def test_an_attempt_is_marked_only_by_the_one_who_holds_the_channel(store):
    tell(store, 1)
    routed(store, "#a")
    head, token = store.outbox.head("#a"), take(store, "#a")
    assert take(store, "#a", "another") is None
    assert not store.outbox.begin(head, token - 1, NOW, lease=30, gap=1)
    assert store.outbox.begin(head, token, NOW, lease=30, gap=1)
    assert not store.outbox.begin(head, token, NOW, lease=30, gap=1)
    marked = store.outbox.head("#a")
    assert (marked.state, marked.attempts) == ("sending", 1)
    assert 0 < marked.wait <= 1


def test_a_hold_ends_by_itself_and_the_former_holder_is_refused(store):
    token = take(store, "#a", seconds=0.0)
    other = take(store, "#a", "another")
    assert other == token + 1
    assert not store.outbox.keep("#a", token, 30)
    assert store.outbox.keep("#a", other, 30)
    store.outbox.give_back("#a", token)
    assert take(store, "#a", "third") is None
    store.outbox.give_back("#a", other)
    assert take(store, "#a", "third") == other + 1


def test_the_hold_of_a_dead_process_is_free_at_once(store):
    take(store, "#a", "killed")
    assert store.outbox.hold("#a", "me", 30, lambda name: name == "killed") is not None


def test_of_many_who_want_the_channel_at_once_one_gets_it(store):
    tokens = []
    threads = [
        threading.Thread(target=lambda name=name: tokens.append(take(store, "#a", f"{name}")))
        for name in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(tokens, key=str) == [1, None, None, None, None]


def test_sent_is_written_once_with_an_event(store):
    tell(store, 1)
    routed(store, "#a")
    head = store.outbox.head("#a")
    done = {"ts": "1.000001", "permalink": "https://x.example", "text": "t", "gap": 5, "found": False}
    assert store.outbox.sent(head, NOW, **done)
    assert not store.outbox.sent(head, NOW, **done)
    assert len(list(store.events.read(kind="posted"))) == 1
    assert store.outbox.newest("#a") == "1.000001"


def test_the_pace_of_a_channel_is_kept_in_the_store(store):
    tell(store, 1)
    tell(store, 2)
    routed(store, "#a", "#b")
    head = store.outbox.head("#a")
    store.outbox.sent(head, NOW, ts="1.000001", permalink="", text="", gap=50, found=False)
    assert 40 < store.outbox.head("#a").wait <= 50
    assert store.outbox.head("#b").wait == 0
    store.outbox.wait_channel("#a", 1)
    assert store.outbox.head("#a").wait > 40


def test_roots_are_the_messages_of_a_matter_that_stand_by_themselves(store):
    tell_story(store)
    with store.writing() as connection:
        rows = store.outbox.unrouted(connection, 10)
        first = {**made(rows[0].id), "matter": matter_id(1)}
        store.outbox.deliver(connection, [first], rows[0].id, NOW)
        second = {**made(rows[1].id, parent=first["id"]), "matter": matter_id(1)}
        store.outbox.deliver(connection, [second], rows[1].id, NOW)
        roots = store.outbox.roots(connection, matter_id(1), article_id(3))
        assert [(root.id, root.tier) for root in roots] == [(first["id"], "regulator")]
        assert store.outbox.roots(connection, matter_id(1), article_id(1)) == []


def test_a_reply_knows_where_its_parent_is(store):
    tell_story(store)
    with store.writing() as connection:
        rows = store.outbox.unrouted(connection, 10)
        store.outbox.deliver(connection, [made(rows[0].id)], rows[0].id, NOW)
        store.outbox.deliver(connection, [made(rows[1].id, parent=f"g{rows[0].id}#a")], rows[1].id, NOW)
    store.outbox.sent(store.outbox.head("#a"), NOW, ts="7.000001", permalink="p", text="", gap=0, found=False)
    reply = store.outbox.head("#a")
    assert (reply.parent_state, reply.parent_ts) == ("sent", "7.000001")
    store.outbox.again(reply, state="pending", after=0, reason="thread_not_found", own=True)
    assert store.outbox.head("#a").parent is None


def test_retry_brings_back_what_was_laid_aside_or_only_what_was_named(store):
    tell(store, 1)
    tell(store, 2)
    tell(store, 3)
    routed(store, "#a")
    for state in ("rejected", "held"):
        store.outbox.set_aside(store.outbox.head("#a"), state, NOW, "why")
    store.outbox.broken("#a", "is_archived", NOW, tell=False)
    (held,) = store.outbox.listing(["held"])
    assert store.outbox.retry(NOW, [held.id]) == 1
    assert store.outbox.head("#a").reason == ASKED
    assert store.outbox.retry(NOW) == 1
    assert store.outbox.counts() == {"pending": 3}
    assert store.outbox.queues()[0].broken, "until something is posted there, people hear of it once"


def test_what_waits_for_a_road_that_is_gone_is_routed_anew(store):
    tell(store, 1)
    tell(store, 2)
    routed(store, "webhook")
    store.outbox.sent(store.outbox.head("webhook"), NOW, ts="", permalink="", text="", gap=0, found=False)
    assert store.outbox.unroute({"webhook"}, NOW) == 1
    assert store.outbox.unroute(set(), NOW) == 0
    assert store.outbox.loose()
    assert store.outbox.counts() == {"sent": 1, "pending": 1}


def test_the_material_of_an_alert_is_its_article_matches_matter_and_what_it_points_to(store):
    from sqlalchemy import insert

    from pipelines.store import schema

    tell(store, 1)
    tell(store, 5)
    with store.writing() as connection:
        connection.execute(insert(schema.matter_links).values(matter=matter_id(5), cites=matter_id(1)))
        for row in store.outbox.unrouted(connection, 10):
            store.outbox.deliver(
                connection, [{**made(row.id), "matter": row.matter, "article": row.article}], row.id, NOW
            )
    store.outbox.sent(
        store.outbox.head("#a"), NOW, ts="7.1", permalink="https://p.example", text="", gap=0, found=False
    )
    material = store.outbox.material(store.outbox.head("#a").id)
    assert material.article["id"] == article_id(5)
    assert [match["rule"] for match in material.matches] == ["vpn-campaign"]
    assert material.cites == (
        ("工信部信管函〔2017〕1号", "https://p.example", "https://www.miit.gov.cn/art/1.html?a=1&b=2"),
    )


def test_the_listing_is_newest_first_and_may_be_narrowed(store):
    tell(store, 1)
    tell(store, 2)
    routed(store, "#a")
    assert [row.article for row in store.outbox.listing()] == [article_id(2), article_id(1)]
    assert len(store.outbox.listing(limit=1)) == 1
    assert store.outbox.listing(["sent"]) == []


def test_the_stores_memory_begins_with_its_first_trace(store):
    assert store.outbox.oldest_trace() is None
    tell(store, 1)
    assert store.outbox.oldest_trace() == NOW


def test_digests_and_their_files_are_listed_by_their_days_where_people_are(store):
    until, names = NOW.replace(hour=23), itertools.count()
    since = until - timedelta(days=7)
    with store.writing() as connection:
        digests.regular(
            connection,
            "#a",
            since,
            until,
            lambda *_: f"g{next(names)}",
            [{}, {}],
            attach="x.csv",
            rows=["a1"],
        )
    titles = [row.title for row in store.outbox.listing(zone=ZoneInfo("Asia/Shanghai"))]
    days = "the digest of 2026-11-18 to 2026-11-25"
    assert sorted(titles) == [
        f"the articles of {days} as a file",
        f"{days}, part 1 of 2",
        f"{days}, part 2 of 2",
    ]
    assert "2026-11-24" in store.outbox.listing()[0].title


def test_a_delivery_that_another_tried_since_it_was_seen_is_not_begun(store):
    tell(store, 1)
    routed(store, "#a")
    token = store.outbox.hold("#a", "us", 60.0, lambda _: False)
    once = store.outbox.head("#a")
    assert store.outbox.begin(once, token, NOW, lease=60.0, gap=0.0)
    seen = store.outbox.head("#a")
    assert store.outbox.begin(seen, token, NOW, lease=60.0, gap=0.0)
    assert not store.outbox.begin(seen, token, NOW, lease=60.0, gap=0.0)  # `sending` still, but tried since
