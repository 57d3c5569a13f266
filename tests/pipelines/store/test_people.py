from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crawlers.article import Moment
from crawlers.errors import ConfigError
from pipelines.store import open_store
from pipelines.store.schema import articles, matter_keys, matter_links, matters
from tests.pipelines.store.making import NOW, NUMBER, RULES, answers, article, judged, notice, press

WHO = {"by": "li", "reason": "one thing"}
OTHER = "工信部信管函〔2017〕77号"


def keep(store, *given, now=NOW, matched=True):
    return [
        store.articles.save(
            judged(one, matched=matched),
            None,
            entry_key=one.key,
            now=now + timedelta(minutes=number),
            rule_texts=RULES,
        )
        for number, one in enumerate(given)
    ]


def other_notice(key="https://www.miit.gov.cn/art_7.html", **more):
    return notice(
        key,
        **{
            "title": "工业和信息化部关于规范国际专线租赁的通知",
            "text": f"{OTHER}\n各单位：\n出租国际专线（含VPN）的，应当建立用户档案，并于每季度末报送。\n工业和信息化部",
            "doc_no": OTHER,
            "labels": (),
        }
        | more,
    )


def elsewhere(one, key, **more):
    """The same text on the government's site, or what `more` says."""
    gov = {"source": "gov", "authority": "State Council", "tier": "government"}
    return replace(one, key=key, url=key, **(more or gov))


def later(minutes):
    return NOW + timedelta(hours=1, minutes=minutes)


def members(store, matter, as_of=None):
    shown = store.matters.show(matter, as_of)
    return None if shown is None else [one["id"] for one in shown["articles"]]


def story(store):
    """The notice with its Q&A and a report; another notice, which nothing joined."""
    first, qa, report, other = keep(store, notice(), answers(), press(), other_notice())
    assert first.matter == qa.matter == report.matter != other.matter
    return first, qa, report, other


def test_joined_matters_are_one_and_what_comes_later_finds_it(store):
    first, qa, report, other = story(store)
    event = store.matters.join([first.matter, other.matter], **WHO, now=later(0))
    assert set(members(store, first.matter)) == {one.article for one in (first, qa, report, other)}
    assert store.matters.show(other.matter)["id"] == first.matter
    shown = store.matters.show(first.matter)
    assert shown["joined_from"] == [other.matter]
    assert [(one.id, one.kind, one.by, one.reason) for one in shown["judgements"]] == [
        (event, "joined", "li", "one thing")
    ]
    assert f"no:{OTHER}" in shown["keys"]
    assert [row["id"] for row in store.matters.list()] == [first.matter]
    [copy] = keep(store, elsewhere(other_notice(), "https://www.gov.cn/art_8.html"))
    assert (copy.matter, copy.relation) == (first.matter, "copy")
    [late] = keep(store, elsewhere(press(), "https://news.example.com/77", text=f"On {OTHER} the paper says that leased lines are listed." * 9, title="Ministry lists leased lines"))  # fmt: skip
    assert late.matter == first.matter


def test_a_republication_of_a_joined_matters_document_comes_to_where_it_is_now(store):
    first, _, _, other = story(store)
    store.matters.join([first.matter, other.matter], **WHO, now=later(0))
    [again] = keep(store, other_notice("https://www.miit.gov.cn/moved/art_7.html"))
    assert (again.relation, again.matter) == ("copy", first.matter)


def test_a_document_that_press_was_joined_to_names_the_matter(store):
    [paper] = keep(store, article("https://news.example.com/1"))
    [document] = keep(store, notice(), now=later(0))
    assert paper.matter != document.matter
    event = store.matters.join([paper.matter, document.matter], **WHO, now=later(1))
    shown = store.matters.show(paper.matter)
    assert (shown["doc_no"], shown["authority"], shown["opened_by"]) == (NUMBER, "MIIT", document.article)
    store.matters.undo(event, **WHO, now=later(2))
    assert store.matters.show(paper.matter)["doc_no"] == ""


def test_a_split_article_opens_its_own_matter_and_takes_its_keys_along(store):
    first, qa, report, _ = story(store)
    title = [key for key in store.matters.show(first.matter)["keys"] if "答记者问" in key]
    assert title
    event, new = store.matters.split(first.matter, [qa.article], by="wu", reason="another", now=later(0))
    assert new == "m" + qa.article[1:]
    assert members(store, first.matter) == [first.article, report.article]
    shown = store.matters.show(new)
    assert [(one["id"], one["relation"]) for one in shown["articles"]] == [(qa.article, "opens")]
    assert set(title) <= set(shown["keys"])
    assert not set(title) & set(store.matters.show(first.matter)["keys"])
    assert f"no:{NUMBER}" in store.matters.show(first.matter)["keys"]
    assert shown["cites"] == [first.matter]
    assert [one.id for one in store.matters.show(first.matter)["judgements"]] == [event]
    [again] = keep(store, elsewhere(answers(), "https://www.gov.cn/qa.html"))  # fmt: skip
    assert again.matter == new


def test_a_split_copy_leaves_the_number_with_the_document(store):
    first, copy = keep(store, notice(), elsewhere(notice(), "https://www.gov.cn/copy.html"))  # fmt: skip
    assert copy.matter == first.matter
    _, new = store.matters.split(first.matter, [copy.article], **WHO, now=later(0))
    assert f"no:{NUMBER}" in store.matters.show(first.matter)["keys"]
    assert f"no:{NUMBER}" not in store.matters.show(new)["keys"]


def test_what_was_told_stays_as_it_was_and_later_reports_follow_the_articles(store):
    first, qa, _, other = story(store)
    with store.writing() as connection:
        for row in store.outbox.unrouted(connection, 10):
            made = {"id": f"g{row.article[1:]}", "channel": "#a", "kind": row.kind, "article": row.article,
                    "matter": row.matter, "parent": None, "broadcast": False}  # fmt: skip
            store.outbox.deliver(connection, [made], row.id, NOW)
    before = {one["id"]: one["deliveries"] for one in store.matters.show(other.matter)["articles"]}
    store.matters.join([first.matter, other.matter], **WHO, now=later(0))
    after = {one["id"]: one["deliveries"] for one in store.matters.show(first.matter)["articles"]}
    assert after[other.article] == before[other.article]
    with store.reading() as connection:
        roots = {one.id for one in store.outbox.roots(connection, other.matter, "a9")}
    assert {f"g{first.article[1:]}", f"g{other.article[1:]}"} <= roots
    store.matters.split(first.matter, [qa.article], **WHO, now=later(1))
    with store.reading() as connection:
        assert f"g{qa.article[1:]}" not in {
            one.id for one in store.outbox.roots(connection, first.matter, "a9")
        }


def test_a_judgement_is_taken_back_once_and_the_later_one_first(store):
    first, qa, _, other = story(store)
    joined = store.matters.join([first.matter, other.matter], **WHO, now=later(0))
    split, _ = store.matters.split(first.matter, [qa.article], **WHO, now=later(1))
    with pytest.raises(ConfigError, match=f"event {split} came later") as refused:
        store.matters.undo(joined, **WHO, now=later(2))
    assert f"matters undo {split}" in refused.value.remedy
    store.matters.undo(split, **WHO, now=later(3))
    store.matters.undo(joined, **WHO, now=later(4))
    with pytest.raises(ConfigError, match="taken back already"):
        store.matters.undo(joined, **WHO, now=later(5))
    with pytest.raises(ConfigError, match="is no judgement"):
        store.matters.undo(1, **WHO, now=later(5))
    [one] = [one for one in store.matters.show(first.matter)["judgements"] if one.id == joined]
    assert (one.undone_at, one.undone_by) == (later(4), "li")


def test_what_came_to_a_split_off_matter_comes_back_with_it(store):
    first, qa, *_ = story(store)
    event, new = store.matters.split(first.matter, [qa.article], **WHO, now=later(0))
    [again] = keep(store, elsewhere(answers(), "https://www.gov.cn/qa.html"))  # fmt: skip
    assert again.matter == new
    store.matters.undo(event, **WHO, now=later(2))
    assert again.article in members(store, first.matter)
    assert store.matters.show(new)["id"] == first.matter


def test_what_cannot_be_judged_is_refused_with_what_to_do(store):
    first, qa, report, other = story(store)
    for call, words in (
        (lambda: store.matters.join([first.matter], **WHO, now=NOW), "one matter already"),
        (lambda: store.matters.join([first.matter, first.matter], **WHO, now=NOW), "one matter already"),
        (lambda: store.matters.join([first.matter, "mx"], **WHO, now=NOW), "no matter 'mx'"),
        (lambda: store.matters.split(first.matter, [first.article], **WHO, now=NOW), "opened the matter"),
        (lambda: store.matters.split(first.matter, [other.article], **WHO, now=NOW), "is not in the matter"),
        (lambda: store.matters.mark("a0", relevant=True, **WHO, now=NOW), "no article or matter 'a0'"),
        (lambda: store.matters.mark("m0", relevant=True, **WHO, now=NOW), "no matter 'm0'"),
    ):
        with pytest.raises(ConfigError, match=words) as refused:
            call()
        assert refused.value.remedy
    assert list(store.events.read(kind="joined")) == []
    assert members(store, first.matter) == [first.article, qa.article, report.article]


def test_the_article_s_own_mark_stands_before_its_matter_s_and_the_last_one_counts(store):
    first, qa, report, _ = story(store)
    store.matters.mark(first.matter, relevant=True, **WHO, now=later(0))
    wrong = store.matters.mark(qa.article, relevant=False, because="duplicate", **WHO, now=later(1))
    marks = store.matters.marks()
    assert marks.of(report.article, first.matter).relevant
    assert marks.of(qa.article, first.matter).because == "duplicate"
    store.matters.undo(wrong, **WHO, now=later(2))
    assert store.matters.marks().of(qa.article, first.matter).relevant
    shown = [(one.kind, one.article, one.undone_at) for one in store.matters.show(first.matter)["judgements"]]
    assert shown == [("marked", None, None), ("marked", qa.article, later(2))]


def tables(store, ids):
    """All that says what belongs together, but the shells that a split taken back leaves."""
    with store.reading() as connection:
        return [
            sorted(connection.execute(query).all(), key=str)
            for query in (
                select(matters).where(matters.c.id.in_(ids)),
                select(articles.c.id, articles.c.matter, articles.c.relation),
                select(matter_keys),
                select(matter_links),
            )
        ]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_judgements_taken_back_leave_every_matter_exactly_as_it_was(tmp_path_factory, sqlite_template, data):
    file = tmp_path_factory.mktemp("undo") / "store.sqlite3"
    shutil.copy(sqlite_template, file)
    store = open_store(f"sqlite:///{file}")
    everything = [notice(), answers(), press(), other_notice(), article("https://news.example.com/1"), article("https://news.example.com/2", published=Moment(NOW - timedelta(days=2)))]  # fmt: skip
    kept = keep(store, *data.draw(st.permutations(everything)))
    names = sorted({one.matter for one in kept if one.matter})
    before = {matter: store.matters.show(matter) for matter in names}
    rows = tables(store, names)
    events = []
    for minute in range(data.draw(st.integers(1, 4))):
        standing = sorted({store.matters.show(matter)["id"] for matter in names})
        choice = data.draw(st.sampled_from(["join", "split"]))
        if choice == "join" and len(standing) > 1:
            chosen = data.draw(st.lists(st.sampled_from(standing), min_size=2, unique=True))
            events.append(store.matters.join(chosen, **WHO, now=later(minute)))
            continue
        home = store.matters.show(data.draw(st.sampled_from(standing)))
        opened = {home["opened_by"], "a" + home["id"][1:]}
        free = [one["id"] for one in home["articles"] if one["id"] not in opened]
        if free:
            chosen = data.draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
            events.append(store.matters.split(home["id"], chosen, **WHO, now=later(minute))[0])
    for number, event in enumerate(reversed(events)):
        store.matters.undo(event, **WHO, now=later(10 + number))
    for matter in names:
        said = {"judgements": None, "joined_from": None}
        assert store.matters.show(matter) | said == before[matter] | said
        # And what was known before is known for ever.
        assert store.matters.show(matter, later(-1)) | said == before[matter] | said
    assert tables(store, names) == rows
    store.close()


def test_what_is_stored_while_matters_are_joined_is_not_left_behind(store):
    first, _, _, other = story(store)
    go = threading.Event()

    def saving():
        go.wait(10)
        keep(store, *(elsewhere(other_notice(), f"https://www.gov.cn/{number}.html") for number in range(12)))

    thread = threading.Thread(target=saving)
    thread.start()
    go.set()
    store.matters.join([first.matter, other.matter], **WHO, now=later(0))
    thread.join()
    assert len(members(store, first.matter)) == 4 + 12
