"""The edge of the SDK: what it may raise and what that means, and a logger that keeps its secrets.

Never quotes an exception: http.client puts headers, urllib addresses into theirs.
"""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
import urllib.error

from slack_sdk.errors import SlackClientError, SlackRequestError

from alerts.outcome import Ambiguous, Outcome, Rejected, Retry

TIMEOUT = 10
"""Seconds for one operation of a socket, not for a whole call."""

NEVER_SENT = (socket.gaierror, ConnectionRefusedError, ssl.SSLCertVerificationError)
LOST = (SlackClientError, OSError, http.client.HTTPException, ValueError, LookupError)
"""All that the SDK lets through (ValueError: a body that is no JSON or no text in its own charset)."""


def silent_logger() -> logging.Logger:
    """For the SDK, which at level DEBUG logs webhook addresses and proxies with their passwords."""
    logger = logging.getLogger("gatewatch.slack_sdk")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False
    return logger


def lost(error: BaseException) -> Outcome:
    """What an exception on the way to Slack means: not sent at all, or nobody knows. Never quotes it."""
    if isinstance(error, SlackRequestError | http.client.InvalidURL):
        return Rejected("the address of Slack is none", "all", "Check SLACK_API_URL or SLACK_WEBHOOK_URL.")
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(error, urllib.error.URLError):
        if isinstance(cause, NEVER_SENT) or "Tunnel connection failed" in str(cause):
            hint = "; SSL_CERT_FILE names a trusted one" if isinstance(cause, ssl.SSLError) else ""
            return Retry(None, f"Slack cannot be reached ({type(cause).__name__}{hint})")
        cause = cause if isinstance(cause, BaseException) else error
    return Ambiguous(f"the connection broke ({type(cause).__name__})")
