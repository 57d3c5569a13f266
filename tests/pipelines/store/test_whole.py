from __future__ import annotations

from datetime import timedelta

from pipelines.store.whole import Tally, everything, tallies
from tests.pipelines.store.making import NOW, article, judged, notice, press
from tests.pipelines.store.test_people import WHO, keep, later

LONG = "这一句与别的无关。" * 200


def test_everything_comes_once_in_order_with_its_whole_text(store):
    given = [
        article(f"https://news.example.com/{number}", text=f"{LONG}VPN{number}") for number in range(120)
    ]
    # Many at the same instant: a page must end in the middle of them.
    for one in given:
        store.articles.save(judged(one), None, entry_key=one.key, now=NOW, rule_texts={"h1": ("vpn", "x"), "h2": ("quiet", "y")})  # fmt: skip
    found = list(everything(store))
    assert sorted(one.id for one in found) == sorted(one.id for one in given)
    assert {one.id: one.text for one in found} == {one.id: one.text for one in given}
    assert found[0].told[0].rule == "vpn"
    assert [one.id for one in found] == sorted(one.id for one in found)


def test_only_what_is_asked_for_comes(store):
    first, plain = keep(store, notice())[0], keep(store, article("https://news.example.com/2"), now=later(5), matched=False)[0]  # fmt: skip
    assert [one.id for one in everything(store, since=later(5))] == [plain.article]
    assert [one.id for one in everything(store, matched=True)] == [first.article]
    assert list(everything(store, marked=True)) == []
    store.matters.mark(plain.article, relevant=True, **WHO, now=later(6))
    assert [(one.id, one.mark.relevant) for one in everything(store, marked=True)] == [(plain.article, True)]
    assert next(iter(everything(store, since=later(5)))).near_rule == "vpn"
    store.matters.mark(first.matter, relevant=False, because="duplicate", **WHO, now=later(6))
    assert {one.id for one in everything(store, marked=True)} == {first.article, plain.article}


def test_precision_counts_what_people_said_of_what_a_rule_told(store):
    saved = keep(store, notice(), press(), *(article(f"https://news.example.com/{n}") for n in range(4)))
    ids = [one.article for one in saved]
    assert tallies(store)["vpn"] == Tally(6, 0, 0)
    assert tallies(store)["vpn"].precision is None
    assert "quiet" not in tallies(store)
    for number, (relevant, because) in enumerate(
        [(True, ""), (True, ""), (False, "wrong-term"), (False, "duplicate"), (False, "wrong-source")]
    ):
        store.matters.mark(ids[number], relevant=relevant, because=because, **WHO, now=later(number))
    tally = tallies(store)["vpn"]
    assert (tally.relevant, tally.wrong, tally.precision) == (2, 1, 2 / 3)
    mistaken = store.matters.mark(ids[5], relevant=False, **WHO, now=later(9))
    assert tallies(store)["vpn"].wrong == 2
    store.matters.undo(mistaken, **WHO, now=later(10))
    assert tallies(store)["vpn"].wrong == 1


def test_an_empty_store_has_nothing(store):
    assert list(everything(store, since=NOW - timedelta(days=1))) == []
    assert tallies(store) == {}
