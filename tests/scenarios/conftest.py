"""The theatre: opened once for all scenarios of a process; each scenario gets an organisation of its own in it."""

from collections.abc import Callable, Iterator

import pytest

from models.keyring import Keyring
from tests.conftest import SECRET
from tests.scenarios.stage import Stage
from tests.scenarios.theatre import Theatre, opened_theatre
from tests.support.postgres import Cluster

OpenStage = Callable[..., Stage]


@pytest.fixture(scope="session")
def theatre(cluster: Cluster) -> Iterator[Theatre]:
    """The API, the worker's handlers and the Google double over one database."""
    with opened_theatre(cluster, Keyring(SECRET)) as theatre:
        yield theatre


@pytest.fixture
def open_stage(theatre: Theatre) -> OpenStage:
    """Opens a sandbox: `open_stage("mastered", at="2027-03-01T09:00:00Z")`."""

    def open_one(preset: str, *, at: str) -> Stage:
        return Stage(theatre, preset=preset, at=at)

    return open_one
