"""The house that each test of a verb acts in, and a neighbour who must never be touched."""

import pytest
from sqlalchemy import Engine

from models.unit import Database
from tests.commands.operator.house import House, open_house


@pytest.fixture
def house(database: Database, owner: Engine) -> House:
    return open_house(database, owner)


@pytest.fixture
def neighbour(house: House) -> House:
    """Another organisation in the same database, with the same kinds of rows under other ids."""
    return open_house(house.database, house.owner)
