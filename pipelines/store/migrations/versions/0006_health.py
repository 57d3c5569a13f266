"""A source's time in intervals, what people know of a source and of an authority, what the catalogue says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for column in (
        sa.Column("told_at", UTC),
        sa.Column("told_since", UTC),
        sa.Column("told_with", sa.Text(), nullable=False, server_default=""),
        sa.Column("tellings", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("changes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("authority", sa.Text(), nullable=False, server_default=""),
        sa.Column("host", sa.Text(), nullable=False, server_default=""),
        sa.Column("own", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("chinese", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("step", sa.Float(), nullable=False, server_default="0"),
        sa.Column("off", sa.Text(), nullable=False, server_default=""),
    ):
        op.add_column("sources", column)
    op.create_table(
        "health",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("since", UTC, nullable=False),
        sa.Column("until", UTC),
        sa.Column("last", UTC, nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("longest", sa.Float(), nullable=False),
        sa.Column("allowed", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health")),
    )
    op.create_index(op.f("ix_health_source_since"), "health", ["source", "since"])
    op.create_index(op.f("ix_health_until"), "health", ["until"])
    open_one = sa.text("until IS NULL")
    op.create_index(
        "uq_health_open", "health", ["source"], unique=True, sqlite_where=open_one, postgresql_where=open_one
    )
    op.create_table(
        "authorities",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("told_at", UTC),
        sa.Column("tellings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("authority", name=op.f("pk_authorities")),
    )
