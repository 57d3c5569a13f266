from __future__ import annotations

import gzip
import multiprocessing
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawlers.errors import ConfigError, Malformed, StoreError
from crawlers.exchange import Exchange
from pipelines.archive import Archive, verify
from pipelines.archive.manifest import parsed

AT = datetime(2026, 11, 24, 23, 59, 58, 123456, tzinfo=UTC)


def exchange(number=1, body=b"<p>VPN</p>", **more):
    values = {
        "url": f"http://site.example/{number}", "at": AT, "method": "GET", "sent": (("Host", "site.example"),),
        "status": 200, "received": (("Content-Type", "text/html"),), "body": body, "address": "192.0.2.7",
    }  # fmt: skip
    return Exchange(**values | more)


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "archive")


def keep(archive, *numbers, **more):
    found = [exchange(number, b"body %d" % number, **more) for number in numbers]
    return [archive.keep([one], f"a{one.url[-1]}", page=one.url)[0] for one in found]


def read_by_warcio(path):
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            headers = None if record.http_headers is None else record.http_headers.headers
            yield record.rec_type, record.rec_headers, headers, record.raw_stream.read()


HEADER = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f\x85\xa0\xad"))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3000), st.lists(HEADER, max_size=4), st.sampled_from([200, 301, 404, 599]))
def test_whatever_was_sent_warcio_s_own_reader_gives_it_back(tmp_path_factory, body, values, status):
    archive = Archive(tmp_path_factory.mktemp("archive"))
    received = tuple((f"X-{number}", value) for number, value in enumerate(values))
    one = exchange(body=body, received=received, status=status)
    [kept] = archive.keep([one], "a1", page=one.url)
    opening, response, request = read_by_warcio(archive.folder / "2026-11-24.warc.gz")
    assert (opening[0], response[0], request[0]) == ("warcinfo", "response", "request")
    assert response[3] == body
    assert response[1].get_header("WARC-Date") == "2026-11-24T23:59:58.123456Z"
    assert request[1].get_header("WARC-Concurrent-To") == f"<{kept.record}>"
    again = archive.exchange(next(archive.lines(lambda line: line.type == "response")))
    assert (again.body, again.status, again.received, again.at) == (body, status, received, AT)


def test_a_day_is_a_file_and_a_line_says_where_each_record_stands(archive):
    keep(archive, 1)
    keep(archive, 2, at=AT + timedelta(seconds=5))
    keep(archive, 3)
    lines = list(archive.lines())
    assert [(line.file[:10], line.type) for line in lines] == [
        ("2026-11-24", "warcinfo"), ("2026-11-24", "response"), ("2026-11-24", "request"),
        ("2026-11-25", "warcinfo"), ("2026-11-25", "response"), ("2026-11-25", "request"),
        ("2026-11-24", "response"), ("2026-11-24", "request"),
    ]  # fmt: skip
    for line in lines:
        data = (archive.folder / line.file).read_bytes()[line.offset : line.end]
        assert gzip.decompress(data).startswith(b"WARC/1.1\r\n")
    assert not verify(archive).faults


def test_a_redirect_s_hops_are_of_its_page_what_follows_are_files_and_a_list_is_a_list(archive):
    hop, page, file = exchange(1, status=302), exchange(2), exchange(3)
    assert [one.role for one in archive.keep([hop, page, file], "a1", page=page.url)] == [
        "page",
        "page",
        "attachment",
    ]
    assert [one.role for one in archive.keep([exchange(4)], "a2", page="http://site.example/other")] == [
        "list"
    ]


def test_one_answer_that_two_articles_share_is_written_once(archive):
    feed = exchange()
    [first], [second] = (archive.keep([feed], name, page="x") for name in ("a1", "a2"))
    assert first == second
    assert len(list(archive.lines())) == 3


@pytest.mark.parametrize("torn", ["2026-11-24.warc.gz", "manifest.jsonl"])
def test_killed_after_any_byte_the_next_writer_goes_on_and_nothing_listed_is_lost(archive, torn, tmp_path):
    keep(archive, 1)
    before = {path.name: path.stat().st_size for path in archive.folder.iterdir()}
    keep(archive, 2)
    whole = archive.folder / torn
    for cut in range(before[torn] + 1, whole.stat().st_size, 61):
        copy = Archive(tmp_path / f"copy{cut}")
        shutil.copytree(archive.folder, copy.folder)
        with (copy.folder / torn).open("r+b") as file:
            file.truncate(cut)
        if torn != "manifest.jsonl":  # the records are on the disk before their lines are
            with copy.manifest.open("r+b") as file:
                file.truncate(before["manifest.jsonl"])
        assert not verify(copy).faults
        keep(copy, 3)
        proof = verify(copy)
        assert (proof.faults, proof.torn) == ((), ())
        bodies = [
            body
            for kind, _, _, body in read_by_warcio(copy.folder / "2026-11-24.warc.gz")
            if kind == "response"
        ]
        assert bodies[0] == b"body 1"
        assert bodies[-1] == b"body 3"


def test_what_is_cut_off_is_kept_beside_even_where_the_manifest_was_lost(archive, caplog):
    keep(archive, 1)
    data = (archive.folder / "2026-11-24.warc.gz").read_bytes()
    archive.manifest.unlink()
    keep(archive, 2)
    [aside] = archive.folder.glob("*.torn-*")
    assert aside.read_bytes() == data
    assert "moved to" in caplog.text
    assert not verify(archive).faults


def test_one_flipped_byte_anywhere_is_found_and_named(archive):
    kept = keep(archive, 1, 2)
    referred = {one.record: (one.chain, f"a{number}") for number, one in enumerate(kept, start=1)}
    lines = list(archive.lines())
    for path in (archive.folder / "2026-11-24.warc.gz", archive.manifest):
        sound = path.read_bytes()
        for place in range(0, len(sound), 29):
            path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
            faults = verify(archive, referred).faults
            last_request = path == archive.manifest and place >= sound.rfind(b"\n", 0, -1)
            assert faults or last_request, (path.name, place)
            if path != archive.manifest:
                [hurt] = [line for line in lines if line.offset <= place < line.end]
                assert [(one.offset, one.record, one.url) for one in faults] == [
                    (hurt.offset, hurt.id, hurt.url)
                ]
        path.write_bytes(sound)
    assert not verify(archive, referred).faults


def test_what_is_removed_from_the_end_is_missed_because_the_store_refers_to_it(archive):
    first, second = keep(archive, 1, 2)
    raw = archive.manifest.read_bytes().splitlines(keepends=True)
    archive.manifest.write_bytes(b"".join(raw[:3]))
    assert not verify(archive, {first.record: (first.chain, "a1")}).faults
    [fault] = verify(archive, {second.record: (second.chain, "a2")}).faults
    assert (fault.what, fault.article) == ("the store refers to a record that is not listed", "a2")


def test_a_line_exchanged_or_taken_out_breaks_the_chain(archive):
    keep(archive, 1, 2)
    raw = archive.manifest.read_bytes().splitlines(keepends=True)
    for changed in ([*raw[:1], *raw[2:]], [raw[1], raw[0], *raw[2:]], [*raw, b"{}\n"], [*raw, b"[1]\n"]):
        archive.manifest.write_bytes(b"".join(changed))
        assert verify(archive).faults
    wrong = parsed(raw[1])
    with pytest.raises(Malformed):
        parsed(raw[1].replace(b'"offset":', b'"offset":-'))
    with pytest.raises(Malformed):
        archive.data(replace(wrong, file="2020-01-01.warc.gz"))


def write(folder, name, count):
    archive = Archive(folder)
    for number in range(count):
        one = exchange(f"{name}/{number}", b"%s %d" % (name.encode(), number) * 500)
        archive.keep([one], "a1", page=one.url)


def test_processes_that_write_at_once_wait_for_each_other(archive):
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write, args=(archive.folder, name, 25)) for name in ("x", "y", "z")]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    proof = verify(archive)
    assert (proof.records, proof.faults, proof.torn) == (151, (), ())
    assert len(list(read_by_warcio(archive.folder / "2026-11-24.warc.gz"))) == 151


def test_a_place_that_takes_nothing_is_an_error_with_a_remedy(tmp_path):
    (tmp_path / "archive").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written") as caught:
        keep(Archive(tmp_path / "archive"), 1)
    assert "room on the disk" in caught.value.remedy


def test_an_export_is_an_archive_of_its_own(archive, tmp_path):
    keep(archive, 1, 2)
    done = archive.export(lambda line: line.article == "a2", tmp_path / "two.warc.gz")
    assert done.records == 2
    assert [body for kind, _, _, body in read_by_warcio(tmp_path / "two.warc.gz") if kind == "response"] == [
        b"body 2"
    ]
    own = tmp_path / "own"
    own.mkdir()
    shutil.move(tmp_path / "two.warc.gz", own)
    shutil.move(tmp_path / "two.manifest.jsonl", own / "manifest.jsonl")
    proof = verify(Archive(own))
    assert (proof.records, proof.faults) == (3, ())
    for name in ("two.zip", "three.warc.gz"):
        (tmp_path / "three.warc.gz").touch()
        with pytest.raises(ConfigError):
            archive.export(lambda line: True, tmp_path / name)
