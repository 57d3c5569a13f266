"""An exchange as WARC records, and back. Bytes in, bytes out; never a file.

warcio writes and reads; WARC/1.1 (ISO 28500:2017), a gzip member a record, digests in SHA-256.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from crawlers.errors import Malformed
from crawlers.exchange import Exchange, Headers

SOFTWARE = "Gatewatch"
_FIELDS = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record: `data` is its gzip member as it stands in the file. `id` is its urn:uuid."""

    id: str
    type: str
    url: str
    at: str
    status: int
    payload: str
    data: bytes


class _AsSent(StatusAndHeaders):  # type: ignore[misc]  # warcio ships no types
    """Headers of HTTP, byte for byte: warcio would write what is not ASCII in another way."""

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """Latin-1, which has every byte."""
        self.headers_buff = self.to_bytes(encoding="latin-1")


class _Writer(WARCWriter):  # type: ignore[misc]  # likewise
    """With SHA-256 for SHA-1."""

    @staticmethod
    def _create_digester() -> Digester:
        return Digester("sha256")


def of(exchange: Exchange) -> tuple[Record, Record]:
    """The response and the request, each naming the other's time and address."""
    made = [("WARC-IP-Address", exchange.address)] if exchange.address else []
    status = f"{exchange.status} {_phrase(exchange.status)}".rstrip()
    answer = _AsSent(status, list(exchange.received), protocol=exchange.protocol)
    response = _record("response", exchange, dict(made), answer, exchange.body)
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    asked = _AsSent(f"{target} {exchange.protocol}", list(exchange.sent), protocol=exchange.method)
    request = _record(
        "request", exchange, dict(made) | {"WARC-Concurrent-To": f"<{response.id}>"}, asked, b""
    )
    return response, request


def info(name: str, at: datetime) -> Record:
    """The record that opens a file."""
    out = BytesIO()
    writer = _Writer(out, gzip=True, warc_version="1.1")
    record = writer.create_warcinfo_record(
        name, {"software": SOFTWARE, "format": "WARC File Format 1.1", "conformsTo": _FIELDS}
    )
    record.rec_headers.replace_header("WARC-Date", written(at))
    writer.write_record(record)
    return _described(record, out.getvalue())


def _record(
    sort: str, exchange: Exchange, more: Mapping[str, str], http: StatusAndHeaders, body: bytes
) -> Record:
    out = BytesIO()
    writer = _Writer(out, gzip=True, warc_version="1.1")
    record = writer.create_warc_record(
        exchange.url,
        sort,
        payload=BytesIO(body),
        length=len(body),
        http_headers=http,
        warc_headers_dict={"WARC-Date": written(exchange.at), **more},
    )
    writer.write_record(record)
    return _described(record, out.getvalue())


def _described(record: ArcWarcRecord, data: bytes) -> Record:
    said = record.rec_headers.get_header
    status = 0
    if record.rec_type == "response":
        code = record.http_headers.get_statuscode()
        status = int(code) if code.isdigit() else 0
    return Record(
        id=said("WARC-Record-ID").strip("<>"),
        type=record.rec_type,
        url=said("WARC-Target-URI") or "",
        at=said("WARC-Date"),
        status=status,
        payload=said("WARC-Payload-Digest") or "",
        data=data,
    )


def written(at: datetime) -> str:
    """A time as WARC-Date has it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def read(data: bytes) -> tuple[Record, Exchange | None]:
    """The one record in these bytes; with its exchange where it is a response (`sent` is not in it).

    Raises Malformed where they are no whole record, or its digests are wrong.
    """
    try:
        # warcio holds the digests against what it reads
        with BytesIO(data) as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                body = record.raw_stream.read() if record.raw_stream is not None else b""
                return _described(record, data), _exchange(record, body, data)
    except (ArchiveLoadFailed, OSError, EOFError, ValueError, AttributeError, zlib.error) as error:
        raise Malformed("no-record", f"no sound WARC record: {error}") from error
    raise Malformed("no-record", "no WARC record")


def _exchange(record: ArcWarcRecord, body: bytes, data: bytes) -> Exchange | None:
    if record.rec_type != "response" or record.http_headers is None:
        return None
    # warcio takes headers for UTF-8 where it can; what stands there is Latin-1, byte for byte
    block = gzip.decompress(data).split(b"\r\n\r\n", 2)[1].decode("latin-1")
    pairs = (line.partition(": ") for line in block.split("\r\n")[1:])
    headers: Headers = tuple((name, value) for name, _, value in pairs)
    said = record.rec_headers.get_header
    code = record.http_headers.get_statuscode()
    return Exchange(
        url=said("WARC-Target-URI") or "",
        at=datetime.fromisoformat(said("WARC-Date")),
        method="GET",
        sent=(),
        status=int(code) if code.isdigit() else 0,
        received=headers,
        body=body,
        protocol=record.http_headers.protocol,
        address=said("WARC-IP-Address") or "",
    )
