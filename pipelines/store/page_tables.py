"""The tables of pages after their publication: what is kept of them, how they are, what they said before.

`pipelines.store.schema` has them with all the others.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text

from pipelines.store.columns import Utc, metadata

attachments = Table(  # what became of each file of an article, where its source's files are read
    "attachments",
    metadata,
    Column("article", Text, ForeignKey("articles.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("state", Text, nullable=False),  # waiting, read, unread, skipped
    Column("reason", Text, nullable=False, default=""),  # of unread a code; of read what is missing of it
    Column("kind", Text, nullable=False, default=""),  # pdf, docx …: by what is in it
    Column("size", Integer, nullable=False, default=0),
    Column("sha256", Text, nullable=False, default=""),  # of the file
    Column("text", Text, nullable=False, default=""),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try", Float),  # the database's clock; null: it is not asked for any more
    Column("read_at", Utc),
    Column("baseline", Boolean, nullable=False),
    Index(None, "source", "next_try"),
)

kept = Table(  # what of an article lies in the archive, as it was sent
    "kept",
    metadata,
    Column("article", Text, ForeignKey("articles.id"), primary_key=True),
    Column("record", Text, primary_key=True),  # its urn:uuid
    Column("url", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("status", Integer, nullable=False),
    Column("role", Text, nullable=False),  # page, attachment, list, gone
    Column("sha256", Text, nullable=False),
    Column("chain", Text, nullable=False),  # the hash of its line in the manifest: holds the chain's end
    Column("machine", Text, nullable=False),  # whose archive it is
)

looks = Table(  # pages that are looked at again, and how they are
    "looks",
    metadata,
    Column("article", Text, ForeignKey("articles.id"), primary_key=True),
    Column("source", Text, nullable=False),
    Column("memo", JSON, nullable=False, default=dict),
    Column("state", Text, nullable=False, default="ok"),  # ok, gone, withdrawn, moved, unreachable
    Column("code", Text, nullable=False, default=""),
    Column("message", Text, nullable=False, default=""),
    Column("since", Utc),  # when this state began
    Column("gone_since", Utc),
    Column("gone_looks", Integer, nullable=False, default=0),
    Column("looked", Integer, nullable=False, default=0),  # how often
    Column("last", Utc),
    Column(
        "doubted", Text, nullable=False, default=""
    ),  # a former version that came back once: a stale copy?
    Column("due", Float, nullable=False),
    Column("lease_until", Float, nullable=False, default=0.0),
    Column("lease_token", Integer, nullable=False, default=0),
    Column("lease_worker", Text, nullable=False, default=""),
    Index(None, "source", "due"),
)

versions = Table(  # what an article said before it was changed, for ever
    "versions",
    metadata,
    Column("article", Text, ForeignKey("articles.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # from 1, the oldest
    Column("until", Utc, nullable=False),  # when another text was found in its place
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("private_text", Text, nullable=False, default=""),
    Column("sha256", Text, nullable=False),
    Column("twin", Text, nullable=False),
    Column("print", Text, nullable=False),  # what versions share between which nothing that counts changed
    Column(
        "concluded", JSON, nullable=False, default=dict
    ),  # columns of `articles` and its `matches`, as `row_then` reads them
    Index(None, "twin"),
)
