"""The row that a lease is of, locked: every commit under a lease begins with it. Never takes or ends one."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, select

from pipelines.store.dialect import clock


def ours(connection: Connection, table: Table, of: ColumnElement[bool], token: int) -> RowMapping | None:
    """The one row of `table` where `of` holds, with the database's `now`, held until the transaction ends.

    None unless its lease (`lease_token`, `lease_until`) has this token and has not run out.
    """
    query = select(table, clock(connection).label("now")).where(of).with_for_update(of=table)
    row = connection.execute(query).mappings().one_or_none()
    if row is None or row["lease_token"] != token or row["lease_until"] <= row["now"]:
        return None
    return row
