"""A site of its own for each test."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from models.keyring import Keyring
from models.unit import Database
from tests.pages.site import Site, open_site


@pytest.fixture
def site(database: Database, owner: Engine, keyring: Keyring) -> Iterator[Site]:
    site = open_site(database, owner, keyring)
    with site.browser:
        yield site
