"""What was told before the store remembers it: after a restore, a digest and its members apart.

Never reads the channel, never posts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from alerts.outcome import Found
from alerts.past import Past
from pipelines.store.outbox import Outbox
from pipelines.store.queue import Head


def scopes(
    outbox: Outbox, past: Past, head: Head, thread: str, *, restored: bool
) -> Iterator[tuple[str, str]]:
    """Where this delivery, or what it tells of, may stand: each thread with the alert that opened it.

    The channel itself first, as two empty words. Lazily: what was read there shows which threads to read.
    """
    yield "", ""
    if thread:
        yield thread, head.parent or ""
    if restored:
        members = outbox.members(head.id) if head.kind == "digest" else ()
        opened = {one.parent_ts: one.parent for one in members if one.parent_ts} | past.continued()
        yield from ((ts, alert) for ts, alert in opened.items() if not past.knows(ts))


def there(outbox: Outbox, past: Past, head: Head, now: datetime) -> Found | None:
    """The message that told of this delivery, or None.

    Of a digest that is not there what was told otherwise is noted as told, and taken out of it; where that is
    all of it, the first such message.
    """
    if (found := past.find(head)) is not None or head.kind != "digest":
        return found
    members = outbox.members(head.id)
    told = [(one, known) for one in members if (known := past.find(one)) is not None]
    for one, known in told:
        within = known.alert if known.kind == "digest" else ""
        outbox.told_before(head, one, now, ts=known.ts, permalink=known.permalink, within=within)
    return told[0][1] if told and len(told) == len(members) else None


def itself(head: Head, found: Found) -> bool:
    """Whether the message is the delivery's own: not that of a digest, or of one of a digest's members."""
    return found.alert == head.id or "digest" not in {head.kind, found.kind}
