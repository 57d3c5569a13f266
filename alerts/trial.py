"""One test message, by the road that alerts take: tried once, answered at once, never queued.

Only posts and says what came of it. Never writes to the store, never repeats what may have arrived.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.alert import Alert
from alerts.message import compose
from alerts.outcome import Ambiguous, Outcome, Rejected, Retry, Sent, Transport
from alerts.route import alert_id
from alerts.second import letter
from alerts.second.road import Road
from alerts.settings import AlertSettings

KIND = "test"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a test message. `sent` says that it is there; else `reason` and `remedy` say why not.

    `doubtful`: it may have arrived all the same.
    """

    alert: str
    subject: str
    channel: str
    sent: bool = False
    doubtful: bool = False
    ts: str = ""
    permalink: str = ""
    text: str = ""
    reason: str = ""
    remedy: str = ""


def trial(
    transport: Transport, settings: AlertSettings, clock: Callable[[], datetime], channel: str = ""
) -> tuple[Trial, ...]:
    """Post a test message to this channel, or to the readers' and the operators', once; what came of each."""
    channels = settings.channels
    if channels is None:
        return ()
    names = [channel] if channel else dict.fromkeys((channels.news, channels.health))
    return tuple(_one(transport, settings, channel, clock()) for channel in names)


def by_second(road: Road, settings: AlertSettings, now: datetime) -> Trial:
    """Send a test letter by the second road, once; what came of it."""
    subject = f"{KIND} {now.isoformat()}"
    made = Trial(alert_id(road.name, KIND, subject), subject, road.name)
    outcome = road.post(letter.trial(made.alert, settings.language))
    return replace(made, sent=True) if isinstance(outcome, Sent) else _failed(made, outcome)


def _one(transport: Transport, settings: AlertSettings, channel: str, now: datetime) -> Trial:
    subject = f"{KIND} {now.isoformat()}"
    made = Trial(alert_id(channel, KIND, subject), subject, channel)
    message = compose(Alert(made.alert, KIND, subject, now, language=settings.language, zone=settings.zone))
    place = transport.resolve(channel)
    if isinstance(place, Retry | Rejected):
        return _failed(made, place)
    outcome = transport.post(place, message)
    if isinstance(outcome, Rejected) and outcome.scope == "format":  # as an alert would be: in plain words
        outcome = transport.post(place, replace(message, blocks=(), metadata=None))
    if isinstance(outcome, Sent):
        return replace(made, sent=True, ts=outcome.ts, permalink=outcome.permalink, text=message.text)
    return _failed(made, outcome)


def _failed(made: Trial, outcome: Outcome) -> Trial:
    match outcome:
        case Rejected(reason, _, remedy):
            return replace(made, reason=reason, remedy=remedy)
        case Retry(after, reason) if after is not None:
            return replace(made, reason=reason, remedy=f"Try again in {after:.0f} s.")
        case Retry(_, reason):
            remedy = "Check the network, the proxy settings and the address, then try again."
            return replace(made, reason=reason, remedy=remedy)
        case Ambiguous(reason):
            remedy = "It may have arrived: look there before you try again."
            return replace(made, reason=reason, remedy=remedy, doubtful=True)
        case Sent():
            return made
