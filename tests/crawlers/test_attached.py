"""The files of an article: had within limits, put off where they cannot be had, named where they say nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from crawlers import attached
from crawlers.article import Article, Attachment, Moment
from crawlers.attached import LARGEST, MOST, Files
from crawlers.errors import Blocked, BudgetSpent, Refused, Unreachable
from crawlers.source import Source
from tests.support.papers import SENTENCE, paper

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAGE = "https://www.miit.gov.cn/zwgk/art/1.html"
MINISTRY = Source(
    id="notices", name="Notices", kind="jpaas", url="https://www.miit.gov.cn/zwgk/", tier="regulator"
)


def url(number, host="www.miit.gov.cn"):
    return f"https://{host}/cms_files/{number}.txt"


def article(*urls, published=NOW):
    files = tuple(Attachment(f"附件{number}", one) for number, one in enumerate(urls, 1))
    return Article(
        "notices", "k", PAGE, "关于印发工作方案的通知", "详见附件。", Moment(published), attachments=files
    )


class Site:
    """Answers by address: bytes, or an error that is raised."""

    def __init__(self, answers=None, default=b"A line of text."):
        self.answers = answers or {}
        self.default = default
        self.asked = []
        self.most = []

    async def fetch(self, url, *, referer="", most=0):
        self.asked.append(url)
        self.most.append(most)
        assert referer == PAGE
        answer = self.answers.get(url, self.default)
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(url=url, body=answer)

    def files(self, source=MINISTRY, latest=None, *, baseline=False):
        return Files(self.fetch, lambda: latest, source, lambda: NOW, baseline=baseline)


def states(given):
    return [(one.state, one.reason) for one in given.attachments]


def test_files_of_a_regulator_are_read_and_those_of_the_press_are_not_unless_it_is_asked_for():
    site = Site({url(1): paper("notice.docx")})
    (file,) = asyncio.run(site.files().of(article(url(1)))).attachments
    assert (file.state, file.kind, file.size, len(file.sha256)) == ("read", "docx", 5810, 64)
    assert SENTENCE in file.text
    assert site.most == [LARGEST]
    paper_of_record = MINISTRY.model_copy(update={"tier": "press"})
    assert states(asyncio.run(site.files(paper_of_record).of(article(url(1))))) == [("listed", "")]
    asked = paper_of_record.model_copy(update={"attachments": True})
    assert states(asyncio.run(site.files(asked).of(article(url(1))))) == [("read", "")]
    off = MINISTRY.model_copy(update={"attachments": False})
    assert states(asyncio.run(site.files(off).of(article(url(1))))) == [("listed", "")]
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Unreachable("timeout", "no answer"), ("waiting", "timeout")),
        (Refused("size", "larger than we read"), ("unread", "too-large")),
        (Refused("robots", "not wanted"), ("unread", "robots")),
        (BudgetSpent("asked to wait", 60), ("waiting", "")),
        (ZeroDivisionError(), ("waiting", "own-fault")),
        (paper("scan.pdf"), ("unread", "scan")),
        (b"<html><body>login</body></html>", ("waiting", "not-a-file")),
    ],
)
def test_what_cannot_be_had_waits_and_what_cannot_be_read_is_named(answer, state):
    assert states(asyncio.run(Site({url(1): answer}).files().of(article(url(1))))) == [state]


def test_a_host_that_refuses_a_file_is_asked_for_no_other():
    site = Site({url(1): Blocked("http-403", "refuses us")})
    told = asyncio.run(site.files().of(article(url(1), url(2), url(3, "file.miit.gov.cn"))))
    assert states(told) == [("waiting", "http-403"), ("waiting", "http-403"), ("read", "")]
    assert site.asked == [url(1), url(3, "file.miit.gov.cn")]


def test_an_article_waits_for_its_files_no_longer_than_it_may(monkeypatch):
    monkeypatch.setattr(attached, "PATIENCE", -1.0)
    site = Site()
    assert states(asyncio.run(site.files().of(article(url(1), url(2))))) == [("waiting", "")] * 2
    assert site.asked == []


def test_no_more_than_so_many_files_are_read():
    site = Site({url(n): Unreachable("timeout", "") for n in range(MOST)})
    told = asyncio.run(site.files().of(article(*(url(n) for n in range(MOST + 2)))))
    assert states(told)[MOST:] == [("unread", "too-many")] * 2
    assert len(site.asked) == MOST


def test_of_a_baseline_files_are_read_later_and_old_ones_not_at_all():
    site = Site()
    given = article(url(1))
    assert states(asyncio.run(site.files(baseline=True).of(given))) == [("waiting", "")]
    old = replace(given, published=Moment(NOW - timedelta(days=31)))
    assert states(asyncio.run(site.files(baseline=True).of(old))) == [("skipped", "")]
    assert site.asked == []


def test_only_what_waits_is_asked_for_again():
    site = Site()
    given = article(url(1), url(2))
    first, second = given.attachments
    stored = replace(
        given, attachments=(replace(first, state="read", text="x"), replace(second, state="waiting"))
    )
    assert states(asyncio.run(site.files().again(stored))) == [("read", ""), ("read", "")]
    assert site.asked == [url(2)]


def test_a_link_of_the_list_that_led_to_the_file_itself_is_not_fetched_twice():
    site = Site()
    given = replace(article(), attachments=(Attachment("通知.docx", PAGE),))
    latest = SimpleNamespace(url=PAGE, body=paper("notice.docx"))
    assert states(asyncio.run(site.files(latest=latest).of(given))) == [("read", "")]
    assert site.asked == []
