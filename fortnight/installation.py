"""The installation that a command works on: its database, whoever runs it, and its organisations."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, Final

from sqlalchemy import URL, Row, text

from commands.create_organisation import Created, CreateOrganisation
from commands.create_organisation import create_organisation as create
from fortnight import embedded_postgres
from fortnight.database import (
    check_migrated,
    check_server,
    forget_clients_settings,
    open_database,
    owner_connection,
    parse_url,
)
from fortnight.faults import Unfit
from fortnight.settings import Settings
from models.unit import Database
from policy.parameters import PolicyError

DEMO: Final = "Fortnight Demo"
"""The name of the demo's organisation."""
WORKER_NAME: Final = "fortnight-worker"
"""How workers call themselves to PostgreSQL, so that doctor sees whether there is one."""

ORGANISATIONS = text("SELECT id, name, is_sandbox FROM organisation ORDER BY id")
PERSON = text("""
SELECT id, name, email, feed_generation FROM person WHERE organisation_id = :organisation
AND (lower(email) = lower(:who) OR lower(split_part(email, '@', 1)) = lower(:who) OR id::text = :who)
ORDER BY lower(email) = lower(:who) DESC, id LIMIT 1
""")


@contextmanager
def database_url(settings: Settings) -> Generator[URL]:
    """The owner's way to the database: of the server that was named, or of the embedded one. Raises Unfit."""
    if settings.database_url is not None:
        yield parse_url(settings.database_url.get_secret_value())
        return
    forget_clients_settings()
    with embedded_postgres.reached(settings.data) as server:
        yield server.url()


@contextmanager
def rooms(url: URL, *, pool_size: int = 2) -> Generator[Database]:
    """The database as the rooms see it, once it is known to be of this code's revision. Raises Unfit."""
    with owner_connection(url) as connection:
        check_server(connection)
        check_migrated(connection)
    database = open_database(url, pool_size=pool_size)
    try:
        yield database
    finally:
        database.engine.dispose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A person as the console needs them."""

    organisation_id: int
    id: int
    name: str
    feed_generation: int


def organisations(database: Database) -> list[Row[Any]]:
    """All organisations: id, name, is_sandbox."""
    with database.across_organisations() as connection:
        return list(connection.execute(ORGANISATIONS).all())


def find_person(database: Database, organisation_id: int, who: str) -> Known | None:
    """The person with this e-mail address, the part of it before the @, or this number."""
    with database.unit(organisation_id, read_only=True) as unit:
        row = unit.connection.execute(PERSON, {"organisation": organisation_id, "who": who}).one_or_none()
    if row is None:
        return None
    return Known(organisation_id=organisation_id, id=row.id, name=row.name, feed_generation=row.feed_generation)


def choose_organisation(database: Database, number: int | None) -> int:
    """The organisation of this number; without one the demo, or the only one there is. Raises Unfit."""
    found = organisations(database)
    if number is not None and number not in {row.id for row in found}:
        raise Unfit(f"there is no organisation {number}")
    chosen = number or next((row.id for row in found if row.is_sandbox and row.name == DEMO), None)
    if chosen is not None:
        return chosen
    if len(found) != 1:
        known = ", ".join(f"{row.id} ({row.name})" for row in found) or "none yet"
        raise Unfit(f"say which organisation with --organisation: {known}")
    return found[0].id


def create_organisation(
    database: Database, *, name: str, zone: str, preset: str, staff: tuple[str, str], sandbox_at: datetime | None
) -> Created:
    """The organisation stands, with an API key of every scope. Raises Unfit."""
    try:
        created = create(
            database,
            CreateOrganisation(
                name=name,
                zone=zone,
                preset=preset,
                staff_name=staff[0],
                staff_email=staff[1],
                sandbox_at=sandbox_at,
                key_random=token_urlsafe(32),
            ),
        )
    except (KeyError, PolicyError):
        raise Unfit(f"there is no preset {preset}") from None
    if not isinstance(created, Created):
        raise Unfit(f"{created.path[-1] if created.path else 'organisation'}: {created.message}")
    return created
