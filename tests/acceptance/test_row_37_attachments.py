"""Row 37 and what goes with it: files of a ministry's notice are matched like its text, or named."""

from __future__ import annotations

import json

import pytest

from tests.support.papers import paper
from tests.support.scene import column, count, days_ago

TITLE = "关于印发《互联网接入业务工作方案》的通知"
BODY = "现将工作方案印发给你们，请遵照执行。详见附件。"
WORDS = "虚拟专用网络（VPN）"


def offer(site, made, title, *names, day=1):
    """A notice of little text with these files, as they are in the folder of papers."""
    paths = []
    for name in names:
        path = f"/cms_files/filemanager/1226211233/attach/{day}/{name}"
        site.pages[path] = (paper(name), "application/octet-stream")
        paths.append((f"附件：{name}", path))
    return site.publish(made, title, published=days_ago(day), text=[BODY], attachments=paths)


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
