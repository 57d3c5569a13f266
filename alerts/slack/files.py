"""Puts a file into a channel or a thread of Slack's: uploaded first, which nobody sees, then shown.

The steps of slack-sdk's `files_upload_v2` one by one, so that the file's id can be kept before it is shown.
Slack shows it a while after it said so (slackapi/python-slack-sdk#1277). Never repeats, never waits, never
lets the token out.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from alerts.alert import CSV
from alerts.outcome import Ambiguous, Found, Outcome, Place, Rejected, Retry, Sent
from alerts.slack.wire import LOST, lost

GONE = "file_not_found"
_SCOPE = "Add files:write under OAuth & Permissions of the Slack app, and install it again."
_INVITE = "Invite the bot: without being in the channel it can post there, but attach nothing."

Call = Callable[..., dict[str, Any] | Outcome]


class SlackFiles:
    """The files of a workspace. `call` makes one call of the Web API: its answer, or what went wrong."""

    def __init__(self, call: Call, timeout: int) -> None:
        self._call = call
        self._timeout = timeout

    def upload(self, name: str, content: bytes) -> str | Retry | Rejected:
        """Upload a file that nobody sees yet: its id."""
        answer = self._call("files.getUploadURLExternal", filename=name, length=len(content))
        if not isinstance(answer, dict):
            return _unseen(answer)
        url, file = str(answer.get("upload_url", "")), str(answer.get("file_id", ""))
        if urlsplit(url).scheme not in {"http", "https"} or not file:
            return Retry(None, "the answer was not Slack's")
        request = urllib.request.Request(url, content, {"Content-Type": "application/octet-stream"})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as got:  # noqa: S310 - checked above
                got.read()
        except urllib.error.HTTPError as error:
            with error:
                return Retry(None, f"the upload was answered with status {error.code}")
        except LOST as error:
            return _unseen(lost(error))
        return file

    def show(self, place: Place, file: str, name: str, *, thread_ts: str = "") -> Outcome:
        """Show an uploaded file in the channel or thread. Refused with GONE: it was shown, or dropped."""
        given = {"files": json.dumps([{"id": file, "title": name}]), "channel_id": place.id}
        answer = self._call(
            "files.completeUploadExternal", **given, **({"thread_ts": thread_ts} if thread_ts else {})
        )
        if not isinstance(answer, dict):
            return _refused(answer) if isinstance(answer, Rejected) else answer
        shown: Mapping[str, Any] = next(iter(answer.get("files") or ()), {})
        return Sent("", str(shown.get("permalink", "")))


def attached(row: Mapping[str, Any], link: Callable[[str, str], str]) -> Found | None:
    """The file of ours that a message in the history carries, by its name. `link` makes an address."""
    names = [str(one.get("name", "")) for one in row.get("files") or () if isinstance(one, dict)]
    ours = next((name for name in names if name.startswith("gatewatch-")), "")
    ts, parent = str(row.get("ts", "")), str(row.get("thread_ts") or "")
    return Found(ours, CSV, ours, ts, link(ts, parent)) if ours else None


def _unseen(outcome: Outcome) -> Retry | Rejected:
    """What nobody sees can be done again."""
    if isinstance(outcome, Ambiguous | Sent):
        return Retry(None, outcome.reason if isinstance(outcome, Ambiguous) else "no answer")
    return outcome if isinstance(outcome, Retry) else _refused(outcome)


def _refused(outcome: Rejected) -> Rejected:
    """A refusal of the file alone: messages may be posted all the same."""
    remedies = {"missing_scope": _SCOPE, "not_in_channel": _INVITE}
    code = outcome.reason.partition(":")[0]
    if code in remedies or outcome.scope in {"message", "format"}:
        return Rejected(
            outcome.reason, "file", remedies.get(code, "`gatewatch export` writes the same rows.")
        )
    return outcome
