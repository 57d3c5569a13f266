"""Whether buttons and `/gatewatch` are heard: app token, Socket Mode. Connects for a moment, hears nothing.

Never while some `run` listens: Slack would give us what is meant for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from alerts.answers.socket_mode import SocketMode
from alerts.answers.who import is_id
from alerts.slack.transport import API_URL
from gatewatch.checks import Row
from gatewatch.config import Settings
from pipelines.store import Store
from pipelines.store.inbox import listened

CHECK = "slack answers"
_REMEDY = (
    "For buttons and /gatewatch set SLACK_APP_TOKEN: an app-level token with connections:write, "
    "from Basic Information of the Slack app."
)


def answers(settings: Settings, store: Store | None) -> Iterator[Row]:
    """The rows of what people press; none where no bot posts."""
    if settings.delivery != "bot":
        return
    names = [one for one in settings.config.judges if not is_id(one.strip().lstrip("@"))]
    if names:
        remedy = "Put the user id there (in Slack: their profile, ⋮, Copy member ID)."
        yield Row(CHECK, "warn", f"judges: anybody can take the name {', '.join(names)}", remedy)
    if settings.app_token is None:
        yield Row(CHECK, "ok", "none: messages have no buttons", _REMEDY)
        return
    if store is not None and _heard(store):
        yield Row(CHECK, "ok", "a `gatewatch run` listens")
        return
    connection = SocketMode(settings.app_token.reveal(), _refuse, api_url=settings.slack_api_url or API_URL)
    trouble = connection.connect()
    connection.close()
    if trouble is None:
        yield Row(CHECK, "ok", "Slack lets us listen; `gatewatch run` does")
    else:
        remedy = trouble.remedy or "Check the network, the proxy settings and SLACK_API_URL."
        yield Row(CHECK, "fail" if trouble.lasting else "warn", trouble.reason, remedy)


def _heard(store: Store) -> bool:
    with store.reading() as connection:
        return listened(connection)


def _refuse(*_: object) -> bool:
    """What comes in the moment that we look is not ours to keep: unacknowledged, its presser sees that."""
    return False
