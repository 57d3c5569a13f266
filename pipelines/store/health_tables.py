"""How sources did, for ever, and what readers know of an authority's cover: part of `schema`'s picture."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, Table, Text, text

from pipelines.store.columns import Serial, Utc, metadata

health = Table(  # a source's time in intervals of one state: no overlap, no hole, never deleted
    "health",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("source", Text, nullable=False),
    Column("authority", Text, nullable=False, default=""),  # as the catalogue said then
    Column("host", Text, nullable=False, default=""),
    Column("state", Text, nullable=False),  # ok, quiet, stale, gap, empty, blocked, failing, off, unchecked
    Column("code", Text, nullable=False, default=""),
    Column("message", Text, nullable=False, default=""),
    Column("since", Utc, nullable=False),
    Column("until", Utc),  # null: it is the source's open one
    Column("last", Utc, nullable=False),  # the last turn that found it so
    Column("turns", Integer, nullable=False, default=1),
    Column("longest", Float, nullable=False, default=0.0),  # the longest pause between two of them, seconds
    Column("allowed", Float, nullable=False, default=0.0),  # seconds after `last` in which a turn is on time
    Index(None, "source", "since"),
    Index(
        "uq_health_open",
        "source",
        unique=True,
        sqlite_where=text("until IS NULL"),
        postgresql_where=text("until IS NULL"),
    ),
    Index(None, "until"),
)

authorities = Table(  # what readers know of an authority's cover
    "authorities",
    metadata,
    Column("authority", Text, primary_key=True),
    Column("told", Text, nullable=False, default=""),  # uncovered, or empty
    Column("told_at", Utc),
    Column("tellings", Integer, nullable=False, default=0),
)
