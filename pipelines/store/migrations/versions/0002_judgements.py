"""Judgements: matters that people joined, since when a key or a link stands, what an event takes back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("matters", sa.Column("joined", sa.Text()))
    op.create_index("ix_matters_joined", "matters", ["joined"])
    op.add_column("matter_keys", sa.Column("since", UTC))
    op.add_column("matter_links", sa.Column("since", UTC))
    op.add_column("events", sa.Column("undoes", SERIAL))
    op.create_index("ix_events_undoes", "events", ["undoes"], unique=True)
    op.create_index("ix_events_matter", "events", ["matter"])
