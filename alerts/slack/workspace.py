"""What a bot token may do: who it is, which scopes it has, how it stands to a channel. For `doctor`.

Only asks. Never posts, never joins, never lets the token out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from alerts.slack.transport import API_URL
from alerts.slack.wire import LOST, TIMEOUT, silent_logger

# "C0FAKEALR0", "G024BE91L"; a name is lower case
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{7,}")
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose token it is. `scopes` is empty where Slack does not say."""

    bot: str
    team: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """A channel as the bot sees it."""

    id: str
    name: str
    member: bool
    private: bool
    archived: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """What Slack said instead. `grade` is warn where it says nothing of whether posting works."""

    reason: str
    remedy: str
    grade: Literal["warn", "fail"] = "fail"


_REMEDIES = {
    "invalid_auth": "Copy the bot token again (xoxb-…), and look whether SLACK_API_URL is the right host.",
    "not_authed": "Set SLACK_BOT_TOKEN.",
    "account_inactive": "The app was removed: install it again, and set the new token.",
    "token_revoked": "Install the app again, and set the new token.",
    "token_expired": "Install the app again, and set the new token.",
    "not_allowed_token_type": "Use a bot token (xoxb-…).",
    "channel_not_found": "Check the name; a private channel is only seen once the bot is invited.",
}


class Workspace:
    """A workspace by its bot token."""

    def __init__(self, token: str, *, api_url: str = "") -> None:
        self._client = WebClient(
            token=token,
            base_url=api_url or API_URL,
            timeout=TIMEOUT,
            retry_handlers=[],
            logger=silent_logger(),
        )

    def who(self) -> Identity | Refusal:
        """Whose token this is, and its scopes."""
        answer = self._ask("auth.test")
        if isinstance(answer, Refusal):
            return answer
        data, headers = answer
        scopes = frozenset(
            part.strip() for part in headers.get("x-oauth-scopes", "").split(",") if part.strip()
        )
        return Identity(str(data.get("user", "")), str(data.get("team", "")), scopes)

    def channel(self, name: str) -> Standing | Refusal:
        """How the bot stands to a channel, given by name or id."""
        bare = name.lstrip("#")
        if _CHANNEL_ID.fullmatch(bare):
            answer = self._ask("conversations.info", channel=bare)
            return answer if isinstance(answer, Refusal) else _standing(answer[0].get("channel") or {})
        return self._named(bare)

    def _named(self, name: str) -> Standing | Refusal:
        refused = _refusal("channel_not_found", "")
        for types in ("public_channel,private_channel", "public_channel"):
            cursor = ""
            while True:
                more = {"cursor": cursor} if cursor else {}
                answer = self._ask("conversations.list", types=types, limit=_PAGE, **more)
                if isinstance(answer, Refusal):  # perhaps without the scope for private ones
                    refused = answer
                    break
                for row in answer[0].get("channels") or ():
                    if row.get("name") == name:
                        return _standing(row)
                cursor = (answer[0].get("response_metadata") or {}).get("next_cursor") or ""
                if not cursor:
                    return _refusal("channel_not_found", "")
        return refused

    def _ask(self, method: str, **arguments: Any) -> tuple[dict[str, Any], dict[str, str]] | Refusal:
        try:
            answer = self._client.api_call(method, params=arguments)
        except SlackApiError as error:
            data = getattr(error.response, "data", None)
            said = data if isinstance(data, dict) else {}
            return _refusal(str(said.get("error") or "no answer of Slack's"), str(said.get("needed") or ""))
        except LOST as error:
            cause = getattr(error, "reason", error)
            remedy = "Check the network, the proxy settings and SLACK_API_URL."
            return Refusal(f"Slack cannot be reached ({type(cause).__name__})", remedy)
        data = answer.data if isinstance(answer.data, dict) else {}
        return data, {str(name).lower(): _first(value) for name, value in answer.headers.items()}


def _first(value: object) -> str:
    return str(value[0]) if isinstance(value, list) and value else str(value)


def _standing(row: dict[str, Any]) -> Standing:
    return Standing(
        id=str(row.get("id", "")),
        name=str(row.get("name", "")),
        member=bool(row.get("is_member")),
        private=bool(row.get("is_private")),
        archived=bool(row.get("is_archived")),
    )


def _refusal(code: str, needed: str) -> Refusal:
    if code == "missing_scope":
        remedy = f"Add {needed or 'channels:read'} to the Slack app, or name the channel by its id."
        return Refusal("cannot be looked up (missing_scope)", remedy, "warn")
    if code in {"ratelimited", "rate_limited"}:
        return Refusal("Slack asks to wait", "Run doctor again in a minute.", "warn")
    return Refusal(code, _REMEDIES.get(code, "`gatewatch alerts test` shows whether posting works."))
