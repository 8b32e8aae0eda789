"""A connected calendar is read: what was edited there is put back and asked about, and when its owner is taken is known again.

A message of a channel only says that there is something to read; what is read is the same, whoever says so, however often
(CALENDAR 26 to 29).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from os import urandom
from random import SystemRandom
from typing import Any, Final

from sqlalchemy import Row

from calendar_sync.google import busy, hold_row, reading_row, series_row, session_row, watching
from calendar_sync.google.accounts import GoogleSettings, new_calendar
from calendar_sync.google.backoff import delay
from calendar_sync.google.client import Changes, GoogleAccount
from calendar_sync.google.deliver import GivenUp, Pushed, PushOutcome, TryLater
from calendar_sync.google.edits import Standing, edits
from calendar_sync.google.endpoints import GoogleEndpoints
from calendar_sync.google.failures import (
    CalendarMissing,
    ConnectionBroken,
    GoogleFailure,
    Permanent,
    SyncExpired,
    Transient,
)
from calendar_sync.google.reading_row import Reading
from calendar_sync.google.series_edits import StandingSeries, series_edits
from calendar_sync.google.visit import visit
from commands.calendar_questions import note_edit
from commands.connect_calendar import Replaced, replace_calendar
from commands.read_calendar import put_hold_back
from models.unit import Database
from policy.calendars import CalendarPlace

POLL_EVERY: Final = timedelta(minutes=10)
"""A calendar is read so often whether anything was told or not, a quarter sooner or later (CALENDAR 28)."""
_CHANCE = SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Channel:
    id: str
    resource_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What one look into the account found. `whole`: everything was listed; `busy`: the times, or why they are not known."""

    changes: Changes
    whole: bool
    busy: list[busy.Taken] | GoogleFailure | None
    channel: _Channel | None = field(repr=False)


def read_calendar(
    database: Database,
    settings: GoogleSettings,
    *,
    organisation_id: int,
    person_id: int,
    attempt: int,
    now: datetime,
    real_now: datetime,
) -> PushOutcome:
    """Everything that changed in the person's calendar since it was read last has been answered; nothing is missed or told twice."""
    found = reading_row.load(database, organisation_id, [person_id])
    if not found:
        return Pushed()
    reading = found[0]
    endpoints = settings.endpoints(is_sandbox=reading.is_sandbox)
    if endpoints is None:
        return GivenUp(error="googleNotConfigured")
    pull = _Pull(database=database, settings=settings, reading=reading, now=now, real_now=real_now)
    return pull.run(endpoints, attempt)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pull:
    """One reading of one calendar."""

    database: Database
    settings: GoogleSettings
    reading: Reading
    now: datetime
    real_now: datetime

    def run(self, endpoints: GoogleEndpoints, attempt: int) -> PushOutcome:
        """What came of it, recorded."""
        try:
            heard = visit(
                self.database,
                self.settings,
                endpoints,
                self.reading,
                lambda account: self._listen(account, endpoints),
                now=self.now,
            )
        except ConnectionBroken:
            return Pushed()
        except GoogleFailure as failure:
            return self._failed(failure, attempt)
        if isinstance(heard, _Heard):
            self._answer(heard)
        else:
            # Everything is pushed to the new calendar, which has nothing in it to be read.
            replace_calendar(self.database, heard, now=self.now)
        return Pushed()

    def _listen(self, account: GoogleAccount, endpoints: GoogleEndpoints) -> _Heard | Replaced:
        try:
            # First the channel, then the list: what changes in between is told.
            channel = self._watch(account, endpoints)
            changes, whole = self._changes(account)
        except CalendarMissing:
            if self.reading.place is CalendarPlace.PRIMARY:
                raise
            return Replaced(
                organisation_id=self.reading.organisation_id,
                person_id=self.reading.person_id,
                before=self.reading.calendar_id,
                calendar_id=new_calendar(account, zone=self.reading.zone),
            )
        return _Heard(changes=changes, whole=whole, busy=self._busy(account), channel=channel)

    def _changes(self, account: GoogleAccount) -> tuple[Changes, bool]:
        calendar, token = account.calendar(self.reading.calendar_id), self.reading.known_token
        if token is not None:
            try:
                return calendar.changes(token), False
            except SyncExpired:
                pass
        return calendar.changes(None), True

    def _busy(self, account: GoogleAccount) -> list[busy.Taken] | GoogleFailure | None:
        """None: nobody asks when a member is taken."""
        if not self.reading.is_coach:
            return None
        try:
            return busy.busy_in(account, self.settings, self.reading, busy.span_around(self.now))
        except ConnectionBroken:
            raise
        except GoogleFailure as failure:
            return failure

    def _watch(self, account: GoogleAccount, endpoints: GoogleEndpoints) -> _Channel | None:
        """A new channel in place of none, of one for another calendar, or of one that ends soon; None: the old one is good."""
        reading = self.reading
        address = self.settings.address_to_tell(is_sandbox=reading.is_sandbox)
        known = reading.channel_id is not None and reading.read_calendar_id == reading.calendar_id
        if known and not watching.is_due(reading.channel_expires_at, real_now=self.real_now):
            return None
        if address is None or not watching.can_be_told(address, endpoints):
            return None
        channel = watching.channel_id(reading.organisation_id, reading.person_id, urandom(16))
        try:
            made = account.calendar(reading.calendar_id).watch(
                channel_id=channel,
                token=watching.channel_token(self.settings.keyring, channel),
                address=address,
                lasts=watching.LASTS,
            )
        except CalendarMissing:
            raise
        except Permanent:
            # Google does not want to call us, perhaps for the sake of our address: the calendar is read by the clock alone.
            return None
        if reading.channel_id is not None and reading.resource_id is not None:
            account.stop_channel(reading.channel_id, reading.resource_id)
        return _Channel(id=channel, resource_id=made.resource_id, expires_at=made.expires_at)

    def _answer(self, heard: _Heard) -> None:
        """Edits are answered first, and only then is the token kept: whatever breaks off is read again."""
        organisation = self.reading.organisation_id
        events, whole = heard.changes.events, heard.whole
        single, series = self._standing()
        for edited in [*edits(single, events, whole=whole), *series_edits(series, events, whole=whole)]:
            note_edit(self.database, organisation, self.reading.person_id, edited, now=self.now)
        for held in edits(self._held(), events, whole=whole):
            put_hold_back(self.database, organisation, held.session_id, mark=held.mark, now=self.now)
        with self.database.unit(organisation) as unit:
            reading_row.keep(
                unit,
                self.reading.person_id,
                calendar_id=self.reading.calendar_id,
                sync_token=heard.changes.sync_token,
                pulled_at=self.now,
                pull_error=None,
                poll_at=self.real_now + POLL_EVERY * (0.75 + _CHANCE.random() / 2),
                **_columns(heard.channel),
            )
        if heard.busy is not None:
            self._keep_busy(heard.busy)

    def _keep_busy(self, found: list[busy.Taken] | GoogleFailure) -> None:
        span = busy.span_around(self.now)
        if isinstance(found, GoogleFailure):
            busy.keep_failure(self.database, self.settings, self.reading, span, found, real_now=self.real_now)
        else:
            busy.keep_times(self.database, self.reading, span, found, real_now=self.real_now)

    def _held(self) -> list[Standing]:
        """Times that wait for an answer: nobody is asked about them, they are put back without a word."""
        reading = self.reading
        rows = hold_row.standing(self.database, reading.organisation_id, reading.person_id, now=self.now)
        return [one for row in rows if (one := self._standing_of(row)) is not None]

    def _standing(self) -> tuple[list[Standing], list[StandingSeries]]:
        """Sessions with events of their own, and series with those that are instances of them."""
        secrets, reading = self.settings.event_secrets, self.reading
        rows = session_row.standing(self.database, reading.organisation_id, reading.person_id, now=self.now)
        series = series_row.of_person(self.database, reading.organisation_id, reading.person_id, now=self.now)
        single = [one for row in rows if (one := self._standing_of(row)) is not None]
        found = (
            series_row.standing_series(one, single, secrets, organisation_id=reading.organisation_id, now=self.now)
            for one in series
        )
        kept = [one for one in found if one is not None]
        instances = {each.session_id for one in kept for each in one.sessions}
        return [one for one in single if one.session_id not in instances], kept

    def _standing_of(self, row: Row[Any]) -> Standing | None:
        organisation = self.reading.organisation_id
        wanted = self.settings.event_of(row, organisation_id=organisation)
        if wanted is None:
            return None
        key = self.settings.key_of(row, organisation_id=organisation)
        return Standing(
            session_id=row.id,
            sequence=row.sequence,
            key=key,
            wanted=wanted,
            event_id=row.event_id,
            etag=row.etag,
            earlier=key.event_ids_before(row.generation),
        )

    def _failed(self, failure: GoogleFailure, attempt: int) -> PushOutcome:
        with self.database.unit(self.reading.organisation_id) as unit:
            reading_row.keep(unit, self.reading.person_id, pull_error=str(failure))
        if isinstance(failure, Permanent):
            return GivenUp(error=str(failure))
        retry_after = failure.retry_after if isinstance(failure, Transient) else None
        return TryLater(after=delay(attempt, _CHANCE.random(), retry_after=retry_after), error=str(failure))


def _columns(channel: _Channel | None) -> dict[str, object]:
    if channel is None:
        return {}
    return {"channel_id": channel.id, "resource_id": channel.resource_id, "channel_expires_at": channel.expires_at}
