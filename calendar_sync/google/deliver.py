"""One push that is due: a person's calendar comes to hold what the database says of one session (MODEL 11, D-53)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from sqlalchemy import Row

from calendar_sync.google import hold_row, keeping, series_row, session_row
from calendar_sync.google.accounts import GoogleSettings, new_calendar
from calendar_sync.google.backoff import delay
from calendar_sync.google.client import GoogleAccount, GoogleCalendar
from calendar_sync.google.endpoints import GoogleEndpoints
from calendar_sync.google.failures import CalendarMissing, ConnectionBroken, GoogleFailure, Permanent, Transient
from calendar_sync.google.push import PushResult, push
from calendar_sync.google.push_series import push_series
from calendar_sync.google.series_row import SeriesRow
from calendar_sync.google.vault import Unreadable
from commands.connect_calendar import Replaced, replace_calendar
from models.unit import Database
from policy.calendars import CalendarPlace
from policy.terms import Side

_CHANCE = SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """The calendar agrees with the database, or there is none to agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLater:
    """Google could not do it now."""

    after: timedelta
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """Repeating changes nothing: shown to the coach, and to staff among the set-aside work."""

    error: str


PushOutcome = Pushed | TryLater | GivenUp


def push_session(
    database: Database,
    settings: GoogleSettings,
    *,
    organisation_id: int,
    session_id: int,
    attempt: int,
    now: datetime,
    side: Side = Side.COACH,
) -> PushOutcome:
    """Bring the session's event in the calendar of one side to the session as it stands now, whichever change caused the push.

    Without a connection there is nothing to do: connecting pushes what the calendar lacks.
    """
    row = session_row.load(database, organisation_id, session_id, side)
    if row is not None and row.series_id is not None:
        return push_of_series(
            database,
            settings,
            organisation_id=organisation_id,
            series_id=row.series_id,
            attempt=attempt,
            now=now,
            side=side,
        )
    return _bring(database, settings, organisation_id, row, attempt=attempt, now=now)


def without_calendar(
    database: Database, organisation_id: int, sessions: Sequence[int], side: Side = Side.COACH
) -> frozenset[int]:
    """Those of these sessions whose push has nothing to do, because whose calendar it is has connected none."""
    rows = session_row.load_all(database, organisation_id, sessions, side)
    return frozenset(sessions) - {row.id for row in rows if row.connection == "CONNECTED" or row.series_id is not None}


def push_of_series(
    database: Database,
    settings: GoogleSettings,
    *,
    organisation_id: int,
    series_id: int,
    attempt: int,
    now: datetime,
    side: Side = Side.COACH,
) -> PushOutcome:
    """Bring the recurring event of a series, with its exceptions, to the series as it stands now (CALENDAR 5, 8).

    Sessions at which clocks change have events of their own beside it (CALENDAR 36).
    """
    found = series_row.load(database, organisation_id, series_id, side)
    if found is None:
        return Pushed()
    outcome = _bring(database, settings, organisation_id, found.row, attempt=attempt, now=now, series=found)
    alone = found.alone(now)
    for row in session_row.load_all(database, organisation_id, alone, side) if alone else ():
        if not isinstance(outcome, Pushed):
            return outcome
        outcome = _bring(database, settings, organisation_id, row, attempt=attempt, now=now)
    return outcome


def push_hold(
    database: Database, settings: GoogleSettings, *, organisation_id: int, proposal_id: int, attempt: int, now: datetime
) -> PushOutcome:
    """Bring the event of each proposed time to the proposal as it stands now: held while it waits, gone once it has ended."""
    outcome: PushOutcome = Pushed()
    for row in hold_row.load(database, organisation_id, proposal_id, now=now):
        outcome = _bring(database, settings, organisation_id, row, attempt=attempt, now=now)
        if not isinstance(outcome, Pushed):
            return outcome
    return outcome


def _bring(
    database: Database,
    settings: GoogleSettings,
    organisation_id: int,
    row: Row[Any] | None,
    *,
    attempt: int,
    now: datetime,
    series: SeriesRow | None = None,
) -> PushOutcome:
    if row is None or row.connection != "CONNECTED" or row.calendar_id is None:
        return Pushed()
    endpoints = settings.endpoints(is_sandbox=row.is_sandbox)
    if endpoints is None:
        return GivenUp(error="googleNotConfigured")
    errand = _Errand(
        database=database, settings=settings, organisation_id=organisation_id, row=row, now=now, series=series
    )
    return errand.run(endpoints, attempt)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Errand:
    """One attempt at the push of one session, hold or `series`; `row` is how it and the connection stood when it began."""

    database: Database
    settings: GoogleSettings
    organisation_id: int
    row: Row[Any]
    now: datetime
    series: SeriesRow | None = None

    def run(self, endpoints: GoogleEndpoints, attempt: int) -> PushOutcome:
        """What came of it, recorded."""
        sealed = bytes(self.row.sealed_token)
        try:
            token = self.settings.vault.open(sealed, organisation=self.organisation_id, person=self.row.owner_id)
        except Unreadable:
            return self._broken(sealed, "tokenUnreadable")
        account = GoogleAccount(endpoints.asking(self.row.calendar_place, is_coach=self.row.side == Side.COACH), token)
        try:
            outcome = self._ask(account)
        except GoogleFailure as failure:
            outcome = failure
        finally:
            account.close()
        return self._record(self._reseal(sealed, token, account), outcome, attempt)

    def _ask(self, account: GoogleAccount) -> PushResult | Replaced:
        """What Google holds now, or the calendar made in place of one that its owner deleted. Raises a GoogleFailure."""
        try:
            return self._push(account.calendar(self.row.calendar_id))
        except CalendarMissing:
            if self.row.calendar_place == CalendarPlace.PRIMARY:
                raise
            return Replaced(
                organisation_id=self.organisation_id,
                person_id=self.row.owner_id,
                before=self.row.calendar_id,
                calendar_id=new_calendar(account, zone=self._owner_zone),
            )

    @property
    def _owner_zone(self) -> str:
        return self.row.zone if self.series is None else self.row.owner_zone

    def _push(self, calendar: GoogleCalendar) -> PushResult:
        organisation, row, known = self.organisation_id, self.row, session_row.known_event(self.row)
        if self.series is not None:
            key = series_row.key_of(row, self.settings.event_secrets, organisation_id=organisation)
            return push_series(calendar, key, self.series.wanted(self.now), known, now=self.now)
        key = self.settings.key_of(row, organisation_id=organisation)
        return push(calendar, key, self.settings.event_of(row, organisation_id=organisation), known)

    def _reseal(self, sealed: bytes, token: str, account: GoogleAccount) -> bytes:
        """The sealed token in force: another one after Google renewed it, or when the server secret was changed."""
        vault, person = self.settings.vault, self.row.owner_id
        if account.refresh_token == token and vault.is_current(sealed):
            return sealed
        renewed = vault.seal(account.refresh_token, organisation=self.organisation_id, person=person)
        with self.database.unit(self.organisation_id) as unit:
            return renewed if keeping.keep_token(unit, person, sealed, renewed=renewed) else sealed

    def _record(self, sealed: bytes, outcome: PushResult | Replaced | GoogleFailure, attempt: int) -> PushOutcome:
        match outcome:
            case PushResult():
                self._keep(sealed, outcome)
                return Pushed()
            case Replaced():
                # Every upcoming session is pushed to the new calendar by a work of its own.
                replace_calendar(self.database, outcome, now=self.now)
                return Pushed()
            case ConnectionBroken():
                return self._broken(sealed, outcome.code)
            case _:
                return self._failed(sealed, outcome, attempt)

    def _keep(self, sealed: bytes, result: PushResult) -> None:
        with self.database.unit(self.organisation_id) as unit:
            if self.series is None:
                keeping.keep_result(unit, self.row, sealed, result, now=self.now)
            else:
                alone = self.series.alone(self.now)
                keeping.keep_series(unit, self.row, sealed, result, alone=alone, now=self.now)

    def _broken(self, sealed: bytes, error: str) -> PushOutcome:
        with self.database.unit(self.organisation_id) as unit:
            keeping.keep_broken(unit, self.row.owner_id, sealed, error=error, now=self.now)
        return Pushed()

    def _failed(self, sealed: bytes, failure: GoogleFailure, attempt: int) -> PushOutcome:
        with self.database.unit(self.organisation_id) as unit:
            keeping.keep_error(unit, self.row.owner_id, sealed, str(failure))
        if isinstance(failure, Permanent):
            return GivenUp(error=str(failure))
        retry_after = failure.retry_after if isinstance(failure, Transient) else None
        return TryLater(after=delay(attempt, _CHANCE.random(), retry_after=retry_after), error=str(failure))
