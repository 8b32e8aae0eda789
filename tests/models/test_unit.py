"""A unit is a transaction of one organisation."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError

from models.unit import Database, count_statements, lock_persons

SETTING = text("SELECT current_setting('fortnight.organisation', true)")


def test_a_unit_names_its_organisation_and_leaves_no_name_behind(database: Database) -> None:
    with database.unit(7) as unit:
        assert unit.connection.execute(SETTING).scalar_one() == "7"
    with database.engine.connect() as connection:
        assert not connection.execute(SETTING).scalar_one()


def test_a_reading_unit_cannot_write(database: Database) -> None:
    with database.unit(7, read_only=True) as unit, pytest.raises(InternalError, match="read-only transaction"):
        unit.connection.execute(text("DELETE FROM busy"))


def test_a_reading_unit_is_one_snapshot(database: Database) -> None:
    count = text("SELECT count(*) FROM organisation")
    insert = text(
        "INSERT INTO organisation (id, name, zone, preset, is_sandbox, created_at) "
        "VALUES (7, 'Seven', 'Europe/London', 'thrive', false, now())"
    )
    with database.unit(7, read_only=True) as reader:
        assert reader.connection.execute(count).scalar_one() == 0
        with database.unit(7) as writer:
            writer.connection.execute(insert)
        assert reader.connection.execute(count).scalar_one() == 0
    with database.unit(7, read_only=True) as reader:
        assert reader.connection.execute(count).scalar_one() == 1


def test_what_was_raised_leaves_no_trace(database: Database) -> None:
    class Stop(Exception):
        """Something went wrong."""

    def write_and_stop() -> None:
        with database.unit(7) as unit:
            unit.connection.execute(
                text(
                    "INSERT INTO organisation (id, name, zone, preset, is_sandbox, created_at) "
                    "VALUES (7, 'Seven', 'Europe/London', 'thrive', false, now())"
                )
            )
            raise Stop

    with pytest.raises(Stop):
        write_and_stop()
    with database.unit(7, read_only=True) as unit:
        assert unit.connection.execute(text("SELECT count(*) FROM organisation")).scalar_one() == 0


def test_locks_are_held_until_the_unit_ends(database: Database) -> None:
    held = text("SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND granted ORDER BY objid")
    with database.unit(7) as unit:
        lock_persons(unit, frozenset({12, 3}))
        assert unit.connection.execute(held).scalars().all() == [3, 12]
    with database.unit(7) as unit:
        assert unit.connection.execute(held).scalars().all() == []


def test_statements_are_counted_without_the_frame(database: Database) -> None:
    seen = count_statements(database.engine)
    with database.unit(7) as unit:
        unit.connection.execute(text("SELECT 1"))
    assert seen == ["SELECT 1"]
