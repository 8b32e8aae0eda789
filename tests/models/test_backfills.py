"""A database that was filled under an older revision is migrated with what it holds, whoever owns its tables."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, text

from fortnight.database import MIGRATIONS, migrate, newest_revision, owner_connection
from tests.support.postgres import Cluster

BEFORE = "0015"
"""The last revision under which an event did not name the version of the policy that held for it."""
SECOND = datetime(2027, 3, 10, 9, tzinfo=UTC)
"""When the second version was published; the first one was on 1 March."""


@pytest.fixture
def older(cluster: Cluster) -> Iterator[URL]:
    """A database of the older revision that belongs to somebody with ordinary rights, who is held to row-level security too."""
    with owner_connection(cluster.url("postgres")) as connection:
        connection.execute(text("CREATE ROLE operator LOGIN CREATEROLE"))
        connection.execute(text("GRANT fortnight_app, fortnight_worker TO operator WITH ADMIN OPTION"))
        connection.commit()
    cluster.server.create_database("older")
    with owner_connection(cluster.url("postgres")) as connection:
        connection.execute(text("ALTER DATABASE older OWNER TO operator"))
        connection.commit()
    url = cluster.url("older").set(username="operator")
    with owner_connection(url) as connection:
        _upgrade(connection, BEFORE)
    yield url
    cluster.drop("older")
    with owner_connection(cluster.url("postgres")) as connection:
        connection.execute(text("DROP ROLE operator"))
        connection.commit()


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_what_has_happened_names_the_version_that_held_for_it(cluster: Cluster, older: URL) -> None:
    with owner_connection(cluster.url("older")) as connection:
        _fill(connection)
        connection.commit()
    assert migrate(older) == newest_revision()
    with owner_connection(cluster.url("older")) as connection:
        found = {row.cause: (row.organisation_id, row.number) for row in connection.execute(text(VERSIONS))}
    assert found == {
        "before any version": (1, None),
        "under the first": (1, 1),
        "booked under the first, done later": (1, 1),
        "a deadline at the instant of the second": (1, 1),
        "somebody at the instant of the second": (1, 2),
        "a deadline after the second": (1, 2),
        "somewhere else": (2, 1),
    }


def test_whom_the_tables_belong_to_is_held_to_row_level_security_again(cluster: Cluster, older: URL) -> None:
    migrate(older)
    with owner_connection(cluster.url("older")) as connection:
        forced = connection.execute(text(FORCED)).all()
    assert {row.relname for row in forced} == {"event", "policy_version", "resolved_policy"}
    assert all(row.relforcerowsecurity and row.relrowsecurity for row in forced)


def _fill(connection: Connection) -> None:
    for organisation in (1, 2):
        _add(connection, ORGANISATION, id=organisation)
    _add(connection, VERSION, organisation=1, id=11, number=1, at=datetime(2027, 3, 1, 9, tzinfo=UTC))
    _add(connection, VERSION, organisation=1, id=12, number=2, at=SECOND)
    # The other organisation's version has the later instant, and must not stand in for anybody else's.
    _add(connection, VERSION, organisation=2, id=21, number=1, at=datetime(2027, 3, 2, 9, tzinfo=UTC))
    _add(connection, RESOLVED, organisation=1, id=5, version=11)
    happened: list[tuple[str, int, str, datetime, int | None]] = [
        ("before any version", 1, "STAFF", datetime(2027, 2, 1, 9, tzinfo=UTC), None),
        ("under the first", 1, "MEMBER", datetime(2027, 3, 5, 9, tzinfo=UTC), None),
        ("booked under the first, done later", 1, "MEMBER", datetime(2027, 3, 20, 9, tzinfo=UTC), 5),
        ("a deadline at the instant of the second", 1, "SYSTEM", SECOND, None),
        ("somebody at the instant of the second", 1, "STAFF", SECOND, None),
        ("a deadline after the second", 1, "SYSTEM", datetime(2027, 3, 11, 9, tzinfo=UTC), None),
        ("somewhere else", 2, "MEMBER", datetime(2027, 3, 11, 9, tzinfo=UTC), None),
    ]
    for cause, organisation, actor, at, resolved in happened:
        _add(connection, EVENT, organisation=organisation, actor=actor, cause=cause, at=at, resolved=resolved)


def _add(connection: Connection, statement: str, **values: Any) -> None:
    connection.execute(text(statement), values)


ORGANISATION = """
INSERT INTO organisation (id, name, zone, preset, is_sandbox, created_at)
VALUES (:id, 'Operator', 'Europe/London', 'mastered', false, '2027-01-01T00:00:00Z')
"""
VERSION = """
INSERT INTO policy_version (organisation_id, id, number, document, published_at)
VALUES (:organisation, :id, :number, 'extends = "mastered"', :at)
"""
RESOLVED = """
INSERT INTO resolved_policy (organisation_id, id, policy_version_id, digest, document)
VALUES (:organisation, :id, :version, 'as of the first', '{}')
"""
EVENT = """
INSERT INTO event (organisation_id, name, actor_kind, cause, resolved_policy_id, effects, recorded_at, effective_at)
VALUES (:organisation, 'SOMETHING', :actor, :cause, :resolved, '[]', :at, :at)
"""
VERSIONS = """
SELECT event.cause, event.organisation_id, version.number FROM event LEFT JOIN policy_version AS version
    ON version.organisation_id = event.organisation_id AND version.id = event.policy_version_id
"""
FORCED = """
SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname IN ('event', 'policy_version', 'resolved_policy')
"""
