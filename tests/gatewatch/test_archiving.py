"""What matched is in the archive as it was sent: a real crawl over a loopback site that packs its answers."""

from __future__ import annotations

import gzip
import zlib
from typing import ClassVar

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.support.program import Desk
from tests.support.wire import Reply, Server

brotli = pytest.importorskip("brotli")

MATCHING = "<html><body><h1>{0}</h1><article><p>工业和信息化部：未经批准不得租用专线（含虚拟专用网络VPN）开展跨境经营活动。</p><p>{1}</p></article></body></html>"
OTHER = "<html><body><h1>{0}</h1><article><p>今日天气晴好，适宜出行。</p><p>{1}</p></article></body></html>"
FILL = "各单位要认真落实有关要求，把各项工作做细做实，确保取得成效。" * 6


def page(name):
    text = (OTHER if name == "other" else MATCHING).format(f"消息{name}", FILL)
    return text.encode("gb18030" if name == "gbk" else "utf-8")


class Packing:
    """Every page in another packing; `sent` is what went over the wire."""

    PACKED: ClassVar = {
        "/plain": (lambda body: body, ""),
        "/gzip": (gzip.compress, "gzip"),
        "/deflate": (zlib.compress, "deflate"),
        "/br": (brotli.compress, "br"),
        "/gbk": (lambda body: body, ""),
        "/chunked": (gzip.compress, "gzip"),
        "/other": (lambda body: body, ""),
    }

    def __init__(self):
        self.sent = {}

    def __call__(self, request):
        if request.path == "/feed":
            items = "".join(
                f"<item><title>消息{name[1:]}</title><link>http://{request.host}{name}</link></item>"
                for name in (*self.PACKED, "/moved")
            )
            body = f'<rss version="2.0"><channel><title>f</title>{items}</channel></rss>'
            return Reply(200, body.encode(), {"Content-Type": "application/rss+xml"})
        if request.path == "/moved":
            return Reply(302, b"", {"Location": "/moved/there", "Set-Cookie": "session=geheim"})
        name = request.path if request.path in self.PACKED else "/plain"
        if request.path not in {*self.PACKED, "/moved/there"}:
            return Reply(404)
        pack, encoding = self.PACKED[name]
        body = pack(page(request.path.strip("/").split("/")[0]))
        self.sent[request.path] = body
        kind = "text/html; charset=gb18030" if name == "/gbk" else "text/html; charset=utf-8"
        headers = {"Content-Type": kind, "X-Twice": "a, b", "Set-Cookie": "session=geheim"}
        if encoding:
            headers["Content-Encoding"] = encoding
        if name == "/chunked":
            third = len(body) // 3
            return Reply(200, [body[:third], body[third:]], headers, chunked=True)
        return Reply(200, body, headers)


@pytest.fixture
def packing():
    packing = Packing()
    server = Server(packing)
    server.start()
    packing.url = f"http://127.0.0.1:{server.port}"
    yield packing
    server.stop()


@pytest.mark.slow
def test_what_matched_is_kept_as_it_was_sent_and_nothing_else_and_no_secret(packing, tmp_path):
    with Desk(tmp_path) as desk:
        desk.source(
            id="news",
            kind="feed",
            url=f"{packing.url}/feed",
            headers={"X-Key": "geheim", "Cookie": "k=geheim"},
        )
        done = desk.run("crawl")
        assert done.returncode == 0, done.stderr
        raw = b""
        kept, headers = {}, {}
        [file] = (desk.home / "archive").glob("*.warc.gz")
        with file.open("rb") as opened:
            for record in ArchiveIterator(opened, check_digests="raise"):
                body = record.raw_stream.read()
                raw += str(record.rec_headers).encode() + str(record.http_headers or "").encode() + body
                if record.rec_type == "response":
                    path = record.rec_headers.get_header("WARC-Target-URI").removeprefix(packing.url)
                    kept[path], headers[path] = body, record.http_headers
        expected = {path: body for path, body in packing.sent.items() if path != "/other"}
        assert kept == {**expected, "/moved": b""}
        assert headers["/br"].get_header("Content-Encoding") == "br"
        assert headers["/moved"].get_header("Location") == "/moved/there"
        assert headers["/gzip"].get_header("X-Twice") == "a, b"
        assert headers["/chunked"].get_header("Transfer-Encoding") is None, "its chunks are joined"
        assert b"geheim" not in raw
        assert b"X-Key" not in raw
        rows = dict(desk.rows("SELECT url, role FROM kept"))
        assert {url.removeprefix(packing.url) for url in rows} == set(kept)
        assert set(rows.values()) == {"page"}
        assert desk.json("archive", "verify")["faults"] == []
        found = desk.json("archive", "replay")
        assert (found["read"], found["changes"]) == (7, [])
        # a rehearsal leaves no trace, and a second round writes nothing again
        before = file.read_bytes()
        assert desk.run("crawl", "--all", "--dry-run").returncode == 0
        assert desk.run("crawl", "--all").returncode == 0
        assert file.read_bytes() == before
