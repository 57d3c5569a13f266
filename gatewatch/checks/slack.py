"""Whether alerts can leave: token, scopes and channel of the Slack workspace. Asks, never posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from alerts.slack.workspace import Identity, Refusal, Standing, Workspace
from gatewatch.checks import Row
from gatewatch.config import Settings

NEEDED = {"chat:write": "posting"}
USEFUL = {
    "channels:read": "finding a channel by its name",
    "channels:history": "looking before a message is sent again",
}
ASKED_FOR = {"files:write": "attaching the rows of a digest", "commands": "the slash command"}
"""What every set-up misses, and what some ask for.

The starter's slack-manifest.yaml has those for private channels too.
"""
_KINDS = {
    "xapp-": "an app-level token",
    "xoxp-": "a user's token",
    "xoxe": "a token that rotates",
    "https://": "a webhook's address",
}
"""What else is copied from an app's pages, by its beginning."""


def slack(settings: Settings) -> Iterator[Row]:
    """The rows for the way that alerts leave by."""
    if settings.delivery == "terminal":
        remedy = "Set SLACK_BOT_TOKEN and SLACK_CHANNEL, or SLACK_WEBHOOK_URL."
        yield Row("slack", "warn", "not configured: matches are printed", remedy)
    elif settings.delivery == "missing":
        yield Row("slack", "fail", "alerts stay pending", settings.lacks)
    elif settings.delivery == "webhook":
        yield Row("slack", "ok", "a webhook is set; `gatewatch alerts test` posts one message")
        remedy = "A bot token (SLACK_BOT_TOKEN, SLACK_CHANNEL) can: threads, and no repeats."
        yield Row("slack", "warn", "a webhook cannot look up what was posted", remedy)
    else:
        yield from _bot(settings)


def _bot(settings: Settings) -> Iterator[Row]:
    assert settings.bot_token is not None
    token = settings.bot_token.reveal()
    if wrong := next((kind for start, kind in _KINDS.items() if token.startswith(start)), ""):
        remedy = "Copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions of the Slack app."
        yield Row("slack token", "fail", f"SLACK_BOT_TOKEN holds {wrong}", remedy)
        return
    workspace = Workspace(token, api_url=settings.slack_api_url)
    who = workspace.who()
    if isinstance(who, Refusal):
        yield Row("slack token", "fail", who.reason, who.remedy)
        return
    yield Row("slack token", "ok", f"{who.bot} in {who.team}")
    asked = {"files:write": _attaches(settings), "commands": settings.listens}
    wanted = {scope: use for scope, use in ASKED_FOR.items() if asked[scope]}
    yield from _scopes(who.scopes, USEFUL | wanted)
    served = [settings.channel, settings.ops_channel, *(one.to for one in settings.config.routes)]
    yield from channels(workspace, who, served)
    bare = {name.lstrip("#") for name in served}
    for row in channels(
        workspace, who, [one for one in settings.config.channels if one.lstrip("#") not in bare]
    ):
        # nothing is posted there by itself: only who asks there is answered in its language
        yield replace(row, state="warn") if row.state == "fail" else row


def channels(workspace: Workspace, who: Identity, names: Iterable[str]) -> Iterator[Row]:
    """How the bot stands to each of these channels, once each."""
    for channel in {name.lstrip("#"): name for name in names if name}.values():
        found = workspace.channel(channel)
        if isinstance(found, Refusal):
            yield Row("slack channel", found.grade, f"{channel}: {found.reason}", found.remedy)
        elif found.archived:
            yield Row("slack channel", "fail", f"{channel} is archived", "Name another channel.")
        elif not found.member and not _enters(found, who):
            yield Row(
                "slack channel", "fail", f"the bot is not in {channel}", f"Write /invite @{who.bot} there."
            )
        else:
            yield Row("slack channel", "ok", f"{channel} is #{found.name} ({found.id})")


def _enters(channel: Standing, who: Identity) -> bool:
    """Whether the bot may post without an invitation: it joins public channels, or need not."""
    return not channel.private and bool({"chat:write.public", "channels:join"} & who.scopes)


def _attaches(settings: Settings) -> bool:
    """Whether some channel's digests carry a file."""
    config = settings.config
    return config.slack.digest.csv or any(one.digest.csv for one in config.channels.values())


def _scopes(have: frozenset[str], useful: Mapping[str, str]) -> Iterator[Row]:
    if not have:  # Slack did not say
        return
    missing = {scope: use for scope, use in NEEDED.items() if scope not in have}
    lacking = {scope: use for scope, use in useful.items() if scope not in have}
    for scope, use in missing.items():
        yield Row("slack scopes", "fail", f"{scope} is missing: {use}", _remedy(scope))
    for scope, use in lacking.items():
        yield Row("slack scopes", "warn", f"{scope} is missing: {use}", _remedy(scope))
    if not missing and not lacking:
        yield Row("slack scopes", "ok", ", ".join(sorted(have)))


def _remedy(scope: str) -> str:
    return f"Add {scope} under OAuth & Permissions of the Slack app, and install it again."
