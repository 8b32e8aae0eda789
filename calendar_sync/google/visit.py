"""One look into a connected account: the token is opened, renewed where Google renewed it, and a dead grant is recorded as such."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from calendar_sync.google import keeping
from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.client import GoogleAccount
from calendar_sync.google.endpoints import GoogleEndpoints
from calendar_sync.google.failures import ConnectionBroken
from calendar_sync.google.reading_row import Reading
from calendar_sync.google.vault import Unreadable
from models.unit import Database

T = TypeVar("T")


def visit(
    database: Database,
    settings: GoogleSettings,
    endpoints: GoogleEndpoints,
    reading: Reading,
    ask: Callable[[GoogleAccount], T],
    *,
    now: datetime,
    timeout: timedelta | None = None,
) -> T:
    """What `ask` found in the account. Raises a GoogleFailure; after ConnectionBroken the coach knows of it."""
    vault, organisation, person = settings.vault, reading.organisation_id, reading.person_id
    try:
        token = vault.open(reading.sealed, organisation=organisation, person=person)
    except Unreadable:
        _broken(database, reading, reading.sealed, "tokenUnreadable", now=now)
        raise ConnectionBroken("tokenUnreadable") from None
    asking = endpoints.asking(reading.place, is_coach=reading.is_coach)
    account = GoogleAccount(asking, token, timeout=timeout)
    try:
        return ask(account)
    except ConnectionBroken as failure:
        _broken(database, reading, reading.sealed, failure.code, now=now)
        raise
    finally:
        account.close()
        if account.refresh_token != token or not vault.is_current(reading.sealed):
            renewed = vault.seal(account.refresh_token, organisation=organisation, person=person)
            with database.unit(organisation) as unit:
                keeping.keep_token(unit, person, reading.sealed, renewed=renewed)


def _broken(database: Database, reading: Reading, sealed: bytes, error: str, *, now: datetime) -> None:
    with database.unit(reading.organisation_id) as unit:
        keeping.keep_broken(unit, reading.person_id, sealed, error=error, now=now)
