"""Run by Alembic: hand it the connection that ``migrate`` opened, inside its transaction."""

from alembic import context

from lighting.adapters.sql.order_tables import ORDER

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=ORDER.metadata,  # of all tables, once the last module of tables is read
    transactional_ddl=True,  # SQLite can, as long as nothing commits in between
)
with context.begin_transaction():
    context.run_migrations()
