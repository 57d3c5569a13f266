"""A file is read in a process of its own: it may hang, swell or die, and nothing else does."""

from __future__ import annotations

import asyncio

import pytest

from crawlers import reading
from crawlers.parse.documents.outcome import Unread
from tests.support.papers import SENTENCE, paper


def test_a_file_is_read_and_an_unread_one_is_named(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1-2-secret")
    found = asyncio.run(reading.read(paper("notice.docx"), "附件.docx"))
    assert SENTENCE in found.text
    with pytest.raises(Unread, match="password") as raised:
        asyncio.run(reading.read(paper("locked.pdf"), "附件.pdf"))
    assert (raised.value.code, raised.value.kind) == ("encrypted", "pdf")


def test_one_that_takes_too_long_is_ended():
    with pytest.raises(Unread) as raised:
        asyncio.run(reading.read(paper("notice.docx"), "附件.docx", patience=0.001))
    assert raised.value.code == "too-slow"


def test_a_process_that_dies_is_a_file_that_was_not_read(monkeypatch):
    monkeypatch.setattr(reading, "_MODULE", "no.such.module")
    with pytest.raises(Unread) as raised:
        asyncio.run(reading.read(b"x", "附件.pdf"))
    assert raised.value.code == "corrupt"


def test_the_process_has_nothing_of_ours_in_its_environment(monkeypatch, tmp_path):
    (tmp_path / "spy.py").write_text(
        "import json, os\nprint(json.dumps({'kind': 'spy', 'text': str(dict(os.environ)), 'missing': ''}))"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1-2-secret")
    monkeypatch.setattr(reading, "_MODULE", "spy")
    assert "xoxb" not in asyncio.run(reading.read(b"x", "附件.pdf")).text


def test_whoever_waits_no_longer_leaves_no_process():
    async def asked():
        task = asyncio.ensure_future(reading.read(paper("notice.pdf"), "附件.pdf"))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(asked(), 5))
