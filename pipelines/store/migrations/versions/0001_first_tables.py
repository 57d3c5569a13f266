"""The first tables: sources, articles, matters, what was told, what happened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "budgets",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_budgets"),
    )
    op.create_index("ix_budgets_domain_at", "budgets", ["domain", "at"])
    op.create_table(
        "channels",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("next_at", sa.Float(), nullable=False),
        sa.Column("broken", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_channels"),
    )
    op.create_table(
        "events",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("article", sa.Text()),
        sa.Column("matter", sa.Text()),
        sa.Column("alert", sa.Text()),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_article", "events", ["article"])
    op.create_index("ix_events_kind_at", "events", ["kind", "at"])
    op.create_table(
        "holds",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_holds"),
    )
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("next_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_hosts"),
    )
    op.create_table(
        "intents",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("article", sa.Text()),
        sa.Column("matter", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("routed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_intents"),
        sa.UniqueConstraint("kind", "subject", name="uq_intents_kind_subject"),
    )
    op.create_index("ix_intents_routed_id", "intents", ["routed", "id"])
    op.create_table(
        "matters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("doc_no", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened", UTC, nullable=False),
        sa.Column("updated", UTC, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matters"),
    )
    op.create_index("ix_matters_updated", "matters", ["updated"])
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
    )
    op.create_table(
        "rule_texts",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_rule_texts"),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("since", UTC),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("memo", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("last_turn", UTC),
        sa.Column("last_ok", UTC),
        sa.Column("last_new", UTC),
        sa.Column("baseline_at", UTC),
        sa.Column("summarised", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean()),
        sa.Column("due", sa.Float(), nullable=False),
        sa.Column("began", sa.Float(), nullable=False),
        sa.Column("lease_until", sa.Float(), nullable=False),
        sa.Column("lease_token", sa.Integer(), nullable=False),
        sa.Column("lease_worker", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
    )
    op.create_index("ix_sources_due", "sources", ["due"])
    op.create_table(
        "unread",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.Float(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", name="pk_unread"),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("private_text", sa.Text(), nullable=False),
        sa.Column("published", UTC),
        sa.Column("published_day", sa.Date()),
        sa.Column("doc_no", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("fetched", UTC),
        sa.Column("first_seen", UTC, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("twin", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text()),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.Text()),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("dates", sa.JSON(), nullable=False),
        sa.Column("near_rule", sa.Text(), nullable=False),
        sa.Column("near_lacked", sa.Text(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter"], ["matters.id"], name="fk_articles_matter", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("key", name="uq_articles_key"),
    )
    op.create_index("ix_articles_first_seen_id", "articles", ["first_seen", "id"])
    op.create_index("ix_articles_matched_disposition", "articles", ["matched", "disposition"])
    op.create_index("ix_articles_matter", "articles", ["matter"])
    op.create_index("ix_articles_published", "articles", ["published"])
    op.create_index("ix_articles_twin", "articles", ["twin"])
    op.create_index("ix_articles_url", "articles", ["url"], postgresql_using="hash")
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("intent", SERIAL, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("article", sa.Text()),
        sa.Column("matter", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text()),
        sa.Column("broadcast", sa.Boolean(), nullable=False),
        sa.Column("position", SERIAL, nullable=False),
        sa.Column("created", UTC, nullable=False),
        sa.Column("not_before", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_attempt", UTC),
        sa.Column("sent", UTC),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("permalink", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["intent"], ["intents.id"], name="fk_deliveries_intent"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("channel", "kind", "intent", name="uq_deliveries_channel_kind_intent"),
    )
    op.create_index("ix_deliveries_article", "deliveries", ["article"])
    op.create_index("ix_deliveries_matter_channel", "deliveries", ["matter", "channel"])
    op.create_index("ix_deliveries_state_channel_position", "deliveries", ["state", "channel", "position"])
    op.create_table(
        "matter_keys",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["matter"], ["matters.id"], name="fk_matter_keys_matter"),
        sa.PrimaryKeyConstraint("key", name="pk_matter_keys"),
    )
    op.create_index("ix_matter_keys_matter", "matter_keys", ["matter"])
    op.create_table(
        "matter_links",
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("cites", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cites"], ["matters.id"], name="fk_matter_links_cites"),
        sa.ForeignKeyConstraint(["matter"], ["matters.id"], name="fk_matter_links_matter"),
        sa.PrimaryKeyConstraint("matter", "cites", name="pk_matter_links"),
    )
    op.create_table(
        "matches",
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rule_hash", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_matches_article"),
        sa.ForeignKeyConstraint(["rule_hash"], ["rule_texts.hash"], name="fk_matches_rule_hash"),
        sa.PrimaryKeyConstraint("article", "rule", name="pk_matches"),
    )
    op.create_table(
        "sightings",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name="fk_sightings_article"),
        sa.PrimaryKeyConstraint("source", "key", name="pk_sightings"),
    )
    op.create_index("ix_sightings_article", "sightings", ["article"])
