"""What was known and told at some time stays what it was: lists and exports as of then."""

from __future__ import annotations

from datetime import timedelta

from alerts.dispatch import Dispatcher
from alerts.settings import AlertSettings
from tests.gatewatch.commands.told import Nowhere
from tests.pipelines.store.making import NOW, answers, article, judged, notice, press
from tests.pipelines.store.test_looks import reread
from tests.pipelines.store.test_people import WHO, keep, later

DAY = timedelta(days=1)


def tell(store, at):
    clock = iter([at + timedelta(milliseconds=number) for number in range(1000)])
    assert Dispatcher(store, Nowhere(), AlertSettings(), lambda: next(clock)).deliver(seconds=20).sent


def seen(store, at=None):
    """All that the four lists say: at that time, or as of it."""
    return {
        "export": list(store.articles.rows_for_export(everything=True, as_of=at)),
        "alerts": store.outbox.listing(as_of=at),
        "matters": store.matters.list(matched=False, as_of=at),
    }


def told(found):
    """What people see of it: a matter's own `updated` column and waiting rows' schedule are of today."""
    return {
        "export": [
            {key: row[key] for key in ("id", "matter", "relation", "disposition", "text", "topics", "matches")}
            | {"told": [(one["id"], one["state"], one["sent"], one["text"]) for one in row["deliveries"]]}
            for row in found["export"]
        ],
        "alerts": [(one.id, one.state, one.sent, one.text, one.reason) for one in found["alerts"]],
        "matters": [(row["id"], row["stage"], row["articles"], row["matched"], row["topics"]) for row in found["matters"]],
    }  # fmt: skip


def test_what_was_known_at_a_time_does_not_change_with_what_comes_later(store):
    moments = []

    def note(minutes):
        moments.append((later(minutes), told(seen(store))))

    first, qa = keep(store, notice(), answers())
    note(0)  # known, nothing told
    tell(store, later(1))
    note(2)  # two told
    keep(store, press(), now=later(3))
    note(4)
    tell(store, later(5))
    _, new = store.matters.split(first.matter, [qa.article], **WHO, now=later(6))
    note(7)
    store.matters.join([new, first.matter], **WHO, now=later(8))
    keep(
        store,
        article("https://x.example/quiet", title="别的事", text="别的事" * 50),
        now=later(9),
        matched=False,
    )
    for at, then in moments:
        assert told(seen(store, at)) == then


def test_what_was_held_was_held_then_and_nothing_before(store):
    old = judged(notice())
    store.articles.save(old, None, entry_key=old.article.key, now=NOW, rule_texts={"h1": ("vpn", "x"), "h2": ("quiet", "y")}, fresh_after=NOW + DAY)  # fmt: skip
    [before] = store.articles.rows_for_export()
    assert before["disposition"] == "held"
    [then] = store.articles.rows_for_export(as_of=NOW + DAY)
    assert then["disposition"] == "held"
    assert not list(store.articles.rows_for_export(as_of=NOW - DAY))
    assert store.outbox.listing(as_of=NOW - DAY) == []
    assert store.matters.list(as_of=NOW - DAY) == []


def test_states_are_those_of_then(store):
    keep(store, notice())
    tell(store, later(5))
    assert [one.state for one in store.outbox.listing(as_of=later(60))] == ["sent"]
    assert [one.state for one in store.outbox.listing(("pending",), as_of=later(4))] == []
    assert [one.state for one in store.outbox.listing(("sent",), as_of=later(60))] == ["sent"]
    [row] = store.articles.rows_for_export(as_of=NOW)
    assert (row["disposition"], row["deliveries"]) == ("alert", [])


def test_an_article_that_was_amended_since_says_what_it_said_then(store):
    plain = notice(text=notice().text.replace("VPN", "隧道"))
    [saved] = keep(store, plain, matched=False)
    tell_nothing = told(seen(store, NOW))
    first = notice(text=plain.text.replace("隧道", "VPN"), published=plain.published)
    assert reread(store, first, at=later(10)).amended
    tell(store, later(11))
    once = told(seen(store, later(12)))
    assert reread(store, notice(title="关于停止执行的通知", text="此件今起停止执行，原定各项要求不再适用。" * 5), matched=False, at=later(20)).amended  # fmt: skip
    tell(store, later(21))
    assert told(seen(store, NOW)) == tell_nothing
    assert told(seen(store, later(12))) == once
    [then] = store.articles.rows_for_export(as_of=later(12))
    assert (then["title"], then["severity"], then["disposition"]) == (first.title, "high", "alert")
    assert [one["rule"] for one in then["matches"]] == ["vpn", "quiet"]
    assert list(store.articles.rows_for_export(as_of=later(12), topic="vpn-crackdown")) == [then]
    assert list(store.articles.rows_for_export(as_of=later(12), topic="analysis")) == []
    matter = store.matters.show(store.articles.get(saved.article)["matter"], as_of=later(12))
    assert [one["text"] for one in matter["articles"]] == [first.text]
