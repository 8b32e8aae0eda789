"""What every test has: a migrated database of its own when it asks for one, the tz database of the package, no network."""

import gc
import zoneinfo
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings
from sqlalchemy import Engine

from fortnight.database import open_database
from models.keyring import Keyring
from models.unit import Database
from tests.support.postgres import Cluster, owner_engine, running_cluster
from tests.support.sockets import loopback_only

if TYPE_CHECKING:
    from tests.scenarios.stage import Stage
    from tests.scenarios.theatre import Theatre

# The system's zone files may be older than the package's; every process of Fortnight reads the package's.
zoneinfo.reset_tzpath(to=())

_QUIET = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
settings.register_profile(
    "ci", derandomize=True, max_examples=30, deadline=None, database=None, suppress_health_check=_QUIET
)
settings.register_profile("prove", max_examples=2000, deadline=None, database=None, suppress_health_check=_QUIET)
settings.load_profile("ci")
PROOF_SECONDS = 1800

SECRET = b"only for tests: thirty-two bytes or more"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make prove` runs what is slow: the properties too, which then take all the examples of their profile."""
    if settings.get_current_profile_name() != "prove":
        return
    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(PROOF_SECONDS))


def pytest_collection_finish() -> None:
    """What was collected stays to the end: it is not looked through again whenever Python tidies up."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _sealed() -> Iterator[None]:
    with loopback_only():
        yield


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this pytest process with a migrated template."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def database_name(cluster: Cluster) -> Iterator[str]:
    """A database that is migrated and empty, for one test."""
    name = cluster.clone()
    yield name
    cluster.drop(name)


@pytest.fixture
def database(cluster: Cluster, database_name: str) -> Iterator[Database]:
    """The test's database as the application sees it: as fortnight_app, with row-level security in force."""
    database = open_database(cluster.url(database_name), pool_size=8)
    yield database
    database.engine.dispose()


@pytest.fixture
def owner(cluster: Cluster, database_name: str) -> Iterator[Engine]:
    """The same database as its owner, for plain SQL that sees everything."""
    engine = owner_engine(cluster.url(database_name))
    yield engine
    engine.dispose()


@pytest.fixture
def keyring() -> Keyring:
    """The keys that a server secret gives."""
    return Keyring(SECRET)


@pytest.fixture(scope="session")
def theatre(cluster: Cluster) -> Iterator["Theatre"]:
    """The API, the worker's handlers and a Google double over one database; opened once for a process."""
    from tests.scenarios.theatre import opened_theatre

    with opened_theatre(cluster, Keyring(SECRET)) as theatre:
        yield theatre


@pytest.fixture
def open_stage(theatre: "Theatre") -> Callable[..., "Stage"]:
    """Opens a sandbox of its own in the theatre: `open_stage("mastered", at="2027-03-01T09:00:00Z")`."""
    from tests.scenarios.stage import Stage

    def open_one(preset: str, *, at: str) -> Stage:
        return Stage(theatre, preset=preset, at=at)

    return open_one
