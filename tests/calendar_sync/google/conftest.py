"""A coach's Google account, and a calendar of ours in it."""

from collections.abc import Iterator

import pytest

from calendar_sync.google.client import GoogleAccount, GoogleCalendar
from calendar_sync.google_double import GoogleDouble
from tests.calendar_sync.google_support import account_of, own_calendar


@pytest.fixture
def account(double: GoogleDouble) -> Iterator[GoogleAccount]:
    account = account_of(double)
    yield account
    account.close()


@pytest.fixture
def calendar(account: GoogleAccount) -> GoogleCalendar:
    return own_calendar(account)
