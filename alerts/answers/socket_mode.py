"""One connection to Slack over Socket Mode, by the SDK's own client: envelopes come in, no port listens.

The SDK would reconnect by itself, at once and for ever; here its caller decides when (`connect`), and the
SDK only says that it is time. Each envelope is handed over and acknowledged: Slack waits three seconds.
Never raises for what Slack or the network does, never lets the token out.
"""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from alerts.slack.wire import LOST, TIMEOUT, silent_logger

HELLO = 10.0
"""Seconds after which a connection that was not greeted is none."""
PING = 2.0
QUIET = 8.0
"""Seconds without a word or an echo of ours after which a connection is dead, whatever the socket says.

The SDK does not see that a connection is cut without a word, and spins over it; so this is short."""
GRACE = 5.0
"""Seconds that a connection which Slack refreshes is still heard beside the new one."""
_PIECE = 65_536
"""Bytes that are read at once. The SDK goes one call deeper for each piece of an envelope: at its own 1,024
one of a megabyte ends in a RecursionError."""
_SHUT = 0.3
"""Seconds to wait for the SDK to end a connection; its threads end by themselves after that."""

log = logging.getLogger(__name__)

Receive = Callable[[str, str, Mapping[str, Any]], bool]
"""Takes an envelope's id, type and payload in, within a second or two; whether to acknowledge it."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing can be heard. `lasting`: it is not the network's, somebody has to do something."""

    reason: str
    remedy: str = ""
    lasting: bool = False


NO_SCOPE = "Make an app-level token with connections:write under Basic Information of the Slack app."
SWITCHED_OFF = Trouble(
    "Socket Mode is switched off", "Switch it on under Socket Mode of the Slack app's settings.", lasting=True
)
_KIND = "Set SLACK_APP_TOKEN to an app-level token (xapp-…), from Basic Information of the Slack app."
_REMEDIES: Mapping[str, str] = {
    "invalid_auth": "Copy the app-level token again (xapp-…).",
    "not_authed": _KIND,
    "not_allowed_token_type": _KIND,
    "missing_scope": NO_SCOPE,
    "no_permission": NO_SCOPE,
    "token_revoked": "The app-level token was revoked: make another one, and set SLACK_APP_TOKEN.",
    "token_expired": "The app-level token has expired: make another one, and set SLACK_APP_TOKEN.",
    "account_inactive": "The app was removed: install it again.",
    "forbidden_team": "This workspace does not allow Socket Mode: ask its administrator.",
    "access_denied": "The administrator of the workspace restricts this app.",
}
_WRONG = {"xoxb-": "a bot token", "xoxp-": "a user's token", "xoxe": "a token that rotates"}


class _Client(SocketModeClient):
    """The SDK's client, which says when a connection ends and leaves the next one to us."""

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Do nothing: `SocketMode.alive` is false by now."""


class SocketMode:
    """The connection of one app-level token. `connect`, `alive` and `close` belong to one thread."""

    def __init__(self, token: str, receive: Receive, *, api_url: str) -> None:
        self._token = token
        self._receive = receive
        self._api_url = api_url
        self._client: _Client | None = None
        self._greeted = threading.Event()
        self._ended = ""
        self._heard = 0.0
        self._echo: float | None = None

    def __repr__(self) -> str:
        return "SocketMode(token='***')"

    def connect(self) -> Trouble | None:
        """Open a connection in the place of the one before; what is wrong, or None once Slack greets it."""
        self._greeted.clear()
        self._ended = ""
        web = WebClient(base_url=self._api_url, timeout=TIMEOUT, retry_handlers=[], logger=silent_logger())
        address = self._address(web)
        if isinstance(address, Trouble):
            return address
        before, self._client = self._client, self._made(web, address)
        trouble = self._greeting(self._client)
        if trouble is not None:
            _shut(before)
            self.close()
            return trouble
        if before is not None:
            later = threading.Timer(GRACE, _end, (before,))
            later.daemon = True
            later.start()
        self._heard, self._echo = time.monotonic(), None
        return None

    def _address(self, web: WebClient) -> str | Trouble:
        """Where to connect, from Slack (apps.connections.open): good once, for half a minute."""
        if wrong := wrong_kind(self._token):
            return wrong
        try:
            return str(web.apps_connections_open(app_token=self._token)["url"])
        except SlackApiError as error:
            return _refused(error)
        except LOST as error:
            cause = getattr(error, "reason", error)
            return Trouble(f"Slack cannot be reached ({type(cause).__name__})")

    def _greeting(self, client: _Client) -> Trouble | None:
        """Connect, and wait until Slack says hello."""
        try:
            client.connect()  # what goes wrong here the SDK tells its logger only
        except LOST as error:
            return Trouble(f"the connection broke ({type(error).__name__})")
        until = time.monotonic() + HELLO
        while not self._greeted.wait(0.05):
            if self._ended or not client.is_connected() or time.monotonic() > until:
                silence = Trouble(f"Slack does not greet the connection ({self._ended or 'silence'})")
                return self.ended or silence
        return None

    @property
    def alive(self) -> bool:
        """Whether the connection is open and something was heard of it lately."""
        if self._client is None or self._ended or not self._client.is_connected():
            return False
        session = self._client.current_session
        echo = session.last_ping_pong_time if session is not None else None
        if echo != self._echo:
            self._heard, self._echo = time.monotonic(), echo
        return time.monotonic() - self._heard < QUIET

    @property
    def ended(self) -> Trouble | None:
        """What Slack said when it ended the connection, where that is lasting."""
        return SWITCHED_OFF if self._ended == "link_disabled" else None

    def give_up(self) -> None:
        """Wait for no greeting any more: the program ends. For another thread."""
        self._ended = "the program ends"

    def close(self) -> None:
        """End the connection; envelopes that are on their way are acknowledged still."""
        client, self._client = self._client, None
        _shut(client)

    def _made(self, web: WebClient, address: str) -> _Client:
        client = _Client(
            self._token,
            web_client=web,
            logger=silent_logger(),
            auto_reconnect_enabled=False,
            ping_interval=PING,
            receive_buffer_size=_PIECE,
        )
        client.wss_uri = address
        client.on_message_listeners.append(lambda raw: self._note(client, raw))
        client.socket_mode_request_listeners.append(self._take)
        return client

    def _note(self, client: _Client, raw: str) -> None:
        """Anything heard is a sign of life; `hello` opens, `disconnect` ends (its `reason` says why)."""
        self._heard = time.monotonic()
        try:
            said = json.loads(raw)
        except ValueError:
            return
        if not isinstance(said, dict) or client is not self._client:
            return
        if said.get("type") == "hello":
            self._greeted.set()
        elif said.get("type") == "disconnect":
            self._ended = str(said.get("reason") or "disconnect")

    def _take(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        if not self._receive(request.envelope_id, request.type, request.payload):
            return
        try:
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        except (SlackClientError, OSError) as error:
            # it is kept, and worked; whoever pressed sees a warning sign, and may press again
            log.info("an envelope could not be acknowledged (%s)", type(error).__name__)


def _shut(client: _Client | None) -> None:
    """End a connection, at once or, where the SDK is slow about it, soon."""
    if client is not None:
        ending = threading.Thread(target=_end, args=(client,), name="socket-end", daemon=True)
        ending.start()
        ending.join(_SHUT)


def _end(client: _Client) -> None:
    sock = client.current_session.sock if client.current_session is not None else None
    if sock is not None:
        with contextlib.suppress(OSError, ValueError):
            sock.shutdown(socket.SHUT_RDWR)  # else the SDK waits until its reading times out
    client.close()


def wrong_kind(token: str) -> Trouble | None:
    """What else than an app-level token this is, by its beginning."""
    kind = next((kind for start, kind in _WRONG.items() if token.startswith(start)), "")
    return Trouble(f"SLACK_APP_TOKEN holds {kind}", _KIND, lasting=True) if kind else None


def _refused(error: SlackApiError) -> Trouble:
    data = error.response.data if isinstance(error.response.data, dict) else {}
    code = str(data.get("error", ""))
    if code in _REMEDIES:
        return Trouble(code, _REMEDIES[code], lasting=True)
    return Trouble(code if code.isidentifier() else f"status {error.response.status_code}")
