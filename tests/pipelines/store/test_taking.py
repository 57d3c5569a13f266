"""Who has a matter: the last standing word, over joins and splits, now and as of a time."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from crawlers.errors import ConfigError
from pipelines.store.taking import Taken
from tests.pipelines.store.test_people import WHO, later, story


def take(store, matter, by, minute, to=None):
    return store.matters.take(matter, by=by, reason="mine", now=later(minute), to=to)


def holder(store, matter, as_of=None):
    found = store.matters.show(matter, as_of)["taken"]
    return found and found.by


def test_the_last_word_says_who_has_it_and_the_first_of_theirs_since_when(store):
    first, *_ = story(store)
    assert holder(store, first.matter) is None
    taken = take(store, first.matter, "li", 1)
    assert take(store, first.matter, "li", 2) == taken  # pressed twice
    assert store.matters.taken([first.matter]) == {first.matter: Taken("li", later(1), taken)}
    given = take(store, first.matter, "li", 3, to="wu")
    assert store.matters.show(first.matter)["taken"] == Taken("wu", later(3), given)
    assert take(store, first.matter, "wu", 4) == given  # it is theirs already
    assert [row["taken"].by for row in store.matters.list() if row["taken"]] == ["wu"]
    rows = {row["id"]: (row["ack_by"], row["ack_at"]) for row in store.articles.rows_for_export()}
    assert rows[first.article] == ("wu", later(3))
    said = [(one.kind, one.by, one.detail["to"]) for one in store.matters.show(first.matter)["judgements"]]
    assert said == [("taken", "li", "li"), ("assigned", "li", "wu")]


def test_what_is_taken_back_leaves_it_to_whom_it_was_before(store):
    first, *_ = story(store)
    taken, given = take(store, first.matter, "li", 1), take(store, first.matter, "li", 2, to="wu")
    store.matters.undo(given, **WHO, now=later(3))
    assert holder(store, first.matter) == "li"
    store.matters.undo(taken, **WHO, now=later(4))
    assert holder(store, first.matter) is None
    assert [holder(store, first.matter, later(minute)) for minute in range(5)] == [
        None,
        "li",
        "wu",
        "li",
        None,
    ]
    exported = [
        {row["ack_by"] for row in store.articles.rows_for_export(as_of=later(minute)) if row["matter"] == first.matter}
        for minute in range(5)
    ]  # fmt: skip
    assert exported == [{None}, {"li"}, {"wu"}, {"li"}, {None}]


def test_joined_matters_are_his_who_took_one_last_and_each_his_own_again_when_they_part(store):
    first, _, _, other = story(store)
    take(store, other.matter, "wu", 1)
    take(store, first.matter, "li", 2)
    joined = store.matters.join([other.matter, first.matter], **WHO, now=later(3))
    assert holder(store, other.matter) == holder(store, first.matter) == "li"
    assert store.matters.taken([first.matter])[first.matter].by == "li"  # asked by its old name
    take(store, first.matter, "chen", 4)
    assert holder(store, other.matter) == "chen"
    store.matters.undo(joined, **WHO, now=later(5))
    assert (holder(store, other.matter), holder(store, first.matter)) == ("chen", "li")
    assert [holder(store, other.matter, later(minute)) for minute in (1, 3, 4, 5)] == ["wu", "li", "chen", "chen"]  # fmt: skip
    assert [holder(store, first.matter, later(minute)) for minute in (1, 3, 4, 5)] == [None, "li", "chen", "li"]  # fmt: skip


def test_what_is_split_off_is_nobody_s_until_somebody_takes_it(store):
    first, qa, *_ = story(store)
    take(store, first.matter, "li", 1)
    event, new = store.matters.split(first.matter, [qa.article], **WHO, now=later(2))
    assert (holder(store, first.matter), holder(store, new)) == ("li", None)
    take(store, new, "wu", 3)
    assert (holder(store, first.matter), holder(store, new)) == ("li", "wu")
    store.matters.undo(event, **WHO, now=later(4))
    assert holder(store, first.matter) == "wu"  # the last word on what is one again
    assert (holder(store, first.matter, later(3)), holder(store, new, later(3))) == ("li", "wu")


def test_two_people_who_press_at_once_are_both_kept_and_the_last_has_it(store):
    first, *_ = story(store)
    go = threading.Barrier(4)

    def press(who):
        go.wait(10)
        take(store, first.matter, who, 1)

    threads = [threading.Thread(target=press, args=(who,)) for who in ("li", "wu", "li", "wu")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = [one.by for one in store.matters.show(first.matter)["judgements"]]
    assert all(one != following for one, following in pairwise(said))
    assert set(said) == {"li", "wu"}
    assert holder(store, first.matter) == said[-1]


def test_a_matter_that_is_not_known_is_refused(store):
    with pytest.raises(ConfigError, match="no matter 'm0'") as refused:
        take(store, "m0", "li", 1)
    assert refused.value.remedy
    assert store.matters.taken(["m0"], later(1)) == {}
