"""The buttons below a message, and what an envelope of Slack's says of a press or a command. Pure.

Two buttons and two lists, so that a phone shows every choice in one tap. A value holds the alert's id, and
which choice of a list; nothing is believed of it before the store has looked (`alerts.answers.answering`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from alerts.answers.words import AnswerWords, answer_words
from alerts.wording.inert import visible

Verb = Literal["relevant", "not-relevant", "take", "snooze"]
DAYS: Mapping[str, int] = {"1d": 1, "7d": 7, "30d": 30}
COMMAND = "/gatewatch"
_QUERY = 500
"""Of a command so many characters are read."""
_CHOICES: Mapping[str, Mapping[str, object]] = {
    "relevant": {"": None},
    "not-relevant": dict.fromkeys(("wrong-term", "wrong-source", "duplicate", "other")),
    "take": {"": None},
    "snooze": DAYS,
}

# "g0123456789abcdef01234567", "g0123456789abcdef01234567 wrong-term"
_VALUE = re.compile(r"(g[0-9a-f]{23})(?: ([a-z0-9-]{1,20}))?")
# "U0FAKEUSER", "W012A3CDE"
_USER = re.compile(r"[UW][A-Z0-9]{2,30}")

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Who it was, as Slack says: an id, and the name that people see."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed, or a choice made, below a message. `wrong` says why it cannot be one of ours."""

    who: Person
    channel: str
    ts: str
    reply: str
    alert: str = ""
    verb: str = ""
    choice: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A slash command: its words, and where it was typed (the channel's id and name)."""

    who: Person
    channel: str
    name: str
    reply: str
    text: str


def buttons(alert: str, language: str, *, matter: bool) -> Block:
    """The block of buttons of an alert; with `matter` it can be taken and snoozed too."""
    say = answer_words(language)
    elements = [_button("relevant", say.relevant, alert)]
    if matter:
        elements.append(_button("take", say.take, alert))
    elements.append(_list("not-relevant", say.not_relevant, say.because, alert))
    if matter:
        elements.append(_list("snooze", say.snooze, say.days, alert))
    return {"type": "actions", "elements": elements}


def choice_of(verb: str, choice: str, say: AnswerWords) -> str:
    """A choice in words."""
    return {**say.because, **say.days}.get(choice, choice) if verb in _CHOICES else ""


def read(kind: str, payload: Mapping[str, Any]) -> Press | Asked | None:
    """What an envelope says; None where it is nothing that we have asked for."""
    if kind == "slash_commands" and payload.get("command") == COMMAND:
        return Asked(
            Person(_short(payload.get("user_id")), _short(payload.get("user_name"))),
            _short(payload.get("channel_id")),
            _short(payload.get("channel_name")),
            _short(payload.get("response_url"), 500),
            _short(payload.get("text"), _QUERY),
        )
    if kind == "interactive" and payload.get("type") == "block_actions":
        return _press(payload)
    return None


def _press(payload: Mapping[str, Any]) -> Press:
    user, channel, container = (_part(payload, name) for name in ("user", "channel", "container"))
    actions = payload.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    chosen = _part(action, "selected_option").get("value", action.get("value"))
    named = action.get("action_id")
    verb = named if isinstance(named, str) and named in _CHOICES else ""
    found = _VALUE.fullmatch(chosen) if isinstance(chosen, str) else None
    alert, choice = (found[1], found[2] or "") if found else ("", "")
    who = Person(_short(user.get("id")), _short(user.get("username") or user.get("name")))
    wrong = ""
    if not verb:
        wrong = "no such verb"
    elif found is None:
        wrong = "no such value"
    elif choice not in _CHOICES[verb]:
        wrong = "no such choice"
    elif not _USER.fullmatch(who.id):
        wrong = "nobody pressed"
    elif not container.get("message_ts"):
        wrong = "below no message"  # in a modal or on a home tab: we have none
    return Press(
        who,
        _short(channel.get("id") or container.get("channel_id")),
        _short(container.get("message_ts")),
        _short(payload.get("response_url"), 500),
        alert,
        verb,
        choice,
        wrong,
    )


def _button(verb: Verb, label: str, alert: str) -> Block:
    return {"type": "button", "action_id": verb, "text": _plain(label), "value": alert}


def _list(verb: Verb, label: str, choices: Mapping[str, str], alert: str) -> Block:
    options = [{"text": _plain(words), "value": f"{alert} {choice}"} for choice, words in choices.items()]
    return {"type": "static_select", "action_id": verb, "placeholder": _plain(label), "options": options}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _part(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = payload.get(name)
    return found if isinstance(found, dict) else {}


def _short(value: object, most: int = 100) -> str:
    """The beginning of a string, without what no database holds; anything else is an empty one."""
    return visible(value[:most]) if isinstance(value, str) else ""
