"""A small HTTP/1.1 server for loopback: every request logged, every answer as rude as wanted.

Ephemeral ports, one thread a connection, several 127.0.0.x addresses with one port. It knows nothing
of what is served: `answer(Request) -> Reply` does.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass
class Request:
    """One request as it came. `began` and `ended` are monotonic seconds, `at` wall-clock seconds.

    `ended` is stamped before the last bytes are handed over: no client that has them can be earlier.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    address: str
    client: str
    target: str
    body: bytes = b""
    began: float = 0.0
    at: float = 0.0
    ended: float | None = None
    status: int | None = None

    @property
    def host(self) -> str:
        """The Host header."""
        return self.headers.get("host", "")


@dataclass
class Reply:
    """One answer. `body` is bytes, or parts that are made as they are sent.

    `declare` is a Content-Length that may lie; without it the true length of bytes is sent, and
    parts end with the connection. `chunked` sends chunks; `pace` waits so many seconds after each
    byte; `ending` is close (when nothing else), keep, reset, cut (no more bytes, FIN) or hang.
    """

    status: int = 200
    body: bytes | Iterable[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    declare: int | None = None
    chunked: bool = False
    pace: float = 0.0
    ending: str = "keep"
    silent: bool = False
    """No answer at all: not even a status line."""


class Server:
    """Serves `answer` on one port of each address until stopped."""

    def __init__(
        self, answer: Callable[[Request], Reply], addresses: Iterable[str] = ("127.0.0.1",), port: int = 0
    ):
        self.answer = answer
        self.log: list[Request] = []
        self.stopping = threading.Event()
        self.lock = threading.RLock()
        self.asked = threading.Condition(self.lock)
        self.open: set[socket.socket] = set()
        self._servers: list[ThreadingHTTPServer] = []
        self._threads: list[threading.Thread] = []
        self.addresses = tuple(addresses)
        self.port = self._bind(port)

    def _bind(self, port: int) -> int:
        """The same free port on every address; another one is tried where a port is taken on one of them."""
        for attempt in range(20):
            servers: list[ThreadingHTTPServer] = []
            wanted = port
            try:
                for address in self.addresses:
                    server = _Listener((address, wanted), _Handler)
                    server.owner = self
                    servers.append(server)
                    wanted = server.server_address[1]
            except OSError:
                for server in servers:
                    server.server_close()
                if port or attempt == 19:
                    raise
                continue
            self._servers = servers
            return wanted
        raise OSError("no port is free on all addresses")

    def start(self) -> None:
        for server in self._servers:
            thread = threading.Thread(
                target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def wait_for(self, path: str, seconds: float) -> None:
        """Return as soon as this path is asked for (at once where it was). Raises TimeoutError."""
        self.wait_for_count(path, 1, seconds)

    def wait_for_count(self, path: str, count: int, seconds: float) -> None:
        """Return as soon as this path was asked for so often. Raises TimeoutError."""
        with self.asked:
            if not self.asked.wait_for(lambda: sum(one.path == path for one in self.log) >= count, seconds):
                raise TimeoutError(f"{path} was not asked for {count} times in {seconds} s")

    def stop(self) -> None:
        self.stopping.set()
        for server in self._servers:
            if self._threads:
                server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()
        with self.lock:
            still = list(self.open)
        for connection in still:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    owner: Server

    def get_request(self):
        connection, client = super().get_request()
        with self.owner.lock:
            self.owner.open.add(connection)
        return connection, client

    def shutdown_request(self, request):
        with self.owner.lock:
            self.owner.open.discard(request)
        lingering = struct.unpack("ii", request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8))
        if lingering != (1, 0):  # a reset must not be preceded by a polite FIN
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_WR)
        self.close_request(request)

    def handle_error(self, request, client_address):
        """The client went away: that is its right."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a body waits 40 ms for the client's word on the head
    server: _Listener

    def handle(self):
        with contextlib.suppress(ConnectionError, TimeoutError):
            super().handle()

    def finish(self):
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, *_):
        """The log is a list, not a stream."""

    def do_GET(self):
        owner = self.server.owner
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            path=unquote(parts.path),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            address=self.server.server_address[0],
            client=self.client_address[0],
            target=self.path,
            body=self.rfile.read(length) if length else b"",
            began=time.monotonic(),
            at=time.time(),
        )
        with owner.asked:
            owner.log.append(request)
            owner.asked.notify_all()
        try:
            reply = owner.answer(request)
            request.status = None if reply.silent else reply.status
            self._send(reply, owner, request)
        finally:
            request.ended = request.ended or time.monotonic()

    do_HEAD = do_POST = do_GET

    def _send(self, reply: Reply, owner: Server, request: Request) -> None:
        if not reply.silent:
            head = self._head(reply)
            request.ended = time.monotonic()
            self.wfile.write(head)
            if self.command != "HEAD":
                for part in self._parts(reply):
                    if owner.stopping.is_set():
                        break
                    self._write(part, reply.pace, owner, request)
        if reply.ending == "hang":
            owner.stopping.wait()
            request.ended = time.monotonic()
        if reply.ending == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if reply.ending != "keep" or not self._delimited(reply):
            self.close_connection = True

    def _write(self, part: bytes, pace: float, owner: Server, request: Request) -> None:
        request.ended = time.monotonic()
        if not pace:
            self.wfile.write(part)
            return
        for index in range(len(part)):
            request.ended = time.monotonic()
            self.wfile.write(part[index : index + 1])
            if owner.stopping.wait(pace):
                return

    @staticmethod
    def _delimited(reply: Reply) -> bool:
        return reply.chunked or reply.declare is not None or isinstance(reply.body, bytes)

    def _head(self, reply: Reply) -> bytes:
        headers = dict(reply.headers)
        if reply.chunked:
            headers["Transfer-Encoding"] = "chunked"
        elif reply.declare is not None:
            headers["Content-Length"] = str(reply.declare)
        elif isinstance(reply.body, bytes) and reply.status not in {204, 304}:
            headers["Content-Length"] = str(len(reply.body))
        if reply.ending != "keep" or not self._delimited(reply):
            headers["Connection"] = "close"
        phrase = self.responses.get(reply.status, ("Unknown", ""))[0]
        lines = [
            f"HTTP/1.1 {reply.status} {phrase}",
            *(f"{name}: {value}" for name, value in headers.items()),
            "",
            "",
        ]
        return "\r\n".join(lines).encode("latin-1")

    @staticmethod
    def _parts(reply: Reply) -> Iterable[bytes]:
        parts = [reply.body] if isinstance(reply.body, bytes) else reply.body
        if not reply.chunked:
            yield from parts
            return
        for part in parts:
            if part:
                yield f"{len(part):x}\r\n".encode() + part + b"\r\n"
        if reply.ending == "keep":
            yield b"0\r\n\r\n"
