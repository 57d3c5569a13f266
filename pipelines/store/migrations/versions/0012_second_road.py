"""What was told beside Slack while that took nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipelines.store.columns import Serial

UTC = sa.DateTime(timezone=True)

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_road",
        sa.Column(
            "intent", Serial, sa.ForeignKey("intents.id", name="fk_second_road_intent"), nullable=False,
            autoincrement=False,
        ),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("road", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_attempt", UTC, nullable=False),
        sa.Column("sent", UTC, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("intent", name="pk_second_road"),
    )  # fmt: skip
    op.create_index("ix_second_road_letter", "second_road", ["letter"])
