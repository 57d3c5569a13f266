"""The wire of the stand-in Slack: HTTP on loopback, and the ways in which a network fails.

Knows no message. Standard library only; never leaves 127.0.0.1.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

ANSWER_PATH = "/actions/"
HOOK_PATH = "/services/T0STANDIN/B0HOOK/standin"
_HTML = b"<html><body>It seems like there is a problem connecting to our servers.</body></html>"

FAULTS = (
    "429",
    "500",
    "503",
    "html-200",
    "error",
    "reset-before",
    "reset-after",
    "close-after",
    "cut-after",
    "500-after",
)
"""What can be injected. `429=5` names the Retry-After, `error=CODE` answers ok:false with this code. Those
ending in -after accept the message first; the caller cannot tell them from the others."""


@dataclass(slots=True)
class Answer:
    """What goes over the wire, if anything: `end` is `reset` or `close` for no answer, `cut` for half."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    end: str = ""


def json_answer(body: Mapping[str, Any]) -> Answer:
    """The Web API's way to answer."""
    return Answer(200, json.dumps(body).encode(), {"Content-Type": "application/json; charset=utf-8"})


def with_fault(fault: str, work: Callable[[], Answer]) -> Answer:
    """The answer to one call with this fault (empty: none)."""
    name, _, argument = fault.partition("=")
    early = {
        "429": Answer(429, b'{"ok":false,"error":"ratelimited"}', {"Retry-After": argument or "1"}),
        "500": Answer(500, _HTML),
        "503": Answer(503, _HTML),
        "html-200": Answer(200, _HTML),
        "error": json_answer({"ok": False, "error": argument}),
        "reset-before": Answer(end="reset"),
    }
    if name in early:
        return early[name]
    done = work()
    late = {
        "reset-after": Answer(end="reset"),
        "close-after": Answer(end="close"),
        "500-after": Answer(500, _HTML),
        "cut-after": Answer(done.status, done.body, done.headers, "cut"),
    }
    return late.get(name, done)


class Workspace(Protocol):
    """What answers the calls."""

    def faulty(self, method: str, work: Callable[[], Answer]) -> Answer:
        """Do one call, with the fault that is due."""

    def call(self, method: str, token: str, given: Mapping[str, Any]) -> Answer:
        """One Web API call."""

    def hook(self, raw: bytes) -> Answer:
        """One message by webhook."""

    def receive(self, path: str, content: bytes) -> Answer:
        """The bytes of an upload."""

    def respond(self, name: str, raw: bytes) -> Answer:
        """One answer to whoever pressed or asked."""


class Server(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.workspace = workspace

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no fault of the stand-in's; anything else is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a body waits 40 ms for the client's word on the head
    server: Server

    def log_message(self, *_: object) -> None:
        """No access log."""

    def do_POST(self) -> None:
        """Answer one call of the Web API or of the webhook."""
        workspace = self.server.workspace
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if path == HOOK_PATH:
            self._write(workspace.faulty("webhook", lambda: workspace.hook(raw)))
        elif path.startswith("/upload/"):
            self._write(workspace.faulty("upload", lambda: workspace.receive(path, raw)))
        elif path.startswith(ANSWER_PATH):
            name = path.removeprefix(ANSWER_PATH)
            self._write(workspace.faulty("response_url", lambda: workspace.respond(name, raw)))
        elif path.startswith("/api/"):
            method = path.removeprefix("/api/")
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            given = self._read(raw)
            self._write(workspace.faulty(method, lambda: workspace.call(method, token, given)))
        else:
            self._write(Answer(404, b"no_service"))

    def _read(self, raw: bytes) -> dict[str, Any]:
        if raw and "json" in (self.headers.get("Content-Type") or ""):
            return dict(json.loads(raw))
        return dict(parse_qsl(raw.decode(), keep_blank_values=True))

    def _write(self, answer: Answer) -> None:
        if answer.end in {"reset", "close"}:
            self._hang_up(reset=answer.end == "reset")
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        cut = answer.end == "cut"
        self.close_connection = self.close_connection or cut
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)

    def _hang_up(self, *, reset: bool) -> None:
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.rfile.close()
        self.connection.close()
