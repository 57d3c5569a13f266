from __future__ import annotations

import csv
import io
import json

import pytest

from crawlers.article import Moment
from pipelines.export import COLUMNS
from tests.gatewatch.commands.conftest import valid
from tests.gatewatch.commands.told import tell
from tests.pipelines.store import making


def rows(body):
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def exported(desk, *words):
    return rows(desk.call("export", *words).stdout_bytes)


def test_matched_articles_go_to_standard_output_as_csv(story):
    done = story.desk.call("export")
    assert done.stdout_bytes.startswith(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n")
    found = rows(done.stdout_bytes)
    assert [row["article_id"] for row in found] == [story.notice, story.answers, story.press]
    notice = found[0]
    assert notice["doc_no"] == making.NUMBER
    assert notice["published"] == "2017-01-22T14:00:00+08:00"
    assert notice["first_seen"] == "2017-01-22T17:00:00+08:00"
    assert notice["terms"] == "VPN"
    assert "VPN" in notice["excerpt"]
    assert notice["alert_state"] == "pending"
    assert len({row["matter_id"] for row in found}) == 1


def test_what_was_told_carries_its_time(story):
    store = story.desk.open()
    tell(store, story.desk)
    store.close()
    found = exported(story.desk)
    assert {row["alert_state"] for row in found} == {"sent"}
    assert all(row["sent_at"] for row in found)
    assert len(exported(story.desk, "--per", "alert")) == 3


def test_json_lines_fit_their_schema(story):
    for words in ([], ["--all"], ["--per", "alert"]):
        for line in story.desk.call("export", "--format", "jsonl", *words).stdout_bytes.splitlines():
            valid(json.loads(line), "export-jsonl")
    first, *_ = (
        json.loads(line) for line in story.desk.call("export", "--format", "jsonl").stdout_bytes.splitlines()
    )
    [place] = [each for each in first["evidence"] if each["field"] == "text"]
    assert first["text"][place["start"] : place["end"]] == "VPN"
    assert {date["kind"] for date in first["dates"]} == {"campaign-end"}
    (file,) = first["attachments"]
    assert (file["name"], file["url"], file["state"]) == (
        "附件.doc",
        "https://www.miit.gov.cn/a.doc",
        "listed",
    )


def test_evidence_of_a_press_text_points_into_the_extract_that_is_exported(desk):
    long = "Nothing yet. " * 200 + "Then a VPN was named. " + "And more of it. " * 200
    desk.store(making.judged(making.press(text=long)))
    [line] = desk.call("export", "--format", "jsonl").stdout_bytes.splitlines()
    found = json.loads(line)
    valid(found, "export-jsonl")
    assert len(found["text"]) < 1000
    [place] = found["evidence"]
    assert found["text"][place["start"] : place["end"]] == "VPN"
    assert "a VPN was named" in found["excerpt"]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--since", "2017-01-22T17:00:00+08:00"], 3),
        (["--since", "2017-01-22T17:00:01+08:00"], 2),
        (["--until", "2017-01-22T17:00:01"], 1),
        (["--until", "2017-01-22T09:00:01Z"], 1),
        (["--since", "2017-01-23"], 0),
        (["--until", "2017-01-23"], 3),
        (["--since", "2017-01-22", "--until", "2017-01-23"], 3),
        (["--by", "published", "--since", "2017-01-24"], 2),
        (["--topic", "vpn-crackdown"], 3),
        (["--topic", "licensing"], 0),
        (["--all"], 4),
    ],
)
def test_since_is_inclusive_until_exclusive_in_the_configured_zone(story, words, wanted):
    assert len(exported(story.desk, *words)) == wanted


@pytest.mark.parametrize(
    "words",
    [
        ["--since", "soon"],
        ["--since", "2017-02-30"],
        ["--since", "0001-01-01"],
        ["--topic", "vpn"],
        ["--format", "pdf"],
        ["--since", "2017-01-02", "--until", "2017-01-01"],
    ],
)
def test_a_wish_that_cannot_be_met_ends_with_2(desk, words):
    assert desk.call("export", *words, code=2).stdout == ""


def test_a_file_says_its_format_by_its_name(story):
    for name, start in (("a.csv", b"\xef\xbb\xbf"), ("a.jsonl", b"{"), ("a.txt", b"\xef\xbb\xbf")):
        done = story.desk.call("export", "-o", name)
        assert done.stdout == ""
        assert f"3 rows in {name}" in done.stderr
        assert (story.desk.folder / name).read_bytes().startswith(start)
    story.desk.call("export", "-o", "b.csv", "--format", "jsonl")
    assert (story.desk.folder / "b.csv").read_bytes().startswith(b"{")


def test_a_dash_is_standard_output(story):
    assert len(exported(story.desk, "-o", "-")) == 3


@pytest.mark.parametrize("place", ["none/out.csv", "."])
def test_a_place_where_no_file_can_be_is_an_error_and_leaves_nothing(story, place):
    done = story.desk.call("export", "-o", place, code=2)
    assert "cannot be written" in done.stderr
    assert not list(story.desk.folder.rglob("*.part"))


def test_formulas_are_neutralised_unless_raw(desk):
    desk.store(making.judged(making.article(title="=HYPERLINK(1)")))
    assert exported(desk)[0]["title"] == "'=HYPERLINK(1)"
    assert exported(desk, "--raw")[0]["title"] == "=HYPERLINK(1)"


def test_a_bare_date_stays_one_in_any_zone(desk):
    config = desk.folder / "gatewatch.yaml"
    config.write_text(config.read_text() + "timezone: America/New_York\n")
    desk.store(making.judged(making.article(published=making.day_only(2))))
    [row] = exported(desk)
    assert row["published"] == "2017-01-20"
    assert row["first_seen"] == "2017-01-22T04:00:00-05:00"


def test_before_the_first_crawl_there_is_nothing_to_export_and_no_store_is_made(desk):
    assert "there is no store" in desk.call("export", code=2).stderr
    assert not desk.file.exists()


def test_where_nothing_matched_there_is_only_the_header(desk):
    desk.open().close()
    assert desk.call("export").stdout_bytes == b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n"


def test_a_future_or_missing_date_does_not_stop_an_export(desk):
    desk.store(
        making.judged(making.article("https://news.example.com/a", published=None)),
        making.judged(
            making.article("https://news.example.com/b", published=Moment(making.NOW.replace(year=2100)))
        ),
    )
    assert [row["published"][:4] for row in exported(desk)] == ["", "2100"]


def test_quiet_is_quiet(story):
    assert story.desk.call("export", "-o", "a.csv", "-q").output == ""


@pytest.mark.parametrize(("name", "noun"), [("m.xlsx", "3 rows"), ("m.ics", "1 date"), ("m.atom", "3 entries"), ("m.xml", "3 entries"), ("m.html", "3 articles")])  # fmt: skip
def test_the_ending_of_the_file_names_the_format(story, name, noun):
    done = story.desk.call("export", "-o", name)
    assert noun in done.stderr
    assert (story.desk.folder / name).stat().st_size > 300


def test_as_of_shows_what_was_known_then(story):
    store = story.desk.open()
    tell(store, story.desk)
    store.close()
    assert exported(story.desk, "--as-of", "2017-01-21") == []
    assert {row["alert_state"] for row in exported(story.desk, "--as-of", "2017-01-22")} == {"sent"}
    assert [row["alert_state"] for row in exported(story.desk, "--as-of", "2017-01-22T16:59:59+08:00")] == []
    assert story.desk.json("alerts", "list", "--as-of", "2017-01-21", of="alerts-list") == []
    assert len(story.desk.json("alerts", "list", "--as-of", "2017-01-22", of="alerts-list")) == 3
    assert len(story.desk.json("matters", "list", "--as-of", "2017-01-22", of="matters-list")) == 1
    assert story.desk.json("matters", "list", "--as-of", "2017-01-21", of="matters-list") == []


def test_an_ending_that_no_format_has_is_refused_with_those_that_are_known(story):
    done = story.desk.call("export", "-o", "x.zip", code=2)
    assert "no format ends in .zip" in done.stderr
    assert ".csv, .xlsx, .jsonl" in done.stderr
    assert not (story.desk.folder / "x.zip").exists()
    story.desk.call("export", "--format", "csv", "-o", "x.zip")
    story.desk.call("export", "-o", "matched")


def test_the_report_has_the_names_of_sources_and_of_a_day_their_ids(story):
    page = story.desk.call("export", "--format", "html").stdout_bytes.decode()
    names = {row["id"]: row["name"] for row in story.desk.json("sources", "list", of="sources-list")}
    shown = {row["source"] for row in exported(story.desk) if not row["authority"]}
    assert shown
    assert all(f"</span>{names[one]} ·" in page for one in shown)
    then = story.desk.call("export", "--format", "html", "--as-of", "2030-01-01").stdout_bytes.decode()
    assert all(f"</span>{one} ·" in then for one in shown)
