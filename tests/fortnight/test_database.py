"""The way to the database: as a role for whom row-level security holds, and from revision to revision."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import URL, Engine, text
from sqlalchemy.exc import OperationalError

from commands.create_organisation import Created, CreateOrganisation, create_organisation
from fortnight import database as way
from fortnight.database import migrate, newest_revision, owner_connection, parse_url
from fortnight.faults import Unfit
from models.unit import Database
from tests.support.postgres import Cluster


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[URL]:
    """A database in which there is nothing yet."""
    cluster.server.create_database("empty")
    yield cluster.url("empty")
    cluster.drop("empty")


def organisation(database: Database, name: str) -> int:
    created = create_organisation(
        database,
        CreateOrganisation(name=name, zone="UTC", preset="mastered", staff_name="Sam", staff_email="sam@example.com"),
    )
    assert isinstance(created, Created)
    return created.organisation_id


def test_two_that_start_at_once_migrate_once(empty: URL) -> None:
    with ThreadPoolExecutor(4) as starters:
        revisions = list(starters.map(migrate, [empty] * 4))
    assert set(revisions) == {newest_revision()}
    with owner_connection(empty) as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1


def test_a_migrated_database_is_left_as_it_is(empty: URL) -> None:
    migrate(empty)
    with owner_connection(empty) as connection:
        before = connection.execute(text("SELECT max(oid) FROM pg_class")).scalar_one()
    migrate(empty)
    with owner_connection(empty) as connection:
        assert connection.execute(text("SELECT max(oid) FROM pg_class")).scalar_one() == before


def test_a_database_newer_than_the_code_is_refused_and_not_touched(empty: URL, owner: Engine) -> None:
    migrate(empty)
    with owner_connection(empty) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    with pytest.raises(
        Unfit, match=r"^the database is newer than this code: it is at revision 9999, and the code knows"
    ):
        migrate(empty)
    with owner_connection(empty) as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


def test_a_database_behind_the_code_is_told_to_be_migrated(empty: URL) -> None:
    with (
        owner_connection(empty) as connection,
        pytest.raises(Unfit, match=r"at revision none and needs .*: run fortnight migrate$"),
    ):
        way.check_migrated(connection)


def test_a_server_that_is_too_old_is_refused(empty: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way, "OLDEST_MAJOR", 99)
    with pytest.raises(Unfit, match=r"^PostgreSQL 99 or later is needed, and the server is 18\.\d+"):
        migrate(empty)


def test_a_server_that_is_away_is_told_in_one_line() -> None:
    with pytest.raises(Unfit) as told:
        migrate(parse_url("postgresql://127.0.0.1:1/fortnight"))
    assert str(told.value).startswith("the database cannot be reached: ")
    assert "\n" not in str(told.value)


def test_an_owner_without_the_right_to_make_tables_is_told_in_one_line(cluster: Cluster, empty: URL) -> None:
    with owner_connection(empty) as connection:
        connection.execute(text("CREATE ROLE powerless LOGIN"))
        connection.commit()
    try:
        with pytest.raises(Unfit, match=r"^the database's user has too few rights to migrate: permission denied"):
            migrate(empty.set(username="powerless"))
    finally:
        with owner_connection(empty) as connection:
            connection.execute(text("DROP ROLE powerless"))
            connection.commit()


@pytest.mark.parametrize("address", ["mysql://localhost/x", "fortnight", "sqlite:///x.db"])
def test_only_a_postgresql_is_taken(address: str) -> None:
    with pytest.raises(Unfit, match=r"^FORTNIGHT_DATABASE_URL "):
        parse_url(address)


def test_every_spelling_of_a_postgresql_address_is_taken() -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        assert parse_url(f"{scheme}://me:s3cret@db.example:5433/x").drivername == "postgresql+psycopg"


def test_an_organisation_sees_neither_other_organisations_nor_their_due_work(database: Database, owner: Engine) -> None:
    first, second = organisation(database, "One"), organisation(database, "Two")
    with owner.begin() as connection:
        connection.execute(
            text("""
            INSERT INTO due_work (organisation_id, kind, cause_key, persons, object_id, fires_at, effective_at, strict,
                changes_state, rank) SELECT id, 'MAIL', 'key', '{}', 1, now(), now(), false, false, 0 FROM organisation
            """)
        )
    for own in (first, second):
        with database.unit(own, read_only=True) as unit:
            assert unit.connection.execute(text("SELECT id FROM organisation")).scalars().all() == [own]
            assert unit.connection.execute(text("SELECT organisation_id FROM due_work")).scalars().all() == [own]
    with database.across_organisations() as connection:
        assert connection.execute(text("SELECT count(*) FROM due_work")).scalar_one() == 2


def test_connections_are_of_the_application_in_utc_and_hold_nothing_for_ever(database: Database) -> None:
    with database.unit(0, read_only=True) as unit:
        said = {
            name: unit.connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("role", "timezone", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        }
    assert said == {
        "role": "fortnight_app",
        "timezone": "UTC",
        "statement_timeout": "20s",
        "lock_timeout": "15s",
        "idle_in_transaction_session_timeout": "1min",
    }


def test_after_the_server_went_away_one_request_fails_and_the_next_is_answered(
    database: Database, owner: Engine
) -> None:
    ask = text("SELECT 1")
    with database.unit(0) as unit:
        unit.connection.execute(ask)
    with owner.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    with pytest.raises(OperationalError), database.unit(0) as unit:
        unit.connection.execute(ask)
    with database.unit(0) as unit:
        assert unit.connection.execute(ask).scalar_one() == 1
