"""The world of feed tests."""

import pytest
from sqlalchemy import Engine

from models.keyring import Keyring
from models.unit import Database
from tests.calendar_sync.feed.world import World


@pytest.fixture
def world(database: Database, owner: Engine, keyring: Keyring) -> World:
    """A coach who works in Berlin hours and a member in London."""
    world = World(database, owner, keyring)
    world.coach("Eva", "Europe/London", hours_zone="Europe/Berlin")
    world.person("Maya", "Europe/London")
    return world
