from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from alerts.dispatch import Dispatcher
from alerts.settings import AlertSettings
from gatewatch import house
from tests.gatewatch.commands.told import Nowhere
from tests.pipelines.store import making

WHO = ("--by", "li", "--reason", "we are on it")


@pytest.fixture(autouse=True)
def then(monkeypatch):
    """It is the day of the story."""
    monkeypatch.setattr(house.House.__init__, "__defaults__", (lambda: making.NOW,))


def send(desk):
    store = desk.open()
    Dispatcher(store, Nowhere(), AlertSettings(), lambda: making.NOW).deliver(seconds=20)
    store.close()


def test_a_matter_is_silenced_listed_shown_and_heard_again(story):
    matter = "m" + story.notice[1:]
    done = story.desk.call("matters", "silence", matter, "--for", "7d", *WHO)
    number = re.match(r"event (\d+): matter m\w+ is silenced until 2017-01-29T17:00\+08:00", done.stdout)[1]
    send(story.desk)
    [_, answers, press] = [
        one["alerts"][0] for one in story.desk.json("matters", "show", matter, of="matters-show")["articles"]
    ]
    assert {answers["state"], press["state"]} == {"silenced"}
    assert f"by li (event {number}): we are on it" in press["reason"]
    found = story.desk.json("why", story.press, of="why")
    assert found["answer"] == "silenced"
    assert "is silenced until 2017-01-29 17:00 +08:00 by li" in found["message"]
    assert "alerts retry" in found["remedy"]
    listed = story.desk.json("alerts", "list", "--state", "silenced", of="alerts-list")
    assert {one["article_id"] for one in listed} == {story.answers, story.press}
    [quiet] = story.desk.json("matters", "silences", of="matters-silences")
    assert (quiet["event_id"], quiet["state"], quiet["about"], quiet["value"], quiet["by"]) == (
        int(number), "in force", "matter", matter, "li",
    )  # fmt: skip
    shown = story.desk.json("matters", "show", matter, of="matters-show")
    assert shown["silenced_until"] == quiet["until"] == shown["judgements"][0]["until"]
    assert f"silenced until {quiet['until']}, by li" in story.desk.call("matters", "show", matter).stdout
    rows = story.desk.call("export", "--format", "csv").stdout
    assert rows.count(",silenced,") == 2
    story.desk.call("matters", "undo", number, *WHO)
    assert story.desk.json("matters", "silences", of="matters-silences") == []
    [back] = story.desk.json("matters", "silences", "--all", of="matters-silences")
    assert (back["state"], back["undone_by"]) == ("taken back", "li")
    assert "taken back" in story.desk.call("matters", "silences", "--all").stdout
    assert story.desk.json("matters", "show", matter, of="matters-show")["silenced_until"] is None


def test_what_was_silenced_at_a_time_stays_so_whatever_came_later(story):
    matter = "m" + story.notice[1:]
    number = re.match(
        r"event (\d+)", story.desk.call("matters", "silence", matter, "--for", "7d", *WHO).stdout
    )[1]
    story.desk.call("matters", "undo", number, *WHO)
    store = story.desk.open()
    with store.writing() as connection:  # it was taken back two days later
        connection.execute(text("UPDATE events SET at = '2017-01-24 09:00:00' WHERE undoes IS NOT NULL"))
    store.close()

    def then(time, *more):
        found = story.desk.json("matters", "silences", "--as-of", time, *more, of="matters-silences")
        return [(one["state"], one["undone_at"]) for one in found]

    assert then("2017-01-21", "--all") == []
    assert then("2017-01-22") == then("2017-01-24T16:59+08:00") == [("in force", None)]
    assert then("2017-01-24") == []
    assert then("2017-01-24", "--all") == [("taken back", "2017-01-24T17:00:00+08:00")]
    assert "no day or time" in story.desk.call("matters", "silences", "--as-of", "June", code=2).stderr


@pytest.mark.parametrize("words", [("--topic", "licensing"), ("--source", "press"), ("--rule", "two-words")])
def test_a_topic_a_source_or_a_rule_until_a_day(story, words):
    story.desk.call("matters", "silence", *words, "--until", "2017-02-01", *WHO)
    [quiet] = story.desk.json("matters", "silences", of="matters-silences")
    assert (quiet["about"], quiet["value"]) == (words[0][2:], words[1])
    assert quiet["until"] == "2017-02-01T00:00:00+08:00"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("m0", "--for", "7d"), "no matter 'm0'"),
        (("--source", "pres", "--for", "7d"), "Did you mean 'press'?"),
        (("--rule", "two-word", "--for", "7d"), "Did you mean 'two-words'?"),
        (("--topic", "licensing"), "Say how long"),
        (("--topic", "licensing", "--for", "7d", "--until", "2017-02-01"), "Say how long"),
        (("--topic", "licensing", "--for", "a week"), "is not a duration"),
        (("--topic", "licensing", "--for", "99999999999d"), "--for"),
        (("--topic", "licensing", "--until", "2017-01-01"), "2017-01-01 is over already"),
        (("--topic", "licensing", "--source", "press", "--for", "7d"), "Name one"),
        (("--for", "7d"), "Name one"),
    ],
)
def test_what_cannot_be_silenced_ends_with_2(story, words, complaint):
    assert complaint in story.desk.call("matters", "silence", *words, *WHO, code=2).stderr
