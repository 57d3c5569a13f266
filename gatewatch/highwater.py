"""Notices that the store went back in time: a file beside it remembers the last event it had.

A store that was copied back by hand, past `gatewatch db restore`, would tell by webhook what it told before
(with a bot token the channel's history is read first). Holds no secret; a missing file is no alarm.
"""

from __future__ import annotations

import logging
import os
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from pipelines.store import Store
from pipelines.store.schema import events

NAME = "last-event"

log = logging.getLogger("gatewatch")


def check(store: Store, home: Path, now: datetime) -> bool:
    """True, once, where the store holds fewer events than the file says; it is marked as restored then."""
    try:
        mark = int((home / NAME).read_text("ascii"))
    except (OSError, ValueError):
        return False
    if _last(store) >= mark:
        return False
    log.warning("the store is older than when it was last used: taken for restored from a backup")
    store.meta.set("restored_at", now.isoformat())
    with store.writing() as connection:
        store.events.add(connection, "restored", at=now, detail={"events": mark})
    remember(store, home)
    return True


def remember(store: Store, home: Path) -> None:
    """Keep the number of the last event, whole or not at all; a home that takes no file is no fault."""
    last = str(_last(store))
    written = home / f"{NAME}.{os.getpid()}.{threading.get_ident()}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        written.write_text(last, "ascii")
        written.replace(home / NAME)
    except OSError as error:
        log.warning("%s could not be written: %s", home / NAME, error.strerror)
        with suppress(OSError):
            written.unlink(missing_ok=True)


def _last(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.scalar(select(func.max(events.c.id))) or 0)
