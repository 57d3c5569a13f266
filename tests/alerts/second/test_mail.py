from __future__ import annotations

import pytest

from alerts.outcome import Ambiguous, Rejected, Retry, Sent
from alerts.second.letter import Letter
from alerts.second.mail import MailBox, MailRoad
from tests.support.mail import PASSWORD, USER, MailServer
from tests.support.tls import _certificates

LETTER = Letter(
    "g1", "Gatewatch · NEW · HIGH: 关于清理规范的通知", "第一行\n.\nFrom the second line\n" + "长" * 2000
)


def box(server, **changes):
    fields = {"to": ("one@example.com", "two@example.com"), "sender": "gatewatch@example.com"}
    return MailBox(**fields | {"host": "127.0.0.1", "port": server.port, "security": "none"} | changes)


def road(server, password="", **changes):
    return MailRoad(box(server, **changes), password, timeout=2)


@pytest.fixture
def server():
    with MailServer() as running:
        yield running


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return _certificates(tmp_path_factory.mktemp("tls") / "files")


def test_a_letter_arrives_as_it_was_written(server):
    assert road(server).post(LETTER) == Sent()
    [mail] = server.letters
    assert mail["Subject"] == LETTER.subject
    assert (mail["From"], mail["To"]) == (
        "Gatewatch <gatewatch@example.com>",
        "one@example.com, two@example.com",
    )
    assert mail["Message-ID"] == "<g1@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == LETTER.text.splitlines()
    assert server.envelopes == [("gatewatch@example.com", ["one@example.com", "two@example.com"])]


def test_a_subject_with_line_ends_makes_no_header(server):
    from alerts.second.letter import _subject

    hostile = Letter("g1", _subject("通知\r\nBcc: thief@example.com\n\nbody\ud800"), "\ud800text")
    assert road(server).post(hostile) == Sent()
    [mail] = server.letters
    assert mail["Bcc"] is None
    assert "Bcc: thief@example.com" in mail["Subject"]
    assert server.envelopes[0][1] == ["one@example.com", "two@example.com"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("451 later", Retry(None, "the mail server says 451: later")),
        ("552 too big", Rejected("the mail server says 552: too big")),
    ],
)
def test_a_refused_text_was_not_sent(server, answer, outcome):
    server.answers.append(answer)
    assert road(server).post(LETTER) == outcome
    assert server.letters == []


def test_a_connection_that_breaks_after_the_text_leaves_a_doubt(server):
    server.answers.append("drop")
    assert isinstance(road(server).post(LETTER), Ambiguous)
    assert len(server.letters) == 1


def test_who_is_refused_keeps_nobody_else_from_getting_it():
    with MailServer(refused=["one@example.com"]) as server:
        assert road(server).post(LETTER) == Sent()
        assert server.envelopes[0][1] == ["two@example.com"]
        refused = road(server, to=("one@example.com",)).post(LETTER)
    assert isinstance(refused, Rejected)
    assert refused.scope == "all"
    assert "no such user" in refused.reason


def test_with_starttls_and_login(certificates, monkeypatch):
    authority, *pair = certificates
    with MailServer(tls=tuple(pair), login=True) as server:
        untrusted = road(server, PASSWORD, security="starttls", user=USER).post(LETTER)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert road(server, PASSWORD, security="starttls", user=USER).reach() == Sent()
        assert road(server, PASSWORD, security="starttls", user=USER).post(LETTER) == Sent()
        wrong = road(server, "wrongsecret", security="starttls", user=USER).post(LETTER)
    assert isinstance(untrusted, Rejected)
    assert "SSL_CERT_FILE" in untrusted.reason
    assert isinstance(wrong, Rejected)
    assert "wrongsecret" not in f"{wrong}{road(server, 'wrongsecret')}"
    assert len(server.letters) == 1


def test_a_server_without_starttls_gets_nothing(server):
    outcome = road(server, PASSWORD, security="starttls", user=USER).post(LETTER)
    assert isinstance(outcome, Rejected)
    assert server.letters == []


def test_where_nothing_listens_it_was_not_sent():
    with MailServer() as server:
        gone = road(server)
    for outcome in (gone.post(LETTER), gone.reach()):
        assert isinstance(outcome, Retry)
        assert "ConnectionRefusedError" in outcome.reason
