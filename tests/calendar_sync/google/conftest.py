"""A coach's Google account, and a calendar of ours in it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from calendar_sync.google.client import GoogleAccount, GoogleCalendar
from calendar_sync.google_double import GoogleDouble
from models.keyring import Keyring
from models.unit import Database
from tests.calendar_sync.google.world import OPENS, World, open_world
from tests.calendar_sync.google_support import account_of, own_calendar
from tests.support.platform import open_platform


@pytest.fixture
def account(double: GoogleDouble) -> Iterator[GoogleAccount]:
    account = account_of(double)
    yield account
    account.close()


@pytest.fixture
def calendar(account: GoogleAccount) -> GoogleCalendar:
    return own_calendar(account)


@pytest.fixture
def world(database: Database, owner: Engine, double: GoogleDouble, keyring: Keyring) -> World:
    return open_world(open_platform(database, "mastered", at=OPENS), database, owner, double, keyring)


@pytest.fixture
def connected(world: World) -> World:
    """The world in which Eva has connected her calendar."""
    world.connect()
    return world
