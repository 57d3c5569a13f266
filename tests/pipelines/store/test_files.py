"""Files in the store: told once whenever they come, never lost, never doubled; unread ones are to review."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from crawlers.article import Attachment
from pipelines.match import Evidence, Match, Verdict
from pipelines.store import files
from pipelines.store.page_tables import attachments
from pipelines.store.schema import articles, events, intents
from pipelines.store.texts import fingerprint
from tests.pipelines.store.making import NOW, RULES, judged, notice, press

PDF = Attachment("附件1.pdf", "https://www.miit.gov.cn/cms_files/1.pdf")
DOC = Attachment("附件2.doc", "https://www.miit.gov.cn/cms_files/2.doc")
TEXT = "任何单位不得租用虚拟专用网络。"


def read(file, text=TEXT):
    return replace(file, state="read", kind="pdf", size=9, sha256="ab", text=text)


def waiting(file, reason=""):
    return replace(file, state="waiting", reason=reason)


def by_file(file=PDF):
    found = Evidence("vpn", "虚拟专用网络", "VPN", "attachment", 8, 14, "虚拟专用网络", file.url)
    return Verdict(
        (Match("vpn", "h1", "vpn-crackdown", "high", 0.8, (found,), f"networks, in “{file.name}”"),)
    )


NOTHING = Verdict()


def save(store, given, verdict, **more):
    one = replace(judged(given), verdict=verdict)
    now = more.pop("now", NOW)
    return store.articles.save(one, None, entry_key=given.key, now=now, rule_texts=RULES)


def told(store):
    with store.reading() as connection:
        return [(row.kind, row.article) for row in connection.execute(select(intents).order_by(intents.c.id))]


def kinds(store):
    with store.reading() as connection:
        return [row.kind for row in connection.execute(select(events).order_by(events.c.id))]


def later(store, source="miit_notices"):
    """As if the waiting time had run out; the articles whose files are to be asked for."""
    with store.writing() as connection:
        connection.execute(
            update(attachments).where(attachments.c.next_try.is_not(None)).values(next_try=0.0)
        )
    return store.schedule.files_waiting(source, 30)


def test_what_a_file_said_stands_with_the_article(store):
    given = replace(notice(), attachments=(read(PDF), replace(DOC, state="listed")))
    assert save(store, given, by_file()).disposition == "alert"
    row = store.articles.get(given.id)
    assert row["attachments"] == [{"name": one.name, "url": one.url} for one in (PDF, DOC)]
    (file,) = row["files"]
    assert (file["state"], file["text"], file["sha256"], file["next_try"]) == ("read", TEXT, "ab", None)
    (found,) = row["matches"][0]["evidence"]
    assert (found["field"], found["attachment"]) == ("attachment", PDF.url)
    assert file["text"][found["start"] : found["end"]] == found["quote"]
    assert row["sha256"] == fingerprint(given.text)
    assert row["review"] == ""


def test_a_file_that_comes_later_and_matches_first_is_one_alert(store):
    given = replace(notice(), attachments=(waiting(PDF, "timeout"),))
    assert save(store, given, NOTHING).disposition == "none"
    assert told(store) == []
    assert store.schedule.files_waiting(given.source, 30) == []  # its next try has not come
    (again,) = later(store, given.source)
    assert (again.id, again.text, again.title) == (given.id, given.text, given.title)
    assert [one.state for one in again.attachments] == ["waiting"]
    saved = save(store, replace(again, attachments=(read(PDF),)), by_file(), now=NOW + timedelta(hours=1))
    assert not saved.new
    row = store.articles.get(given.id)
    assert (row["matched"], row["severity"], row["disposition"]) == (True, "high", "alert")
    assert told(store) == [("new", given.id)]
    assert kinds(store)[-2:] == ["files", "matched"]
    save(store, replace(again, attachments=(read(PDF),)), by_file())  # a turn that was killed is repeated
    assert told(store) == [("new", given.id)]
    assert later(store, given.source) == []


def test_what_was_told_by_its_text_is_told_once_and_gains_what_the_file_says(store):
    given = replace(notice(), attachments=(waiting(PDF),))
    one = judged(given)
    store.articles.save(one, None, entry_key=given.key, now=NOW, rule_texts=RULES)
    before = store.articles.get(given.id)
    assert told(store) == [("new", given.id)]
    save(store, replace(given, attachments=(read(PDF),)), by_file())
    row = store.articles.get(given.id)
    assert told(store) == [("new", given.id)]
    vpn = next(match for match in row["matches"] if match["rule"] == "vpn")
    was = next(match for match in before["matches"] if match["rule"] == "vpn")
    assert vpn["evidence"][:-1] == was["evidence"]
    assert vpn["evidence"][-1]["attachment"] == PDF.url
    assert row["text"] == before["text"]
    assert row["disposition"] == "alert"


def test_of_a_baseline_a_later_match_is_baseline(store):
    given = replace(notice(), attachments=(waiting(PDF),))
    save(store, given, NOTHING)
    with store.writing() as connection:
        connection.execute(update(attachments).values(baseline=True))
    save(store, replace(given, attachments=(read(PDF),)), by_file())
    assert store.articles.get(given.id)["disposition"] == "baseline"
    assert told(store) == []


def test_another_text_under_the_same_key_changes_nothing(store):
    given = replace(notice(), attachments=(waiting(PDF),))
    save(store, given, NOTHING)
    save(store, replace(given, text="另一篇文字。", attachments=(read(PDF),)), by_file())
    row = store.articles.get(given.id)
    assert (row["matched"], row["files"][0]["state"]) == (False, "waiting")


def test_tries_in_vain_are_put_off_then_named_and_still_made(store):
    given = replace(notice(), attachments=(waiting(PDF),))
    save(store, given, NOTHING)
    states = []
    for _ in range(files.LAST):
        found = later(store, given.source)
        if not found:
            break
        save(store, replace(found[0], attachments=(waiting(PDF, "timeout"),)), NOTHING)
        states.append(store.articles.get(given.id)["files"][0]["state"])
    assert states[: files.GIVEN_UP] == ["waiting"] * (files.GIVEN_UP - 1) + ["unread"]
    assert len(states) == files.LAST
    assert later(store, given.source) == []
    row = store.articles.get(given.id)
    assert (row["review"], row["files"][0]["reason"]) == ("attachment", "timeout")
    assert kinds(store).count("files") == 1


def test_a_file_that_was_given_up_and_comes_after_all_is_told(store):
    given = replace(notice(), attachments=(waiting(PDF),))
    save(store, given, NOTHING)
    for _ in range(files.GIVEN_UP):
        (found,) = later(store, given.source)
        save(store, replace(found, attachments=(waiting(PDF, "timeout"),)), NOTHING)
    assert store.articles.get(given.id)["review"] == "attachment"
    (found,) = later(store, given.source)
    save(store, replace(found, attachments=(read(PDF),)), by_file())
    row = store.articles.get(given.id)
    assert (row["review"], row["matched"]) == ("", True)
    assert told(store) == [("new", given.id)]


def test_a_regulator_s_unread_file_is_to_review_until_somebody_marks_it(store):
    scan = replace(PDF, state="unread", reason="scan", kind="pdf")
    given = replace(notice(), attachments=(scan, read(DOC)))
    save(store, given, NOTHING)
    (row,) = store.matters.to_review()
    assert (row["id"], row["review"]) == (given.id, "attachment")
    assert [one["name"] for one in files.lacking_of(row["files"])] == [PDF.name]
    assert told(store) == []
    store.matters.mark(given.id, relevant=False, because="other", by="Li Na", reason="a form", now=NOW)
    assert store.matters.to_review() == []
    of_the_press = replace(press(), attachments=(scan,))
    save(store, of_the_press, NOTHING)
    assert store.articles.get(of_the_press.id)["review"] == ""


def test_a_republication_whose_file_can_be_had_is_told_where_the_first_one_s_could_not(store):
    given = replace(notice(), attachments=(waiting(PDF, "timeout"),))
    save(store, given, NOTHING)
    again = replace(given, key=f"{given.key}x", url=f"{given.url}x", attachments=(read(PDF),))
    assert save(store, again, by_file()).disposition == "alert"
    assert [article for _, article in told(store)] == [again.id]
    (left,) = later(store, given.source)
    save(store, replace(left, attachments=(read(PDF),)), by_file())
    assert store.articles.get(given.id)["matched"]


def test_as_of_a_time_before_a_file_was_read_nothing_of_it_was_known(store):
    given = replace(press(), attachments=(waiting(PDF),))
    save(store, given, NOTHING)
    later_on, then = NOW + timedelta(hours=2), NOW + timedelta(hours=1)
    assert store.articles.get(given.id)["matter"] is None
    save(store, replace(given, attachments=(read(PDF),)), by_file(), now=later_on)
    assert [row["id"] for row in store.articles.rows_for_export(as_of=later_on)] == [given.id]
    assert list(store.articles.rows_for_export(as_of=then)) == []
    (row,) = store.articles.rows_for_export(as_of=then, everything=True)
    assert (row["matched"], row["matches"], row["disposition"], row["matter"]) == (False, [], "none", None)
    assert (row["files"][0]["state"], row["files"][0]["text"]) == ("waiting", "")
    assert store.articles.get(given.id)["matter"] == "m" + given.id[1:]


@pytest.mark.parametrize("due", [1, 2])
def test_no_more_files_are_asked_for_than_a_turn_may(store, due):
    given = replace(notice(), attachments=(waiting(PDF), waiting(DOC)))
    save(store, given, NOTHING)
    (found,) = store.schedule.files_waiting(given.source, due)
    assert [one.state for one in found.attachments].count("waiting") == due
    with store.reading() as connection:
        assert connection.scalar(select(articles.c.review)) == ""
