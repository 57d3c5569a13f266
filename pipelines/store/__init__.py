"""The one place that speaks SQL: stored facts, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from pipelines.store.store import Store, open_store

__all__ = ["Store", "open_store"]
