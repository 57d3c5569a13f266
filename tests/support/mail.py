"""A mail server on loopback that keeps what it takes, and is as rude as wanted.

with MailServer() as server:
    server.answers.append("451 later")     # of the next texts; `drop`: the connection breaks instead
    server.letters                          # the mails taken, parsed
"""

from __future__ import annotations

import email
import email.policy
import ssl
import threading
from collections import deque
from email.message import EmailMessage
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

USER, PASSWORD = "gatewatch", "verysecret"


class _Controller(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # it was 0: any that is free
        super()._trigger_server()


class MailServer:
    """Takes mail for everybody but the `refused`. With a TLS context nobody logs in without STARTTLS."""

    def __init__(self, tls: tuple[str, str] | None = None, *, login: bool = False, refused=()):
        self.letters: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.answers: deque[str] = deque()
        self.refused = set(refused)
        self._came = threading.Condition()
        context = None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
        self._controller = _Controller(
            self, hostname="127.0.0.1", port=0, tls_context=context, require_starttls=bool(tls),
            authenticator=self._login if login else None, auth_required=login, auth_require_tls=bool(tls),
        )  # fmt: skip

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._controller.port

    def wait_for(self, count: int, seconds: float) -> None:
        """Return as soon as there are so many letters. Raises TimeoutError."""
        with self._came:
            if not self._came.wait_for(lambda: len(self.letters) >= count, seconds):
                raise TimeoutError(f"{len(self.letters)} of {count} letters in {seconds} s")

    @staticmethod
    def _login(_server, _session, _envelope, _mechanism, data) -> AuthResult:
        known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=False)

    # --- what aiosmtpd calls -----------------------------------------------------------------------
    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:
        if address in self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope) -> str:
        answer = self.answers.popleft() if self.answers else ""
        if not answer or answer == "drop":
            self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
            with self._came:
                self._came.notify_all()
        if answer == "drop":
            server.transport.abort()
        return answer or "250 taken"
