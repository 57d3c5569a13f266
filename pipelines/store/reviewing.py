"""What a person should look at: which articles those are that nobody has marked. Never writes."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, func, not_, or_, select

from pipelines.store.dialect import among
from pipelines.store.judgements import marks
from pipelines.store.schema import articles


def unreviewed(connection: Connection) -> ColumnElement[bool]:
    """True of the articles that are to be looked at, unless somebody marked them or their matter."""
    said = marks(connection)
    seen = or_(
        among(connection, articles.c.id, said.articles.keys()),
        among(connection, func.coalesce(articles.c.matter, ""), said.matters.keys()),
    )
    return and_(articles.c.review != "", not_(seen))


def count(connection: Connection) -> int:
    """How many they are."""
    query = select(func.count()).select_from(articles).where(unreviewed(connection))
    return connection.scalar(query) or 0
