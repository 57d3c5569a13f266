from __future__ import annotations

import gzip
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from crawlers.exchange import Exchange
from pipelines.archive import Archive
from tests.pipelines.store import making

PAGE = """<html><head><title>x</title></head><body><h1 id="con_title">{title}</h1>
<span id="con_time">2017-01-22 14:00</span><div id="con_con"><p>{text}</p></div></body></html>"""
TEXT = "未经批准，不得自行建立或租用专线（含虚拟专用网络VPN）开展跨境经营活动，违者依法处理。"


@pytest.fixture
def kept(desk):
    """One article whose page is kept, packed as it was sent; and one that did not match."""
    article = making.notice(text=TEXT, labels=(), attachments=(), doc_no="")
    body = gzip.compress(PAGE.format(title=article.title, text=TEXT).encode())
    received = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"))
    one = Exchange(article.url, making.NOW, "GET", (("Host", "www.miit.gov.cn"),), 200, received, body)
    archive = Archive(desk.folder / "home" / "archive")
    copies = archive.keep([one], article.id, page=article.url)
    [saved] = desk.store(making.judged(article), copies=copies)
    desk.store(making.judged(making.article(), matched=False))
    return SimpleNamespace(desk=desk, archive=archive, article=saved.article, matter=saved.matter,
                           record=copies[0].record.removeprefix("urn:uuid:"), url=article.url, body=body)  # fmt: skip


def test_the_list_shows_what_is_kept_of_an_article_a_matter_an_address_or_a_time(kept):
    desk = kept.desk
    [row] = desk.json("archive", "list", of="archive-list")
    assert (row["record"], row["article_id"], row["role"], row["status"], row["url"]) == (
        kept.record, kept.article, "page", 200, kept.url,
    )  # fmt: skip
    for name in (kept.article, kept.matter, kept.url, kept.record, f"urn:uuid:{kept.record}"):
        assert desk.json("archive", "list", name, of="archive-list") == [row]
    assert desk.json("archive", "list", "--since", "2017-01-22", "--until", "2017-01-23", of="archive-list")
    assert desk.json("archive", "list", "--until", "2017-01-22", of="archive-list") == []
    assert desk.json("archive", "list", "a000000000000000", of="archive-list") == []
    assert kept.record in desk.call("archive", "list").stdout


def test_show_prints_what_the_page_says_its_bytes_or_the_record(kept):
    desk = kept.desk
    done = desk.call("archive", "show", kept.article)
    assert TEXT in done.stdout
    assert kept.url in done.stderr
    assert desk.call("archive", "show", kept.url, "--raw").stdout_bytes == gzip.decompress(kept.body)
    record = desk.call("archive", "show", kept.record, "--record").stdout_bytes
    assert record.startswith(b"WARC/1.1\r\n")
    assert kept.body in record


def test_what_is_not_kept_is_told_with_the_reason(kept):
    desk = kept.desk
    assert "did not match" in desk.call("archive", "show", "https://www.example.cn/1", code=2).stderr
    assert "nothing is kept" in desk.call("archive", "show", "a000000000000000", code=2).stderr
    store = desk.open()
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE kept SET machine = 'elsewhere.example'")
    store.close()
    kept.archive.manifest.rename(desk.folder / "gone")
    assert "elsewhere.example" in desk.call("archive", "show", kept.article, code=2).stderr
    assert desk.json("archive", "verify", of="archive-verify")["elsewhere"] == 1


def test_verify_proves_it_and_ends_with_5_naming_what_was_changed(kept):
    desk = kept.desk
    proof = desk.json("archive", "verify", of="archive-verify")
    assert (proof["records"], proof["files"], proof["referred"], proof["faults"]) == (3, 1, 1, [])
    assert "no fault" in desk.call("archive", "verify").stdout
    path = kept.archive.folder / "2017-01-22.warc.gz"
    data = bytearray(path.read_bytes())
    [row] = desk.json("archive", "list", of="archive-list")
    data[row["offset"] + 30] ^= 1
    path.write_bytes(data)
    [fault] = desk.json("archive", "verify", of="archive-verify", code=5)["faults"]
    assert (fault["record"], fault["url"], fault["offset"]) == (kept.record, kept.url, row["offset"])
    said = desk.call("archive", "verify", code=5).stdout
    assert f"2017-01-22.warc.gz, byte {row['offset']}" in said
    assert kept.url in said
    assert "was changed" in desk.call("archive", "show", kept.article, code=3).stderr


def test_replay_reads_the_kept_page_with_today_s_parsers_and_rules_and_changes_nothing(kept):
    desk = kept.desk
    assert desk.json("archive", "replay", of="archive-replay")["read"] == 1
    (desk.folder / "rules.yaml").write_text(
        "rules:\n  - {id: later, topic: licensing, severity: low, words: [依法处理]}\n", "utf-8"
    )
    store = desk.open()
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE articles SET title = 'as an older parser read it'")
    store.close()
    before = desk.file.read_bytes()
    found = desk.json("archive", "replay", kept.matter, of="archive-replay")
    [one] = found["changes"]
    assert (found["differ"], one["sign"], one["rules"]) == (1, "~", ["later"])
    assert {"title"} == {field["name"] for field in one["fields"]}
    said = desk.call("archive", "replay").stdout
    assert "title: as an older parser read it →" in said
    assert said.endswith("1 kept page read again, 1 differ from what is stored\n")
    assert desk.file.read_bytes() == before


def test_a_feed_s_own_words_are_read_again_from_the_kept_feed(desk):
    feed = """<rss version="2.0"><channel><title>f</title><item><title>%s</title><link>%s</link>
    <description>%s</description></item></channel></rss>"""
    article = making.press(text="Rules on VPN lines. " * 3, published=None)
    one = Exchange(
        "https://news.example.com/rss", making.NOW + timedelta(hours=1), "GET", (), 200,
        (("Content-Type", "application/rss+xml"),), (feed % (article.title, article.url, article.text)).encode(),
    )  # fmt: skip
    archive = Archive(desk.folder / "home" / "archive")
    copies = archive.keep([one], article.id, page=article.url)
    desk.store(making.judged(article), copies=copies)
    assert "Rules on VPN lines." in desk.call("archive", "show", article.id).stdout
    found = desk.json("archive", "replay", of="archive-replay")
    assert (found["read"], found["unreadable"]) == (1, 0)
    archive.keep([Exchange(one.url, one.at, "GET", (), 200, one.received, b"<rss/>")], "x", page="y")


def test_an_export_holds_the_matter_s_records_with_a_manifest(kept):
    desk = kept.desk
    assert desk.call("archive", "export", kept.matter, "-o", "m.warc.gz").stdout.startswith(
        "m.warc.gz: 2 records"
    )
    lines = (desk.folder / "m.manifest.jsonl").read_text().splitlines()
    assert [json.loads(line)["type"] for line in lines] == ["warcinfo", "response", "request"]
    assert "exists already" in desk.call("archive", "export", "-o", "m.warc.gz", code=2).stderr
    assert "0 records" in desk.call("archive", "export", "a000000000000000", "-o", "n.warc.gz").stdout


def test_without_an_archive_the_commands_say_so(desk):
    assert desk.json("archive", "list", of="archive-list") == []
    assert desk.json("archive", "verify", of="archive-verify")["records"] == 0
    assert desk.json("archive", "replay", of="archive-replay")["read"] == 0


def test_a_backup_takes_the_archive_along_and_a_restore_brings_it_back_over_nothing(kept, tmp_path_factory):
    desk = kept.desk
    assert "bytes of archive" in desk.call("db", "backup", "b.zip").stdout
    folder = kept.archive.folder
    kept.archive.keep(
        [Exchange("http://x.example/", making.NOW, "GET", (), 200, (), b"later")], "a2", page="x"
    )
    later = kept.archive.manifest.read_bytes()
    desk.call("db", "restore", "b.zip", "--replace")
    assert kept.archive.manifest.read_bytes() == later, "it goes on from the backup's: it stays"
    kept.archive.manifest.write_bytes(b"another\n")
    desk.call("db", "restore", "b.zip", "--replace")
    assert (folder.parent / "archive.before-restore" / "manifest.jsonl").read_bytes() == b"another\n"
    assert desk.json("archive", "verify", of="archive-verify")["referred"] == 1
