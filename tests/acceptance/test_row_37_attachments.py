"""Row 37 and what goes with it: files of a ministry's notice are matched like its text, or named."""

from __future__ import annotations

import json

import pytest

from tests.support.papers import paper
from tests.support.scene import CLAUSE, NOTICE, by_token, column, count, days_ago, due

TITLE = "关于印发《互联网接入业务工作方案》的通知"
BODY = "现将工作方案印发给你们，请遵照执行。详见附件。"
WORDS = "虚拟专用网络（VPN）"


def offer(site, made, title, *names, day=1):
    """A notice of little text with these files, as they are in the folder of papers."""
    return site.publish(
        made, title, published=days_ago(day), text=[BODY], attachments=put(site, *names, day=day)
    )


def put(site, *names, day=1):
    """Serve these files; (name, path) of each."""
    paths = []
    for name in names:
        path = f"/cms_files/filemanager/1226211233/attach/{day}/{name}"
        site.pages[path] = (paper(name), "application/octet-stream")
        paths.append((f"附件：{name}", path))
    return paths


def baseline(site, desk, **fields):
    made = column(site, desk, **fields)
    assert desk.run("crawl").returncode == 0
    return made


@pytest.mark.slow
def test_a_keyword_that_stands_in_a_pdf_docx_doc_or_ofd_alone_raises_an_alert_that_quotes_it(
    site, desk, slack
):
    made = baseline(site, desk)
    ours = {}
    for day, name in enumerate(("notice.pdf", "notice.docx", "notice.doc", "notice.ofd"), 1):
        ours[name] = offer(site, made, f"关于{name}印发工作方案的通知", name, day=day)
    done = desk.run("crawl", "--all")
    assert done.returncode == 0, done.stderr
    assert count(desk, "intents", "kind IN ('new', 'report')") == 4
    records = [json.loads(line) for line in desk.run("export", "--format", "jsonl").stdout.splitlines()]
    assert len(records) == 4
    for record in records:
        assert any(one["field"] == "attachment" for one in record["evidence"])
        assert "in “附件：notice." in record["why"][0]
        assert WORDS in record["excerpt"]
        (file,) = record["attachments"]
        assert (file["state"], file["reason"]) == ("read", None)


@pytest.mark.slow
def test_a_file_that_is_added_to_a_page_later_is_told_as_an_amendment_and_read(site, desk):
    made = baseline(site, desk)
    document = site.publish(made, NOTICE, published=days_ago(1), text=[CLAUSE])
    assert desk.run("crawl", "--all").returncode == 0
    site.edit(document, attachments=tuple(put(site, "notice.docx")))
    due(desk, looks=True)
    done = desk.run("crawl", "--all")
    assert "AMENDED" in done.stdout
    assert "附件：notice.docx" in done.stdout
    assert "AMENDED" not in desk.run("crawl", "--all").stdout
    (record,) = (json.loads(line) for line in desk.run("export", "--format", "jsonl").stdout.splitlines())
    assert [(one["name"], one["state"]) for one in record["attachments"]] == [("附件：notice.docx", "read")]
    assert any(one["field"] == "attachment" for one in record["evidence"])


def told(slack):
    return [one for one in slack.messages() if "BASELINE" not in one.text]


@pytest.mark.slow
def test_what_cannot_be_read_is_named_in_the_alert_counted_and_left_to_review(site, desk, slack):
    by_token(desk, slack)
    made = baseline(site, desk)
    matched = site.publish(
        made,
        NOTICE,
        published=days_ago(1),
        text=[CLAUSE],
        attachments=put(site, "scan.pdf", "locked.docx", "notice.docx", day=1),
    )
    quiet = offer(site, made, "关于做好汛期通信保障工作的通知", "locked.pdf", day=2)
    done = desk.run("crawl", "--all")
    assert done.returncode == 0, done.stderr
    (message,) = told(slack)
    shown = message.text + json.dumps(message.blocks, ensure_ascii=False)
    assert "To review, not read" in shown
    assert "scan.pdf (a scan)" in shown
    assert "locked.docx (asks for a password)" in shown
    assert "notice.docx (" not in shown
    first, second = desk.json("matters", "review")
    assert (first["url"], first["matched"]) == (site.url + matched.path, True)
    assert [one["reason"] for one in first["attachments"]] == ["scan", "encrypted"]
    assert (second["url"], second["matched"]) == (site.url + quiet.path, False)
    said = desk.run("why", site.url + quiet.path).stdout
    assert "附件：locked.pdf: unread (encrypted)" in said
    assert "to review" in said
    desk.run(
        "matters",
        "mark",
        second["article_id"],
        "--not-relevant",
        "--because",
        "other",
        "--by",
        "Li",
        "--reason",
        "a form",
        check=True,
    )
    assert [one["article_id"] for one in desk.json("matters", "review")] == [first["article_id"]]


@pytest.mark.slow
def test_a_file_that_cannot_be_had_holds_no_alert_back_and_brings_one_when_it_comes(site, desk, slack):
    by_token(desk, slack)
    made = baseline(site, desk)
    files = put(site, "notice.pdf", day=1)
    path = files[0][1]
    site.fault(path, "status", code=503)
    site.publish(made, NOTICE, published=days_ago(1), text=[CLAUSE], attachments=files)  # its text matches
    silent = site.publish(
        made, TITLE, published=days_ago(2), text=[BODY], attachments=files
    )  # its file would
    done = desk.run("crawl", "--all")
    assert done.returncode == 0, done.stderr
    (message,) = told(slack)
    assert NOTICE in message.text
    assert "notice.pdf (not had yet)" in message.text + json.dumps(message.blocks, ensure_ascii=False)
    site.mend()
    assert desk.run("crawl", "--all").returncode == 0
    assert len(told(slack)) == 1  # its next try has not come
    files_due(desk)
    assert desk.run("crawl", "--all").returncode == 0
    assert [TITLE in one.text for one in told(slack)] == [False, True]
    shown = told(slack)[1]
    assert "In the attachment" in shown.text + json.dumps(shown.blocks, ensure_ascii=False)
    files_due(desk)
    assert desk.run("crawl", "--all").returncode == 0
    assert len(told(slack)) == 2
    assert "alerted" in desk.run("why", site.url + silent.path).stdout


@pytest.mark.slow
def test_a_round_that_is_killed_while_files_are_read_loses_and_doubles_nothing(site, desk, slack):
    by_token(desk, slack)
    made = baseline(site, desk)
    files = []
    for day in (1, 2, 3):
        document = offer(site, made, f"关于第{day}批印发工作方案的通知", "notice.doc", "notice.ofd", day=day)
        files += [path for _, path in document.attachments]
    for path in (files[-1], files[2], files[1]):  # the newest first, then those that are left
        site.fault(path, "stall")
        process = desk.start("crawl", "--all")
        site.server.wait_for(path, 30)
        process.kill()
        process.communicate()
        site.mend()
        site.server.log.clear()
        due(desk)
        files_due(desk)
    assert desk.run("crawl", "--all").returncode == 0
    assert len({one.alert for one in told(slack)}) == len(told(slack)) == 3
    assert count(desk, "attachments", "state = 'read'") == 6


def files_due(desk):
    """As if every waiting time of a file had run out."""
    store = desk.store
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE attachments SET next_try = 0 WHERE next_try IS NOT NULL")
        connection.exec_driver_sql("UPDATE hosts SET next_at = 0")
    store.close()
