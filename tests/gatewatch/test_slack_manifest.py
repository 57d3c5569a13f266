"""The app manifest asks for what the code uses: no scope less, none more, and no feature that nothing answers."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
import yaml

from alerts.answers.buttons import COMMAND
from gatewatch.checks.slack import ASKED_FOR, NEEDED, USEFUL
from gatewatch.slash import VERBS

ROOT = Path(__file__).parents[2]
# docs.slack.dev/reference/methods: public channels, and what private ones need beside
SCOPES = {
    "auth.test": set(),
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.completeUploadExternal": {"files:write"},
    "chat.scheduleMessage": {"chat:write"},
    "chat.deleteScheduledMessage": {"chat:write"},
    "chat.scheduledMessages.list": set(),
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.list": {"channels:read", "groups:read"},
    "conversations.join": {"channels:join"},
    "conversations.history": {"channels:history", "groups:history"},
    "conversations.replies": {"channels:history", "groups:history"},
}
# "chat.postMessage", "conversations.list" as string literals
_METHOD = re.compile(r'"((?:auth|chat|conversations|files|apps|reactions|users|views)\.[A-Za-z.]+)"')


@pytest.fixture
def manifest():
    return yaml.safe_load(
        (resources.files("gatewatch") / "starter" / "slack-manifest.yaml").read_text("utf-8")
    )


def used():
    found = set()
    for folder in ("alerts", "gatewatch"):
        for path in (ROOT / folder).rglob("*.py"):
            if "demo" not in path.parts:
                found |= set(_METHOD.findall(path.read_text("utf-8")))
    return found


def test_every_method_that_the_code_calls_is_listed_here():
    assert used() == set(SCOPES)


def test_the_scopes_are_those_that_the_methods_need(manifest):
    needed = {"commands"}.union(*(SCOPES[method] for method in used()))  # a slash command has its own
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed
    assert (
        set(NEEDED) | set(USEFUL) | set(ASKED_FOR) <= needed
    )  # `doctor` misses nothing that an app made from it lacks


def test_nothing_is_offered_that_nothing_answers(manifest):
    """Buttons and the one command, over Socket Mode: the manifest names no address of anybody's."""
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == COMMAND
    assert "url" not in command
    hinted = [part.split()[0] for part in command["usage_hint"].split(" | ")]
    assert set(hinted) == {*VERBS, "help"}
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["settings"]["interactivity"] == {"is_enabled": True}
    assert set(manifest["features"]) == {"bot_user", "slash_commands"}
    assert "event_subscriptions" not in manifest["settings"]


def test_slack_takes_its_names(manifest):
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140


def test_the_copy_beside_the_service_files_is_the_same():
    packaged = (resources.files("gatewatch") / "starter" / "slack-manifest.yaml").read_bytes()
    assert (ROOT / "deploy" / "slack-manifest.yaml").read_bytes() == packaged
