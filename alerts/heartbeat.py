"""Tells from outside that the process lives: an address is fetched, a message is put off.

The address falls silent when the process dies. The message ("Gatewatch has not reported since …") is
scheduled 26 hours ahead in Slack and replaced hourly, so that it appears by itself when nobody replaces
it. A kill between any two steps leaves at worst one message too many, which the next beat takes back.
Never raises for what a network does; never shows the address, whose path is often the secret.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import secrets
import threading
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from alerts.opened import Facts
from alerts.outcome import Place, Rejected, Retry
from alerts.slack.transport import API_URL, SlackTransport
from alerts.wording.inert import escape
from alerts.wording.phrases import when
from alerts.wording.words import ENGLISH

log = logging.getLogger(__name__)

AHEAD = timedelta(hours=26)
EVERY = timedelta(hours=1)
TIMEOUT = 8.0
"""Seconds for one operation of the socket, and for a whole beat to wait for it."""

KEPT = "dead_man"
"""The fact in the store: when the message was last put off, in which channel, under which id."""

_FETCHING = "heartbeat"
_OPENING = "Gatewatch has not reported since"


class Hidden(Protocol):
    """A secret; `reveal()` gives it."""

    def reveal(self) -> str:
        """The text itself."""


class Config(Protocol):
    """The part of the config file that is needed here."""

    @property
    def heartbeat_url(self) -> Hidden | None:
        """What to fetch after a good round."""


class BeatSettings(Protocol):
    """What a beat needs of the settings."""

    @property
    def config(self) -> Config:
        """The config file."""

    @property
    def bot_token(self) -> Hidden | None:
        """Slack's bot token."""

    @property
    def slack_api_url(self) -> str:
        """Another API host, or empty."""

    @property
    def channel(self) -> str:
        """Where news goes, or empty."""

    @property
    def ops_channel(self) -> str:
        """Where trouble goes, or empty."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone of dates shown."""


class Store(Protocol):
    """What a beat needs of the store."""

    @property
    def meta(self) -> Facts:
        """Single facts."""


def beat(store: Store, settings: BeatSettings, now: datetime) -> None:
    """A good round is over: fetch the address, put the message off (at most hourly).

    Neither keeps the other waiting: an address that answers a byte a minute is left to itself.
    """
    fetching = None
    if settings.config.heartbeat_url is not None:
        fetching = _begin(settings.config.heartbeat_url.reveal())
    channel = settings.ops_channel or settings.channel
    if settings.bot_token is not None and channel:
        slack = SlackTransport(settings.bot_token.reveal(), api_url=settings.slack_api_url or API_URL)
        put_off(store.meta, slack, channel, now, settings.zone)
    if fetching is not None:
        fetching.join(TIMEOUT)


def _begin(url: str) -> threading.Thread | None:
    """Fetch the address in a thread that holds nobody; None while the former fetch goes on."""
    if any(thread.name == _FETCHING for thread in threading.enumerate()):
        log.warning(
            "the heartbeat address at %s has not ended its last answer", urlsplit(url).hostname or "?"
        )
        return None
    thread = threading.Thread(target=fetch, args=(url,), name=_FETCHING, daemon=True)
    thread.start()
    return thread


def fetch(url: str) -> bool:
    """Fetch the address, through the proxy of the environment; whether it answered well."""
    host = urlsplit(url).hostname or "?"
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "Gatewatch"})  # noqa: S310 - config checks it
        with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310
            pass
    except urllib.error.HTTPError as error:
        with contextlib.closing(error):
            log.warning("the heartbeat address at %s answered with status %d", host, error.code)
    except (OSError, http.client.HTTPException, ValueError) as error:
        log.warning("the heartbeat address at %s does not answer (%s)", host, type(error).__name__)
    else:
        return True
    return False


def put_off(facts: Facts, slack: SlackTransport, channel: str, now: datetime, zone: ZoneInfo) -> bool:
    """Schedule the message anew and take back the former ones; False where nothing was changed.

    First the new one, then the fact, then the old: whichever step is the last, one stays scheduled.
    """
    kept = _kept(facts)
    if kept.get("channel") == channel and not _due(kept, now):
        return False
    place = slack.resolve(channel, kept.get("place", "") if kept.get("channel") == channel else "")
    if not isinstance(place, Place):
        return _failed(place)
    if "name" not in kept:  # known before anything is scheduled under it
        kept["name"] = secrets.token_hex(3)
        facts.set(KEPT, json.dumps(kept))
    mark = f"(installation {kept['name']})"
    told = when(now, zone, ENGLISH)
    text = escape(f"{_OPENING} {told}. It may have stopped: look where it runs. {mark}")
    made = slack.schedule(place, text, int((now + AHEAD).timestamp()))
    if not isinstance(made, str):
        return _failed(made)
    fact = {"name": kept["name"], "at": now.isoformat(), "channel": channel, "place": place.id, "id": made}
    facts.set(KEPT, json.dumps(fact))
    for somewhere in dict.fromkeys((place.id, kept.get("place") or place.id)):
        _take_back(slack, Place(somewhere), mark, but=made)
    return True


def _take_back(slack: SlackTransport, place: Place, mark: str, *, but: str) -> None:
    scheduled = slack.scheduled(place)
    if isinstance(scheduled, Retry | Rejected):
        _failed(scheduled)
        return
    for identity, text in scheduled:
        if (
            identity != but
            and text.startswith(_OPENING)
            and mark in text
            and not slack.unschedule(place, identity)
        ):
            log.warning("a former message of the dead-man switch is still scheduled; it is tried again")


def _due(kept: dict[str, str], now: datetime) -> bool:
    try:
        since = now - datetime.fromisoformat(kept["at"])
    except (KeyError, ValueError, TypeError):  # TypeError: a time without a zone
        return True
    return not timedelta(0) <= since < EVERY


def _kept(facts: Facts) -> dict[str, str]:
    try:
        found = json.loads(facts.get(KEPT) or "{}")
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _failed(why: Retry | Rejected) -> bool:
    remedy = why.remedy if isinstance(why, Rejected) else ""
    log.warning("the message for the case of death could not be put off: %s %s", why.reason, remedy)
    return False
