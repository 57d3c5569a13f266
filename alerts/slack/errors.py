"""What Slack's answers mean for a message: one table, one function. Pure.

The codes are those of Slack's method reference for chat.postMessage and chat.update; an unknown one is
taken for a refusal of the message. Never calls anything.
"""

from __future__ import annotations

import math
import re

from alerts.outcome import Ambiguous, Outcome, Rejected, Retry, Scope

_ALL = {
    "invalid_auth": "The token is wrong: set SLACK_BOT_TOKEN to your Slack app's bot token (xoxb-…).",
    "not_authed": "No token arrived at Slack: set SLACK_BOT_TOKEN.",
    "account_inactive": "The bot user or its workspace is switched off: reinstall the app in Slack.",
    "token_revoked": "The token was revoked: reinstall the app in Slack and set the new SLACK_BOT_TOKEN.",
    "token_expired": "The token has expired: switch token rotation off and set a new SLACK_BOT_TOKEN.",
    "not_allowed_token_type": "This kind of token cannot post: use the bot token (xoxb-), not the app token.",
    "missing_scope": "The app lacks a scope: add chat:write under OAuth & Permissions, then reinstall it.",
    "no_permission": "The app may not post in this workspace: ask its administrator.",
    "app_access_restricted": "The administrator of the workspace restricts this app.",
    "ekm_access_denied": "The administrator of the workspace suspended posting.",
    "enterprise_is_restricted": "The app may not be used in this organisation.",
    "two_factor_setup_required": "The workspace demands two-factor authentication first.",
    "access_denied": "Slack denies this app access.",
    "accesslimited": "The workspace admits only known networks: allow this machine's address.",
    "method_deprecated": "This version of Gatewatch is too old for Slack.",
    "unknown_method": "SLACK_API_URL does not lead to Slack's Web API (it ends in /api/).",
    "message_limit_exceeded": "The workspace has used up its message limit.",
    # webhooks
    "no_service": "The webhook was removed: make a new one and set SLACK_WEBHOOK_URL.",
    "no_team": "The webhook's workspace is gone: make a new one and set SLACK_WEBHOOK_URL.",
    "invalid_token": "The webhook's address is not complete or was revoked: set SLACK_WEBHOOK_URL anew.",
    "action_prohibited": "The administrator of the workspace restricts webhooks.",
    "channel_is_archived": "The webhook's channel is archived: unarchive it or make a webhook for another.",
}
NOT_FOUND = "There is no such channel, or it is private without the bot: check its name, invite the bot."
_CHANNEL = {
    "channel_not_found": NOT_FOUND,
    "not_in_channel": "Invite the bot: type /invite and its name in the channel.",
    "is_archived": "The channel is archived: unarchive it, or name another in gatewatch.yaml.",
    "messages_tab_disabled": "Posting to this conversation is switched off.",
    "team_not_found": "The channel's workspace is gone.",
    "is_inactive": "The channel is archived: unarchive it.",
    "channel_type_not_supported": "Name a channel, not a direct message.",
}
_FINAL = {  # of chat.update
    "message_not_found": "The message was deleted in Slack.",
    "edit_window_closed": "The workspace allows no changes of a message that old.",
    "cant_update_message": "The message is not one of this bot's.",
}
_NOT_YET = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "org_login_required",
    }
)
_UNKNOWN = frozenset({"fatal_error", "internal_error", "rollup_error"})
_FORMAT = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "invalid_metadata_format",
        "invalid_payload",
        "invalid_metadata_schema",
        "metadata_too_large",
        "attachment_payload_limit_exceeded",
        "too_many_attachments",
        "msg_too_long",
    }
)
_THREAD = frozenset(
    {
        "thread_not_found",
        "cannot_reply_to_message",
        "restricted_action_thread_locked",
        "invalid_thread_ts",
        "restricted_action_non_threadable_channel",
    }
)
_MIGRATION_WAIT = 300.0
_UNREADABLE_WAIT = 30.0

# "invalid_blocks", "restricted_action_read_only_channel"
_CODE = re.compile(r"[a-z][a-z0-9_]{1,79}")


def meaning(status: int, code: str, retry_after: str = "", detail: str = "") -> Outcome:
    """What an answer with this HTTP status and error code means. `detail` goes into the reason."""
    if status == 429:
        return Retry(seconds(retry_after), "Slack asks to slow down (429)", slow=True)
    if status >= 500:
        return Ambiguous(f"status {status}", "fault")
    if not _CODE.fullmatch(code):
        foreign = f"status {status} with an answer that is not Slack's"
        return Ambiguous(foreign, "foreign" if 200 <= status < 300 else "")
    reason = f"{code}: {detail}" if detail else code
    if code in _UNKNOWN:
        return Ambiguous(reason, "fault")
    if code in _NOT_YET:
        patience = _MIGRATION_WAIT if code in {"team_added_to_org", "org_login_required"} else None
        slow = code in {"ratelimited", "rate_limited"}
        return Retry(seconds(retry_after) if retry_after else patience, reason, slow)
    scope, remedy = _broken(code)
    return Rejected(reason, scope, remedy)


def _broken(code: str) -> tuple[Scope, str]:
    """What this code says is broken, and what to do about it."""
    if code in _ALL:
        return "all", _ALL[code]
    if code in _THREAD:
        return "thread", "The thread is gone; the message is posted on its own."
    if code in _CHANNEL or code.startswith("restricted_action"):
        return "channel", _CHANNEL.get(code, "Posting to this channel is restricted: ask its administrator.")
    if code in _FORMAT:
        return "format", "It is sent once more as plain text."
    return "message", _FINAL.get(code, "Please report this as a fault of Gatewatch.")


def seconds(header: str) -> float:
    """Retry-After in seconds, between 1 and an hour; 30 where it cannot be read."""
    try:
        wait = float(header)
    except ValueError:
        return _UNREADABLE_WAIT
    return _UNREADABLE_WAIT if math.isnan(wait) else min(max(wait, 1.0), 3600.0)
