"""What became of each attached file, and which articles a person should look at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

UTC = sa.DateTime(timezone=True)

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column(
            "article", sa.Text(), sa.ForeignKey("articles.id", name="fk_attachments_article"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("source", "name", "url", "state", "reason", "kind")
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.Float(), nullable=True),
        sa.Column("read_at", UTC, nullable=True),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("article", "position", name="pk_attachments"),
    )
    op.create_index("ix_attachments_source_next_try", "attachments", ["source", "next_try"])
    op.add_column("articles", sa.Column("review", sa.Text(), nullable=False, server_default=""))
