"""The tables of what goes to others than Slack, or comes from them: part of `schema`'s picture."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from pipelines.store.columns import Serial, Utc, metadata

second_road = Table(  # what was told beside Slack while that took nothing: once a thing, for ever
    "second_road",
    metadata,
    Column("intent", Serial, ForeignKey("intents.id"), primary_key=True, autoincrement=False),
    Column("letter", Text, nullable=False),  # its id there; one letter may tell of many
    Column("road", Text, nullable=False),  # mail, webhook
    Column("state", Text, nullable=False),  # sending, sent, rejected
    Column("attempts", Integer, nullable=False, default=0),
    Column("first_attempt", Utc, nullable=False),
    Column("sent", Utc),
    Column("reason", Text, nullable=False, default=""),
    Index(None, "letter"),
)

translations = Table(  # what a machine made of a text, under a hash of the text and of who was asked
    "translations",
    metadata,
    Column("key", Text, primary_key=True),
    Column("target", Text, nullable=False),  # the language it is in
    Column("text", Text, nullable=False),
    Column("at", Utc, nullable=False),
)
