"""How the first messages of matters were posted, and the line that stands below each now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shown",
        sa.Column("alert", sa.Text(), sa.ForeignKey("deliveries.id", name="fk_shown_alert"), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("line", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due", sa.Float(), nullable=True),
        sa.Column("abandoned", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("alert", name="pk_shown"),
    )
    op.create_index("ix_shown_due", "shown", ["due"])
