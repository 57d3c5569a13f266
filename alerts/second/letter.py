"""Words what goes by the second road: plain text for a mail, or for another service's webhook. Pure.

The same facts as in Slack, without its markup. Foreign text was made inert by `message`; what a service
behind a webhook might obey besides (mentions, links under a label) is taken off by `unmarked`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alerts.alert import Alert
from alerts.message import compose
from alerts.route import weight
from alerts.second.words import road_words
from alerts.terminal import render
from alerts.wording.inert import clean, cut, plain
from alerts.wording.phrases import when
from alerts.wording.words import words

SUBJECT = 150
LISTED = 50
"""Alerts that one letter lists; the rest is counted."""

# "https://x.example/@name" as a whole, else a single "@"
_ADDRESS = r"(https?://[^\s<>|]+)"
_MENTION = re.compile(rf"{_ADDRESS}|@")
# "[label](", "<!channel>", "<@U1>"
_MARKUP = str.maketrans({"<": "‹", ">": "›", "[": "［", "]": "］"})


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `id` is the same at every attempt; `facts` are what a program may want of it."""

    id: str
    subject: str
    text: str
    facts: dict[str, Any] = field(default_factory=dict)


def letter(alert: Alert, identity: str, since: datetime | None) -> Letter:
    """The letter of one alert. `since` is when Slack was first found to take nothing, None: it works."""
    lines = _lines(alert)
    if since is not None and alert.kind != "road":
        lines += ["", _footer(alert, since)]
    facts: dict[str, Any] = {
        "alert_id": alert.id,
        "kind": alert.kind,
        "severity": alert.article.severity if alert.article else "",
        "url": alert.article.url if alert.article else "",
        "repeated": alert.repeated,
    }
    return Letter(identity, _subject(_headline(alert)), "\n".join(lines), facts)


def summary(alerts: Sequence[Alert], identity: str, since: datetime) -> Letter:
    """One letter of many alerts, the severe ones first."""
    first, repeated = alerts[0], any(alert.repeated for alert in alerts)
    say = words(first.language)
    use = road_words(say)
    head = use.many.format(count=len(alerts))
    shown = sorted(alerts, key=lambda one: -weight(one.article.severity if one.article else ""))[:LISTED]
    lines = [*((say.repeated,) if repeated else ()), f"{head}:", ""]
    for one in shown:
        lines.append(_headline(one))
        if one.article:
            lines.append(f"  {clean(one.article.url, 500)}")
    if len(alerts) > len(shown):
        lines.append(use.more.format(count=len(alerts) - len(shown)))
    lines += ["", _footer(first, since)]
    facts = {"alert_ids": [alert.id for alert in alerts], "kind": "summary", "repeated": repeated}
    return Letter(identity, _subject(head), "\n".join(lines), facts)


def trial(identity: str, language: str) -> Letter:
    """A letter to try the road."""
    say = words(language)
    text = road_words(say).test
    return Letter(
        identity, _subject(f"{say.tags['test']}: {text}"), text, {"alert_id": identity, "kind": "test"}
    )


def unmarked(text: str) -> str:
    """The text with nothing in it that a chat service obeys: mentions, formatting, links under a label."""
    calm = _MENTION.sub(lambda found: found.group(1) or "＠", text)
    return "\n".join(_unformatted(line) for line in calm.split("\n"))


def _unformatted(line: str) -> str:
    parts = re.split(_ADDRESS, line)
    return "".join(part if odd % 2 else plain(part).translate(_MARKUP) for odd, part in enumerate(parts))


def _lines(alert: Alert) -> list[str]:
    """The message in plain lines: as a terminal shows it."""
    return [line.plain for line in render(compose(alert))]


def _headline(alert: Alert) -> str:
    """`NEW · HIGH: the title`, or what the message says first."""
    say = words(alert.language)
    if alert.article is None:
        return cut(_lines(alert)[0].partition(say.stop)[0], 400)
    tag = say.tags.get(alert.kind, alert.kind)
    lead = " · ".join(part for part in (tag, say.severities.get(alert.article.severity, "")) if part)
    return f"{lead}: {clean(alert.article.title, 300) or clean(alert.article.url, 300)}"


def _subject(text: str) -> str:
    return clean(f"Gatewatch · {text}", SUBJECT)


def _footer(alert: Alert, since: datetime) -> str:
    say = words(alert.language)
    return road_words(say).footer.format(since=when(since, alert.zone, say))
