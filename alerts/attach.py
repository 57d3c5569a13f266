"""The file of a digest on its way: its bytes, uploaded once, its id kept before people can see it.

Between, a sender may be killed: whoever comes next shows what was uploaded, after looking whether it is
shown already. Never decides where it goes, never words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from alerts.outcome import Ambiguous, Outcome, Place, Rejected, Retry, Sent, Transport
from alerts.slack.files import GONE
from pipelines.store.digests import file_name
from pipelines.store.outbox import Outbox
from pipelines.store.queue import Head

Rows = Callable[[Collection[str]], bytes]
"""The CSV of these articles, as `export` writes it."""
_BY_HAND = "`gatewatch export` writes the same rows."


class Attaching:
    """Uploads and shows the files of a store by one road; `rows` None: nobody here can make them."""

    def __init__(self, outbox: Outbox, transport: Transport, rows: Rows | None) -> None:
        self._outbox = outbox
        self._files = transport.files
        self._rows = rows

    def upload(self, head: Head, now: datetime) -> str | Retry | Rejected:
        """The id of the uploaded file: the one that is kept, or of a new upload, kept now."""
        if self._files is None or self._rows is None:
            return Rejected("this road carries no files", "file", _BY_HAND)
        if head.parent and head.parent_state != "sent":
            return Rejected("its digest was not posted", "file", _BY_HAND)
        if kept := self._outbox.uploaded(head):
            return kept
        wanted = self._outbox.material(head.id).intent["detail"].get("articles")
        if wanted is None:  # written before digests knew their articles: not a file without rows
            return Rejected("an older version wrote its digest without its articles.", "file", _BY_HAND)
        file = self._files.upload(file_name(head.subject), self._rows(wanted))
        if isinstance(file, str):
            self._outbox.keep_upload(head, file, now)
        return file

    def show(
        self, head: Head, place: Place, file: str, thread: str, now: datetime, *, blind: bool
    ) -> Outcome:
        """Show the file. What was shown before and cannot be seen here (`blind`) is taken to be there."""
        assert self._files is not None
        outcome = self._files.show(place, file, file_name(head.subject), thread_ts=thread)
        if isinstance(outcome, Rejected) and outcome.scope == "thread":
            self._outbox.keep_upload(head, "", now)  # nobody says whether it can be shown once more elsewhere
        if not (isinstance(outcome, Rejected) and outcome.reason.startswith(GONE)):
            return outcome
        if head.state != "sending":
            return outcome
        if blind:
            return Sent()
        self._outbox.keep_upload(
            head, "", now
        )  # it is not there, and Slack has it no more: from the beginning
        return Ambiguous("the uploaded file is gone")
