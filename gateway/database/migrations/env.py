"""Alembic's entry: turns the revisions still to be applied into one SQL script. It never opens a connection itself."""

from alembic import context

# The script runs inside the transaction of gateway.database.migrate, so it opens none of its own.
context.configure(dialect_name="postgresql", transactional_ddl=False)
context.run_migrations()
