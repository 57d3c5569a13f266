"""What an exception on the way to Slack means, and that none is quoted."""

from __future__ import annotations

import socket
import ssl
import urllib.error

import pytest

from alerts.outcome import Ambiguous, Retry
from alerts.slack.wire import lost

SECRET = "https://hooks.slack.com/services/T0/B0/secret"


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (urllib.error.URLError(socket.gaierror(SECRET)), Retry),
        (urllib.error.URLError(ConnectionRefusedError(SECRET)), Retry),
        (urllib.error.URLError(ssl.SSLCertVerificationError(SECRET)), Retry),
        (urllib.error.URLError(OSError(f"Tunnel connection failed: 407 {SECRET}")), Retry),
        (urllib.error.URLError(TimeoutError(SECRET)), Ambiguous),  # its connection may have been there
        (urllib.error.URLError(ConnectionResetError(SECRET)), Ambiguous),
        (urllib.error.URLError(SECRET), Ambiguous),
        (ConnectionRefusedError(SECRET), Ambiguous),
        (ValueError(SECRET), Ambiguous),
    ],
)
def test_only_what_was_surely_not_sent_is_tried_without_a_look_and_nothing_is_quoted(error, meaning):
    outcome = lost(error)
    assert isinstance(outcome, meaning)
    assert "secret" not in outcome.reason
