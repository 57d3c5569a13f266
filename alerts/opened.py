"""What sending needs of an open store."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection

from pipelines.store.outbox import Outbox


class Facts(Protocol):
    """Single facts of a store, by name."""

    def get(self, name: str) -> str | None:
        """The fact, or None."""

    def set(self, name: str, value: str) -> None:
        """Keep the fact."""


class Opened(Protocol):
    """What sending needs of a store."""

    @property
    def outbox(self) -> Outbox:
        """What people are told."""

    @property
    def meta(self) -> Facts:
        """Single facts: `born`, `restored_at`."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection that writes nothing."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that may write."""
