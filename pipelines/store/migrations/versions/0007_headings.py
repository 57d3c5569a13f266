"""A headline and its article by another road have one heading."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crawlers.parse import google_news, urls
from pipelines.store.headlines import heading_of

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BATCH = 500


def upgrade() -> None:
    op.add_column("articles", sa.Column("heading", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_articles_heading", "articles", ["heading"])
    articles = sa.table("articles", *map(sa.column, ("id", "title", "url", "heading")))
    connection = op.get_bind()
    rows = connection.execute(sa.select(articles.c.id, articles.c.title, articles.c.url)).all()
    for batch in range(0, len(rows), _BATCH):
        connection.execute(
            sa.update(articles)
            .where(articles.c.id == sa.bindparam("of"))
            .values(heading=sa.bindparam("said")),
            [{"of": row.id, "said": _heading(row.title, row.url)} for row in rows[batch : batch + _BATCH]],
        )


def _heading(title: str, url: str) -> str:
    """Of an aggregator's entry the publisher's host was not kept: it finds nothing."""
    host = urls.host(url)
    return "" if host == google_news.HOST else heading_of(title, host)
