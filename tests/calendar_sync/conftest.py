"""One Google double for all tests of a process; each test finds it as new."""

from collections.abc import Iterator

import pytest

from calendar_sync.google_double import GoogleDouble
from tests.calendar_sync.google_support import Raw, raw_of


@pytest.fixture(scope="session")
def running_double() -> Iterator[GoogleDouble]:
    with GoogleDouble() as double:
        yield double


@pytest.fixture
def double(running_double: GoogleDouble) -> GoogleDouble:
    running_double.do("forget")
    return running_double


@pytest.fixture
def raw(double: GoogleDouble) -> Raw:
    return raw_of(double)
