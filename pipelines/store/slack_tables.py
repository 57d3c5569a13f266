"""The tables of what stands in Slack now, and of what people press there: part of `schema`'s picture.

What a message said when it was posted is never overwritten: only the line below it changes.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, Table, Text

from pipelines.store.columns import Serial, Utc, metadata

shown = Table(  # an article's message in a channel: how it was posted, and the line below it now
    "shown",
    metadata,
    Column("alert", Text, ForeignKey("deliveries.id"), primary_key=True),
    Column("blocks", JSON, nullable=False, default=list),  # as posted; empty where it was plain
    Column("line", Text),  # the line below it now; empty: none; null: nobody knows
    Column("version", Integer, nullable=False, default=0),  # grows whenever it may have to change
    Column("due", Float),  # when to look at it, the database's clock; null: it is as it should be
    Column("abandoned", Text, nullable=False, default=""),  # why it is not changed any more, or empty
    Index(None, "due"),
)

inbox = Table(  # durable before Slack hears that we have it; emptied once it is worked
    "inbox",
    metadata,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("envelope", Text, nullable=False, unique=True),  # Slack's own id of it
    Column("at", Utc, nullable=False),
    Column("state", Text, nullable=False),  # waiting, worked (its answer is to be told), done
    Column("asked", JSON, nullable=False),  # empty once it is done
    Column("answer", Text, nullable=False, default=""),
    Index(None, "state", "number"),
)
