"""A rehearsal is real while it lasts and has not happened when it ends."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError, IntegrityError

from models.rehearsal import rehearsal
from models.unit import Database, Unit

ADD = text(
    "INSERT INTO organisation (id, name, zone, preset, is_sandbox, created_at) VALUES (:id, 'N', 'UTC', 'p', false, now())"
)
COUNT = text("SELECT count(*) FROM organisation")


def add(unit: Unit) -> None:
    unit.connection.execute(ADD, {"id": unit.organisation_id})


def _add_twice(unit: Unit) -> None:
    add(unit)
    add(unit)


def count(owner: Engine) -> int:
    with owner.connect() as connection:
        return connection.execute(COUNT).scalar_one()


def test_a_later_unit_sees_what_an_earlier_one_did_and_nothing_stays(database: Database, owner: Engine) -> None:
    with rehearsal(database, 7) as tried:
        with tried.unit(7) as unit:
            add(unit)
        with tried.unit(7, read_only=True) as unit:
            assert unit.connection.execute(COUNT).scalar_one() == 1
        assert count(owner) == 0
    assert count(owner) == 0


def test_a_unit_that_fails_takes_back_its_own_part(database: Database) -> None:
    with rehearsal(database, 7) as tried:
        with tried.unit(7) as unit:
            add(unit)
        with pytest.raises(DataError), tried.unit(7) as unit:
            unit.connection.execute(text("UPDATE organisation SET name = (1 / (id - id))::text"))
        with tried.unit(7) as unit:
            assert unit.connection.execute(text("SELECT name FROM organisation")).scalar_one() == "N"


def test_a_rehearsal_that_fails_leaves_nothing_either(database: Database, owner: Engine) -> None:
    with pytest.raises(IntegrityError), rehearsal(database, 7) as tried, tried.unit(7) as unit:
        _add_twice(unit)
    assert count(owner) == 0


def test_row_level_security_holds_in_it_and_another_organisation_is_refused(database: Database) -> None:
    with database.unit(8) as unit:
        add(unit)
    with rehearsal(database, 7) as tried:
        with tried.unit(7) as unit:
            assert unit.connection.execute(COUNT).scalar_one() == 0
        with pytest.raises(ValueError, match="one organisation"), tried.unit(8):
            pass
