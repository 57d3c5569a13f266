"""The second road by e-mail: SMTP, one plain-text message to a fixed list. Never the password in an error.

A refusal before the text is handed over means that it was not sent; a connection that breaks after that,
that nobody knows.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

from alerts.outcome import Ambiguous, Outcome, Rejected, Retry, Sent
from alerts.second.letter import Letter

TIMEOUT = 10.0
"""Seconds for one operation of the socket."""

_AT_ALL = "Check slack.second_road.mail and SMTP_PASSWORD; gatewatch alerts test --second-road tries it."


@dataclass(frozen=True, slots=True)
class MailBox:
    """Whom letters go to, and by which server. Without a user nobody logs in."""

    to: tuple[str, ...]
    sender: str
    host: str
    port: int
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""


class MailRoad:
    """Sends letters by SMTP."""

    name = "mail"

    def __init__(self, box: MailBox, password: str = "", *, timeout: float = TIMEOUT) -> None:
        self._box = box
        self._password = password
        self._timeout = timeout

    def __repr__(self) -> str:
        return f"MailRoad({self._box.host}, password='***')"

    def post(self, letter: Letter) -> Outcome:
        """Send once."""
        handed, text = False, written(letter, self._box).as_bytes(policy=SMTP)
        try:
            with self._session() as server:
                taken = self._address(server)
                if not isinstance(taken, Sent):
                    return taken
                handed = True
                code, reply = server.data(text)
                return Sent() if code == 250 else _refused(code, reply, "message")
        except smtplib.SMTPDataError as error:
            return _refused(error.smtp_code, error.smtp_error, "message")
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            return Ambiguous(f"the connection broke ({type(error).__name__})") if handed else _lost(error)

    def reach(self) -> Outcome:
        """Connect and log in; send nothing."""
        try:
            with self._session():
                return Sent()
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            return _lost(error)

    @contextlib.contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A connection that is encrypted as configured and logged in."""
        box, context = self._box, ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(box.host, box.port, timeout=self._timeout, context=context)
            if box.security == "tls"
            else smtplib.SMTP(box.host, box.port, timeout=self._timeout)
        )
        try:
            server.ehlo_or_helo_if_needed()
            if box.security == "starttls":
                server.starttls(context=context)
                server.ehlo()
            if box.user:
                server.login(box.user, self._password)
            yield server
        finally:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _address(self, server: smtplib.SMTP) -> Outcome:
        """Name sender and receivers. Who is refused gets nothing; the others do."""
        code, reply = server.mail(self._box.sender)
        if code != 250:
            return _refused(code, reply, "all")
        answers = [server.rcpt(one) for one in self._box.to]
        if any(code in {250, 251} for code, _ in answers):
            return Sent()
        return _refused(*answers[0], "all")


def written(letter: Letter, box: MailBox) -> EmailMessage:
    """The mail. Headers are of one line each, whatever the letter's subject holds."""
    mail = EmailMessage(policy=SMTP)
    domain = box.sender.rpartition("@")[2]
    mail["From"] = Address("Gatewatch", addr_spec=box.sender)
    mail["To"] = ", ".join(box.to)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{letter.id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Gatewatch-Alert"] = letter.id
    text = letter.text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate is no text of a mail
    mail.set_content(f"{text}\n", cte="base64")
    return mail


def _refused(code: int, reply: bytes | str, scope: Literal["message", "all"]) -> Outcome:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    reason = f"the mail server says {code}: {' '.join(text.split())[:160]}"
    if 500 <= code < 600:
        return Rejected(reason, scope, _AT_ALL if scope == "all" else "")
    return Retry(None, reason)


def _lost(error: BaseException) -> Outcome:
    """What an exception before the text was handed over means: it was not sent."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Rejected("the mail server refuses user or password", "all", _AT_ALL)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Rejected(f"the mail server lacks something: {error}", "all", _AT_ALL)
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(error.smtp_code, error.smtp_error, "all")
    if isinstance(error, ssl.SSLCertVerificationError):
        hint = "its certificate is not accepted; SSL_CERT_FILE names a trusted one"
        return Rejected(f"the mail server: {hint}", "all", _AT_ALL)
    return Retry(None, f"the mail server cannot be reached ({type(error).__name__})")
