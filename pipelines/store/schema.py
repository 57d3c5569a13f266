"""The tables, in one picture. What the source said, what we concluded and what was told stand apart.

    sources ──< sightings >── articles ──< matches >── rule_texts
       │ └──< health              │ └──< attachments, kept, looks, versions
     hosts, budgets            matters ──< matter_keys        events (append-only)
                                  │
                 intents ──▶ deliveries ── channels           meta, holds, inbox
                    └──< second_road    └── shown

Facts carry aware UTC times (`Utc`); everything that schedules carries the database's own clock as
seconds since 1970 (`Float`), so that a worker's wrong clock can neither steal nor skip.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from pipelines.store.columns import Serial, Utc, metadata
from pipelines.store.health_tables import authorities, health
from pipelines.store.outside_tables import second_road, translations
from pipelines.store.page_tables import kept, looks, versions
from pipelines.store.slack_tables import inbox, shown

__all__ = [  # beside this file's own
    "authorities", "health", "inbox", "kept", "looks", "metadata",
    "second_road", "shown", "translations", "versions",
]  # fmt: skip

# --- what is watched, and who holds it -------------------------------------------------------------
sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False, default="new"),
    Column("code", Text, nullable=False, default=""),
    Column("message", Text, nullable=False, default=""),
    Column("remedy", Text, nullable=False, default=""),
    Column("since", Utc),  # when this state began
    Column("told", Text, nullable=False, default=""),  # the state and code people were last told
    Column("told_at", Utc),
    Column("told_since", Utc),  # when the state that was told had begun
    Column("told_with", Text, nullable=False, default=""),  # the trouble it was told with: a host, `network`
    Column("tellings", Integer, nullable=False, default=0),  # within the latest day of tellings
    Column("changes", Integer, nullable=False, default=0),  # since the last telling
    Column("failures", Integer, nullable=False, default=0),
    Column("memo", JSON, nullable=False, default=dict),
    Column("rows", Integer, nullable=False, default=0),
    Column("last_turn", Utc),  # the last turn that ended, well or not
    Column("last_ok", Utc),
    Column("last_new", Utc),
    Column("baseline_at", Utc),  # the first complete turn; null until then
    Column("summarised", Boolean, nullable=False, default=False),  # its baseline was told
    Column("authority", Text, nullable=False, default=""),  # this and what follows: of the catalogue
    Column("host", Text, nullable=False, default=""),
    Column("own", Boolean, nullable=False, default=False),  # a site of the authority itself
    Column("chinese", Boolean, nullable=False, default=False),  # published on Chinese working days
    Column("step", Float, nullable=False, default=0.0),  # seconds between two turns
    Column("off", Text, nullable=False, default=""),  # why it is not polled
    Column("enabled", Boolean),  # the operator's `sources enable|disable`; null: as the catalogue says
    Column("due", Float, nullable=False, default=0.0),
    Column("began", Float, nullable=False, default=0.0),  # the last claim
    Column("lease_until", Float, nullable=False, default=0.0),
    Column("lease_token", Integer, nullable=False, default=0),
    Column("lease_worker", Text, nullable=False, default=""),
    Index(None, "due"),
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("next_at", Float, nullable=False, default=0.0),
)

budgets = Table(  # one row a request, the last hour's only: an exact sliding window
    "budgets",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("domain", Text, nullable=False),
    Column("at", Float, nullable=False),
    Index(None, "domain", "at"),
)

unread = Table(  # what lists showed and is still to be read, or could not be read yet
    "unread",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("next_try", Float, nullable=False),
    Column("code", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("entry", JSON, nullable=False),
    Column("baseline", Boolean, nullable=False),  # first listed before the source's first turn was complete
)

# --- what sources said -----------------------------------------------------------------------------
articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),  # official: the whole; else an extract: news is not ours to keep
    Column("private_text", Text, nullable=False, default=""),  # the whole of the rest; never exported
    Column("published", Utc),
    Column("published_day", Date),
    Column("doc_no", Text, nullable=False, default=""),
    Column("origin", Text, nullable=False, default=""),
    Column("guid", Text, nullable=False, default=""),
    Column("lang", Text, nullable=False, default=""),
    Column("tier", Text, nullable=False),
    Column("authority", Text, nullable=False, default=""),
    Column("attachments", JSON, nullable=False, default=list),
    Column("labels", JSON, nullable=False, default=list),
    Column("whole", Boolean, nullable=False),
    Column("fetched", Utc),
    Column("first_seen", Utc, nullable=False),
    Column("sha256", Text, nullable=False),  # of `text`
    Column("twin", Text, nullable=False),  # hash of title, number and text: a republication has the same
    Column("heading", Text, nullable=False, server_default=""),  # hash of bare title and publisher's domain
    # --- what we concluded ---
    Column("matter", Text, ForeignKey("matters.id", deferrable=True, initially="DEFERRED")),
    Column("relation", Text, nullable=False, default=""),  # opens, copy, follow-up, amendment, report
    Column("matched", Boolean, nullable=False, default=False),
    Column("severity", Text),
    Column("score", Float, nullable=False, default=0.0),
    Column("topics", JSON, nullable=False, default=list),
    Column("stage", Text, nullable=False, default=""),
    Column("instrument", Text, nullable=False, default=""),
    Column("dates", JSON, nullable=False, default=list),
    Column(
        "review", Text, nullable=False, server_default=""
    ),  # why a person should look: attachment, or empty
    Column("near_rule", Text, nullable=False, default=""),
    Column("near_lacked", Text, nullable=False, default=""),
    Column("disposition", Text, nullable=False, default="none"),  # none, baseline, held, alert
    Index(None, "first_seen", "id"),
    Index(None, "published"),
    Index(None, "matter"),
    Index(None, "twin"),
    Index(None, "heading"),
    Index(None, "matched", "disposition"),
    Index(None, "url", postgresql_using="hash"),  # a B-tree refuses addresses above 2,700 bytes
)

sightings = Table(  # which source listed which article, under which key
    "sightings",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("article", Text, ForeignKey("articles.id"), nullable=False),
    Column("at", Utc, nullable=False),
    Column("worded", Text, nullable=False, server_default=""),  # a hash of how the list words it
    Index(None, "article"),
)

article_words = Table(  # by which a search finds an article; the migration indexes it, as each database can
    "article_words",
    metadata,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("article", Text, ForeignKey("articles.id"), nullable=False, unique=True),
    Column("words", Text, nullable=False),
)

# --- what we concluded -----------------------------------------------------------------------------
rule_texts = Table(
    "rule_texts",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

matches = Table(
    "matches",
    metadata,
    Column("article", Text, ForeignKey("articles.id"), primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("rule_hash", Text, ForeignKey("rule_texts.hash"), nullable=False),
    Column("topic", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("why", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
)

matters = Table(
    "matters",
    metadata,
    Column("id", Text, primary_key=True),  # m + the digits of the opening article's id
    Column("title", Text, nullable=False),
    Column("doc_no", Text, nullable=False, default=""),
    Column("authority", Text, nullable=False, default=""),
    Column("opened_by", Text, nullable=False),
    Column("opened", Utc, nullable=False),
    Column("updated", Utc, nullable=False),
    Column("stage", Text, nullable=False, default=""),
    Column("joined", Text),  # somebody joined it to this matter, where its articles and keys are now
    Index(None, "updated"),
    Index(None, "joined"),
)

matter_keys = Table(
    "matter_keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("matter", Text, ForeignKey("matters.id"), nullable=False),
    Column("official", Boolean, nullable=False),  # set by a regulator's own document
    Column("since", Utc),  # when the matter got it; null: before the store kept that
    Index(None, "matter"),
)

matter_links = Table(  # a matter that cites another
    "matter_links",
    metadata,
    Column("matter", Text, ForeignKey("matters.id"), primary_key=True),
    Column("cites", Text, ForeignKey("matters.id"), primary_key=True),
    Column("since", Utc),
)

# --- what was told ---------------------------------------------------------------------------------
intents = Table(  # written in the article's own transaction; routing makes deliveries of them
    "intents",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("kind", Text, nullable=False),  # new, follow-up, report, amendment, source, baseline, test …
    Column("subject", Text, nullable=False),  # what the alert id derives from: an article id, a change …
    Column("article", Text),
    Column("matter", Text),
    Column("source", Text),
    Column("detail", JSON, nullable=False, default=dict),
    Column("at", Utc, nullable=False),
    Column("routed", Boolean, nullable=False, default=False),
    UniqueConstraint("kind", "subject"),
    Index(None, "routed", "id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),  # the alert id: derived from channel, kind and subject
    Column("intent", Serial, ForeignKey("intents.id"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("article", Text),
    Column("matter", Text),
    Column("state", Text, nullable=False),  # pending, sending, sent, rejected, held, digest, silenced
    Column("parent", Text),  # the alert id whose thread this goes into; null: its own message
    Column("broadcast", Boolean, nullable=False, default=False),
    Column("position", Serial, nullable=False),  # the order within a channel
    Column("created", Utc, nullable=False),
    Column("not_before", Float, nullable=False, default=0.0),  # the database's clock
    Column("attempts", Integer, nullable=False, default=0),
    Column("first_attempt", Utc),
    Column("sent", Utc),
    Column("ts", Text, nullable=False, default=""),
    Column("permalink", Text, nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),
    Column("text", Text, nullable=False, default=""),  # as posted (the plain fallback)
    Column("digest_at", Utc),  # when it is to be part of a digest; only while the state is `digest`
    Column("gathered", Text),  # the alert id of the digest that it is told in, once that is fixed
    UniqueConstraint("channel", "kind", "intent"),
    Index(None, "state", "channel", "position"),
    Index(None, "article"),
    Index(None, "matter", "channel"),
    Index(None, "gathered"),
)

channels = Table(
    "channels",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("next_at", Float, nullable=False, default=0.0),  # pace: the database's clock
    Column("broken", Text, nullable=False, default=""),  # why nothing can be posted there, or empty
    Column("channel_id", Text, nullable=False, default=""),  # Slack's own id
)

holds = Table(  # singular tasks: the sender of a channel, the end of a round
    "holds",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("token", Integer, nullable=False),
    Column("until", Float, nullable=False),
)

# --- what happened, for ever -----------------------------------------------------------------------
events = Table(
    "events",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False),
    Column("kind", Text, nullable=False),  # seen, matched, posted, rejected, health, joined, restored …
    Column("source", Text),
    Column("article", Text),
    Column("matter", Text),
    Column("alert", Text),
    Column("detail", JSON, nullable=False, default=dict),
    Column("undoes", Serial),  # the judgement that this event takes back
    Index(None, "kind", "at"),
    Index(None, "article"),
    Index(None, "matter"),
    Index(None, "undoes", unique=True),
)

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
