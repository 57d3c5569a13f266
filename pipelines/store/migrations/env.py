"""Alembic's own entry: runs the steps on the connection, and in the transaction, that it is handed.

Never opens a database: `pipelines.store.migrations` does. To write a new step, see CONTRIBUTING.
"""

from __future__ import annotations

from alembic import context

from pipelines.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
