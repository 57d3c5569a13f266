from __future__ import annotations

import csv
import re

import pytest

from tests.pipelines.store import making

WHO = ("--by", "li", "--reason", "as I read it")


@pytest.fixture
def two(story):
    """The story's matter, and another one."""
    [other] = story.desk.store(making.judged(making.article("https://news.example.com/other")))
    story.first, story.other = "m" + story.notice[1:], other.matter
    return story


def event(done):
    return re.match(r"event (\d+)", done.stdout).group(1)


def shown(story, matter, *more):
    return story.desk.json("matters", "show", matter, *more, of="matters-show")


def ids(story, matter, *more):
    return [one["article_id"] for one in shown(story, matter, *more)["articles"]]


def test_a_mark_is_shown_with_who_when_and_why_and_can_be_taken_back(story):
    done = story.desk.call(
        "matters", "mark", "https://news.example.com/vpn", "--not-relevant", "--because", "wrong-term", *WHO
    )
    assert f"{story.press} is not relevant (wrong-term)" in done.stdout
    matter = "m" + story.notice[1:]
    [said] = shown(story, matter)["judgements"]
    assert (said["by"], said["reason"], said["because"]) == ("li", "as I read it", "wrong-term")
    assert (said["article_id"], said["relevant"], said["undone_at"]) == (story.press, False, None)
    assert "marked not relevant (wrong-term), by li" in story.desk.call("matters", "show", matter).stdout
    story.desk.call("matters", "undo", event(done), *WHO)
    [said] = shown(story, matter)["judgements"]
    assert (said["undone_by"], bool(said["undone_at"])) == ("li", True)
    assert "taken back" in story.desk.call("matters", "show", matter).stdout
    assert "taken back already" in story.desk.call("matters", "undo", event(done), *WHO, code=2).stderr


def test_a_whole_matter_is_marked_by_its_id(story):
    matter = "m" + story.notice[1:]
    story.desk.call("matters", "mark", matter, "--relevant", *WHO)
    [said] = shown(story, matter)["judgements"]
    assert (said["article_id"], said["relevant"]) == (None, True)


def test_a_matter_is_taken_and_given_and_everybody_sees_who_has_it(story):
    matter = "m" + story.notice[1:]
    story.desk.call("matters", "ack", matter, *WHO)
    given = story.desk.call("matters", "assign", matter, "--to", "wu", *WHO)
    assert f"{matter} is assigned to wu" in given.stdout
    found = shown(story, matter)
    assert (found["taken_by"], found["taken_at"]) == ("wu", found["judgements"][1]["at"])
    assert [(one["kind"], one["by"], one["to"]) for one in found["judgements"]] == [
        ("taken", "li", "li"), ("assigned", "li", "wu"),
    ]  # fmt: skip
    [listed] = story.desk.json("matters", "list", of="matters-list")
    assert listed["taken_by"] == "wu"
    told = story.desk.call("matters", "show", matter).stdout
    assert "taken, by li" in told
    assert "assigned to wu, by li" in told
    rows = list(csv.DictReader(story.desk.call("export").stdout.lstrip("\ufeff").splitlines()))
    assert {(row["ack_by"], row["ack_at"]) for row in rows} == {("wu", found["taken_at"])}
    story.desk.call("matters", "undo", event(given), *WHO)
    assert shown(story, matter)["taken_by"] == "li"
    then = story.desk.call("export", "--as-of", "2017-01-23").stdout.lstrip("\ufeff").splitlines()
    assert {row["ack_by"] for row in csv.DictReader(then)} == {""}


def test_join_then_undo_and_what_was_known_between(two):
    before = shown(two, two.first), shown(two, two.other)
    done = two.desk.call("matters", "join", two.first, two.other, *WHO)
    assert len(ids(two, two.first)) == 4
    followed = two.desk.call("matters", "show", two.other, "--json")
    assert f"{two.other} was joined to {two.first}" in followed.stderr
    assert shown(two, two.first)["joined_from"] == [two.other]
    assert shown(two, two.other, "--as-of", "2017-01-22")["matter_id"] == two.other
    assert "joined to" in two.desk.call("matters", "show", two.first).stdout
    two.desk.call("matters", "undo", event(done), *WHO)
    for was, now in zip(before, (shown(two, two.first), shown(two, two.other)), strict=True):
        assert was | {"judgements": 0} == now | {"judgements": 0}


def test_split_opens_a_matter_of_its_own(two):
    done = two.desk.call("matters", "split", two.first, two.press, two.answers, *WHO)
    new = "m" + two.press[1:]
    assert new in done.stdout
    assert ids(two, two.first) == [two.notice]
    assert set(ids(two, new)) == {two.press, two.answers}
    two.desk.call("matters", "undo", event(done), *WHO)
    assert ids(two, two.first) == [two.notice, two.answers, two.press]


def test_as_of_shows_what_had_come_and_a_day_counts_to_its_end(story):
    matter = "m" + story.notice[1:]
    assert ids(story, matter, "--as-of", "2017-01-22T17:00:00+08:00") == [story.notice]
    assert len(ids(story, matter, "--as-of", "2017-01-22")) == 3
    missing = story.desk.call("matters", "show", matter, "--as-of", "2017-01-21", code=2)
    assert "as of 2017-01-21" in missing.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("mark", "m0", "--relevant"), "no article or matter 'm0'"),
        (("mark", "m0", "--relevant", "--because", "other"), "says why something is not relevant"),
        (("join", "m0", "m1"), "no matter 'm0'"),
        (("split", "m0", "a0"), "no article or matter 'a0'"),
        (("ack", "m0"), "no matter 'm0'"),
        (("assign", "m0", "--to", "wu"), "no matter 'm0'"),
        (("undo", "1"), "is no judgement"),
    ],
)
def test_what_cannot_be_judged_ends_with_2(story, words, complaint):
    assert complaint in story.desk.call("matters", *words, *WHO, code=2).stderr


@pytest.mark.parametrize("left_out", ["--by", "--reason", "--relevant"])
def test_every_judgement_says_what_who_and_why(story, left_out):
    given = {"--relevant": (), "--by": ("li",), "--reason": ("so",)}
    words = [part for name, values in given.items() if name != left_out for part in (name, *values)]
    assert "Missing option" in story.desk.call("matters", "mark", story.notice, *words, code=2).stderr


def test_without_a_store_there_is_nothing_to_judge(desk):
    assert "there is no store" in desk.call("matters", "mark", "m1", "--relevant", *WHO, code=2).stderr
    assert not desk.file.exists()
