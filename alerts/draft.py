"""What a waiting delivery is to say, and whether after a restore it may have been said before.

Some marks on a delivery (its `reason`) outlive trouble on the way: that it must be plain, that an
operator asked for it. Never reads the store, never posts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.alert import CSV, TELLINGS, Alert
from alerts.gather import gather
from alerts.message import Message, compose
from alerts.settings import AlertSettings
from pipelines.store.digests import file_name
from pipelines.store.gathered import Member
from pipelines.store.queue import ASKED, Head
from pipelines.store.telling import Material

log = logging.getLogger(__name__)

PLAIN = "sent as plain text, its blocks were refused"
AS_PLAIN = "So was its plain text: please report this as a fault of Gatewatch."
RESTORED = "held back: the store was restored from a backup, and this may have been told before"
Translate = Callable[[Alert], Alert]
"""Adds a translation to an alert, and changes nothing else of it."""
_MARKS = (PLAIN, ASKED)
_AFTER_RESTORE = timedelta(days=2)
"""By then every list has been read again, and what appears is new to the old store too."""


def draft(
    material: Material,
    head: Head,
    settings: AlertSettings,
    *,
    threaded: bool,
    repeated: bool,
    translate: Translate | None = None,
) -> Message | None:
    """The message; None where its row makes no sense (the log says why), so that others can go on."""
    if head.kind == CSV:
        return Message(head.id, file_name(head.subject))
    try:
        alert = gather(material, settings, threaded=threaded, repeated=repeated)
        message = compose(translate(alert) if translate else alert)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        log.exception("%s: %s cannot be worded", head.channel, head.id)
        return None
    if head.reason.startswith(PLAIN):
        return replace(message, blocks=(), metadata=None if "metadata" in head.reason else message.metadata)
    return message


def marked(head: Head, why: str) -> str:
    """The reason to keep with a delivery that is tried again: why, unless a mark must stay."""
    return head.reason if head.reason.startswith(_MARKS) else why


def may_be_old(head: Head | Member, restored: datetime, members: Iterable[Member] = ()) -> bool:
    """Whether this, or a member of it, may have been told between the backup and the restore."""
    if head.reason.startswith(_MARKS):
        return False
    if any(may_be_old(one, restored) for one in members):
        return True
    if head.kind not in TELLINGS:
        return head.intended <= restored
    recent = head.intended <= restored + _AFTER_RESTORE
    return recent and (head.published is None or head.published <= restored)
