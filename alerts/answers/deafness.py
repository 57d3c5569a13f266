"""That nobody hears what people press: told to the operators once, until it works again.

Writes an intent and a fact, words nothing. Raises StoreError.
"""

from __future__ import annotations

from datetime import datetime

from pipelines.store import Store
from pipelines.store.intents import count_of, intend

KIND = "answers"
TOLD = "answers_told"
"""The store's fact that says why nothing was heard when people were last told; empty: it works."""
_SOURCE = "slack"


def begin(store: Store, why: str, remedy: str, now: datetime) -> bool:
    """Tell the operators; False where they know."""
    if store.meta.get(TOLD) == why:
        return False
    with store.writing() as connection:
        number = count_of(connection, KIND, _SOURCE) + 1
        detail = {"why": why, "remedy": remedy}
        intend(connection, KIND, f"{KIND}:{number}", at=now, source=_SOURCE, detail=detail)
    store.meta.set(TOLD, why)
    return True


def over(store: Store) -> None:
    """It works: the next trouble is told again."""
    if store.meta.get(TOLD):
        store.meta.set(TOLD, "")
