"""How Alembic reaches the database: over the connection that `fortnight migrate` gives it, or one of its own."""

from alembic import context
from sqlalchemy import Connection

from models.registry import metadata


def run(connection: Connection) -> None:
    """Bring the database to the revision that was asked for, in one transaction."""
    context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    from fortnight.database import owner_connection
    from fortnight.settings import load

    url = load().database_url
    if url is None:
        raise SystemExit("alembic by itself needs FORTNIGHT_DATABASE_URL")
    with owner_connection(url) as own:
        run(own)
