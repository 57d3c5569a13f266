from __future__ import annotations

import pytest

from alerts.outcome import Ambiguous, Rejected, Retry
from alerts.slack.errors import meaning, seconds


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (429, "ratelimited", Retry),
        (429, "", Retry),
        (200, "rate_limited", Retry),
        (200, "service_unavailable", Retry),
        (200, "team_added_to_org", Retry),
        (503, "service_unavailable", Ambiguous),
        (500, "", Ambiguous),
        (502, "<html>", Ambiguous),
        (200, "fatal_error", Ambiguous),
        (200, "internal_error", Ambiguous),
        (200, "Received a response in a non-JSON format: <html>", Ambiguous),
        (200, "", Ambiguous),
    ],
)
def test_what_may_pass_is_told_apart_from_what_may_have_arrived(status, code, expected):
    assert isinstance(meaning(status, code), expected)


@pytest.mark.parametrize(
    ("code", "scope"),
    [
        ("invalid_auth", "all"),
        ("token_revoked", "all"),
        ("missing_scope", "all"),
        ("message_limit_exceeded", "all"),
        ("channel_not_found", "channel"),
        ("not_in_channel", "channel"),
        ("is_archived", "channel"),
        ("restricted_action", "channel"),
        ("restricted_action_read_only_channel", "channel"),
        ("restricted_action_thread_locked", "thread"),
        ("thread_not_found", "thread"),
        ("invalid_blocks", "format"),
        ("msg_blocks_too_long", "format"),
        ("metadata_too_large", "format"),
        ("no_text", "message"),
        ("a_code_of_next_year", "message"),
    ],
)
def test_a_refusal_says_what_is_broken_and_what_to_do(code, scope):
    outcome = meaning(200, code)
    assert isinstance(outcome, Rejected)
    assert (outcome.scope, outcome.reason) == (scope, code)
    assert outcome.remedy.endswith(".")


@pytest.mark.parametrize(
    ("header", "expected"), [("5", 5), ("0", 1), ("1e9", 3600), ("soon", 30), ("", 30), ("2.5", 2.5)]
)
def test_retry_after_is_read_within_reason(header, expected):
    assert seconds(header) == expected


def test_nan_in_retry_after_is_not_obeyed():
    assert 1 <= seconds("nan") <= 3600
