"""The articles still to be read keep their whole entry: a list that moves on must not take them along."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unread", sa.Column("entry", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("unread", sa.Column("baseline", sa.Boolean(), nullable=False, server_default=sa.false()))
