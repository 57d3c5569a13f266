"""A delivery may wait for a digest, and knows the one it is told in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipelines.store.columns import Utc

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("digest_at", Utc()))
    op.add_column("deliveries", sa.Column("gathered", sa.Text()))
    op.create_index("ix_deliveries_gathered", "deliveries", ["gathered"])
