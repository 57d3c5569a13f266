"""Silences in the store, over both engines; and that what stands is all that counts of what people said."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crawlers.errors import ConfigError
from pipelines.store import open_store
from tests.pipelines.store.making import NOW, answers, article, notice, press
from tests.pipelines.store.test_people import WHO, keep, later, other_notice, story

FAR = NOW + timedelta(days=9)


def values(store, at, **more):
    return [(one.about, one.value) for one in store.matters.silences(at, **more)]


def test_in_force_until_its_time_or_until_it_is_taken_back_and_listed_for_ever(store):
    first, *_ = story(store)
    matter = store.matters.silence("matter", first.matter, later(10), **WHO, now=later(0))
    topic = store.matters.silence("topic", "licensing", FAR, **WHO, now=later(1))
    both = [("matter", first.matter), ("topic", "licensing")]
    assert values(store, later(2)) == both
    assert values(store, later(10)) == both[1:]
    store.matters.undo(topic, by="wu", reason="it is ours", now=later(20))
    assert values(store, later(21)) == []
    assert values(store, later(21), everything=True) == both
    assert values(store, later(19)) == both[1:]  # as it was then
    assert values(store, later(-1), everything=True) == []
    [over, back] = store.matters.silences(later(21), everything=True)
    assert (over.event, over.by, over.reason, over.undone_at) == (matter, "li", "one thing", None)
    assert (back.undone_at, back.undone_by) == (later(20), "wu")
    assert [one.kind for one in store.matters.show(first.matter)["judgements"]] == ["silenced"]


def test_what_is_over_or_not_known_cannot_be_silenced(store):
    for about, value, until, words in (
        ("topic", "licensing", NOW, "is over already"),
        ("matter", "m0", FAR, "no matter 'm0'"),
    ):
        with pytest.raises(ConfigError, match=words) as refused:
            store.matters.silence(about, value, until, **WHO, now=NOW)
        assert refused.value.remedy


def test_a_silence_of_a_joined_matter_is_one_of_the_matter_that_it_is_now(store):
    first, _, _, other = story(store)
    store.matters.join([first.matter, other.matter], **WHO, now=later(0))
    store.matters.silence("matter", other.matter, FAR, **WHO, now=later(1))
    assert values(store, later(2)) == [("matter", first.matter)]


EVERYTHING = [notice(), answers(), press(), other_notice(), article("https://news.example.com/1")]


def state(store, names, at):
    """Where each article lies, whose its matter is since when, what is said of it, and what is silenced."""
    lies = {name: store.articles.get(name)["matter"] for name in names}
    taken = {matter: (one.by, one.at) for matter, one in store.matters.taken(set(lies.values())).items()}
    marked = {name: (one.relevant, one.because) for name, one in store.matters.marks().articles.items()}
    quiet = sorted((one.about, one.value, one.until, one.by) for one in store.matters.silences(at) if one.about != "matter" or one.value in lies.values())  # fmt: skip
    return lies, taken, marked, quiet


def again(store, event):
    """Say once more what this event said."""
    word, detail = {"by": event.detail["by"], "reason": event.detail["reason"], "now": event.at}, event.detail
    matter = event.matter
    if (
        matter and store.matters.show(matter) is None
    ):  # a split made it that was taken back: it is where its article is
        matter = store.articles.get("a" + matter[1:])["matter"]
        if event.kind == "silenced":
            return
    if event.kind == "marked":
        store.matters.mark(event.article, relevant=detail["relevant"], because=detail["because"], **word)
    elif event.kind in ("taken", "assigned"):
        store.matters.take(matter, to=detail["to"] if event.kind == "assigned" else None, **word)
    elif event.kind == "silenced":
        value = matter or detail["value"]
        store.matters.silence(detail["about"], value, type(event.at).fromisoformat(detail["until"]), **word)
    elif event.kind == "joined":
        store.matters.join(detail["matters"], **word)
    else:
        chosen = [one["article"] for one in detail["articles"]]
        store.matters.split(detail["matters"][0], chosen, **word)


KINDS = ("marked", "taken", "assigned", "silenced", "joined", "split")


def do(store, data, names, minute, split):
    """One word of somebody's on something, whatever hypothesis draws; its number, or None."""
    word = {"by": data.draw(st.sampled_from(["li", "wu"])), "reason": "", "now": later(minute)}
    kind = data.draw(st.sampled_from(KINDS))
    matters = sorted({store.articles.get(name)["matter"] for name in names})
    one = data.draw(st.sampled_from(matters))
    until = later(minute + data.draw(st.integers(1, 40)))
    if kind == "marked":
        return store.matters.mark(
            data.draw(st.sampled_from(names)), relevant=data.draw(st.booleans()), **word
        )
    if kind in ("taken", "assigned"):
        to = data.draw(st.sampled_from(["li", "wu"])) if kind == "assigned" else None
        return store.matters.take(one, to=to, **word)
    if kind == "silenced":
        about = data.draw(st.sampled_from(["matter", "topic"]))
        return store.matters.silence(about, one if about == "matter" else "licensing", until, **word)
    if kind == "joined" and len(matters) > 1:
        return store.matters.join(data.draw(st.permutations(matters))[:2], **word)
    home = store.matters.show(one)
    free = [a["id"] for a in home["articles"] if a["id"] not in {home["opened_by"], "a" + one[1:], *split}]
    if kind == "split" and free:
        split.add(free[0])
        return store.matters.split(one, free[:1], **word)[0]
    return None


@pytest.fixture(scope="module")
def told(tmp_path_factory, sqlite_template):
    """The file of a store with all articles, and their ids."""
    file = tmp_path_factory.mktemp("told") / "store.sqlite3"
    shutil.copy(sqlite_template, file)
    store = open_store(f"sqlite:///{file}")
    names = sorted(one.article for one in keep(store, *EVERYTHING))
    store.close()
    return file, names


@pytest.mark.slow
@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(data=st.data())
def test_what_counts_is_what_stands_as_if_the_rest_had_never_been_said(tmp_path_factory, told, data):
    template, names = told
    folder = tmp_path_factory.mktemp("said")
    store, replayed = (open_store(f"sqlite:///{shutil.copy(template, folder / name)}") for name in "ab")
    standing, split = [], set()
    length = data.draw(st.integers(1, 14))
    for minute in range(length):
        if standing and data.draw(st.integers(0, 3)) == 0:
            event = data.draw(st.sampled_from(standing))
            with suppress(ConfigError):  # a later one stands on it
                store.matters.undo(event, **WHO, now=later(minute))
                standing.remove(event)
        elif (event := do(store, data, names, minute, split)) is not None and event not in standing:
            standing.append(event)
    said = {one.id: one for one in store.events.read()}
    for event in sorted(standing):
        again(replayed, said[event])
    assert state(replayed, names, later(length)) == state(store, names, later(length)), [
        (said[event].kind, said[event].matter, said[event].detail.get("matters")) for event in sorted(said)
        if said[event].kind in {*KINDS, "undone"}
    ]  # fmt: skip
    for opened in (store, replayed):
        opened.close()
