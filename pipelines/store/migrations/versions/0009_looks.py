"""Pages are looked at again; what an article said before stays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("sightings", sa.Column("worded", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "looks",
        sa.Column(
            "article", sa.Text(), sa.ForeignKey("articles.id", name="fk_looks_article"), nullable=False
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("memo", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("since", UTC),
        sa.Column("gone_since", UTC),
        sa.Column("gone_looks", sa.Integer(), nullable=False),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("last", UTC),
        sa.Column("doubted", sa.Text(), nullable=False),
        sa.Column("due", sa.Float(), nullable=False),
        sa.Column("lease_until", sa.Float(), nullable=False),
        sa.Column("lease_token", sa.Integer(), nullable=False),
        sa.Column("lease_worker", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article", name="pk_looks"),
    )
    op.create_index("ix_looks_source_due", "looks", ["source", "due"])
    op.create_table(
        "versions",
        sa.Column(
            "article", sa.Text(), sa.ForeignKey("articles.id", name="fk_versions_article"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("until", UTC, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("private_text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("twin", sa.Text(), nullable=False),
        sa.Column("print", sa.Text(), nullable=False),
        sa.Column("concluded", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("article", "number", name="pk_versions"),
    )
    op.create_index("ix_versions_twin", "versions", ["twin"])
