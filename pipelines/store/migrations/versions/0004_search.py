"""Every article is known by its words, so that a search finds it: FTS5 on SQLite, GIN on PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipelines.store.search import index_all

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article_words",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("article", sa.Text(), sa.ForeignKey("articles.id"), nullable=False, unique=True),
        sa.Column("words", sa.Text(), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        of = "article_words USING gin (string_to_array(words, ' '))"
        op.execute(f"CREATE INDEX ix_article_words_words ON {of}")
    else:
        # The words are apart already, no place is asked for. The triggers are those of FTS5's manual, 4.4.3.
        op.execute(
            "CREATE VIRTUAL TABLE article_words_index USING fts5"
            "(words, content='article_words', content_rowid='number', detail='none', tokenize='ascii')"
        )
        into = "INSERT INTO article_words_index"
        add = f"{into}(rowid, words) VALUES (new.number, new.words);"
        drop = f"{into}(article_words_index, rowid, words) VALUES ('delete', old.number, old.words);"
        for moment, work in (("INSERT", add), ("DELETE", drop), ("UPDATE", drop + add)):
            name = f"article_words_{moment.lower()}"
            op.execute(f"CREATE TRIGGER {name} AFTER {moment} ON article_words BEGIN {work} END")
    index_all(op.get_bind(), with_files=False)
